import Accounts
import Flows
import Inventory
import Orders
import Payments
import Refunds
import TestKit
import Testing
import Values

/// Exchanges for cheaper goods whose difference is on its way still, or didn't go.
@Suite struct UnsentDifferenceTests {
  private typealias Counter = PricedExchangeTests.Counter

  // req: 4.2.4-3 4.2.4-6
  @Test func `what a cheaper choice brought goes back while the difference is under way`() async throws {
    let it = try await Counter()
    let order = try await it.shipped(it.usual)
    it.shop.provider.set { $0.refundState = .pending }
    let asked = try await it.ask(order, for: it.cheap)
    #expect(try await it.approve(asked).state == .sent)
    let other = try await it.replacement(asked)
    try await it.shop.settle()
    let returned = try await it.ask(try await it.ship(other), kind: .goodsBack)
    let agreed = try await it.approve(returned)
    #expect(agreed.state == .sent && agreed.granted?.minor == 6600)
    #expect(try await it.shop.workRefund.left(of: order).minor == 0)
    let payment = try #require(try await it.now(order).payment)
    for refund in try await it.shop.contexts.payments.refunds(of: payment) {
      it.shop.provider.set { $0.refunds[refund.id.description] = .settled }
    }
    it.shop.store.clock.advance(by: .minutes(2))
    _ = try await it.shop.contexts.payments.sweep(now: it.shop.store.clock.now, limit: 10)
    try await it.shop.run("refunds.settle")
    for each in [asked, returned] { #expect(try await it.now(each).state == .settled) }
    #expect(try await it.replacement(asked).id == other.id)
    #expect(try await it.back(order) == 8800)
    try await it.expectBooks()
  }

  // req: 4.2.4-6
  @Test
  func `where the merchant rejects a cheaper choice whose difference failed, all goes back and nothing more is sent`()
    async throws
  {
    let it = try await Counter()
    let order = try await it.shipped(it.usual)
    it.shop.provider.set { $0.refundState = .failed }
    let asked = try await it.ask(order, for: it.cheap)
    #expect(try await it.approve(asked).state == .failed)
    let other = try await it.replacement(asked)
    try await it.shop.settle()
    it.shop.provider.set { $0.refundState = .settled }
    _ = try await it.shop.reviewOrder.reject(other.id, reason: "the kiln broke", by: PricedExchangeTests.staff)
    try await it.shop.settle()
    #expect(try await it.back(order) == 6600)
    let retried = try await it.shop.workRefund.retry(asked.id, by: PricedExchangeTests.staff)
    #expect(retried.state == .settled && retried.replacement == other.id)
    #expect(try await it.back(order) == 8800)
    #expect(try await it.shop.level(it.cheap)?.onHand == 50)
    #expect(try await it.shop.contexts.orders.orders(checkout: "exchange/\(asked.id)/2").isEmpty)
    try await it.expectBooks()
  }
}
