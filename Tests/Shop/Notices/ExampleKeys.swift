import Foundation
import Payments
import Signatures
import TestKit
import Testing
import Values

@testable import App

/// The keys of the signed examples, which everybody has: a shop of tests is set up with them, and the providers that a test
/// plays sign with theirs.
struct ExampleKeys: Decodable, Sendable {
  struct Pair: Decodable, Sendable {
    let private_pkcs8_pem: String
    let public_spki_pem: String
    let cert_pem: String?
    let cert_serial_no: String?
    let public_key_id: String?
  }

  private let keys: [String: Pair]
  private let symmetric: [String: String]

  static func read() throws -> ExampleKeys {
    let file = packageFolder.appending(path: "Tests/Commerce/Payments/Vectors/test-only-keys.json")
    return try JSONDecoder().decode(ExampleKeys.self, from: Data(contentsOf: file))
  }

  func pair(_ name: String) throws -> Pair { try #require(keys["TEST-ONLY-\(name)"]) }
  func secret(_ name: String) throws -> String { try #require(symmetric[name]) }

  func signer(_ name: String) throws -> RSAPrivateKey {
    let text = try pair(name).private_pkcs8_pem
    return try #require(RSAPrivateKey(text: text))
  }
}

/// What the shop is at each provider, as it is typed into the forms, and the same as the sandbox is told of it.
struct ExampleAccounts: Sendable {
  static let alipayApp = "2021000000000001"
  static let alipaySeller = "2088000000000002"
  static let weChatMerchant = "1900000001"
  static let weChatApp = "wx0000000000000001"
  /// Of the mini-program; made up here.
  static let weChatSecret = "5eedab1e5eedab1e5eedab1e5eedab1e"
  static let stripeKey = "sk_test_ABCDEFGHIJ0123456789"
  static let stripeHook = "whsec_ABCDEFGHIJ0123456789"

  let keys: ExampleKeys
  /// Where the sandbox answers.
  let sandbox: String

  /// By the names of the forms' fields.
  func fields(of method: String) throws -> [String: String] {
    switch method {
    case "alipay":
      return [
        "appID": Self.alipayApp, "sellerID": Self.alipaySeller, "trust": "publicKey",
        "publicKey": try keys.pair("alipay-platform").public_spki_pem, "gateway": "\(sandbox)/alipay/gateway.do",
      ]
    case "wechat":
      let (merchant, platform) = (try keys.pair("wechat-merchant"), try keys.pair("wechat-platform"))
      return [
        "merchantID": Self.weChatMerchant, "appID": Self.weChatApp,
        "certificateSerial": try #require(merchant.cert_serial_no),
        "publicKeyID": try #require(platform.public_key_id), "publicKey": platform.public_spki_pem,
        "gateway": sandbox,
      ]
    default: return ["accountID": "acct_1TESTONLY", "gateway": "\(sandbox)/stripe"]
    }
  }

  func secrets(of method: String) throws -> [String: String] {
    switch method {
    case "alipay": ["privateKey": try keys.pair("alipay-app").private_pkcs8_pem]
    case "wechat":
      [
        "privateKey": try keys.pair("wechat-merchant").private_pkcs8_pem,
        "apiKey": try keys.secret("wechat_apiv3_key"), "appSecret": Self.weChatSecret,
      ]
    default: ["secretKey": Self.stripeKey, "webhookSecret": Self.stripeHook]
    }
  }

  func draft(of method: String) throws -> PaymentAccountDraft {
    PaymentAccountDraft(
      method: try #require(PaymentMethod(rawValue: method)), fields: try fields(of: method),
      secrets: try secrets(of: method).mapValues { PaymentSecret($0) },
      terms: PaymentTerms(isOn: true, feePoints: 0, feeFixed: .zero(.cny)), version: nil)
  }

  /// The file that `--sandbox-keys` names, as JSON.
  /// - Parameter stripeNotices: where Stripe tells of events, which shops say at its console.
  static func ofSandbox(_ keys: ExampleKeys, stripeNotices: String? = nil) throws -> Data {
    let (merchant, platform) = (try keys.pair("wechat-merchant"), try keys.pair("wechat-platform"))
    var ring = [
      "alipay.appID": alipayApp, "alipay.sellerID": alipaySeller,
      "alipay.platform": try keys.pair("alipay-platform").private_pkcs8_pem,
      "alipay.appPublicKey": try keys.pair("alipay-app").public_spki_pem, "wechat.merchantID": weChatMerchant,
      "wechat.appID": weChatApp, "wechat.appSecret": weChatSecret, "wechat.apiKey": try keys.secret("wechat_apiv3_key"),
      "wechat.merchant.public": merchant.public_spki_pem,
      "wechat.merchant.serial": try #require(merchant.cert_serial_no),
      "wechat.public": platform.private_pkcs8_pem, "wechat.public.id": try #require(platform.public_key_id),
      "stripe.secretKey": stripeKey, "stripe.webhookSecret": stripeHook,
    ]
    ring["stripe.noticeURL"] = stripeNotices
    return try JSONEncoder().encode(ring)
  }
}
