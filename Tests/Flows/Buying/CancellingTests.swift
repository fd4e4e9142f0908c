import Events
import Flows
import Inventory
import Jobs
import Orders
import Payments
import TestKit
import Testing
import Values

@Suite struct CancellingTests {
  @Test func `an order whose money has come can't be cancelled, before anyone has heard of the money`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    _ = try await shop.paid([order])
    await #expect(throws: OrderRefusal.wrongState(.awaitingReview)) {
      try await shop.cancelOrder.run(order.id, by: shop.buyer)
    }
    let late = shop.store.clock.now.adding(.hours(1))
    #expect(try await shop.cancelOrder.runOverdue(now: late, limit: 10) == 0)
    #expect(try await shop.state(order) == .awaitingPayment)
    try await shop.settle()
    #expect(try await shop.state(order) == .awaitingReview)
  }

  @Test func `an order whose money went back can be cancelled, also when it shared the payment`() async throws {
    let shop = try await BuyingFixture()
    let orders = try await shop.place(shop.variants)
    let captured = try await shop.paid(orders)
    let first = try #require(orders.first)
    _ = try await shop.contexts.payments.refund(
      RefundRequest(
        key: "by-hand", payment: captured.payment, order: first.id, amount: first.amounts.due, reason: "by hand"))
    #expect(try await shop.cancelOrder.run(first.id, by: shop.buyer).state == .cancelled)
    await #expect(throws: OrderRefusal.wrongState(.awaitingReview)) {
      try await shop.cancelOrder.run(orders[1].id, by: shop.buyer)
    }
  }

  @Test func `an order stays while its payment can't be closed`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let payment = try await shop.opened([order])
    shop.provider.set { $0.keepsOpen = true }
    await #expect(throws: PaymentRefusal.providerUnavailable) {
      try await shop.cancelOrder.run(order.id, by: shop.buyer)
    }
    #expect(try await shop.state(order) == .awaitingPayment)
    #expect(try await shop.contexts.payments.payment(payment.id)?.state == .pending)
  }

  @Test func `orders that can't be cancelled are tried together, and left alone for a while`() async throws {
    let shop = try await BuyingFixture()
    for _ in 1...4 { _ = try await shop.opened(try await shop.place()) }
    let free = try #require(try await shop.place().first)
    let late = shop.store.clock.now.adding(.hours(1))
    shop.provider.set { ($0.keepsOpen, $0.closesTogether) = (true, 2) }
    #expect(try await shop.cancelOrder.runOverdue(now: late, limit: 4) == 0)
    #expect(shop.provider.mostClosingAtOnce > 1)
    shop.provider.set { $0.keepsOpen = false }
    #expect(try await shop.cancelOrder.runOverdue(now: late, limit: 4) == 1)
    #expect(try await shop.state(free) == .cancelled)
    #expect(try await shop.cancelOrder.runOverdue(now: late.adding(.minutes(5)), limit: 3) == 3)
    #expect(try await shop.cancelOrder.runOverdue(now: late.adding(.minutes(5)), limit: 3) == 1)
  }

  @Test func `housekeeping works off more than one batch in a run`() async throws {
    let shop = try await BuyingFixture()
    let ids = shop.store.ids
    let line = CheckoutOrders.NewLine(
      variant: shop.variants[0], product: ids.next(), title: LocalizedText(en: "Cup", zhHans: "杯"),
      choice: LocalizedText(), sku: "cup", picture: nil, unit: Money(minor: 1, currency: .cny), quantity: .one,
      discount: .zero(.cny))
    let region = try #require(RegionCode(rawValue: "310115"))
    _ = try await shop.contexts.orders.place(
      CheckoutOrders(
        key: "many", buyer: shop.buyer, channel: .main, currency: .cny,
        destination: Destination(
          recipient: "lin", phone: "13800138000", region: region, regionName: LocalizedText(en: "S", zhHans: "沪"),
          street: "1", postcode: ""), payBefore: shop.store.clock.now,
        orders: (0..<250).map { _ in
          CheckoutOrders.NewOrder(id: ids.next(), merchant: ids.next(), lines: [line], freight: .zero(.cny))
        }))
    for number in 0..<250 {
      let key = HoldKey(rawValue: "hold/\(number)")
      _ = try await shop.contexts.inventory.hold([], key: key, until: shop.store.clock.now)
    }
    shop.store.clock.advance(by: .minutes(1))
    for job in ["orders.cancelOverdue", "inventory.expireHolds"] { try await shop.run(job) }
    #expect(try await shop.contexts.orders.counts(.platform) == [.cancelled: 250])
    let last = try await shop.contexts.inventory.hold(HoldKey(rawValue: "hold/249"))
    #expect(last?.state == .expired)
  }
}
