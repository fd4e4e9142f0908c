import Foundation

/// The platform's memory on disk: one change a line, as JSON, only ever appended, and read through when the platform
/// starts. Without a file nothing is kept.
struct SandboxStore<Change: Codable & Sendable>: Sendable {
  private let file: FileHandle?
  /// Bytes of whole lines; what lies behind is left of a write that failed.
  private var length: UInt64

  /// Opens the file, makes it when it isn't there, and hands over the changes that it holds. Throws
  /// `SandboxFault.unreadableStore` for a line that the platform didn't write.
  static func open(_ url: URL?) throws -> (store: SandboxStore, changes: [Change]) {
    guard let url else { return (SandboxStore(file: nil, length: 0), []) }
    let files = FileManager.default
    if !files.fileExists(atPath: url.path) {
      try files.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      // It holds the tokens that open cashier pages.
      guard files.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
        throw CocoaError(.fileWriteUnknown)
      }
    }
    let file = try FileHandle(forUpdating: url)
    let content = try file.readToEnd() ?? Data()
    // The last line has no end when the machine went down while it was written: that change was never answered for.
    let whole = content.lastIndex(of: UInt8(ascii: "\n")).map { content[...$0] } ?? Data()
    let store = SandboxStore(file: file, length: UInt64(whole.count))
    try store.cutOff()
    return (store, try changes(in: whole))
  }

  /// Returns once the change is on the disk. When it throws, the file holds nothing of the change.
  mutating func append(_ change: Change) throws {
    guard let file else { return }
    let line = Data(try Message.encode(change)) + [UInt8(ascii: "\n")]
    do {
      // Also behind a failure that could not be cut off at its time.
      try cutOff()
      try file.write(contentsOf: line)
      try file.synchronize()
    } catch {
      try? cutOff()
      throw error
    }
    length += UInt64(line.count)
  }

  private func cutOff() throws {
    try file?.truncate(atOffset: length)
    try file?.seek(toOffset: length)
  }

  private static func changes(in content: Data) throws -> [Change] {
    let decoder = JSONDecoder()
    var changes: [Change] = []
    for (index, line) in content.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let change = try? decoder.decode(Change.self, from: Data(line)) else {
        throw SandboxFault.unreadableStore(line: index + 1)
      }
      changes.append(change)
    }
    return changes
  }
}
