import Crypto
import Foundation

/// The lines of a backup, one at a time, and the sum of those read so far.
final class ArchiveLines {
  private static let chunk = 1 << 20

  private let handle: FileHandle
  private let longest: Int
  private let decoder = JSONDecoder()
  private var buffer = Data()
  private var isAtEnd = false
  private var hash = SHA256()
  /// Of the line read last, from 1.
  private(set) var number = 0

  init(_ file: URL, longest: Int) throws {
    handle = try FileHandle(forReadingFrom: file)
    self.longest = longest
  }

  deinit { try? handle.close() }

  /// SHA-256 in hex of every byte up to the end of the line read last.
  var sum: String {
    hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  func next() throws -> ArchiveLine? {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer[...end]
        number += 1
        hash.update(data: line)
        let decoded = try? decoder.decode(ArchiveLine.self, from: line.dropLast())
        buffer = Data(buffer[buffer.index(after: end)...])
        guard let decoded else { throw number == 1 ? ArchiveFault.noBackup : ArchiveFault.damaged(line: number) }
        return decoded
      }
      guard !isAtEnd else {
        if buffer.isEmpty { return nil }
        throw number == 0 ? ArchiveFault.noBackup : ArchiveFault.cutOff
      }
      guard buffer.count < longest else { throw ArchiveFault.damaged(line: number + 1) }
      let more = try handle.read(upToCount: Self.chunk) ?? Data()
      isAtEnd = more.isEmpty
      buffer += more
    }
  }
}
