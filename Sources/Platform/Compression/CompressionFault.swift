/// Why a compressed file can't be read or written.
public enum CompressionFault: Error, Hashable, Sendable {
  /// Not of the expected kind, or broken.
  case unreadable(String)
  /// More comes out than is allowed.
  case tooLarge
  case unwritable(String)
}
