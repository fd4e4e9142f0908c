import TestKit
import Testing
import Values

@testable import Payments

/// Accounts that were set up for tests, in a shop that takes real money since.
@Suite struct TestAccountTests {
  private static let hook = "whsec_ABCDEFGHIJ0123456789"

  /// A payment that was opened under an account of tests, whose keys others may have; its provider says that it is paid.
  private func opened() async throws -> (desk: AccountDesk, account: PaymentAccount, payment: Payment) {
    let desk = try await AccountDesk { call in
      .json(
        """
        {"id":"cs_1","url":"https://pay.example/1","status":"\(call.method == "POST" ? "open" : "complete")",\
        "payment_status":"\(call.method == "POST" ? "unpaid" : "paid")","amount_total":8880,"currency":"cny"}
        """)
    }
    let account = try await desk.save(desk.stripe(hook: Self.hook))
    let payment = try await desk.payments.open(desk.request(StripeProvider.name)).payment
    return (desk, account, payment)
  }

  private func notice(of payment: Payment, at desk: AccountDesk) -> RawNotice {
    let body = """
      {"id":"evt_1","type":"payment_intent.succeeded","livemode":false,"created":1768442400,"data":{"object":\
      {"id":"pi_1","status":"succeeded","amount":8880,"amount_received":8880,"currency":"cny",\
      "metadata":{"number":"\(payment.id)"}}}}
      """
    let time = desk.store.clock.now.milliseconds / 1000
    return RawNotice(
      headers: ["stripe-signature": "t=\(time),v1=\(StripeSigning.code("\(time).\(body)", Self.hook))"],
      body: Array(body.utf8))
  }

  // req: 4.1.4-1 4.1.4-2
  @Test func `an account of tests that was replaced pays nothing where real money moves`() async throws {
    let (desk, account, payment) = try await opened()
    let real = try desk.inProduction()
    let live = desk.stripe(
      "acct_2LIVELIVE", key: "sk_live_ABCDEFGHIJ0123456789", hook: "whsec_LIVELIVELIVE0123456789",
      version: account.version)
    _ = try await real.accounts.save(live, by: desk.staff)
    let answer = try await real.payments.takeNotice(notice(of: payment, at: desk), from: StripeProvider.name)
    #expect(answer.status == 400)
    let asked = desk.http.asked.count
    #expect(try await real.payments.refresh(payment.id).state == .pending)
    #expect(desk.http.asked.count == asked, "who speaks for tests isn't asked")
    // The buyer can pay in another way.
    #expect(try await real.payments.close(payment.id).state == .closed)
    #expect(desk.http.asked.count == asked)
    #expect(try await real.payments.audit().isEmpty)
  }

  // req: 4.1.4-1 4.1.4-2
  @Test func `nor does one that is switched off, and its payments end by themselves`() async throws {
    let (desk, account, payment) = try await opened()
    try await desk.accounts.turn(account.method, on: false, of: .shop, by: desk.staff)
    let real = try desk.inProduction()
    await #expect(throws: PaymentRefusal.unknownMethod) {
      try await real.payments.takeNotice(notice(of: payment, at: desk), from: StripeProvider.name)
    }
    desk.store.clock.advance(by: .minutes(31))
    _ = try await real.payments.sweep(now: desk.store.clock.now, limit: 10)
    #expect(try await real.payments.payment(payment.id)?.state == .closed)
    // Where no real money moves it is heard as ever.
    let (other, _, waiting) = try await opened()
    let taken = try await other.payments.takeNotice(notice(of: waiting, at: other), from: StripeProvider.name)
    #expect(taken.status == 200)
    #expect(try await other.payments.payment(waiting.id)?.state == .captured)
  }

  @Test func `what real accounts say counts`() async throws {
    let desk = try await AccountDesk(isProduction: true) { _ in .json("", 500) }
    try await desk.save(desk.stripe(key: "sk_live_ABCDEFGHIJ0123456789"))
    let listed = try #require(try await desk.directory.all(StripeProvider.name).first)
    #expect(!listed.isOfTests)
    #expect(try await desk.payments.methods() == [StripeProvider.name])
  }
}
