import Foundation

/// A file in pieces.
final class FileChunks {
  private let handle: FileHandle
  private let size: Int

  init(_ url: URL, size: Int = 256 * 1024, from offset: Int = 0) throws {
    handle = try FileHandle(forReadingFrom: url)
    self.size = size
    if offset > 0 { try handle.seek(toOffset: UInt64(offset)) }
  }

  deinit { try? handle.close() }

  func seek(to offset: Int) throws { try handle.seek(toOffset: UInt64(offset)) }

  /// Nothing at the end.
  func next() throws -> [UInt8] { Array(try handle.read(upToCount: size) ?? Data()) }
}

/// A new file that is written from the start.
final class FileSink {
  private let handle: FileHandle
  private(set) var count = 0

  init(_ url: URL) throws {
    guard FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
      throw CocoaError(.fileWriteUnknown)
    }
    handle = try FileHandle(forWritingTo: url)
  }

  func write(_ bytes: ArraySlice<UInt8>) throws {
    count += bytes.count
    try handle.write(contentsOf: bytes)
  }

  func close() throws { try handle.close() }
}
