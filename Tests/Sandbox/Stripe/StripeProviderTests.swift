import Payments
import Synchronization
import TestKit
import Testing
import Values

@testable import Sandbox

/// The shop's own side of the protocol, against the platform.
@Suite struct StripeProviderTests {
  // req: 4.1.4-1
  @Test func `the shop and the platform understand each other`() async throws {
    try await StripeSide.run { stripe in
      let provider = stripe.provider
      let opening = try await provider.open(stripe.payment())
      #expect(try await provider.open(stripe.payment()) == opening)
      guard case .redirect(let page) = opening.handover else {
        Issue.record("the buyer isn't sent to the cashier")
        return
      }
      let open = stripe.payment(reference: opening.reference)
      #expect(try await provider.query(open).state == .pending)
      // One whose answer was lost is looked for, and what was never opened isn't opened by that.
      #expect(try await provider.query(stripe.payment()).state == .pending)
      #expect(try await provider.query(stripe.payment("pay_2")).state == .unknown)
      try await provider.close(stripe.payment("pay_2"))
      #expect(try await stripe.get("/v1/checkout/sessions").data.count == 1)
      let back = try await stripe.platform.send("POST", page + "/pay")
      #expect(back.headers["location"] == open.returnURL)
      let report = try await provider.query(open)
      #expect(report.state == .captured && report.amount == open.amount && report.number == "pay_1")
      #expect(report.providerNumber.hasPrefix("pi_"))
      await #expect(throws: ProviderFault.refused(code: "invalid_request_error")) { try await provider.close(open) }
    }
  }

