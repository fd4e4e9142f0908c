import Crypto
import Foundation
import Payments
import TestKit
import Testing
import Values

@testable import Sandbox

/// A shop's account at the sandbox's Stripe, and the ways to talk to it.
struct StripeSide: Sendable {
  static let secretKey = "sk_test_TESTONLY0000000000000000"
  static let webhookSecret = "whsec_TESTONLY0123456789abcdefghijklmnop"

  let platform: Platform
  var base: String { "\(platform.base)/stripe" }

  /// Runs `work` while a platform is up that tells `shop` of events.
  static func run(
    time: TestClock = TestClock(), tells shop: Shop? = nil, secretBefore: String? = nil,
    _ work: @escaping @Sendable (StripeSide) async throws -> Void
  ) async throws {
    var keys = ["stripe.secretKey": secretKey, "stripe.webhookSecret": webhookSecret]
    keys["stripe.webhookSecretBefore"] = secretBefore
    keys["stripe.noticeURL"] = shop?.noticeURL
    try await Platform.run(time: time, keys: keys) { try await work(StripeSide(platform: $0)) }
  }

  /// A call as a client makes it.
  func call(
    _ method: String, _ path: String, _ form: String = "", key: String? = nil,
    authorization: String = "Bearer \(StripeSide.secretKey)"
  ) async throws -> Answer {
    var headers = [("authorization", authorization), ("content-type", "application/x-www-form-urlencoded")]
    if let key { headers.append(("idempotency-key", key)) }
    return try await platform.send(method, base + path, form, headers: headers)
  }

  func post(_ path: String, _ form: String = "", key: String? = nil) async throws -> StripeValue {
    try await call("POST", path, form, key: key).value
  }

  func get(_ path: String) async throws -> StripeValue { try await call("GET", path).value }

  /// A payment that is paid.
  func paid(_ amount: Int = 8800) async throws -> StripeValue {
    try await post(
      "/v1/payment_intents",
      "amount=\(amount)&currency=cny&payment_method=pm_card_visa&confirm=true&metadata[number]=P1")
  }

  func session(_ more: String = "") async throws -> StripeValue {
    try await post(
      "/v1/checkout/sessions",
      "mode=payment&success_url=https://shop.example/back?s={CHECKOUT_SESSION_ID}&client_reference_id=pay_1"
        + "&line_items[0][quantity]=2&line_items[0][price_data][currency]=cny"
        + "&line_items[0][price_data][unit_amount]=4400&line_items[0][price_data][product_data][name]=Tea"
        + "&payment_intent_data[metadata][number]=pay_1\(more)")
  }

  func fault(_ kind: String, times: Int = 1, call: String = "") async throws {
    _ = try await platform.control(
      "POST", "providers/stripe/faults", #"{"kind":"\#(kind)","times":\#(times),"call":"\#(call)"}"#)
  }

  var provider: StripeProvider {
    StripeProvider(
      StripeConfiguration(secretKey: Self.secretKey, webhookSecrets: [Self.webhookSecret], baseURL: base),
      http: ProviderHTTPClient(), clock: platform.time.clock)
  }

  func payment(
    _ number: String = "pay_1", way: PaymentWay = .page, reference: String? = nil, providerNumber: String? = nil
  ) -> ProviderPayment {
    ProviderPayment(
      number: number, amount: Money(minor: 8800, currency: .cny), subject: "茶具 & 茶叶", language: .zhHans,
      expiresAt: platform.time.now.adding(.minutes(30)), returnURL: "https://shop.example/orders/1?paid=1",
      noticeURL: "https://shop.example/notices", way: way, reference: reference, providerNumber: providerNumber)
  }
}

extension Answer {
  var value: StripeValue {
    get throws { try decode(StripeValue.self) }
  }
}

extension StripeValue {
  var id: String { self["id"]?.text ?? "" }
  var status: String { self["status"]?.text ?? "" }
  var code: String { self["error"]?["code"]?.text ?? "" }
  var data: [StripeValue] {
    guard case .list(let items) = self["data"] else { return [] }
    return items
  }
}

extension Shop.Heard {
  var event: StripeValue {
    get throws { try JSONDecoder().decode(StripeValue.self, from: Data(body)) }
  }

  var type: String { (try? event["type"]?.text) ?? "" }

  /// The codes behind `v1=`, and whether each is one of the secret's.
  func isSigned(with secret: String) -> Bool {
    let parts = (headers["stripe-signature"] ?? "").split(separator: ",").map(String.init)
    guard let time = parts.first(where: { $0.hasPrefix("t=") })?.dropFirst(2) else { return false }
    let code = HMAC<SHA256>.authenticationCode(
      for: Data("\(time).".utf8) + Data(body), using: SymmetricKey(data: Data(secret.utf8)))
    return parts.contains("v1=\(Hex.text(code))")
  }
}
