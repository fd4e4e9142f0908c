import Events
import Flows
import Inventory
import Orders
import Payments
import TestKit
import Testing
import Values

/// Money that came while its event waits: for the broker, say.
@Suite struct SettlePaymentsTests {
  // req: 4.1.4-5
  @Test func `a payment at a provider ends with its order`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    shop.store.clock.advance(by: .minutes(7))
    let opened = try await PayOrder(shop.contexts).run(
      order.id, by: order.buyer, method: shop.provider.method, language: .en)
    #expect(opened.payment.expiresAt == order.payBefore)
  }

  // req: 3.3.6-3
  @Test func `an order is paid without the event, which changes nothing when it comes`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let captured = try await shop.paid([order])
    try await shop.run("payments.settle")
    #expect(try await shop.state(order) == .awaitingPayment, "the event has five seconds")
    shop.store.clock.advance(by: .seconds(5))
    try await shop.run("payments.settle")
    #expect(try await shop.state(order) == .awaitingReview)
    #expect(try await shop.contexts.inventory.hold(HoldKey(order))?.state == .confirmed)

    try await shop.settle()
    shop.store.clock.advance(by: .minutes(2))
    try await shop.run("payments.settle")
    let timeline = try await shop.contexts.orders.timeline(of: order.id)
    #expect(timeline.count { $0.kind == .paid } == 1)
    #expect(try await shop.contexts.orders.order(order.id)?.payment == captured.payment)
    #expect(try await shop.contexts.payments.refunds(of: captured.payment).isEmpty)
    #expect(try await shop.contexts.inventory.audit().isEmpty)
    #expect(try await shop.contexts.orders.audit().isEmpty)
  }

  @Test func `money for an order that was cancelled goes back once, with the event or without`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let captured = try await shop.paid([order])
    _ = try await shop.contexts.orders.cancel(order.id, by: .system, reason: .unpaidInTime)
    shop.store.clock.advance(by: .seconds(5))
    try await shop.run("payments.settle")
    #expect(try await shop.contexts.payments.payment(captured.payment)?.state == .refunded)
    try await shop.settle()
    shop.store.clock.advance(by: .minutes(2))
    try await shop.run("payments.settle")
    #expect(try await shop.contexts.payments.refunds(of: captured.payment).map(\.state) == [.settled])
  }

  @Test func `what can't be settled is tried again after a minute, and money that won't go back is left to its event`()
    async throws
  {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    _ = try await shop.paid([order])
    shop.store.clock.advance(by: .seconds(5))
    try await shop.breakUpdates(of: "order_head")
    try await shop.run("payments.settle")
    try await shop.mend()
    try await shop.run("payments.settle")
    #expect(try await shop.state(order) == .awaitingPayment)
    shop.store.clock.advance(by: .minutes(1))
    try await shop.run("payments.settle")
    #expect(try await shop.state(order) == .awaitingReview)

    let second = try #require(try await shop.place().first)
    let late = try await shop.paid([second])
    _ = try await shop.contexts.orders.cancel(second.id, by: .system, reason: .unpaidInTime)
    shop.provider.set { $0.refundState = .failed }
    for _ in 1...4 {
      shop.store.clock.advance(by: .minutes(1))
      try await shop.run("payments.settle")
    }
    #expect(try await shop.contexts.payments.refunds(of: late.payment).map(\.state) == [.failed])
  }
}
