import Flows
import Foundation
import Merchants
import NIOHTTP1
import Orders
import Payments
import Refunds
import TestKit
import Testing
import Values

@testable import App

/// Money that somebody sends back at the provider, which the shop hears of by notices alone.
@Suite struct ProviderRefundNoticeTests {
  // req: 4.1.4-3 4.2.4-5
  @Test(arguments: [Speaker.alipay, .wechat, .sandbox])
  func `a refund that is told before its payment comes again until there is one`(speaker: Speaker) async throws {
    try await NoticeDoor.run(speaker) { door in
      let back = try await door.refundedThere(100)
      // WeChat's says nothing of the payment, and what the others' say of it is that nobody has paid yet.
      var early = back
      early.state = .pending
      try await door.expectRefused(early, when: "before the payment")
      #expect(try await door.test.noticeEffects() == ["refundTooEarly"])
      var paid = back
      paid.refund = nil
      try await door.expectTaken(paid, when: "the payment")
      try await door.expectPaidOnce()
      for time in ["after the payment", "once more"] {
        try await door.expectTaken(back, when: time)
        try await door.expectBack(100)
      }
      #expect(try await door.test.noticeEffects() == ["refundTooEarly", "moved", "moved", "repeated"])
      var tooMuch = back
      tooMuch.refund = ("5030000002", door.payment.amount.minor)
      try await door.expectRefused(tooMuch, when: "more than is left, and for Alipay nothing that it knows of")
    }
  }

  // req: 4.1.4-3 4.2.4-5
  @Test(arguments: [Speaker.alipay, .stripe])
  func `a refund of which its provider says that the money had come brings its payment along`(
    speaker: Speaker
  ) async throws {
    try await NoticeDoor.run(speaker) { door in
      let back = try await door.refundedThere(100)
      try await door.expectTaken(back, when: "before the payment")
      try await door.expectBack(100)
      var paid = back
      paid.refund = nil
      for telling in [paid, back] {
        try await door.expectTaken(telling, when: "afterwards")
        try await door.expectBack(100)
      }
      #expect(try await door.test.noticeEffects() == ["moved", "repeated", "repeated"])
    }
  }

  // req: 4.1.4-3 4.2.4-5
  @Test func `a refund that Alipay knows nothing of isn't taken, whenever it is told`() async throws {
    try await NoticeDoor.run(.alipay) { door in
      let paid = try await door.paidThere()
      var invented = paid
      invented.refund = ("5030000001", 100)
      try await door.expectRefused(invented, when: "before the payment")
      try await door.expectTaken(paid)
      try await door.expectPaidOnce()
      try await door.expectRefused(invented, when: "after the payment")
      #expect(try await door.test.noticeEffects() == ["notYet", "moved", "notYet"])
    }
  }

  // req: 4.1.4-2 4.2.4-5
  @Test(arguments: [Speaker.alipay, .wechat, .stripe])
  func `a refund that was begun at the provider reaches the merchant by the provider's own notice`(
    speaker: Speaker
  ) async throws {
    try await NoticeDoor.run(speaker) { door in
      if speaker == .stripe { try await door.nameAddressAtStripe() }
      try await door.comeToCashier()
      try await door.provider("trades/\(door.payment.id)/pay")
      try await eventually("the shop is told of the payment") {
        try await door.test.settle()
        return try await door.standing().order == .awaitingReview
      }
      try await door.expectPaidOnce()
      try await door.provider("trades/\(door.payment.id)/refund", #"{"amount":1200}"#)
      try await eventually("the shop is told of the refund") {
        try await door.test.settle()
        return try await door.standing().refunds == 1
      }
      try await door.expectBack(1200)
      let contexts = door.test.shop.contexts
      let staff = try await door.test.staff(of: try await contexts.merchants.merchant(door.order.merchant))
      let refund = try #require(try await contexts.refunds.cases(of: door.order.id).first)
      #expect(try await staff.get("/admin/refunds?part=settled").body.contains("/admin/refunds/\(refund.id)"))
    }
  }
}

extension NoticeDoor {
  private struct Entry: Decodable {
    struct Trade: Decodable { let number, tradeNumber: String }
    struct Back: Decodable { let refundNumber: String }

