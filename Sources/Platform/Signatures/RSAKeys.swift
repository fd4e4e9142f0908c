import Crypto
import CryptoExtras
import Foundation
import X509

/// Signs as payment platforms ask for it: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, section 8.2), in base64 with padding.
public struct RSAPrivateKey: Sendable, Unprintable {
  private let key: _RSA.Signing.PrivateKey

  /// Reads PEM, or the bare base64 of PKCS#1 or PKCS#8, as platforms hand keys out; nil for anything else, and for keys
  /// under 2048 bits.
  public init?(text: String) {
    guard let der = KeyText.der(of: text), let key = try? _RSA.Signing.PrivateKey(derRepresentation: der) else {
      return nil
    }
    self.key = key
  }

  private init(_ key: _RSA.Signing.PrivateKey) { self.key = key }

  /// A new one of 2048 bits.
  public static func generated() throws -> RSAPrivateKey {
    RSAPrivateKey(try _RSA.Signing.PrivateKey(keySize: .bits2048))
  }

  public var publicKey: RSAPublicKey { RSAPublicKey(key.publicKey) }
  /// PKCS#1 in base64 without lines, as it is written into settings. Not to be logged.
  public var bareText: String { key.derRepresentation.base64EncodedString() }
  var certificateKey: Certificate.PrivateKey { Certificate.PrivateKey(key) }

  public func signature(of message: some DataProtocol) throws -> String {
    try key.signature(for: message, padding: .insecurePKCS1v1_5).rawRepresentation.base64EncodedString()
  }
}

/// Verifies what was signed with the private half.
public struct RSAPublicKey: Sendable {
  private let key: _RSA.Signing.PublicKey

  init(_ key: _RSA.Signing.PublicKey) { self.key = key }

  /// Reads PEM, or the bare base64 of an SPKI or PKCS#1 key; nil for anything else, and for keys under 2048 bits.
  public init?(text: String) {
    guard let der = KeyText.der(of: text), let key = try? _RSA.Signing.PublicKey(derRepresentation: der) else {
      return nil
    }
    self.key = key
  }

  /// - Parameter signature: base64 of the standard alphabet, padded; anything else isn't valid.
  public func isValid(_ signature: String, of message: some DataProtocol) -> Bool {
    guard let bytes = Data(base64Encoded: signature) else { return false }
    return key.isValidSignature(
      _RSA.Signing.RSASignature(rawRepresentation: bytes), for: message, padding: .insecurePKCS1v1_5)
  }

  public var pem: String { key.pemRepresentation }
  /// SPKI in base64 without lines.
  public var bareText: String { key.derRepresentation.base64EncodedString() }
  var certificateKey: Certificate.PublicKey { Certificate.PublicKey(key) }
}

enum KeyText {
  /// What stands between the lines of a PEM block, or the whole where there are none.
  static func der(of text: String) -> Data? {
    let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
    return Data(base64Encoded: lines.filter { !$0.hasPrefix("-----") }.joined())
  }
}
