import Crypto
import Dispatch
import Foundation
import Values

/// Keeps files in a folder of the machine, two levels deep: `3f/a9/3fa9….svg`. A file is complete as soon as it has its
/// name, and it has it only after its bytes are on the disk.
public struct LocalFiles: FileStore {
  private let folder: URL
  /// Threads of their own, so that a slow disk doesn't hold those that serve requests. Equal bytes share a queue.
  private let queues = (0..<4).map { DispatchQueue(label: "martlet.files.\($0)", qos: .userInitiated) }

  public init(folder: URL) { self.folder = folder }

  public func put(_ bytes: [UInt8], fileExtension: String) async throws -> FileKey {
    let hash = Hex.text(SHA256.hash(data: bytes))
    guard let key = FileKey(rawValue: "\(hash).\(fileExtension)") else {
      throw FileFault.badExtension(fileExtension)
    }
    try await onQueue(of: key) { try DurableFile.write(bytes, to: place(of: key)) }
    return key
  }

  public func read(_ key: FileKey) async throws -> [UInt8]? {
    try await onQueue(of: key) {
      let path = place(of: key)
      do {
        return Array(try Data(contentsOf: path))
      } catch CocoaError.fileReadNoSuchFile {
        return nil
      }
    }
  }

  public func remove(_ key: FileKey) async throws {
    try await onQueue(of: key) {
      let path = place(of: key).path
      guard unlink(path) == 0 || errno == ENOENT else { throw FileFault.system(errno, path: path) }
    }
  }

  /// Where the file is or would be, for a server that sends files itself.
  public func place(of key: FileKey) -> URL {
    let name = key.rawValue
    return folder.appending(path: "\(name.prefix(2))/\(name.dropFirst(2).prefix(2))/\(name)")
  }

  private func onQueue<Value: Sendable>(
    of key: FileKey, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    let queue = queues[Int(key.rawValue.utf8.first ?? 0) % queues.count]
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try body() }) }
    }
  }
}

public enum FileFault: Error, Hashable, Sendable {
  /// Not 2…5 lower-case letters or digits.
  case badExtension(String)
  /// The system's error number of a call that failed, and its path.
  case system(Int32, path: String)
}
