import Events
import Flows
import Inventory
import Orders
import Payments
import TestKit
import Testing
import Values

@Suite struct CapturingTests {
  @Test func `an order that was cancelled between sold goods and paid order gives both back`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let captured = try await shop.paid([order])
    // As a crash leaves it: the goods are sold, the order isn't paid yet, and is cancelled then.
    try await shop.contexts.inventory.confirm(HoldKey(order), at: shop.store.clock.now)
    _ = try await shop.contexts.orders.cancel(order.id, by: .system, reason: .unpaidInTime)
    for _ in 1...2 { try await shop.whenPaymentCaptured.run(captured) }
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock)
    #expect(try await shop.contexts.inventory.hold(HoldKey(order))?.state == .putBack)
    #expect(try await shop.contexts.payments.payment(captured.payment)?.state == .refunded)
    #expect(try await shop.contexts.inventory.audit().isEmpty)
  }

  @Test func `money that the provider didn't take back is given back anew`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let captured = try await shop.paid([order])
    _ = try await shop.contexts.orders.cancel(order.id, by: .system, reason: .unpaidInTime)
    shop.provider.set { $0.refundState = .failed }
    await #expect(throws: (any Error).self) { try await shop.whenPaymentCaptured.run(captured) }
    await #expect(throws: (any Error).self) { try await shop.whenPaymentCaptured.run(captured) }
    shop.provider.set { $0.refundState = .settled }
    for _ in 1...2 { try await shop.whenPaymentCaptured.run(captured) }
    #expect(
      try await shop.contexts.payments.refunds(of: captured.payment).map(\.state) == [.failed, .failed, .settled])
    #expect(try await shop.contexts.payments.payment(captured.payment)?.state == .refunded)
  }

  @Test func `of money that no order takes the rest goes back, where the provider has sent some back by itself`()
    async throws
  {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let captured = try await shop.paid([order])
    _ = try await shop.contexts.orders.cancel(order.id, by: .system, reason: .unpaidInTime)
    let payment = try #require(try await shop.contexts.payments.payment(captured.payment))
    try await shop.tellRefund("9001", 300, of: payment)
    for _ in 1...2 { try await shop.whenPaymentCaptured.run(captured) }
    let refunds = try await shop.contexts.payments.refunds(of: captured.payment)
    #expect(refunds.map(\.amount.minor) == [300, payment.amount.minor - 300])
    #expect(refunds.map(\.state) == [.settled, .settled])
    #expect(try await shop.contexts.payments.payment(captured.payment)?.state == .refunded)
    #expect(try await shop.contexts.payments.cases(.platform, open: true, PageRequest()).items.isEmpty)
    #expect(try await shop.contexts.payments.audit().isEmpty)
  }

  @Test func `an order that costs nothing doesn't keep those beside it from being paid`() async throws {
    let shop = try await BuyingFixture(price: 0, secondPrice: 8800)
    let orders = try await shop.place(shop.variants)
    let free = try #require(orders.first { $0.amounts.due.isZero })
    let dear = try #require(orders.first { !$0.amounts.due.isZero })
    let captured = try await shop.paid(orders)
    _ = try await shop.contexts.orders.cancel(free.id, by: .system, reason: .unpaidInTime)
    try await shop.whenPaymentCaptured.run(captured)
    #expect(try await shop.state(dear) == .awaitingReview)
    #expect(try await shop.contexts.payments.refunds(of: captured.payment).isEmpty)
  }

  @Test func `an order whose money can't go back doesn't keep those behind it from being paid`() async throws {
    let shop = try await BuyingFixture()
    let orders = try await shop.place(shop.variants)
    let captured = try await shop.paid(orders)
    _ = try await shop.contexts.orders.cancel(captured.shares[0].order, by: .system, reason: .unpaidInTime)
    shop.provider.set { $0.refundState = .failed }
    await #expect(throws: (any Error).self) { try await shop.whenPaymentCaptured.run(captured) }
    #expect(try await shop.contexts.orders.order(captured.shares[1].order)?.state == .awaitingReview)
  }
}
