import Values

/// Keeps bytes under the hash of their content.
public protocol FileStore: Sendable {
  /// Stores the bytes durably and answers their key; storing equal bytes again is free.
  /// - Parameter fileExtension: `svg`, `jpg`, `png`, `webp`, `gif`, `avif`.
  func put(_ bytes: [UInt8], fileExtension: String) async throws -> FileKey
  /// Nil when there is no such file.
  func read(_ key: FileKey) async throws -> [UInt8]?
  /// Forgets the bytes for good; does nothing when there is no such file.
  func remove(_ key: FileKey) async throws
}
