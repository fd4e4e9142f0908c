import Signatures
import Values

/// A merchant of the sandbox's WeChat Pay, as its console would have it.
struct WeChatAccount: Sendable {
  let merchantID: String
  let appID: String
  /// Of the mini-program.
  let appSecret: String
  /// Of the merchant's API certificate, in upper-case hex.
  let certificateSerial: String
  /// Verifies what the merchant signs.
  let merchantKey: RSAPublicKey
  /// The merchant's half of it, where the sandbox made it.
  let merchantPrivateKey: RSAPrivateKey?
  /// 32 characters: seals notices and platform certificates.
  let apiKeyText: String
  /// What the platform can sign with: the certificate that it uses, the one that comes next, and the key that merchants are
  /// handed by itself.
  let keys: [WeChatPlatformKey]

  var apiKey: [UInt8] { Array(apiKeyText.utf8) }

  /// Names in the ring: `wechat.merchantID`, `.appID`, `.appSecret`, `.apiKey`, `.merchant` (private; or `.merchant.public`),
  /// `.merchant.serial`, `.platform` and `.platform.next` (private) with a `.certificate` each, `.public` (private) and
  /// `.public.id`.
  init(_ ring: inout KeyRing) throws {
    merchantID = try ring.text("wechat.merchantID") { "19" + Random.digits(8) }
    appID = try ring.text("wechat.appID") { "wx" + Self.hex(16) }
    appSecret = try ring.text("wechat.appSecret") { Self.hex(32) }
    apiKeyText = try ring.secret("wechat.apiKey", count: 32)
    guard apiKeyText.utf8.count == 32 else { throw SandboxFault.unreadableKey(name: "wechat.apiKey") }
    if let key = try ring.publicKey("wechat.merchant.public") {
      (merchantKey, merchantPrivateKey) = (key, nil)
    } else {
      let key = try ring.privateKey("wechat.merchant")
      (merchantKey, merchantPrivateKey) = (key.publicKey, key)
    }
    certificateSerial = try ring.text("wechat.merchant.serial") { Self.hex(40).uppercased() }.uppercased()
    let id = try ring.text("wechat.public.id") { "PUB_KEY_ID_0" + Random.digits(39) }
    keys = [
      try Self.certified("wechat.platform", &ring), try Self.certified("wechat.platform.next", &ring),
      WeChatPlatformKey(serial: id, privateKey: try ring.privateKey("wechat.public"), certificate: nil),
    ]
    guard id.hasPrefix("PUB_KEY_ID_"), Set(keys.map(\.serial)).count == keys.count else {
      throw SandboxFault.unreadableKey(name: "wechat.public.id")
    }
  }

  private static func certified(_ name: String, _ ring: inout KeyRing) throws -> WeChatPlatformKey {
    let key = try ring.privateKey(name)
    let certificate = try ring.certificate(name + ".certificate", of: key, called: "Tenpay.com sandbox")
    return WeChatPlatformKey(serial: certificate.serial, privateKey: key, certificate: certificate)
  }

  /// So many digits, an even number.
  private static func hex(_ digits: Int) -> String {
    Hex.text((0..<digits / 2).map { _ in UInt8.random(in: .min ... .max) })
  }

  /// The key that merchants are handed by itself.
  var publicKey: WeChatPlatformKey? { keys.first { $0.certificate == nil } }
}

/// A key of the platform: one that merchants know by a certificate that they fetch, or one that they are handed.
struct WeChatPlatformKey: Sendable {
  /// The certificate's serial in upper-case hex, or `PUB_KEY_ID_…`.
  let serial: String
  let privateKey: RSAPrivateKey
  let certificate: PlatformCertificate?
}
