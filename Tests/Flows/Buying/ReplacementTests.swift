import Accounts
import Events
import Flows
import Fulfilment
import Inventory
import Orders
import Payments
import Refunds
import TestKit
import Testing
import Values

/// What an exchange brings, and what its buyer gets where that doesn't come, or comes back.
@Suite struct ReplacementTests {
  private var staff: Staff {
    Staff(
      id: StaffID(raw: 1), email: "mei@staff.example", name: "Mei", merchant: nil,
      rights: [.refundsApprove, .ordersShip, .ordersReview])
  }

  private func shipped(_ shop: BuyingFixture, units: Int) async throws -> Order {
    try await ship(shop, try await shop.inReview(units: units))
  }

  private func ship(_ shop: BuyingFixture, _ order: Order) async throws -> Order {
    _ = try await shop.contexts.orders.pass(order.id, by: staff.id, note: "")
    return try await shop.contexts.orders.ship(
      order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF123456"), by: staff.id)
  }

  private func ask(
    _ shop: BuyingFixture, _ order: Order, _ units: Int, kind: RefundCase.Kind,
    reason: RefundCase.Reason = .damaged
  ) async throws -> RefundCase {
    let line = try #require(order.lines.first)
    return try await shop.refundOrder.request(
      RefundOrder.Input(
        account: shop.buyer, order: order.id, kind: kind, reason: reason, explanation: "Please",
        lines: [
          RefundDraft.Line(
            line: line.id, quantity: try #require(Quantity(units)),
            wanted: kind == .exchange ? shop.variants[0] : nil)
        ]))
  }

  /// The order that brings what units of the order are exchanged for.
  private func exchanged(_ shop: BuyingFixture, _ order: Order, _ units: Int) async throws -> Order {
    let settled = try await shop.workRefund.approve(
      try await ask(shop, order, units, kind: .exchange).id, .init(), by: staff)
    try await shop.settle()
    let replacement = try #require(settled.replacement)
    return try #require(try await shop.contexts.orders.order(replacement))
  }

  /// What went back of the order's money.
  private func back(_ shop: BuyingFixture, _ order: Order) async throws -> Int64 {
    let payment = try #require(order.payment)
    return try await shop.contexts.payments.refunds(of: payment).filter { $0.state == .settled }
      .reduce(0) { $0 + $1.amount.minor }
  }

  private func expectBooks(_ shop: BuyingFixture) async throws {
    try await shop.settle()
    shop.store.clock.advance(by: .minutes(2))
    var found = try await shop.discrepancies()
    found += try await shop.contexts.refunds.audit()
    #expect(found.isEmpty, "\(found)")
    #expect(try await shop.letters.count() == 0)
  }

  @Test func `what pays for an exchange is in its merchant's list at once`() async throws {
    let shop = try await BuyingFixture()
    let other = try await exchanged(shop, try await shipped(shop, units: 1), 1)
    let payment = try #require(other.payment)
    let listed = try await shop.contexts.payments.payments(
      .merchant(other.merchant), matching: PaymentFilter(), PageRequest())
    #expect(listed.items.map(\.id).contains(payment))
  }

  // req: 4.2.4-3 4.2.4-6
  @Test func `what an exchange brought goes back for what the first goods had cost`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop, units: 3)
    let other = try await ship(shop, try await exchanged(shop, order, 2))
    #expect(other.amounts.due.isZero)
    let faulty = try await ask(shop, other, 1, kind: .moneyOnly)
    #expect(faulty.asked.minor == 8800)
    let settled = try await shop.workRefund.approve(faulty.id, .init(), by: staff)
    #expect(settled.state == .settled && settled.granted?.minor == 8800)
    #expect(try await back(shop, order) == 8800)
    // Goodwill for the first order leaves what the other unit stands for.
    #expect(try await shop.workRefund.left(of: order).minor == 17_600)
    let rest = try await ask(shop, other, 1, kind: .goodsBack)
    #expect(try await shop.workRefund.approve(rest.id, .init(), by: staff).granted?.minor == 8800)
    let own = try await ask(shop, order, 1, kind: .moneyOnly)
    #expect(try await shop.workRefund.approve(own.id, .init(), by: staff).granted?.minor == 8800)
    #expect(try await back(shop, order) == 26_400)
    try await expectBooks(shop)
  }

  @Test func `what was exchanged twice goes back out of the first order's payment`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop, units: 1)
    let second = try await ship(shop, try await exchanged(shop, order, 1))
    let third = try await exchanged(shop, second, 1)
    let asked = try await ask(shop, third, 1, kind: .moneyOnly, reason: .changedMind)
    #expect(asked.state == .settled && asked.granted?.minor == 8800)
    #expect(try await back(shop, order) == 8800)
    #expect(try await shop.workRefund.left(of: order).minor == 0)
    #expect(try await shop.state(third) == .refunded)
    try await expectBooks(shop)
  }

  // req: 4.2.4-6
  @Test func `of two units that were exchanged, one again, each goes back out of the first order's payment`()
    async throws
  {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop, units: 2)
    let second = try await ship(shop, try await exchanged(shop, order, 2))
    let third = try await ship(shop, try await exchanged(shop, second, 1))
    let last = try await ask(shop, third, 1, kind: .goodsBack)
    let rest = try await ask(shop, second, 1, kind: .goodsBack)
    #expect(try await shop.workRefund.approve(last.id, .init(), by: staff).granted?.minor == 8800)
    #expect(try await shop.workRefund.left(of: second).minor == 8800)
    #expect(try await shop.workRefund.approve(rest.id, .init(), by: staff).granted?.minor == 8800)
    #expect(try await back(shop, order) == 17_600)
    for each in [order, second, third] { #expect(try await shop.workRefund.left(of: each).minor == 0) }
    try await expectBooks(shop)
  }

  // req: 4.2.4-6
  @Test func `what was granted for an exchange's goods and hasn't gone yet is granted once`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop, units: 2)
    _ = try await shop.workRefund.giveGoodwill(
      Money(minor: 800, currency: .cny), for: order.id, words: "Sorry", key: "once", by: staff)
    let second = try await ship(shop, try await exchanged(shop, order, 2))
    let third = try await ship(shop, try await exchanged(shop, second, 1))
    shop.provider.set { $0.refundState = .failed }
    let last = try await ask(shop, third, 1, kind: .goodsBack)
    #expect(try await shop.workRefund.approve(last.id, .init(), by: staff).state == .failed)
    #expect(try await shop.workRefund.left(of: second).minor == 8000)
    shop.provider.set { $0.refundState = .settled }
    #expect(try await shop.workRefund.retry(last.id, by: staff).state == .settled)
    #expect(try await shop.workRefund.left(of: second).minor == 8000)
    try await expectBooks(shop)
  }

  // req: 4.2.4-6
  @Test func `where the merchant rejects what an exchange was to bring, its money goes back by itself, once`()
    async throws
  {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop, units: 2)
    let other = try await exchanged(shop, order, 2)
    let line = try #require(other.lines.first)
    await #expect(throws: OrderRefusal.bringsExchange) {
      try await shop.reviewOrder.edit(
        other.id,
        ReviewOrder.Input(revision: 0, lines: [OrderChange.Line(line: line.id, quantity: 1, unit: line.unit)]),
        by: staff)
    }
    _ = try await shop.reviewOrder.reject(other.id, reason: "the kiln broke", by: staff)
    try await shop.settle()
    for _ in 1...2 {
      try await shop.settleRefund.makeGood(try #require(try await shop.contexts.orders.order(other.id)))
    }
    #expect(try await back(shop, order) == 17_600)
    let given = try await shop.contexts.refunds.cases(of: other.id)
    #expect(given.map(\.state) == [.settled] && given.map(\.answer) == ["the kiln broke"])
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock - 2)
    try await expectBooks(shop)
  }

  @Test func `an exchange whose order ran out unpaid after a crash is placed anew`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop, units: 1)
    let asked = try await ask(shop, order, 1, kind: .exchange)
    // Agreed and placed, and there it broke off.
    _ = try await shop.contexts.refunds.approve(
      asked.id, RefundGrant(paid: order.amounts.paid), by: .staff(staff.id))
    let placed = try await shop.contexts.orders.place(
      CheckoutOrders(
        key: "exchange/\(asked.id)", buyer: shop.buyer, channel: order.channel, currency: .cny,
        destination: order.destination, payBefore: shop.store.clock.now.adding(.minutes(1)),
        orders: [
          CheckoutOrders.NewOrder(
            id: shop.store.ids.next(), merchant: order.merchant,
            lines: [
              CheckoutOrders.NewLine(
                variant: order.lines[0].variant, product: order.lines[0].product, title: order.lines[0].title,
                choice: order.lines[0].choice, sku: order.lines[0].sku, picture: nil, unit: order.lines[0].unit,
                quantity: .one, discount: order.lines[0].unit)
            ], freight: .zero(.cny))
        ]))
    _ = try await shop.contexts.orders.cancel(try #require(placed.first).id, by: .system, reason: .unpaidInTime)
    try await shop.settle()
    shop.store.clock.advance(by: .minutes(2))
    try await shop.run("refunds.settle")
    try await shop.settle()
    let settled = try #require(try await shop.contexts.refunds.refundCase(asked.id))
    #expect(settled.state == .settled && settled.replacement != placed.first?.id)
    let replacement = try #require(settled.replacement)
    let other = try #require(try await shop.contexts.orders.order(replacement))
    #expect(other.state == .awaitingReview)
    #expect(try await back(shop, order) == 0)
  }

  @Test func `money out of goodwill is given once for a key and an order`() async throws {
    let shop = try await BuyingFixture()
    let (first, second) = (try await shipped(shop, units: 1), try await shipped(shop, units: 1))
    var given: Set<RefundCaseID> = []
    for order in [first, second, first, second] {
      for key in ["once", String(repeating: "k", count: 64)] {
        given.insert(
          try await shop.workRefund.giveGoodwill(
            Money(minor: 100, currency: .cny), for: order.id, words: "Sorry", key: key, by: staff
          ).id)
      }
    }
    #expect(given.count == 4)
    #expect(try await back(shop, first) == 200)
    #expect(try await back(shop, second) == 200)
    try await expectBooks(shop)
  }

  // req: 4.2.2-6
  @Test func `a difference that wasn't paid in its time is put before staff, and no longer once it is`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview()
    _ = try await shop.edit(order, units: 2)
    try await shop.run("orders.flagUnpaid")
    #expect(try await shop.contexts.orders.order(order.id)?.heldFor == [])
    shop.store.clock.advance(by: .hours(73))
    for _ in 1...2 { try await shop.run("orders.flagUnpaid") }
    #expect(try await shop.contexts.orders.order(order.id)?.heldFor == [.differenceUnpaid])
    #expect(try await shop.contexts.orders.timeline(of: order.id).count { $0.kind == .held } == 1)
    _ = try await shop.edit(order, units: 3, revision: 1)
    #expect(try await shop.contexts.orders.order(order.id)?.heldFor == [])
    _ = try await shop.captured(try await shop.payDifference(order))
    try await shop.settle()
    #expect(try await shop.pass(order).state == .awaitingShipment)
  }

  // req: 4.2.3-6 4.2.4-6
  @Test func `units are either sent or paid back, whoever is first`() async throws {
    let shop = try await BuyingFixture()
    for round in 1...6 {
      let order = try await shop.inReview(units: 2)
      let seen = try await shop.pass(order)
      let asked = try await ask(shop, seen, 1, kind: .moneyOnly, reason: .changedMind)
      async let sent = try? ShipOrder(shop.contexts).send(
        ParcelDraft(key: "all"), ShippingLabel(carrier: "yuantong", trackingNumber: "YT200\(round)"), of: seen,
        by: staff.id)
      async let paid = try? shop.workRefund.approve(asked.id, .init(), by: staff)
      let outcome = (await sent, await paid)
      let now = try #require(try await shop.contexts.orders.order(order.id))
      let packed = try await shop.contexts.fulfilment.consignment(of: order.id)?.packed ?? [:]
      #expect(packed.values.reduce(0, +) + (now.lines.first?.returned ?? 0) <= 2, "\(outcome)")
      #expect((outcome.1 != nil) == (now.lines.first?.returned == 1))
      if outcome.1 == nil {
        #expect(try await back(shop, order) == 0)
      }
    }
    try await expectBooks(shop)
    let audits = try await shop.contexts.fulfilment.audit()
    #expect(audits.isEmpty, "\(audits)")
  }
}