    let trade: Trade
    let refunds: [Back]
  }

  /// Plays something at the provider.
  fileprivate func provider(_ path: String, _ json: String = "{}") async throws {
    try await test.control("providers/\(speaker.rawValue)/\(path)", json)
  }

  /// Alipay knows of a payment once its buyer has come.
  fileprivate func comeToCashier() async throws {
    guard case .redirect(let url) = try await test.shop.contexts.payments.handover(of: payment.id) else { return }
    _ = try await test.browser().get(url)
  }

  private func entry() async throws -> Entry {
    let known = try await test.browser().get(
      "\(test.settings.sandbox.url)/control/providers/\(speaker.rawValue)",
      headers: ["sandbox-control": TestShop.controlKey])
    let entries = try JSONDecoder().decode([Entry].self, from: Data(known.body.utf8))
    return try #require(entries.first { $0.trade.number == "\(payment.id)" })
  }

  /// Pays at the provider, and keeps it from telling of anything.
  /// - Returns: what it would say of the payment.
  fileprivate func paidThere() async throws -> Telling {
    try await provider("faults", #"{"kind":"loseNotice","times":1000000}"#)
    try await comeToCashier()
    try await provider("trades/\(payment.id)/pay")
    var told = truth
    told.trade = try await entry().trade.tradeNumber
    return told
  }

  /// Pays at the provider and sends a part back there, of which it doesn't tell.
  /// - Returns: what it would say of the refund.
  fileprivate func refundedThere(_ minor: Int64) async throws -> Telling {
    // The shop asks nobody after what the sandbox's own protocol tells.
    var told = speaker == .sandbox ? truth : try await paidThere()
    var number = "5030000001"
    if speaker != .sandbox {
      try await provider("trades/\(payment.id)/refund", #"{"amount":\#(minor)}"#)
      number = try #require(try await entry().refunds.first).refundNumber
    }
    told.refund = (speaker == .stripe ? "re_\(number)" : number, minor)
    return told
  }

  /// Where Stripe tells of events is said at Stripe.
  fileprivate func nameAddressAtStripe() async throws {
    let answer = try await test.browser().send(
      .POST, "\(test.settings.sandbox.url)/stripe/v1/webhook_endpoints",
      body: Array("url=\(test.base)/payments/notices/stripe&enabled_events[0]=*".utf8),
      headers: [
        "authorization": "Bearer \(ExampleAccounts.stripeKey)", "content-type": "application/x-www-form-urlencoded",
      ])
    try #require(answer.status == 200, "\(answer.body)")
  }

  /// So much went back once, the merchant reads of it, and the books agree.
  fileprivate func expectBack(_ minor: Int64) async throws {
    try await test.settle()
    let standing = try await standing()
    #expect(standing.payment == .partlyRefunded && standing.refunds == 1 && standing.timesPaid == 1)
    #expect(standing.order == .awaitingReview && standing.paid == order.amounts.due)
    #expect(try await test.shop.contexts.payments.payment(payment.id)?.refunded.minor == minor)
    let cases = try await test.shop.contexts.refunds.cases(of: order.id)
    #expect(cases.map(\.kind) == [.atProvider] && cases.map(\.state) == [.settled])
    #expect(cases.map(\.granted?.minor) == [minor])
    let letters = try test.letters("merchant-refund")
    #expect(letters.count == 1)
    #expect(letters.allSatisfy { $0.contains("at the payment service") && $0.contains(order.number.rawValue) })
    let found = try await test.shop.audit()
    #expect(found.isEmpty, "\(found)")
  }
}