  @Test(arguments: [PaymentWay.page, .client])
  func `an opening that broke down after it was done is found`(way: PaymentWay) async throws {
    try await StripeSide.run { stripe in
      let provider = stripe.provider
      try await stripe.fault("errorAfter", call: "POST /v1/")
      await #expect(throws: ProviderFault.outcomeUnknown("status 500")) {
        try await provider.open(stripe.payment(way: way))
      }
      let opening = try await provider.open(stripe.payment(way: way))
      let open = stripe.payment(way: way, reference: opening.reference)
      #expect(try await provider.query(open).state == .pending)
      #expect(try await provider.query(stripe.payment(way: way)).state == .pending)
      let path = way == .page ? "/v1/checkout/sessions" : "/v1/payment_intents"
      #expect(try await stripe.get(path).data.count == 1)
      #expect(opening.goodUntil == (way == .page ? stripe.platform.time.now.adding(.hours(24)) : nil))
    }
  }

  @Test(arguments: [
    ("pay", ProviderReport.State.captured, "checkout.session.async_payment_succeeded"),
    ("refuse", .failed, "checkout.session.async_payment_failed"),
  ])
  func `a bank that takes days decides in the end`(
    verb: String, state: ProviderReport.State, event: String
  ) async throws {
    try await Shop.run { shop in
      try await StripeSide.run(tells: shop) { stripe in
        let provider = stripe.provider
        let opening = try await provider.open(stripe.payment())
        let open = stripe.payment(reference: opening.reference)
        func play(_ verb: String) async throws -> Int {
          try await stripe.platform.control("POST", "providers/stripe/trades/pay_1/\(verb)").status
        }
        func told(_ type: String, _ count: Int) async throws -> ProviderReport? {
          let notice = try #require(try await shop.notices(count).first { $0.type == type })
          return try await provider.verify(RawNotice(headers: notice.headers, body: notice.body))
        }
        #expect(try await play("delay") == 200)
        #expect(try await provider.query(open).state == .pending)
        #expect(try await told("checkout.session.completed", 3)?.state == .pending)
        // Days are longer than sessions last, and one that the buyer is through with can't be taken back.
        stripe.platform.time.advance(by: .hours(25))
        await #expect(throws: ProviderFault.self) { try await provider.close(open) }
        #expect(try await provider.query(open).state == .pending)
        #expect(try await play("delay") == 409)
        #expect(try await play(verb) == 200)
        #expect(try await provider.query(open).state == state)
        let report = try await told(event, 6)
        #expect(report?.state == state && report?.number == "pay_1")
      }
    }
  }

  @Test func `what is closed isn't paid any more, unless it was under way`() async throws {
    try await StripeSide.run { stripe in
      let provider = stripe.provider
      let open = stripe.payment(reference: try await provider.open(stripe.payment()).reference)
      try await provider.close(open)
      #expect(try await provider.query(open).state == .closed)
      let late = #"{"evenIfClosed":true}"#
      _ = try await stripe.platform.control("POST", "providers/stripe/trades/pay_1/pay", late)
      #expect(try await provider.query(open).state == .captured)
    }
  }

  @Test func `an app pays with a payment of its own`() async throws {
    try await StripeSide.run { stripe in
      let provider = stripe.provider
      let opening = try await provider.open(stripe.payment(way: .client))
      guard case .client(let parameters) = opening.handover, let id = opening.reference else {
        Issue.record("the app isn't told how to pay")
        return
      }
      #expect(parameters["clientSecret"]?.hasPrefix("\(id)_secret_") == true)
      let open = stripe.payment(way: .client, reference: id)
      #expect(try await provider.query(open).state == .pending)
      _ = try await stripe.post("/v1/payment_intents/\(id)/confirm", "payment_method=pm_card_visa")
      #expect(try await provider.query(open).state == .captured)
      let other = try await provider.open(stripe.payment("pay_2", way: .client)).reference
      try await provider.close(stripe.payment("pay_2", way: .client, reference: other))
      #expect(try await provider.query(stripe.payment("pay_2", way: .client, reference: other)).state == .closed)
    }
  }

  // req: 4.2.4-6
  @Test func `money goes back in parts, and the statement has all of it`() async throws {
    try await StripeSide.run { stripe in
      let provider = stripe.provider
      let paid = try await paid(stripe)
      func refund(_ number: String, _ minor: Int64) -> ProviderRefund {
        ProviderRefund(
          payment: paid, number: number, amount: Money(minor: minor, currency: .cny), reason: "returned")
      }
      #expect(try await provider.queryRefund(refund("rfd_1", 800)).state == .unknown)
      #expect(try await provider.refund(refund("rfd_1", 800)).state == .pending)
      #expect(try await provider.refund(refund("rfd_1", 800)).state == .pending)
      stripe.platform.time.advance(by: .seconds(5))
      #expect(try await provider.queryRefund(refund("rfd_1", 800)).state == .settled)
      await #expect(throws: ProviderFault.self) { try await provider.refund(refund("rfd_2", 8001)) }
      #expect(try await provider.refund(refund("rfd_3", 8000)).state == .pending)
      await #expect(throws: ProviderFault.refused(code: "charge_already_refunded")) {
        try await provider.refund(refund("rfd_4", 1))
      }
      let day = try #require(ProviderDay(rawValue: "2026-01-15"))
      await #expect(throws: ProviderFault.notYet) { try await provider.readStatement(of: day) { _ in } }
      stripe.platform.time.advance(by: .days(1))
      let read = Mutex<[StatementRow]>([])
      try await provider.readStatement(of: day) { rows in read.withLock { $0 += rows } }
      let rows = read.withLock { $0 }.sorted { ($0.amount.minor, $0.refund) < ($1.amount.minor, $1.refund) }
      #expect(rows.map(\.refund) == ["rfd_1", "rfd_3", ""])
      #expect(rows.map(\.kind) == [.refund, .refund, .payment])
      #expect(rows.allSatisfy { $0.payment == "pay_1" && $0.providerNumber == paid.providerNumber })
    }
  }

  @Test func `a refund without an answer is found, not asked for again`() async throws {
    try await StripeSide.run { stripe in
      let provider = stripe.provider
      let refund = ProviderRefund(
        payment: try await paid(stripe), number: "rfd_1", amount: Money(minor: 800, currency: .cny), reason: "x")
      try await stripe.fault("errorAfter", call: "POST /v1/refunds")
      await #expect(throws: ProviderFault.self) { try await provider.refund(refund) }
      #expect(try await provider.refund(refund).state == .pending)
      try await stripe.fault("errorBefore", call: "POST /v1/refunds")
      let second = ProviderRefund(
        payment: refund.payment, number: "rfd_2", amount: Money(minor: 800, currency: .cny), reason: "x")
      await #expect(throws: ProviderFault.self) { try await provider.refund(second) }
      #expect(try await provider.queryRefund(second).state == .unknown)
      #expect(try await provider.refund(second).state == .pending)
      let all = try await stripe.get("/v1/refunds").data
      #expect(all.count == 2)
    }
  }

  @Test func `a balance that was too low is tried anew as soon as it may suffice`() async throws {
    try await StripeSide.run { stripe in
      let provider = stripe.provider
      let refund = ProviderRefund(
        payment: try await paid(stripe), number: "rfd_1", amount: Money(minor: 800, currency: .cny), reason: "x")
      try await stripe.fault("insufficientBalance", times: 2)
      for _ in 0..<2 { #expect(try await provider.refund(refund).state == .stuck) }
      for _ in 0..<2 { #expect(try await provider.refund(refund).state == .pending) }
      #expect(try await stripe.get("/v1/refunds").data.count == 1)
    }
  }

  @Test func `the shop hears of refunds, also of those that it didn't ask for`() async throws {
    try await Shop.run { shop in
      try await StripeSide.run(tells: shop) { stripe in
        let payment = try await paid(stripe)
        _ = try await shop.notices(4)
        _ = try await stripe.platform.control("POST", "providers/stripe/trades/pay_1/refund", #"{"amount":800}"#)
        let told = try #require(try await shop.notices(6).first { $0.type == "refund.created" })
        let report = try #require(
          try await stripe.provider.verify(RawNotice(headers: told.headers, body: told.body)))
        #expect(report.number == "pay_1" && report.providerNumber == payment.providerNumber)
        #expect(report.refund?.state == .settled && report.refund?.amount.minor == 800)
      }
    }
  }

  private func paid(_ stripe: StripeSide) async throws -> ProviderPayment {
    let reference = try await stripe.provider.open(stripe.payment()).reference
    _ = try await stripe.platform.control("POST", "providers/stripe/trades/pay_1/pay")
    let report = try await stripe.provider.query(stripe.payment(reference: reference))
    return stripe.payment(reference: reference, providerNumber: report.providerNumber)
  }
}
