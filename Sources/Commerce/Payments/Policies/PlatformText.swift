import Signatures

enum PlatformText {
  /// A certificate that was pasted without its lines, or as it was where it isn't one.
  static func pem(of text: String) -> String { PlatformCertificate.pem(ofBare: text) ?? text }
}
