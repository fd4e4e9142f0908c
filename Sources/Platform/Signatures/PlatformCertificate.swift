import Crypto
import Foundation
import SwiftASN1
import X509

/// An X.509 certificate with an RSA key, as payment platforms hand them out.
public struct PlatformCertificate: Sendable {
  /// Upper-case hex, without leading zeros: `5E57…`.
  public let serial: String
  public let publicKey: RSAPublicKey
  public let validFrom: Date
  public let validUntil: Date
  /// MD5 in lower-case hex of the issuer's name and the serial in decimal: how Alipay calls a certificate.
  public let alipaySerial: String
  let certificate: Certificate

  /// Reads one certificate in PEM; nil for anything else.
  public init?(pem: String) {
    guard let certificate = try? Certificate(pemEncoded: pem),
      let key = RSAPublicKey(text: Data(certificate.publicKey.subjectPublicKeyInfoBytes).base64EncodedString())
    else { return nil }
    self.certificate = certificate
    publicKey = key
    validFrom = certificate.notValidBefore
    validUntil = certificate.notValidAfter
    let bytes = Array(certificate.serialNumber.bytes.drop { $0 == 0 })
    serial = String(bytes.map { String(format: "%02X", $0) }.joined().drop { $0 == "0" })
    let name = certificate.issuer.description + Self.decimal(bytes)
    alipaySerial = Insecure.MD5.hash(data: Data(name.utf8)).map { String(format: "%02x", $0) }.joined()
  }

  /// One that nobody vouches for, of a key of one's own: what tests and sandboxes hand out.
  public static func selfSigned(
    _ key: RSAPrivateKey, name: String, validFrom: Date, validUntil: Date
  ) throws -> PlatformCertificate? {
    let subject = try DistinguishedName {
      CountryName("CN")
      OrganizationName("Sandbox")
      OrganizationalUnitName("Test")
      CommonName(name)
    }
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey.certificateKey,
      notValidBefore: validFrom, notValidAfter: validUntil, issuer: subject, subject: subject,
      signatureAlgorithm: .sha256WithRSAEncryption, extensions: Certificate.Extensions(),
      issuerPrivateKey: key.certificateKey)
    return PlatformCertificate(pem: try certificate.serializeAsPEM().pemString)
  }

  public var pem: String { get throws { try certificate.serializeAsPEM().pemString } }

  /// A number of any length, most significant byte first.
  static func decimal(_ bytes: [UInt8]) -> String {
    var digits: [UInt8] = [0]
    for byte in bytes {
      var carry = Int(byte)
      for index in digits.indices {
        carry += Int(digits[index]) * 256
        digits[index] = UInt8(carry % 10)
        carry /= 10
      }
      while carry > 0 {
        digits.append(UInt8(carry % 10))
        carry /= 10
      }
    }
    return String(decoding: digits.reversed().map { $0 + 48 }, as: UTF8.self)
  }
}
