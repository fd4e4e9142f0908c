import Accounts
import Events
import Flows
import Inventory
import Orders
import Payments
import TestKit
import Testing
import Values

/// Paid orders that staff change: stock and money follow, whatever else happens at the same time.
@Suite struct ReviewingTests {
  // req: 4.2.2-6
  @Test func `a dearer order takes more stock at once and is paid in two payments`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview()
    let changed = try await shop.edit(order, units: 3)
    #expect(changed.openDifference == Money(minor: 17_600, currency: .cny))
    try await shop.settle()
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock - 3)
    #expect(try await shop.level(shop.variants[0])?.held == 0)
    await #expect(throws: OrderRefusal.self) { try await shop.pass(order) }

    let opened = try await shop.payDifference(order)
    #expect(opened.amount == Money(minor: 17_600, currency: .cny))
    #expect(try await shop.payDifference(order).id == opened.id, "pressing twice opens one payment")
    let captured = try await shop.captured(opened)
    try await shop.settle()
    try await shop.whenPaymentCaptured.run(captured)
    #expect(try await shop.contexts.orders.order(order.id)?.openDifference == nil)
    #expect(try await shop.pass(order).state == .awaitingShipment)
    #expect(try await shop.discrepancies().isEmpty)
  }

  // req: 4.2.2-6
  @Test func `a cheaper order gives stock and money back, once`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview(units: 3)
    _ = try await shop.edit(order, units: 1)
    try await shop.settle()
    let payment = try #require(order.payment)
    let told = try #require(try await shop.contexts.orders.edits(of: order.id).first)
    try await GiveBack(shop.contexts, logger: shop.quiet).run(told)
    #expect(try await shop.contexts.payments.refunds(of: payment).map(\.amount.minor) == [17_600])
    #expect(try await shop.contexts.payments.payment(payment)?.state == .partlyRefunded)
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock - 1)
    #expect(try await shop.pass(order).state == .awaitingShipment)
    #expect(try await shop.discrepancies().isEmpty)
  }

  @Test func `an item that there isn't enough of leaves the order as it is, and holds nothing`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview()
    await #expect(throws: InventoryRefusal.soldOut(shop.variants[0], left: BuyingFixture.stock - 1)) {
      try await shop.edit(order, units: BuyingFixture.stock + 1)
    }
    #expect(try await shop.contexts.orders.order(order.id) == order)
    #expect(try await shop.level(shop.variants[0])?.held == 0)
  }

  @Test func `an item is added by its number, at the price of today, and only the merchant's own`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview()
    let changed = try await shop.reviewOrder.edit(
      order.id, ReviewOrder.Input(revision: 0, addedSKU: "kiln", addedQuantity: 2), by: shop.reviewer())
    #expect(changed.lines.map(\.quantity.count) == [1, 2])
    #expect(changed.openDifference == Money(minor: 17_600, currency: .cny))
    for sku in ["reed", "nothing", "'; DROP TABLE variant"] {
      await #expect("\(sku)") {
        try await shop.reviewOrder.edit(
          order.id, ReviewOrder.Input(revision: 1, addedSKU: sku), by: shop.reviewer())
      } throws: { ($0 as? FieldFaults)?.faults.map(\.field) == ["sku"] }
    }
    try await shop.settle()
    #expect(try await shop.discrepancies().isEmpty)
  }

  @Test func `who lacks the right, and who works for another merchant, changes nothing`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview()
    let packer = shop.reviewer(rights: [.ordersShip])
    await #expect(throws: StaffRefusal.notAllowed(.ordersReview)) {
      try await shop.reviewOrder.reject(order.id, reason: "no", by: packer)
    }
    await #expect(throws: StaffRefusal.notAllowed(.ordersReview)) {
      try await shop.reviewOrder.passAll([order.number], by: packer)
    }
    let other = shop.reviewer(of: shop.store.ids.next())
    await #expect(throws: OrderRefusal.unknownOrder) {
      try await shop.reviewOrder.edit(order.id, ReviewOrder.Input(revision: 0, note: "x"), by: other)
    }
    let outcome = try await shop.reviewOrder.passAll([order.number], by: other)
    #expect(outcome.passed == 0)
    #expect(outcome.refused[order.number]?.code == "unknownOrder")
    #expect(try await shop.contexts.orders.order(order.id) == order)
  }

  // req: 4.2.2-7
  @Test func `a rejected order gives all back: stock, the first money and what came on top`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview()
    _ = try await shop.edit(order, units: 2)
    _ = try await shop.captured(try await shop.payDifference(order))
    try await shop.settle()
    _ = try await shop.reviewOrder.reject(order.id, reason: "the kiln broke", by: shop.reviewer())
    try await shop.settle()
    #expect(try await shop.state(order) == .cancelled)
    #expect(try await shop.contexts.payments.payments(of: order.id).map(\.state) == [.refunded, .refunded])
    #expect(try await shop.level(shop.variants[0]) == StockLevel(onHand: 50, held: 0, isUnlimited: false))
    #expect(try await shop.discrepancies().isEmpty)
  }

  @Test func `a buyer who won't pay more goes, and has all money back`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview()
    await #expect(throws: OrderRefusal.wrongState(.awaitingReview)) {
      try await shop.cancelOrder.run(order.id, by: shop.buyer)
    }
    _ = try await shop.edit(order, units: 2)
    let open = try await shop.payDifference(order)
    #expect(try await shop.cancelOrder.run(order.id, by: shop.buyer).state == .cancelled)
    #expect(try await shop.contexts.payments.payment(open.id)?.state == .closed)
    try await shop.settle()
    #expect(try await shop.contexts.payments.payment(try #require(order.payment))?.state == .refunded)
    #expect(try await shop.discrepancies().isEmpty)
  }

  @Test func `money for a difference that is no longer open goes back`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview()
    _ = try await shop.edit(order, units: 2)
    let open = try await shop.payDifference(order)
    // The provider keeps it open, so that nothing may change before it is clear what comes of it.
    shop.provider.set { $0.keepsOpen = true }
    await #expect(throws: PaymentRefusal.providerUnavailable) { try await shop.edit(order, units: 1, revision: 1) }
    shop.provider.set { $0.keepsOpen = false }
    _ = try await shop.edit(order, units: 1, revision: 1)
    // It comes in spite of its end.
    let late = try await shop.captured(open, afterwards: true)
    try await shop.settle()
    #expect(try await shop.contexts.payments.payment(late)?.state == .refunded)
    #expect(try await shop.contexts.orders.order(order.id)?.amounts.paid == order.amounts.due)
    #expect(try await shop.discrepancies().isEmpty)
  }

  @Test func `money that has come and isn't heard of yet stops a change and a buyer's leaving`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview()
    _ = try await shop.edit(order, units: 2)
    _ = try await shop.captured(try await shop.payDifference(order))
    await #expect(throws: OrderRefusal.changedMeanwhile) { try await shop.edit(order, units: 5, revision: 1) }
    await #expect(throws: OrderRefusal.wrongState(.awaitingReview)) {
      try await shop.cancelOrder.run(order.id, by: shop.buyer)
    }
    try await shop.settle()
    #expect(try await shop.edit(order, units: 5, revision: 1).revision == 2)
  }

  @Test func `a refund that the provider refuses is tried until it goes`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview(units: 2)
    shop.provider.set { $0.refundState = .failed }
    _ = try await shop.edit(order, units: 1)
    try await shop.settle()
    #expect(try await shop.letters.letters().items.map(\.subscriber) == ["inventory.whenOrderEdited"])
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await shop.discrepancies().map(\.book) == ["payments"])
    shop.provider.set { $0.refundState = .settled }
    #expect(try await shop.letters.replayDue() == 1)
    let refunds = try await shop.contexts.payments.refunds(of: try #require(order.payment))
    #expect(refunds.last?.state == .settled)
    #expect(refunds.count { $0.state == .settled } == 1)
    #expect(try await shop.discrepancies().isEmpty)
  }

  @Test func `a refund that breaks off later is sent anew`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview(units: 2)
    shop.provider.set { $0.refundState = .pending }
    _ = try await shop.edit(order, units: 1)
    try await shop.settle()
    let payment = try #require(order.payment)
    let sent = try #require(try await shop.contexts.payments.refunds(of: payment).first)
    shop.provider.set { book in
      book.refunds[sent.id.description] = .failed
      book.refundState = .settled
    }
    shop.store.clock.advance(by: .minutes(2))
    _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
    try await shop.settle()
    #expect(try await shop.contexts.payments.refunds(of: payment).map(\.state) == [.failed, .settled])
    #expect(try await shop.discrepancies().isEmpty)
  }

  // req: 4.2.2-7
  @Test func `a reviewer and a buyer at once leave one result`() async throws {
    let shop = try await BuyingFixture()
    for _ in 1...6 {
      let order = try await shop.inReview()
      _ = try await shop.edit(order, units: 2)
      async let gone = try? shop.cancelOrder.run(order.id, by: shop.buyer)
      async let changed = try? shop.edit(order, units: 1, revision: 1)
      async let rejected = try? shop.reviewOrder.reject(order.id, reason: "no", by: shop.reviewer())
      _ = await (gone, changed, rejected)
      try await shop.settle()
      let now = try #require(try await shop.contexts.orders.order(order.id))
      let id = try #require(order.payment)
      let payment = try #require(try await shop.contexts.payments.payment(id))
      #expect(payment.state == (now.state == .cancelled ? .refunded : .captured))
    }
    #expect(try await shop.discrepancies().isEmpty)
  }

  @Test func `small clean orders pass, and odd ones wait with their reasons`() async throws {
    let screening = Screening(
      limit: Money(minor: 20_000, currency: .cny),
      rules: [NewAccountRule(youngerThan: .days(1)), NewPlaceRule(), FailedPaymentsRule(from: 1)])
    let shop = try await BuyingFixture(screening: screening)
    let first = try await shop.inReview()
    #expect(first.heldFor == [.newAccount])
    _ = try await shop.pass(first)
    shop.store.clock.advance(by: .days(2))
    let second = try #require(try await shop.place().first)
    _ = try await shop.paid([second])
    try await shop.settle()
    #expect(try await shop.state(second) == .awaitingShipment)
    #expect(try await shop.inReview(units: 3).heldFor == [.aboveLimit])
    let tried = try #require(try await shop.place().first)
    _ = try await shop.contexts.payments.close(try await shop.opened([tried]).id)
    _ = try await shop.paid([tried])
    try await shop.settle()
    #expect(try await shop.contexts.orders.order(tried.id)?.heldFor == [.failedPayments])
    let elsewhere = try await shop.contexts.accounts.addAddress(
      AddressDraft(recipient: "lin", phone: "13800138000", region: "440305", street: "1 Keyuan Road"), to: shop.buyer)
    var cart = try await shop.filledCart()
    cart.address = elsewhere.id
    let far = try #require(try await shop.placeOrder().run(cart).first)
    _ = try await shop.paid([far])
    try await shop.settle()
    #expect(try await shop.contexts.orders.order(far.id)?.heldFor == [.newPlace])
  }
}

