import Foundation
import Signatures
import TestKit
import Testing
import Values

@testable import Payments

/// Nothing that opens something is ever printed or logged.
@Suite struct SecrecyTests {
  private static let secrets = [
    "sk_test_ABCDEFGHIJ0123456789", "whsec_ABCDEFGHIJ0123456789", "pi_1_secret_HIDDEN", "13800138000",
    "buyer@example.com", "oOPENID0123456789",
  ]

  private static func answer(_ call: ProviderCall) -> ProviderAnswer {
    switch (call.method, call.url.split(separator: "?").first.map(String.init) ?? "") {
    case ("POST", let url) where url.hasSuffix("/v1/payment_intents"):
      .json(
        #"{"id":"pi_1","client_secret":"pi_1_secret_HIDDEN","status":"requires_payment_method","amount":8880,"currency":"cny"}"#
      )
    case ("POST", let url) where url.hasSuffix("/v1/refunds"):
      .json(#"{"error":{"code":"charge_already_refunded","message":"sk_test_ABCDEFGHIJ0123456789"}}"#, 400)
    default: .json(#"{"error":{"message":"whsec_ABCDEFGHIJ0123456789 13800138000"}}"#, 500)
    }
  }

  // req: 4.1.4-2
  @Test func `no log of a whole payment has a secret, a key or a person in it`() async throws {
    let desk = try await AccountDesk { Self.answer($0) }
    try await desk.save(desk.stripe())
    try await desk.save(try desk.alipay())
    var request = desk.request(StripeProvider.name)
    request.way = .client
    request.client = PayingClient(address: "203.0.113.7", openID: "oOPENID0123456789")
    let payment = try await desk.payments.open(request).payment
    _ = try? await desk.payments.refresh(payment.id)
    _ = try await desk.accounts.trial(of: StripeProvider.name, by: desk.staff)
    _ = try await desk.accounts.trial(of: AlipayProvider.name, by: desk.staff)
    let body = """
      {"id":"evt_1","type":"payment_intent.succeeded","livemode":false,"created":1768442400,"data":{"object":\
      {"id":"pi_1","client_secret":"pi_1_secret_HIDDEN","receipt_email":"buyer@example.com","status":"succeeded",\
      "amount":8880,"amount_received":8880,"currency":"cny","metadata":{"number":"\(payment.id)"}}}}
      """
    let time = desk.store.clock.now.milliseconds / 1000
    for secret in ["whsec_WRONG0000000000000", "whsec_ABCDEFGHIJ0123456789"] {
      let code = StripeSigning.code("\(time).\(body)", secret)
      _ = try await desk.payments.takeNotice(
        RawNotice(headers: ["stripe-signature": "t=\(time),v1=\(code)"], body: Array(body.utf8)),
        from: StripeProvider.name)
    }
    let order = payment.shares[0].order
    _ = try await desk.payments.refund(
      RefundRequest(key: "r1", payment: payment.id, order: order, amount: payment.amount, reason: "13800138000"))
    let log = desk.lines.text
    #expect(log.contains("notice taken") && log.contains("notice not believed"))
    for secret in Self.secrets + [try Vectors.keys().pair("alipay-app").private_pkcs8_pem] {
      #expect(!log.contains(secret), "\(secret.prefix(12))…")
    }
    #expect(!log.contains("v1="))
  }

  @Test func `what holds a secret prints as stars, however it is printed`() throws {
    let keys = try Vectors.keys()
    let secret = "sk_test_ABCDEFGHIJ0123456789"
    let stripe = StripeConfiguration(secretKey: secret, webhookSecrets: [secret])
    let seal = try #require(SecretSeal(AccountDesk.sealKey))
    let draft = PaymentAccountDraft(
      method: StripeProvider.name, fields: [:], secrets: ["secretKey": PaymentSecret(secret)],
      terms: AccountDesk.terms, version: nil)
    let call = ProviderCall(
      method: "GET", url: "https://api.stripe.com/v1/x?key=\(secret)",
      headers: [("authorization", "Bearer \(secret)")], body: Array(secret.utf8))
    let values: [Any] = [
      PaymentSecret(secret), stripe, ProviderConfiguration.stripe(stripe), seal, draft, call,
      Handover.client(parameters: ["clientSecret": secret]), try keys.signer("alipay-app"),
      PayingClient(openID: secret), RawNotice(headers: ["authorization": secret], body: Array(secret.utf8)),
      StripeProvider(stripe, http: ScriptedHTTP { _ in .json("") }, clock: Vectors.clock),
    ]
    for value in values {
      var dumped = ""
      dump(value, to: &dumped)
      for text in ["\(value)", String(describing: value), String(reflecting: value), dumped] {
        #expect(!text.contains(secret) && !text.contains(AccountDesk.sealKey), "\(type(of: value))")
      }
    }
  }
}
