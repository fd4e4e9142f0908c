import Crypto
import Foundation
import Signatures
import Values

/// What a shop that takes real money must not use: keys that exist for tests, which everybody has, and addresses where no
/// money moves.
public enum TestOnlyKeys {
  /// SHA-256 of the SPKI form of the public keys in Tests/Commerce/Payments/Vectors/test-only-keys.json.
  static let fingerprints: Set<String> = [
    "7bd32f5e70cf429ffd1f32234e5bf24c07e6b86dd8984b7fa22e596e79ea3d38",
    "27ccb4feae6d4ef7d3f673a8708999bfa976ec9907b417027cac8c223e159ae8",
    "99119e8f4e66c5db63e5a0eb8c5d8a5a87457b9c8b0fd4f42fd2c8ba7a964ffd",
    "3321b2db73c434eb9bf3e50cf74ee9e859ec80824dd6ebf426d02b338e9b3bee",
    "3d9c7427ec97aaf5cada2e5b11b1581cb9eb4f9da2a057a2ef0412a18b0c5895",
  ]

  /// SHA-256 of the texts of its symmetric secrets.
  static let texts: Set<String> = [
    "3a172a44313cefb79c5f5971a196ce4bd9ea35c99b914c930e666cf0a8b08467",
    "d08bf619d458193d014f35e28fdbf8ffa7543b483218d400b065f40f9edea991",
    "2d3f0294df2d23be37bd9c9c090b3c31466b1889eedd4caf6b437ab081e4b98e",
    "613ace5ae69a3147c089822ff20bf7b70d5b6451caf758d461c4ac6a9b180e90",
  ]

  /// Where real money moves, by the method.
  static let hosts: [PaymentMethod: Set<String>] = [
    AlipayProvider.name: ["openapi.alipay.com"],
    WeChatProvider.name: ["api.mch.weixin.qq.com", "api2.mch.weixin.qq.com"],
    StripeProvider.name: ["api.stripe.com"],
  ]

  /// What of an account is such a thing.
  static func parts(of stored: StoredAccount, _ seal: SecretSeal?, now: Timestamp) -> [FieldFaults.Fault] {
    let codes: Set = ["sandboxHost", "testOnlyKey", "testModeKey"]
    var reading = AccountReading(
      stored.account.method, stored.account.fields, stored.opened(by: seal) ?? [:],
      rules: AccountReading.Rules(isProduction: true, now: now))
    _ = reading.configuration()
    return reading.faults.faults.filter { codes.contains($0.code) }
  }

  static func contains(_ key: RSAPublicKey) -> Bool { fingerprints.contains(key.fingerprint) }

  static func contains(_ secret: PaymentSecret) -> Bool {
    texts.contains(Hex.text(SHA256.hash(data: Data(secret.text.utf8))))
  }

  /// An address that money is really asked at: https, and one of the provider's hosts.
  static func isReal(_ address: String, of method: PaymentMethod) -> Bool {
    guard let parts = URLComponents(string: address), parts.scheme == "https", let host = parts.host else {
      return false
    }
    return parts.port == nil && parts.user == nil && hosts[method, default: []].contains(host)
  }
}