extension BuyingFixture {
  func reviewer(of merchant: MerchantID? = nil, rights: Set<StaffRight> = [.ordersReview]) -> Staff {
    Staff(id: StaffID(raw: 7), email: "mei@example.com", name: "Mei", merchant: merchant, rights: rights)
  }

  /// An order of the first merchant's goods, paid and heard of.
  func inReview(units: Int = 1) async throws -> Order {
    var input = try await filledCart()
    for _ in 1..<units { input = try await filledCart() }
    let order = try #require(try await placeOrder().run(input).first)
    _ = try await paid([order])
    try await settle()
    return try #require(try await contexts.orders.order(order.id))
  }

  func edit(_ order: Order, units: Int, revision: Int = 0) async throws -> Order {
    let line = try #require(order.lines.first)
    return try await reviewOrder.edit(
      order.id,
      ReviewOrder.Input(
        revision: revision, lines: [OrderChange.Line(line: line.id, quantity: units, unit: line.unit)]),
      by: reviewer())
  }

  func pass(_ order: Order) async throws -> Order {
    try await WorkOrder(contexts).pass(order.id, by: reviewer(), note: "")
  }

  func payDifference(_ order: Order) async throws -> Payment {
    try await PayOrder(contexts).run(order.id, by: buyer, method: provider.method, language: .en).payment
  }

  /// Money comes for a payment that was closed already, and the sweep finds it.
  func captured(_ payment: Payment, afterwards: Bool) async throws -> PaymentID {
    provider.set { $0.states[payment.id.description] = .captured }
    store.clock.advance(by: .hours(1))
    _ = try await contexts.payments.sweep(now: store.clock.now, limit: 100)
    return payment.id
  }

  func discrepancies() async throws -> [Discrepancy] {
    try await contexts.inventory.audit() + contexts.orders.audit() + contexts.payments.audit()
      + AuditBooks(contexts, clock: store.clock.clock).run()
  }
}
