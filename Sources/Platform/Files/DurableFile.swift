import Foundation

/// Writes a file so that after a crash it is either whole or not there.
enum DurableFile {
  /// Does nothing when there is a file already.
  static func write(_ bytes: [UInt8], to file: URL) throws {
    guard !FileManager.default.fileExists(atPath: file.path) else { return }
    let folder = file.deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let draft = folder.appending(path: ".\(UUID().uuidString).part")
    do {
      try fill(draft.path, bytes)
      guard rename(draft.path, file.path) == 0 else { throw FileFault.system(errno, path: file.path) }
    } catch {
      unlink(draft.path)
      throw error
    }
    // The names too: of the file in its folder, and of the two folders in theirs.
    for level in [
      folder, folder.deletingLastPathComponent(), folder.deletingLastPathComponent().deletingLastPathComponent(),
    ] {
      try flush(folder: level.path)
    }
  }

  private static func fill(_ path: String, _ bytes: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileFault.system(errno, path: path) }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileFault.system(errno, path: path) }
      rest = rest.dropFirst(count)
    }
    guard fsync(descriptor) == 0 else { throw FileFault.system(errno, path: path) }
  }

  private static func flush(folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFault.system(errno, path: folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw FileFault.system(errno, path: folder) }
  }
}
