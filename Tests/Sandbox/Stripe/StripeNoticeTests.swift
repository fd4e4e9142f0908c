import Foundation
import Payments
import TestKit
import Testing
import Values

@testable import Sandbox

@Suite struct StripeNoticeTests {
  private static let ofPayment = [
    "charge.succeeded", "checkout.session.completed", "payment_intent.created", "payment_intent.succeeded",
  ]

  private func paidSession(_ stripe: StripeSide) async throws -> StripeValue {
    let session = try await stripe.session()
    _ = try await stripe.platform.send("POST", try #require(session["url"]?.text) + "/pay")
    return session
  }

  // req: 4.1.4-1
  @Test func `one payment is told in several events, all of them genuine`() async throws {
    try await Shop.run { shop in
      try await StripeSide.run(tells: shop) { stripe in
        let session = try await paidSession(stripe)
        let heard = try await shop.notices(4)
        #expect(heard.map(\.type).sorted() == Self.ofPayment)
        #expect(heard.allSatisfy { $0.isSigned(with: StripeSide.webhookSecret) })
        var reports: [ProviderReport] = []
        for one in heard {
          let report = try await stripe.provider.verify(RawNotice(headers: one.headers, body: one.body))
          if let report { reports.append(report) }
        }
        #expect(reports.count == 2 && reports[0] == reports[1])
        #expect(reports.first?.state == .captured && reports.first?.number == "pay_1")
        let listed = try await stripe.get("/v1/events?type=checkout.session.completed").data
        #expect(listed.map { $0["data"]?["object"]?.id } == [session.id])
      }
    }
  }

  @Test func `an event that isn't acknowledged comes again under its id, signed anew`() async throws {
    let time = TestClock()
    try await Shop.run(failures: 4) { shop in
      try await StripeSide.run(time: time, tells: shop) { stripe in
        _ = try await paidSession(stripe)
        let first = try await shop.notices(4)
        try await eventually {
          let told = try await stripe.platform.control("GET", "providers/stripe").text
          return told.split(separator: "\"failures\":1").count == 5
        }
        #expect(try await stripe.get("/v1/events?delivery_success=false").data.count == 4)
        time.advance(by: .minutes(1))
        let all = try await shop.notices(8)
        #expect(try Set(all.map { try $0.event.id }) == Set(first.map { try $0.event.id }))
        let second = all.dropFirst(4)
        #expect(second.allSatisfy { $0.isSigned(with: StripeSide.webhookSecret) })
        #expect(Set(second.map { $0.headers["stripe-signature"]?.prefix(12) }).count == 1)
        #expect(
          second.first?.headers["stripe-signature"]?.prefix(12) != first.first?.headers["stripe-signature"]?.prefix(12))
        try await eventually { try await stripe.get("/v1/events?delivery_success=true").data.count == 4 }
      }
    }
  }

  @Test func `events are sent for almost three days`() {
    let waits = StripeVoice(secrets: [], address: "").waitsSeconds
    #expect(zip(waits, waits.dropFirst()).allSatisfy { $1 == 2 * $0 })
    #expect((60...72).contains(waits.reduce(0, +) / 3600))
  }

  @Test func `while the secret is changed both sign`() async throws {
    try await Shop.run { shop in
      try await StripeSide.run(tells: shop, secretBefore: "whsec_before") { stripe in
        _ = try await paidSession(stripe)
        for one in try await shop.notices(4) {
          #expect(one.isSigned(with: StripeSide.webhookSecret) && one.isSigned(with: "whsec_before"))
        }
      }
    }
  }

  @Test func `events come twice and in another order when they are told to`() async throws {
    try await Shop.run { shop in
      try await StripeSide.run(tells: shop) { stripe in
        try await stripe.fault("duplicateNotice", call: "charge.succeeded")
        try await stripe.fault("reorderNotice", call: "payment_intent.succeeded")
        _ = try await paidSession(stripe)
        let types = try await shop.notices(5).map(\.type)
        #expect(types.filter { $0 == "charge.succeeded" }.count == 2)
        let (intent, session) = (
          try #require(types.firstIndex(of: "payment_intent.succeeded")),
          try #require(types.firstIndex(of: "checkout.session.completed"))
        )
        #expect(session < intent)
      }
    }
  }

  @Test(arguments: ["tamperNotice", "badSignature", "foreignNotice"])
  func `what isn't genuine or not ours is refused by the shop`(kind: String) async throws {
    try await Shop.run { shop in
      try await StripeSide.run(tells: shop) { stripe in
        try await stripe.fault(kind, call: "payment_intent.succeeded")
        _ = try await paidSession(stripe)
        let spoilt = try #require(try await shop.notices(4).first { $0.type == "payment_intent.succeeded" })
        await #expect(throws: NoticeFault.self) {
          try await stripe.provider.verify(RawNotice(headers: spoilt.headers, body: spoilt.body))
        }
      }
    }
  }

  @Test(arguments: ["wrongAmount", "wrongCurrency", "wrongNumber"])
  func `well signed events may say something wrong`(kind: String) async throws {
    try await Shop.run { shop in
      try await StripeSide.run(tells: shop) { stripe in
        try await stripe.fault(kind, times: 4)
        _ = try await paidSession(stripe)
        let told = try #require(try await shop.notices(4).first { $0.type == "checkout.session.completed" })
        let report = try #require(
          try await stripe.provider.verify(RawNotice(headers: told.headers, body: told.body)))
        #expect((report.amount.minor == 8801) == (kind == "wrongAmount"))
        #expect((report.amount.currency == .usd) == (kind == "wrongCurrency"))
        #expect((report.number != "pay_1") == (kind == "wrongNumber"))
      }
    }
  }

  @Test func `the shop names the place where it listens`() async throws {
    try await Shop.run { shop in
      try await StripeSide.run { stripe in
        _ = try await paidSession(stripe)
        #expect(try await stripe.get("/v1/events").data.count == 4)
        let named = try await stripe.post(
          "/v1/webhook_endpoints",
          "url=\(shop.noticeURL)&enabled_events[]=refund.created&enabled_events[]=refund.failed")
        #expect(named["secret"]?.text == StripeSide.webhookSecret)
        #expect(try await stripe.get("/v1/webhook_endpoints").data.first?["secret"] == nil)
        let paid = try await stripe.paid()
        try await stripe.fault("refundFails")
        _ = try await stripe.post("/v1/refunds", "payment_intent=\(paid.id)")
        #expect(try await shop.notices(1).map(\.type) == ["refund.created"])
        stripe.platform.time.advance(by: .seconds(5))
        #expect(try await shop.notices(2).map(\.type) == ["refund.created", "refund.failed"])
      }
    }
  }
}
