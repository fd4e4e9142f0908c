import Crypto
import CryptoExtras
import Foundation

/// Why a text can't be taken as a key, so that whoever pasted it knows what to do.
public enum KeyProblem: Hashable, Sendable {
  /// Neither PEM nor base64 of an RSA key.
  case unreadable
  /// A PEM block that asks for a passphrase.
  case encrypted
  /// The public half, where the private one belongs.
  case isPublic
  /// The private half, where the public one belongs.
  case isPrivate
  /// Under 2048 bits.
  case tooShort(bits: Int)
}

extension RSAPrivateKey {
  /// Nil for what `init(text:)` reads.
  public static func problem(of text: String) -> KeyProblem? {
    if text.contains("ENCRYPTED") { return .encrypted }
    guard let der = KeyText.der(of: text) else { return .unreadable }
    if (try? _RSA.Signing.PrivateKey(derRepresentation: der)) != nil { return nil }
    if let short = try? _RSA.Signing.PrivateKey(unsafeDERRepresentation: der) {
      return .tooShort(bits: short.keySizeInBits)
    }
    return (try? _RSA.Signing.PublicKey(unsafeDERRepresentation: der)) == nil ? .unreadable : .isPublic
  }
}

extension RSAPublicKey {
  /// Nil for what `init(text:)` reads.
  public static func problem(of text: String) -> KeyProblem? {
    if text.contains("ENCRYPTED") { return .isPrivate }
    guard let der = KeyText.der(of: text) else { return .unreadable }
    if (try? _RSA.Signing.PublicKey(derRepresentation: der)) != nil { return nil }
    if let short = try? _RSA.Signing.PublicKey(unsafeDERRepresentation: der) {
      return .tooShort(bits: short.keySizeInBits)
    }
    return (try? _RSA.Signing.PrivateKey(unsafeDERRepresentation: der)) == nil ? .unreadable : .isPrivate
  }

  /// SHA-256 of the key's SPKI form, in lower-case hex: what tells keys apart without showing them.
  public var fingerprint: String {
    SHA256.hash(data: KeyText.der(of: pem) ?? Data()).map { String(format: "%02x", $0) }.joined()
  }
}

extension PlatformCertificate {
  private static let end = "-----END CERTIFICATE-----"

  /// All certificates with RSA keys in a PEM file, in its order; those of other kinds are left out.
  public static func all(in pem: String) -> [PlatformCertificate] {
    pem.components(separatedBy: end).compactMap { block in
      guard let start = block.range(of: "-----BEGIN CERTIFICATE-----") else { return nil }
      return PlatformCertificate(pem: block[start.lowerBound...] + end + "\n")
    }
  }

  /// PEM of what a file of a certificate holds without its lines: bare base64. Nil for anything else.
  public static func pem(ofBare base64: String) -> String? {
    guard let der = Data(base64Encoded: base64.filter { !$0.isWhitespace }), !der.isEmpty else { return nil }
    let lines = der.base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return "-----BEGIN CERTIFICATE-----\n\(lines)\n\(end)\n"
  }
}
