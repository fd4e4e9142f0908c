import Accounts
import Catalog
import Flows
import Inventory
import Orders
import Pricing
import Refunds
import TestKit
import Testing
import Values

/// What other goods of an exchange are compared with, and what of it their buyer has seen.
@Suite struct ExchangePriceTests {
  private typealias Counter = PricedExchangeTests.Counter

  /// An order whose line cost less than its price says.
  private func discounted(_ it: Counter, _ discount: Int64, units: Int) async throws -> Order {
    let shop = it.shop
    let like = try #require(try await shop.place([it.usual]).first)
    let (line, quantity) = (try #require(like.lines.first), try #require(Quantity(units)))
    _ = try await shop.contexts.inventory.hold(
      [HoldLine(variant: it.usual, quantity: quantity)],
      key: HoldKey(checkout: "discounted", merchant: like.merchant), until: shop.store.clock.now.adding(.days(1)))
    let placed = try await shop.contexts.orders.place(
      CheckoutOrders(
        key: "discounted", buyer: shop.buyer, channel: like.channel, currency: .cny, destination: like.destination,
        payBefore: shop.store.clock.now.adding(.minutes(30)),
        orders: [
          CheckoutOrders.NewOrder(
            id: shop.store.ids.next(), merchant: like.merchant,
            lines: [
              CheckoutOrders.NewLine(
                variant: line.variant, product: line.product, title: line.title, choice: line.choice, sku: line.sku,
                picture: nil, unit: line.unit, quantity: quantity, discount: Money(minor: discount, currency: .cny))
            ], freight: .zero(.cny))
        ]))
    _ = try await shop.paid(placed)
    try await shop.settle()
    return try await it.ship(try #require(placed.first))
  }

  // req: 4.2.4-3 4.2.4-6
  @Test func `other goods are compared with what the first ones cost, not with their price in the list`() async throws {
    let it = try await Counter()
    let order = try await discounted(it, 1601, units: 2)
    // 159.99 for two: 79.99 each.
    let cheap = try await it.ask(order, for: it.cheap)
    #expect(cheap.difference.minor == -1399)
    let settled = try await it.approve(cheap)
    #expect(settled.state == .settled && settled.granted?.minor == 1399)
    #expect(try await it.replacement(cheap).lines.first?.unit.minor == 6600)
    let dear = try await it.ask(order, for: it.dear)
    #expect(dear.difference.minor == 4001)
    _ = try await it.approve(dear)
    let other = try await it.unpaid(dear)
    #expect(other.amounts.due.minor == 4001 && other.lines.first?.unit.minor == 12_000)
    _ = try await it.shop.paid([other])
    try await it.shop.settle()
    #expect(try await it.now(dear).state == .settled)
    try await it.expectBooks()
  }

  // req: 4.2.4-3
  @Test func `what an exchange brought is compared by what it stands for`() async throws {
    let it = try await Counter()
    let order = try await it.shipped(it.usual)
    _ = try await it.shop.workRefund.giveGoodwill(
      Money(minor: 8000, currency: .cny), for: order.id, words: "Sorry", key: "once", by: PricedExchangeTests.staff)
    let first = try await it.ask(order, for: it.cheap)
    #expect(try await it.approve(first).granted?.minor == 800, "as much as is left")
    try await it.shop.settle()
    let second = try await it.ask(try await it.ship(try await it.replacement(first)), for: it.dear)
    #expect(second.difference.minor == 4000)
  }

  // req: 4.2.4-3
  @Test func `nobody exchanges at a price that they didn't see`() async throws {
    let it = try await Counter()
    let order = try await it.shipped(it.usual)
    func request(seen: Int64?) async throws -> RefundCase {
      let line = try #require(order.lines.first).id
      return try await it.shop.refundOrder.request(
        RefundOrder.Input(
          account: it.shop.buyer, order: order.id, kind: .exchange, reason: .damaged, explanation: "",
          lines: [RefundDraft.Line(line: line, quantity: .one, wanted: it.dear)],
          differencesSeen: seen.map { [line: Money(minor: $0, currency: .cny)] } ?? [:]))
    }
    let offer = try await it.shop.refundOrder.offer(try await it.now(order))
    let offered = offer?.lines.first?.exchanges.first { $0.variant.id == it.dear }
    #expect(offered?.difference.minor == 3200)
    try await it.shop.contexts.pricing.setPrices([
      PriceChange(variant: it.dear, price: Price(sale: Money(minor: 13_000, currency: .cny)))
    ])
    await #expect(
      throws: RefundRefusal.exchangePriceChanged(
        from: Money(minor: 3200, currency: .cny), to: Money(minor: 4200, currency: .cny))
    ) { try await request(seen: 3200) }
    #expect(try await it.shop.contexts.refunds.cases(of: order.id).isEmpty)
    #expect(try await request(seen: 4200).difference.minor == 4200)
  }
}
