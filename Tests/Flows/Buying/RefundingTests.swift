import Accounts
import Catalog
import Events
import Flows
import Inventory
import Orders
import Payments
import Refunds
import Storage
import TestKit
import Testing
import Values

/// Money back and goods back, through all contexts that have a part in it.
@Suite struct RefundingTests {
  private func paid(_ shop: BuyingFixture, _ count: Int = 1) async throws -> Order {
    for _ in 1..<count { _ = try await shop.filledCart() }
    let order = try #require(try await shop.place().first)
    _ = try await shop.paid([order])
    try await shop.settle()
    return try #require(try await shop.contexts.orders.order(order.id))
  }

  private func shipped(_ shop: BuyingFixture, _ count: Int = 1) async throws -> Order {
    let order = try await paid(shop, count)
    let (orders, staff) = (shop.contexts.orders, StaffID(raw: 1))
    _ = try await orders.pass(order.id, by: staff, note: "")
    return try await orders.ship(
      order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF123456"), by: staff)
  }

  private func ask(
    _ shop: BuyingFixture, _ order: Order, _ units: Int? = nil, kind: RefundCase.Kind = .moneyOnly,
    reason: RefundCase.Reason = .other, wanted: VariantID? = nil
  ) async throws -> RefundCase {
    let line = try #require(order.lines.first)
    let quantity = try #require(Quantity(units ?? line.quantity.count))
    return try await shop.refundOrder.request(
      RefundOrder.Input(
        account: shop.buyer, order: order.id, kind: kind, reason: reason, explanation: "Please",
        lines: [RefundDraft.Line(line: line.id, quantity: quantity, wanted: wanted)]))
  }

  private var staff: Staff {
    Staff(id: StaffID(raw: 1), email: "mei@staff.example", name: "Mei", merchant: nil, rights: [.refundsApprove])
  }

  private func now(_ shop: BuyingFixture, _ refund: RefundCase) async throws -> RefundCase {
    try #require(try await shop.contexts.refunds.refundCase(refund.id))
  }

  private func expectBooks(_ shop: BuyingFixture) async throws {
    try await shop.settle()
    #expect(try await AuditBooks(shop.contexts, clock: shop.store.clock.clock).run().isEmpty)
    #expect(try await shop.contexts.refunds.audit().isEmpty)
    #expect(try await shop.contexts.orders.audit().isEmpty)
    #expect(try await shop.contexts.payments.audit().isEmpty)
    #expect(try await shop.contexts.inventory.audit().isEmpty)
    #expect(try await shop.letters.count() == 0)
  }

  // req: 4.2.4-3 4.2.4-6
  // part of req: 4.2.4-7
  @Test func `a paid order that nobody has packed is cancelled for its money at once`() async throws {
    let shop = try await BuyingFixture()
    let order = try await paid(shop, 2)
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock - 2)
    let asked = try await ask(shop, order)
    #expect(asked.state == .settled)
    #expect(try await shop.state(order) == .refunded)
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock)
    let payment = try #require(order.payment)
    #expect(try await shop.contexts.payments.payment(payment)?.state == .refunded)
    #expect(try await shop.contexts.refunds.records(of: asked.id).map(\.amount) == [order.amounts.paid])
    try await expectBooks(shop)
  }

  @Test func `an order that may be packed waits for its merchant, who may ship it first`() async throws {
    let shop = try await BuyingFixture()
    let order = try await paid(shop)
    _ = try await shop.contexts.orders.pass(order.id, by: staff.id, note: "")
    let asked = try await ask(shop, order)
    #expect(asked.state == .requested)
    _ = try await shop.contexts.orders.ship(
      order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF123456"), by: staff.id)
    await #expect(throws: RefundRefusal.shippedMeanwhile) {
      try await shop.workRefund.approve(asked.id, .init(), by: staff)
    }
    let open = try await now(shop, asked)
    #expect(open.state == .requested && open.granted == nil)
    #expect(shop.provider.refunds.isEmpty)
    let awaited = try await shop.workRefund.approve(asked.id, .init(needsGoods: true), by: staff)
    #expect(awaited.state == .awaitingGoods)
    try await expectBooks(shop)
  }

  // req: 4.2.4-6
  // part of req: 4.2.4-7
  @Test func `goods that come back are looked at, and what is good is on sale again`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop, 3)
    let asked = try await ask(shop, order, 2, kind: .goodsBack, reason: .damaged)
    let line = try #require(order.lines.first).id
    _ = try await shop.workRefund.approve(asked.id, .init(needsGoods: true), by: staff)
    _ = try await shop.refundOrder.noteParcel(
      asked.id, ReturnParcel(carrier: "SF", trackingNumber: "SF654321"), by: shop.buyer)
    _ = try await shop.workRefund.receive(asked.id, restocked: [line: 1], note: "", by: staff)
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock - 3)
    let settled = try await shop.workRefund.approve(asked.id, .init(), by: staff)
    #expect(settled.state == .settled && settled.granted?.minor == 17_600)
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock - 2)
    #expect(try await shop.contexts.orders.order(order.id)?.lines.first?.returned == 2)
    #expect(try await shop.state(order) == .awaitingReceipt)
    try await expectBooks(shop)
    let rest = try await ask(shop, order, 1, kind: .moneyOnly, reason: .notArrived)
    _ = try await shop.workRefund.approve(rest.id, .init(), by: staff)
    #expect(try await shop.state(order) == .refunded)
    try await expectBooks(shop)
  }

  // req: 4.2.4-6
  @Test func `of ten parallel requests of a third each no more goes back than was paid`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop, 10)
    let settled = try await withThrowingTaskGroup(of: RefundCase?.self) { group in
      for _ in 1...10 {
        group.addTask {
          do {
            let asked = try await ask(shop, order, 3, kind: .moneyOnly, reason: .damaged)
            return try await shop.workRefund.approve(asked.id, .init(), by: staff)
          } catch is any Refusal {
            return nil
          }
        }
      }
      return try await group.reduce(into: [RefundCase]()) { if let refund = $1 { $0.append(refund) } }
    }
    #expect(settled.count == 3 && settled.allSatisfy { $0.state == .settled })
    let payment = try #require(order.payment)
    #expect(try await shop.contexts.payments.payment(payment)?.refunded.minor == 3 * 3 * 8800)
    try await expectBooks(shop)
  }

  @Test func `agreeing twice at once gives the money once`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop)
    let asked = try await ask(shop, order, kind: .moneyOnly, reason: .notArrived)
    let done = await withTaskGroup(of: Bool.self) { group in
      for _ in 1...6 {
        group.addTask { (try? await shop.workRefund.approve(asked.id, .init(), by: staff)) != nil }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(done == 1)
    #expect(shop.provider.refunds.count == 1)
    #expect(try await now(shop, asked).state == .settled)
    try await expectBooks(shop)
  }

  @Test func `money that takes its time is followed until it is there, also when nobody tells`() async throws {
    let shop = try await BuyingFixture()
    shop.provider.set { $0.refundState = .pending }
    let order = try await paid(shop)
    let asked = try await ask(shop, order)
    #expect(asked.state == .sent)
    #expect(try await shop.state(order) == .refunded, "it mustn't be shipped any more")
    let payment = try #require(order.payment)
    let refund = try #require(try await shop.contexts.payments.refunds(of: payment).first)
    shop.provider.set { $0.refunds[refund.id.description] = .settled }
    shop.store.clock.advance(by: .minutes(2))
    _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
    try await shop.run("refunds.settle")
    #expect(try await now(shop, asked).state == .settled)
    try await expectBooks(shop)
  }

  @Test func `a refund that the provider refuses is seen by the merchant, who tries again`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop)
    shop.provider.set { $0.refundState = .failed }
    let asked = try await ask(shop, order, kind: .moneyOnly, reason: .notArrived)
    #expect(try await shop.workRefund.approve(asked.id, .init(), by: staff).state == .failed)
    #expect(try await shop.workRefund.retry(asked.id, by: staff).state == .failed)
    shop.provider.set { $0.refundState = .settled }
    #expect(try await shop.workRefund.retry(asked.id, by: staff).state == .settled)
    let payment = try #require(order.payment)
    #expect(try await shop.contexts.payments.refunds(of: payment).map(\.state) == [.failed, .failed, .settled])
    try await expectBooks(shop)
  }

  @Test func `a case that a crash left agreed to is carried on`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop)
    let asked = try await ask(shop, order, kind: .moneyOnly, reason: .notArrived)
    _ = try await shop.contexts.refunds.approve(
      asked.id, RefundGrant(paid: order.amounts.paid), by: .staff(staff.id))
    shop.store.clock.advance(by: .minutes(2))
    try await shop.run("refunds.settle")
    #expect(try await now(shop, asked).state == .settled)
    try await expectBooks(shop)
  }

  @Test func `an exchange brings other goods with nothing to pay, and can become money`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop, 2)
    let variant = shop.variants[0]
    await #expect(throws: CheckoutRefusal.noLongerSold(shop.variants[1])) {
      try await ask(shop, order, 1, kind: .exchange, reason: .damaged, wanted: shop.variants[1])
    }
    let asked = try await ask(shop, order, 1, kind: .exchange, reason: .damaged, wanted: variant)
    let settled = try await shop.workRefund.approve(asked.id, .init(), by: staff)
    #expect(settled.state == .settled && settled.granted?.isZero == true)
    try await shop.settle()
    let replacement = try #require(settled.replacement)
    let other = try #require(try await shop.contexts.orders.order(replacement))
    #expect(other.state == .awaitingReview && other.amounts.due.isZero)
    #expect(other.lines.map(\.variant) == [variant] && other.lines.map(\.quantity) == [.one])
    #expect(try await shop.level(variant)?.onHand == BuyingFixture.stock - 3)
    #expect(shop.provider.refunds.isEmpty)
    let money = try await ask(shop, order, 1, kind: .exchange, reason: .damaged, wanted: variant)
    let paid = try await shop.workRefund.approve(money.id, .init(asMoney: true), by: staff)
    #expect(paid.kind == .goodsBack && paid.state == .settled && paid.granted?.minor == 8800)
    try await expectBooks(shop)
  }

  @Test func `an exchange for goods that are gone is decided anew`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop)
    let asked = try await ask(shop, order, kind: .exchange, reason: .damaged, wanted: shop.variants[0])
    let lines = [HoldLine(variant: shop.variants[0], quantity: try #require(Quantity(BuyingFixture.stock - 1)))]
    _ = try await shop.contexts.inventory.hold(
      lines, key: HoldKey(rawValue: "all"), until: shop.store.clock.now.adding(.days(1)))
    await #expect(throws: InventoryRefusal.self) {
      try await shop.workRefund.approve(asked.id, .init(), by: staff)
    }
    #expect(try await now(shop, asked).state == .requested)
    _ = try await shop.workRefund.reject(asked.id, reason: "Sold out", by: staff)
    try await expectBooks(shop)
  }

  @Test func `goodwill is a refund of its own, and leaves less for what is asked later`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop)
    for _ in 1...2 {
      let given = try await shop.workRefund.giveGoodwill(
        Money(minor: 800, currency: .cny), for: order.id, words: "Sorry", key: "once", by: staff)
      #expect(given.state == .settled)
    }
    let asked = try await ask(shop, order, kind: .moneyOnly, reason: .notArrived)
    #expect(try await shop.workRefund.approve(asked.id, .init(), by: staff).granted?.minor == 8000)
    let payment = try #require(order.payment)
    #expect(try await shop.contexts.payments.payment(payment)?.state == .refunded)
    try await expectBooks(shop)
  }

  @Test func `only staff of the merchant who may decide on refunds do`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shipped(shop)
    let asked = try await ask(shop, order, kind: .moneyOnly, reason: .notArrived)
    let idle = Staff(id: staff.id, email: "", name: "", merchant: nil, rights: [.ordersShip])
    let other = Staff(
      id: staff.id, email: "", name: "", merchant: shop.store.ids.next(), rights: [.refundsApprove])
    await #expect(throws: StaffRefusal.notAllowed(.refundsApprove)) {
      try await shop.workRefund.approve(asked.id, .init(), by: idle)
    }
    await #expect(throws: RefundRefusal.unknownCase) {
      try await shop.workRefund.approve(asked.id, .init(), by: other)
    }
    await #expect(throws: OrderRefusal.unknownOrder) {
      try await shop.workRefund.giveGoodwill(
        Money(minor: 1, currency: .cny), for: order.id, words: "x", key: "k", by: other)
    }
    #expect(try await now(shop, asked).state == .requested)
  }
}
