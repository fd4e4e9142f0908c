import Foundation
import Payments
import Signatures
import TestKit
import Testing
import Values

@testable import Sandbox

/// The shop's own adapter, set up by what the sandbox says of itself, and the control API as tests use it.
enum AlipayShop {
  static func settings(at base: String) throws -> [String: String] {
    let text = try SandboxServer.adapterSettings(
      SandboxSettings(merchant: Platform.merchant, merchantName: "Martlet", secret: Platform.secret), at: base)
    let all = try JSONDecoder().decode([String: [String: String]].self, from: Data(text.utf8))
    return try #require(all["alipay"])
  }

  static func provider(_ platform: Platform, certificates: Bool = false) throws -> AlipayProvider {
    let settings = try settings(at: platform.base)
    let key = try #require(RSAPrivateKey(text: settings["privateKey"] ?? ""))
    let trust: AlipayConfiguration.Trust
    if certificates {
      let own = try #require(PlatformCertificate(pem: settings["applicationCertificate"] ?? ""))
      let theirs = try #require(PlatformCertificate(pem: settings["platformCertificate"] ?? ""))
      trust = .certificates(application: own, platform: [theirs], rootSerial: settings["rootSerial"] ?? "")
    } else {
      let theirs = try #require(RSAPublicKey(text: settings["publicKey"] ?? ""))
      trust = .publicKey(theirs)
    }
    return AlipayProvider(
      AlipayConfiguration(
        appID: settings["appID"] ?? "", sellerID: settings["sellerID"], privateKey: key, trust: trust,
        gateway: settings["gateway"] ?? ""), http: ProviderHTTPClient(), clock: platform.time.clock)
  }

  static func payment(
    _ platform: Platform, _ number: String = "pay_1", way: PaymentWay = .code, amount: Int64 = 8880, minutes: Int = 30,
    notices: String = "http://127.0.0.1:9/notices"
  ) -> ProviderPayment {
    ProviderPayment(
      number: number, amount: Money(minor: amount, currency: .cny), subject: "茶具 & \"茶叶\" {a/b}", language: .zhHans,
      expiresAt: platform.time.now.adding(.minutes(minutes)), returnURL: "https://shop.example/back?a=1",
      noticeURL: notices, way: way)
  }

  /// Opens a payment by code and has the buyer pay it.
  static func paid(
    _ platform: Platform, _ provider: AlipayProvider, _ number: String = "pay_1",
    notices: String = "http://127.0.0.1:9/notices"
  ) async throws -> ProviderPayment {
    let payment = payment(platform, number, notices: notices)
    _ = try await provider.open(payment)
    let answer = try await platform.control("POST", "providers/alipay/trades/\(number)/pay")
    #expect(answer.status == 200)
    return payment
  }

  static func order(_ fault: String, on platform: Platform, times: Int = 1, call: String = "") async throws {
    let answer = try await platform.control(
      "POST", "providers/alipay/faults", #"{"kind":"\#(fault)","times":\#(times),"call":"\#(call)"}"#)
    #expect(answer.status == 200)
  }

  struct Entry: Decodable {
    struct Trade: Decodable { let number, token, state: String }
    struct Notice: Decodable {
      let event, outcome: String
      let failures: Int
    }
    let trade: Trade
    let cashier: String
    let refunded: Int64
    let notices: [Notice]
  }

  static func entry(_ number: String = "pay_1", on platform: Platform) async throws -> Entry {
    let entries = try await platform.control("GET", "providers/alipay").decode([Entry].self)
    return try #require(entries.first { $0.trade.number == number })
  }
}
