import Foundation
import Governance
import TestKit
import Testing
import Values

@testable import Payments

/// Which methods a checkout offers, and who may have sent a notice.
@Suite struct AccountOfferingTests {
  // req: 2.2-4
  @Test func `a checkout offers what all of its merchants take, within the bounds of each method`() async throws {
    let desk = try await AccountDesk(start: [try FakeProvider()])
    var terms = AccountDesk.terms
    (terms.least, terms.most) = (Money(minor: 100, currency: .cny), Money(minor: 5000, currency: .cny))
    try await desk.save(desk.stripe(terms: terms))
    let (kiln, reed): (MerchantID, MerchantID) = (desk.store.ids.next(), desk.store.ids.next())
    let sandbox = try #require(PaymentMethod(rawValue: "sandbox"))
    func offered(_ merchants: [MerchantID], _ minor: Int64? = 1000) async throws -> [PaymentMethod] {
      try await desk.payments.methods(
        for: PaymentBasis(merchants: merchants, amount: minor.map { Money(minor: $0, currency: .cny) }))
    }
    #expect(try await offered([kiln, reed]) == [sandbox, StripeProvider.name])
    try await desk.accounts.turn(StripeProvider.name, on: false, of: .merchant(reed), by: desk.staff)
    #expect(try await offered([kiln]) == [sandbox, StripeProvider.name])
    #expect(try await offered([kiln, reed]) == [sandbox])
    for minor in [99, 5001] as [Int64] { #expect(try await offered([kiln], minor) == [sandbox]) }
    for minor in [100, 5000, nil] as [Int64?] { #expect(try await offered([kiln], minor).count == 2) }
    try await desk.accounts.turn(sandbox, on: false, of: .channel(.main), by: desk.staff)
    #expect(try await offered([reed]).isEmpty)
    try await desk.accounts.turn(sandbox, on: true, of: .channel(.main), by: desk.staff)
    try await desk.accounts.turn(sandbox, on: false, of: .shop, by: desk.staff)
    #expect(try await desk.payments.methods() == [StripeProvider.name])
    try await desk.accounts.turn(StripeProvider.name, on: false, of: .shop, by: desk.staff)
    #expect(try await desk.payments.methods().isEmpty)
  }

  // req: 2.2-4
  @Test func `the shop's own ways can have a highest sum`() async throws {
    let most = Money(minor: 200_000, currency: .cny)
    let desk = try await AccountDesk(start: [
      OwnMethod(.transfer, clock: Vectors.clock), OwnMethod(.cash, most: most, clock: Vectors.clock),
    ])
    func offered(_ minor: Int64?) async throws -> [PaymentMethod] {
      try await desk.payments.methods(
        for: PaymentBasis(merchants: [], amount: minor.map { Money(minor: $0, currency: .cny) }))
    }
    #expect(try await offered(200_000) == [.transfer, .cash])
    #expect(try await offered(nil) == [.transfer, .cash])
    #expect(try await offered(200_001) == [.transfer])
    await #expect(throws: PaymentRefusal.amountOutOfRange(least: nil, most: most)) {
      try await desk.payments.open(desk.request(.cash, 200_001))
    }
    #expect(try await desk.payments.open(desk.request(.cash, 200_000)).payment.state == .pending)
    #expect(desk.accounts.termsOfStart(.cash)?.most == most && desk.accounts.termsOfStart(.transfer) == nil)
  }

  // req: 2.2-4
  @Test func `what the platform keeps off one merchant's goods that merchant can't turn on`() async throws {
    let desk = try await AccountDesk(start: [try FakeProvider()])
    let (kiln, reed): (MerchantID, MerchantID) = (desk.store.ids.next(), desk.store.ids.next())
    let sandbox = try #require(PaymentMethod(rawValue: "sandbox"))
    func offered(_ merchant: MerchantID) async throws -> [PaymentMethod] {
      try await desk.payments.methods(for: PaymentBasis(merchants: [merchant]))
    }
    try await desk.accounts.turn(sandbox, on: false, of: .merchant(reed), by: desk.staff)
    try await desk.accounts.turn(sandbox, on: false, of: .platform(reed), by: desk.staff)
    #expect(try await offered(kiln) == [sandbox])
    #expect(try await offered(reed).isEmpty)
    await #expect(throws: PaymentAccountRefusal.barred) {
      try await desk.accounts.turn(sandbox, on: true, of: .merchant(reed), by: desk.staff)
    }
    await #expect(throws: PaymentRefusal.unknownMethod) {
      try await desk.payments.open(desk.request(sandbox, 100, merchant: reed))
    }
    // What the merchant doesn't want either stays off once the platform has nothing against it.
    try await desk.accounts.turn(sandbox, on: true, of: .platform(reed), by: desk.staff)
    #expect(try await offered(reed).isEmpty)
    try await desk.accounts.turn(sandbox, on: true, of: .merchant(reed), by: desk.staff)
    #expect(try await offered(reed) == [sandbox])
  }

  @Test func `what isn't offered can't be opened either`() async throws {
    let desk = try await AccountDesk()
    var terms = AccountDesk.terms
    terms.most = Money(minor: 5000, currency: .cny)
    try await desk.save(desk.stripe(terms: terms))
    #expect(PaymentRefusal.amountOutOfRange(least: nil, most: terms.most).code == "paymentTooLarge")
    await #expect(throws: PaymentRefusal.amountOutOfRange(least: nil, most: terms.most)) {
      try await desk.payments.open(desk.request(StripeProvider.name, 5001))
    }
    let reed: MerchantID = desk.store.ids.next()
    try await desk.accounts.turn(StripeProvider.name, on: false, of: .merchant(reed), by: desk.staff)
    await #expect(throws: PaymentRefusal.unknownMethod) {
      try await desk.payments.open(desk.request(StripeProvider.name, 100, merchant: reed))
    }
    await #expect(throws: PaymentRefusal.unknownMethod) {
      try await desk.payments.open(desk.request(AlipayProvider.name, 100))
    }
    #expect(desk.http.asked.isEmpty)
  }

  @Test func `an account to which its provider doesn't listen keeps no other of the method from being asked`()
    async throws
  {
    let desk = try await AccountDesk { _ in .json(#"{"error":{"type":"invalid_request_error"}}"#, 401) }
    try await desk.save(desk.stripe())
    let breaker = desk.directory.breaker(of: StripeProvider.name)
    for _ in 0...breaker.failures {
      await #expect(throws: PaymentRefusal.providerUnavailable) {
        try await desk.payments.open(desk.request(StripeProvider.name))
      }
    }
    #expect(breaker.state == .closed && desk.http.asked.count == breaker.failures + 1)
  }

  @Test func `who looks at a payment all the time has its provider asked twenty times a minute`() async throws {
    let desk = try await AccountDesk { call in
      call.method == "POST"
        ? .json(
          #"{"id":"cs_1","url":"https://pay.example/1","status":"open","payment_status":"unpaid","amount_total":8880,"currency":"cny"}"#
        )
        : .json(#"{"error":{"code":"resource_missing"}}"#, 404)
    }
    try await desk.save(desk.stripe())
    let payment = try await desk.payments.open(desk.request(StripeProvider.name)).payment
    func look() async {
      for _ in 1...50 { _ = try? await desk.payments.refresh(payment.id) }
    }
    func asked() -> Int { desk.http.asked.filter { $0.method == "GET" }.count }
    await look()
    #expect(asked() == StoredPayments.questionsPerMinute)
    #expect(try await desk.payments.refresh(payment.id).state == .pending, "what is known")
    desk.store.clock.advance(by: .minutes(2))
    await look()
    #expect(asked() == 2 * StoredPayments.questionsPerMinute)
  }

  @Test func `methods stand in the order that staff give them`() async throws {
    let desk = try await AccountDesk()
    var terms = AccountDesk.terms
    terms.place = 5
    try await desk.save(desk.stripe())
    try await desk.save(try desk.alipay { $0.terms = terms })
    #expect(try await desk.payments.methods() == [AlipayProvider.name, StripeProvider.name])
  }

  @Test func `a method's bill is that of each of its accounts that may have moved something, once`() async throws {
    let desk = try await AccountDesk()
    let first = try await desk.save(desk.stripe())
    try await desk.save(desk.stripe("acct_2OTHEROTHER", version: first.version))
    let alipay = try await desk.save(try desk.alipay())
    // Another app of the same seller, whose bill has both.
    try await desk.save(
      try desk.alipay { draft in
        draft.fields["appID"] = "2021000000000009"
        draft.version = alipay.version
      })
    let start = desk.store.clock.now
    func billers(_ method: PaymentMethod, _ days: Int, _ moved: Set<PaymentAccountID> = []) async throws -> Int {
      try await desk.directory.billers(of: method, from: start.adding(.days(days)), moved: moved).count
    }
    #expect(try await billers(StripeProvider.name, 0) == 2)
    #expect(try await billers(StripeProvider.name, 8) == 1)
    #expect(try await billers(StripeProvider.name, 8, [first.id]) == 2)
    #expect(try await billers(AlipayProvider.name, 0) == 1)
    #expect(try await desk.directory.calendars() == [AlipayProvider.name: .china, StripeProvider.name: .utc])
    let rules = try await desk.payments.feeRules()
    #expect(rules.map(\.method) == [AlipayProvider.name, StripeProvider.name] && rules.map(\.parts) == [60, 60])
  }

  /// With the secrets of one account of ours nobody speaks for a payment of the other.
  @Test func `a notice counts for the account whose payment it is about, current or not`() async throws {
    let desk = try await AccountDesk { _ in
      .json(
        #"{"id":"cs_1","url":"https://pay.example/1","status":"open","payment_status":"unpaid","amount_total":8880,"currency":"cny"}"#
      )
    }
    let first = try await desk.save(desk.stripe())
    let payment = try await desk.payments.open(desk.request(StripeProvider.name)).payment
    try await desk.save(
      desk.stripe(
        "acct_2OTHEROTHER", key: "sk_test_ANOTHERKEY000000000", hook: "whsec_ANOTHERHOOK0000000",
        version: first.version))
    func told(_ secret: String) async throws -> Int {
      let body = """
        {"id":"evt_1","type":"payment_intent.succeeded","livemode":false,"created":1768442400,"data":{"object":\
        {"id":"pi_1","status":"succeeded","amount":8880,"amount_received":8880,"currency":"cny",\
        "metadata":{"number":"\(payment.id)"}}}}
        """
      let time = desk.store.clock.now.milliseconds / 1000
      let notice = RawNotice(
        headers: ["stripe-signature": "t=\(time),v1=\(StripeSigning.code("\(time).\(body)", secret))"],
        body: Array(body.utf8))
      return try await desk.payments.takeNotice(notice, from: StripeProvider.name).status
    }
    #expect(try await told("whsec_ANOTHERHOOK0000000") == 400)
    #expect(try await desk.payments.payment(payment.id)?.state == .pending)
    #expect(try await told("whsec_WRONG0000000000000") == 400)
    #expect(try await told("whsec_ABCDEFGHIJ0123456789") == 200)
    #expect(try await desk.payments.payment(payment.id)?.state == .captured)
    let heard = try await desk.payments.notices(matching: NoticeFilter(), PageRequest(limit: 10)).items
    #expect(heard.map(\.notice.effect) == ["moved", "none", "foreignMerchant"])
    #expect(heard.map(\.isBelieved) == [true, false, true])
    let strange = NoticeFilter(method: StripeProvider.name, isBelieved: false)
    #expect(try await desk.payments.notices(matching: strange, PageRequest(limit: 10)).items.count == 1)
  }

  @Test func `what one account can't find out yet isn't what a stranger says to another`() async throws {
    let desk = try await AccountDesk()
    let first = try await desk.save(desk.stripe())
    try await desk.save(
      desk.stripe(
        "acct_2OTHEROTHER", key: "sk_test_ANOTHERKEY000000000", hook: "whsec_ANOTHERHOOK0000000",
        version: first.version))
    // Of which payment it is has to be asked for, and nobody answers.
    let body = """
      {"id":"evt_1","type":"refund.updated","livemode":false,"created":1768442400,"data":{"object":\
      {"id":"re_1","amount":880,"currency":"cny","status":"succeeded","payment_intent":"pi_1"}}}
      """
    let time = desk.store.clock.now.milliseconds / 1000
    for secret in ["whsec_ABCDEFGHIJ0123456789", "whsec_ANOTHERHOOK0000000"] {
      let notice = RawNotice(
        headers: ["stripe-signature": "t=\(time),v1=\(StripeSigning.code("\(time).\(body)", secret))"],
        body: Array(body.utf8))
      let answer = try await desk.payments.takeNotice(notice, from: StripeProvider.name)
      #expect(answer.status == 400)
    }
    let heard = try await desk.payments.notices(matching: NoticeFilter(), PageRequest(limit: 10)).items
    #expect(heard.map(\.notice.effect) == ["notYet", "notYet"])
    #expect(heard.allSatisfy { $0.isBelieved })
  }

  @Test func `notices are shown without who the buyer is and what opens something, but with their signature`() {
    let form = "buyer_logon_id=138%2A%2A%2A%2A0000&buyer_id=2088&total_amount=88.80&sign=abc%3D"
    #expect(
      NoticeMask.masked(form, showsPeople: false) == "buyer_logon_id=***&buyer_id=***&total_amount=88.80&sign=abc%3D")
    #expect(NoticeMask.masked(form, showsPeople: true).hasPrefix("buyer_logon_id=138%2A%2A%2A%2A0000&buyer_id=2088"))
    let json = #"{"id":"evt_1","client_secret":"pi_1_secret_2","email" : "a\"b@c.example","amount":8880,"phone":138"#
    let masked = NoticeMask.masked(json, showsPeople: false)
    #expect(masked == #"{"id":"evt_1","client_secret":"***","email" : "***","amount":8880,"phone":"***""#)
    #expect(!NoticeMask.masked(json, showsPeople: true).contains("secret_2"))
    #expect(NoticeMask.masked(#"{"client_secret":"pi_1_secr"#, showsPeople: true) == #"{"client_secret":"***""#)
  }
}
