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

/// Where changes of orders, refunds and parcels meet: units, money and goods go one way each.
@Suite struct MeetingTests {
  private var staff: Staff {
    Staff(
      id: StaffID(raw: 1), email: "mei@staff.example", name: "Mei", merchant: nil,
      rights: [.refundsApprove, .ordersShip, .ordersReview])
  }

  private func ask(_ shop: BuyingFixture, _ order: Order, _ units: Int) async throws -> RefundCase {
    let line = try #require(order.lines.first)
    return try await shop.refundOrder.request(
      RefundOrder.Input(
        account: shop.buyer, order: order.id, kind: .moneyOnly, reason: .changedMind, explanation: "",
        lines: [RefundDraft.Line(line: line.id, quantity: try #require(Quantity(units)))]))
  }

  private func now(_ shop: BuyingFixture, _ order: Order) async throws -> Order {
    try #require(try await shop.contexts.orders.order(order.id))
  }

  private func send(_ shop: BuyingFixture, _ order: Order, _ units: Int, _ number: String) async throws -> Order {
    let line = ParcelLine(line: try #require(order.lines.first).id, quantity: try #require(Quantity(units)))
    return try await ShipOrder(shop.contexts).send(
      ParcelDraft(key: number, lines: [line]), ShippingLabel(carrier: "yuantong", trackingNumber: number),
      of: try await now(shop, order), by: staff.id)
  }

  /// What went back or is on its way, of all payments of the order.
  private func back(_ shop: BuyingFixture, _ order: Order) async throws -> Int64 {
    var sum: Int64 = 0
    for payment in try await shop.contexts.payments.payments(of: order.id) {
      let refunds = try await shop.contexts.payments.refunds(of: payment.id)
      sum += refunds.filter { $0.state != .failed }.reduce(0) { $0 + $1.amount.minor }
    }
    return sum
  }

  private func expectBooks(_ shop: BuyingFixture) async throws {
    try await shop.settle()
    shop.store.clock.advance(by: .minutes(2))
    var found = try await shop.discrepancies()
    found += try await shop.contexts.refunds.audit()
    found += try await shop.contexts.fulfilment.audit()
    #expect(found.isEmpty, "\(found)")
    #expect(try await shop.letters.count() == 0)
  }

  // req: 4.2.2-6 4.2.4-6
  @Test func `an order isn't changed while a case of it is open, nor once units of it went back`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview(units: 3)
    let asked = try await ask(shop, order, 1)
    #expect(asked.state == .requested)
    await #expect(throws: RefundRefusal.caseOpen) { try await shop.edit(order, units: 2) }
    await #expect(throws: RefundRefusal.caseOpen) {
      try await shop.reviewOrder.reject(order.id, reason: "no", by: shop.reviewer())
    }
    #expect(try await now(shop, order) == order)
    #expect(try await shop.workRefund.approve(asked.id, .init(), by: staff).state == .settled)
    await #expect(throws: OrderRefusal.unitsReturned) { try await shop.edit(order, units: 4) }
    #expect(try await shop.level(shop.variants[0])?.held == 0)
    try await expectBooks(shop)
  }

  @Test func `a case that was withdrawn leaves the order to be changed, and the next one sees it as it is`()
    async throws
  {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview(units: 3)
    _ = try await shop.refundOrder.withdraw(try await ask(shop, order, 1).id, by: shop.buyer)
    _ = try await shop.edit(order, units: 2)
    await #expect(throws: RefundRefusal.self) { try await ask(shop, order, 3) }
    // Before the change's own money has gone back.
    let asked = try await ask(shop, try await now(shop, order), 2)
    #expect(asked.asked.minor == 17_600 && asked.state == .settled && asked.granted?.minor == 17_600)
    try await shop.settle()
    #expect(try await back(shop, order) == 26_400)
    #expect(try await shop.state(order) == .refunded)
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock)
    try await expectBooks(shop)
  }

  // req: 4.2.2-6 4.2.4-6
  @Test func `what was paid on top goes back as well, and nothing is asked back before it is paid`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview()
    _ = try await shop.edit(order, units: 3)
    #expect(try await shop.refundOrder.offer(try await now(shop, order)) == nil)
    await #expect(throws: RefundRefusal.notRefundable) { try await ask(shop, order, 1) }
    _ = try await shop.captured(try await shop.payDifference(order))
    try await shop.settle()
    let asked = try await ask(shop, try await now(shop, order), 3)
    #expect(asked.state == .settled && asked.granted?.minor == 26_400)
    #expect(try await shop.contexts.payments.payments(of: order.id).map(\.state) == [.refunded, .refunded])
    try await expectBooks(shop)
  }

  // req: 4.2.2-7
  @Test func `what is rejected after some of it went back gives the rest back, money and goods once`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview(units: 3)
    let asked = try await ask(shop, order, 1)
    _ = try await shop.workRefund.approve(asked.id, .init(), by: staff)
    _ = try await shop.reviewOrder.reject(order.id, reason: "the kiln broke", by: shop.reviewer())
    // Before the reaction has run, nothing is left to be given either.
    await #expect(throws: RefundRefusal.self) {
      try await shop.workRefund.giveGoodwill(
        Money(minor: 100, currency: .cny), for: order.id, words: "Sorry", key: "1", by: staff)
    }
    try await shop.settle()
    #expect(try await back(shop, order) == 26_400)
    #expect(try await shop.level(shop.variants[0]) == StockLevel(onHand: 50, held: 0, isUnlimited: false))
    try await expectBooks(shop)
  }

  @Test func `goodwill before a change is taken off what the change gives back last`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview(units: 2)
    _ = try await shop.workRefund.giveGoodwill(
      Money(minor: 10_000, currency: .cny), for: order.id, words: "Sorry", key: "1", by: staff)
    _ = try await shop.edit(order, units: 1)
    let changed = try await now(shop, order)
    #expect(try await shop.workRefund.left(of: changed).minor == 0)
    try await shop.settle()
    #expect(try await back(shop, order) == 17_600)
    try await expectBooks(shop)
  }

  // req: 4.2.3-6 4.2.4-6
  @Test func `units in a parcel aren't taken back, and an order without the others is shipped`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview(units: 3)
    _ = try await shop.pass(order)
    #expect(try await send(shop, order, 2, "YT1001").state == .awaitingShipment)
    let most = try await ask(shop, order, 2)
    await #expect(throws: RefundRefusal.unitsPacked) {
      try await shop.workRefund.approve(most.id, .init(), by: staff)
    }
    #expect(try await back(shop, order) == 0)
    _ = try await shop.workRefund.reject(most.id, reason: "They are on their way", by: staff)
    let rest = try await ask(shop, order, 1)
    #expect(rest.wasShipped == false)
    #expect(try await shop.workRefund.approve(rest.id, .init(), by: staff).state == .settled)
    let shipped = try await now(shop, order)
    #expect(shipped.state == .awaitingReceipt && shipped.shipment?.trackingNumber == "YT1001")
    #expect(try await shop.contexts.fulfilment.consignment(of: order.id)?.isShipped == true)
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock - 2)
    await #expect(throws: FulfilmentRefusal.allPacked) {
      try await ShipOrder(shop.contexts).pack(ParcelDraft(key: "2"), of: shipped, by: staff.id)
    }
    try await expectBooks(shop)
  }

  @Test func `what went back before it was packed is sent by nobody, also who saw the order before`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview(units: 2)
    let seen = try await shop.pass(order)
    _ = try await shop.workRefund.approve(try await ask(shop, order, 1).id, .init(), by: staff)
    await #expect(throws: FulfilmentRefusal.overPacked) {
      try await ShipOrder(shop.contexts).send(
        ParcelDraft(key: "1"), ShippingLabel(carrier: "yuantong", trackingNumber: "YT1001"), of: seen, by: staff.id)
    }
    #expect(try await shop.contexts.fulfilment.consignment(of: order.id)?.parcels.isEmpty == true)
    #expect(try await send(shop, order, 1, "YT1002").state == .awaitingReceipt)
    try await expectBooks(shop)
  }

  // req: 4.2.4-6
  @Test func `a refund that breaks off is tried again by those alone who asked for it`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview(units: 3)
    _ = try await shop.edit(order, units: 2)
    try await shop.settle()
    shop.provider.set { $0.refundState = .pending }
    let asked = try await ask(shop, try await now(shop, order), 2)
    #expect(asked.state == .sent)
    let payment = try #require(order.payment)
    let sent = try #require(try await shop.contexts.payments.refunds(of: payment).last)
    shop.provider.set { book in
      book.refunds[sent.id.description] = .failed
      book.refundState = .settled
    }
    shop.store.clock.advance(by: .minutes(2))
    _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
    try await shop.settle()
    #expect(try await shop.contexts.refunds.refundCase(asked.id)?.state == .failed)
    #expect(try await shop.contexts.payments.refunds(of: payment).map(\.state) == [.settled, .failed])
    #expect(try await shop.workRefund.retry(asked.id, by: staff).state == .settled)
    #expect(try await back(shop, order) == 26_400)
    try await expectBooks(shop)
  }

  @Test func `money that came on top is known to its order, and isn't settled again`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview()
    _ = try await shop.edit(order, units: 2)
    _ = try await shop.captured(try await shop.payDifference(order))
    try await shop.settle()
    shop.store.clock.advance(by: .minutes(1))
    try await shop.run("payments.settle")
    #expect(try await now(shop, order).openDifference == nil)
    #expect(try await back(shop, order) == 0)
    try await expectBooks(shop)
  }
}
