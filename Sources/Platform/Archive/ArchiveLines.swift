import Crypto
import Foundation
import Values

/// The lines of a backup, one at a time.
final class ArchiveLines {
  private static let chunk = 1 << 20

  private let handle: FileHandle
  private let longest: Int
  private let decoder = JSONDecoder()
  private var buffer = Data()
  /// What of the buffer was read.
  private var start = 0
  private var isAtEnd = false
  private var hash = SHA256()
  private var last = Data()
  /// Of the line read last, from 1.
  private(set) var number = 0

  /// - Parameter longest: the most bytes that a line may have.
  init(_ file: URL, longest: Int) throws {
    handle = try FileHandle(forReadingFrom: file)
    self.longest = longest
  }

  deinit { try? handle.close() }

  /// SHA-256 in hex of every byte before the line read last.
  var sumBefore: String { Hex.text(hash.finalize()) }

  func next() throws -> ArchiveLine? {
    guard let line = try nextLine() else { return nil }
    hash.update(data: last)
    last = line
    number += 1
    do {
      return try decoder.decode(ArchiveLine.self, from: line.dropLast())
    } catch {
      throw number == 1 ? ArchiveFault.noBackup : ArchiveFault.damaged(line: number)
    }
  }

  /// With its line break.
  private func nextLine() throws -> Data? {
    var looked = start
    while true {
      if let end = buffer[looked...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return Data(buffer[start...end])
      }
      looked = buffer.endIndex - start
      buffer = Data(buffer[start...])
      start = 0
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
