import Foundation
import Glibc

/// A folder of indexes that one process has for itself, kept by a lock on a file beside it that goes when the process
/// ends in whatever way. Files in it are numbered; the last that is whole counts.
final class FolderClaim: Sendable {
  private static let most = 64
  private let folder: URL
  private let lock: Int32
  /// No other process had one before.
  let isFirst: Bool

  /// Takes the first folder that no other process has.
  init(in parent: String) throws {
    let parent = URL(fileURLWithPath: parent)
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    let (number, descriptor) = try Self.lock(in: parent)
    lock = descriptor
    isFirst = number == 0
    folder = parent.appending(path: "\(number)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private static func lock(in parent: URL) throws -> (number: Int, descriptor: Int32) {
    for number in 0..<most {
      let path = parent.appending(path: "\(number).lock").path
      let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return (number, descriptor) }
      _ = Glibc.close(descriptor)
    }
    throw FolderFault.noneFree(parent.path)
  }

  deinit { _ = Glibc.close(lock) }

  /// Paths of the files, the oldest first.
  func files() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.compactMap(Self.number).sorted().map(path)
  }

  /// The path of a file that isn't there yet.
  func nextFile() -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return path((names.compactMap(Self.number).max() ?? 0) + 1)
  }

  private func path(_ number: Int) -> String { folder.appending(path: "index-\(number).sqlite").path }

  private static func number(_ name: String) -> Int? {
    guard name.hasPrefix("index-"), name.hasSuffix(".sqlite") else { return nil }
    return Int(name.dropFirst(6).dropLast(7))
  }

  static func remove(_ path: String) {
    for end in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: path + end) }
  }
}

enum FolderFault: Error, Hashable {
  case noneFree(String)
}
