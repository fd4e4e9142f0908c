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

/// What tells one state of a file from another.
struct FileState: Hashable {
  let size: Int
  private let changedAt: Date
  private let number: Int

  /// Throws `ImportFault` for what isn't a plain file.
  init(_ file: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder) else {
      throw ImportFault.missing(file.path)
    }
    // A pipe behind a link leads to no path, so that nothing is known of it.
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.resolvingSymlinksInPath().path)
    guard !isFolder.boolValue, attributes?[.type] as? FileAttributeType == .typeRegular else {
      throw ImportFault.notAFile(file.path)
    }
    guard let size = attributes?[.size] as? Int, let changedAt = attributes?[.modificationDate] as? Date else {
      throw ImportFault.unreadable(file.path)
    }
    self.size = size
    self.changedAt = changedAt
    number = attributes?[.systemFileNumber] as? Int ?? 0
  }
}

/// A file that is written from the start.
final class FileSink {
  private let handle: FileHandle
  private(set) var count = 0

  /// - Parameter path: What a fault calls the file, if it isn't its own name.
  init(_ url: URL, shownAs path: String? = nil) throws {
    guard FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
      throw ImportFault.unwritable(path ?? url.path)
    }
    handle = try FileHandle(forWritingTo: url)
  }

  /// A pipe or a device.
  init(existing url: URL) throws {
    guard let handle = FileHandle(forWritingAtPath: url.path) else { throw ImportFault.unwritable(url.path) }
    self.handle = handle
  }

  func write(_ bytes: ArraySlice<UInt8>) throws {
    count += bytes.count
    try handle.write(contentsOf: bytes)
  }

  func close() throws { try handle.close() }
}
