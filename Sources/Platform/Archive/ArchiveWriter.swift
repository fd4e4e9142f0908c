import Crypto
import Foundation
import Values

/// A file that grows line by line, and the sum of what is in it.
final class ArchiveWriter {
  private static let bufferSize = 1 << 20

  private let handle: FileHandle
  private let encoder = JSONEncoder()
  private var buffer = Data()
  private var sum = SHA256()
  private var rows = 0

  init(_ file: URL) throws {
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try? FileManager.default.removeItem(at: file)
    guard
      FileManager.default.createFile(atPath: file.path, contents: nil, attributes: [.posixPermissions: 0o600])
    else { throw CocoaError(.fileWriteNoPermission, userInfo: [NSFilePathErrorKey: file.path]) }
    handle = try FileHandle(forWritingTo: file)
  }

  deinit { try? handle.close() }

  func write(_ line: ArchiveLine) throws {
    if case .row = line { rows += 1 }
    buffer += try encoder.encode(line)
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Writes the last line and waits until all is on the disk.
  func finish() throws -> Int {
    try flush()
    try write(.end(rows: rows, sha256: Hex.text(sum.finalize())))
    try handle.write(contentsOf: buffer)
    try handle.synchronize()
    return rows
  }

  private func flush() throws {
    sum.update(data: buffer)
    try handle.write(contentsOf: buffer)
    buffer.removeAll(keepingCapacity: true)
  }
}
