import Accounts
import Flows
import Orders
import Payments
import Settlement
import Storage
import TestKit
import Testing
import Values

/// What becomes of money in the merchants' books of which nobody knows whose it is, and what people decide about it.
@Suite struct UnclearMoneyFlowTests {
  private static let staff = StaffID(raw: 1)
  private static let platform = Staff(
    id: staff, email: "mei@shop.example", name: "Mei", merchant: nil, rights: [.paymentsView, .paymentsConfirm])

  private func confirm(_ payment: Payment, _ key: String, _ minor: Int64, at shop: BuyingFixture) async throws {
    _ = try await WorkPayments(shop.contexts).confirm(
      MoneyReceipt(
        key: key, payment: payment.id, amount: Money(minor: minor, currency: .cny), receivedAt: shop.store.clock.now),
      by: Self.platform)
  }

  private func booked(_ account: BookAccount, at shop: BuyingFixture) async throws -> Int64 {
    try await shop.contexts.settlement.balances().first { $0.account == account }?.amount.minor ?? 0
  }

  private func audit(_ shop: BuyingFixture) async throws -> [Discrepancy] {
    try await shop.contexts.settlement.audit() + shop.contexts.payments.audit() + shop.discrepancies()
      + AuditSettlement(shop.contexts, clock: shop.store.clock.clock).run()
  }

  private func begun() async throws -> BuyingFixture {
    let shop = try await BuyingFixture()
    try await shop.contexts.settlement.keep(SettlementWalk(isThrough: true, isThroughBuyers: true))
    return shop
  }

  /// The goods are on their way to the buyer, who is to pay at the door.
  private func sent(_ order: Order, usesBalance: Bool = false, at shop: BuyingFixture) async throws -> Payment {
    let payment = try await PayOrder(shop.contexts).run(
      order.id, by: shop.buyer, PayingChoice(.cash, usesBalance: usesBalance), language: .en
    ).payment
    try await shop.settle()
    _ = try await shop.contexts.orders.pass(order.id, by: Self.staff, note: "")
    _ = try await shop.contexts.orders.ship(
      order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF123456"), by: Self.staff)
    return payment
  }

  /// The goods are with the buyer, who paid a part of what was due at the door.
  private func paidInPart(
    _ minor: Int64, usesBalance: Bool = false, of placed: Order? = nil, at shop: BuyingFixture
  ) async throws -> (Order, Payment) {
    var order = placed
    if order == nil { order = try await shop.place().first }
    let due = try #require(order)
    let payment = try await sent(due, usesBalance: usesBalance, at: shop)
    try await confirm(payment, "part", minor, at: shop)
    let work = WorkPayments(shop.contexts)
    let seen = try #require(try await work.cases(for: Self.platform, open: true, PageRequest()).items.first)
    #expect(WorkPayments.decisions(on: seen, by: Self.platform) == [.handled])
    await #expect(throws: OrderRefusal.wrongState(.awaitingReceipt)) {
      try await work.decide(seen.item.id, .writeOff, reason: "gone", by: Self.platform)
    }
    _ = try await shop.contexts.orders.confirmReceipt(due.id, by: .buyer(shop.buyer))
    try await shop.settle()
    return (due, payment)
  }

  private func shortCase(at shop: BuyingFixture) async throws -> SeenCase {
    try #require(
      try await WorkPayments(shop.contexts).cases(for: Self.platform, open: true, PageRequest()).items
        .first { $0.item.kind == .paidShort })
  }

  // req: 2.3.2.1-1 3.3.4-3
  @Test func `what is missing of a completed order is written off, and its merchant gets all of it`() async throws {
    let shop = try await begun()
    let (order, _) = try await paidInPart(500, at: shop)
    let due = order.amounts.due.minor
    #expect(try await booked(.unclear, at: shop) == -500)
    #expect(try await booked(.providerClearing, at: shop) == 500)
    #expect(try await booked(.merchantPayable, at: shop) == 0)
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
    let seen = try await shortCase(at: shop)
    #expect(WorkPayments.decisions(on: seen, by: Self.platform) == [.writeOff, .handled])
    let work = WorkPayments(shop.contexts)
    await #expect(throws: FieldFaults.self) {
      try await work.decide(seen.item.id, .writeOff, reason: " ", by: Self.platform)
    }
    _ = try await work.decide(seen.item.id, .writeOff, reason: "moved away", by: Self.platform)
    try await shop.settle()
    #expect(try await shop.contexts.orders.order(order.id)?.wasWrittenOff == true)
    #expect(try await booked(.unclear, at: shop) == 0)
    #expect(try await booked(.losses, at: shop) == due - 500)
    #expect(try await booked(.merchantPayable, at: shop) == -due)
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
    // The books must have it: an end that they lack is named.
    try await shop.store.database.write { transaction in
      _ = try transaction.execute("DELETE FROM settlement_fact WHERE kind = 'ended'")
    }
    #expect(try await audit(shop).contains { $0.row == "\(order.id)" })
  }

  @Test func `the rest that comes after it was written off is nobody's loss`() async throws {
    let shop = try await begun()
    let (order, payment) = try await paidInPart(500, at: shop)
    let due = order.amounts.due.minor
    _ = try await WorkPayments(shop.contexts).decide(
      try await shortCase(at: shop).item.id, .writeOff, reason: "moved away", by: Self.platform)
    try await shop.settle()
    try await confirm(payment, "rest", due - 500, at: shop)
    try await shop.settle()
    let after = try #require(try await shop.contexts.orders.order(order.id))
    #expect(!after.wasWrittenOff && after.payment == payment.id)
    #expect(try await booked(.losses, at: shop) == 0)
    #expect(try await booked(.unclear, at: shop) == 0)
    #expect(try await booked(.providerClearing, at: shop) == due)
    #expect(try await booked(.merchantPayable, at: shop) == -due)
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
  }

  // req: 3.3.4-3
  @Test func `the rest that comes after the balance had its part back leaves the merchant what it got`() async throws {
    let shop = try await begun()
    _ = try await shop.contexts.payments.credit(
      BalanceCredit(key: "gift", account: shop.buyer, amount: Money(minor: 1000, currency: .cny), reason: "a gift"),
      by: Self.staff)
    let (order, payment) = try await paidInPart(500, usesBalance: true, at: shop)
    let due = order.amounts.due.minor
    #expect(payment.fromBalance.minor == 1000)
    let work = WorkPayments(shop.contexts)
    _ = try await work.decide(
      try await shortCase(at: shop).item.id, .writeOff, reason: "moved away", by: Self.platform)
    try await shop.settle()
    #expect(try await booked(.losses, at: shop) == due - 500)
    shop.store.clock.advance(by: .days(61))
    _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
    try await shop.settle()
    #expect(try await shop.contexts.payments.balance(of: shop.buyer, in: .cny).minor == 1000)
    try await confirm(payment, "rest", due - 1500, at: shop)
    try await shop.settle()
    #expect(try await work.received(payment.id, for: Self.platform).left.isZero)
    #expect(try await shop.contexts.payments.refunds(of: payment.id).isEmpty)
    #expect(try await booked(.unclear, at: shop) == 0)
    #expect(try await booked(.losses, at: shop) == 1000)
    #expect(try await booked(.providerClearing, at: shop) == due - 1000)
    #expect(try await booked(.merchantPayable, at: shop) == -due)
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
  }

  // req: 3.3.4-3 4.2.4-6
  @Test func `money of another payment goes back where what is missing at the door was written off`() async throws {
    let shop = try await begun()
    shop.provider.set { $0.closesUnseen = false }
    let placed = try #require(try await shop.place().first)
    let first = try await PayOrder(shop.contexts).run(
      placed.id, by: shop.buyer, PayingChoice(shop.provider.method), language: .en
    ).payment
    shop.provider.set { $0.states[first.id.description] = .unknown }
    let (order, _) = try await paidInPart(500, of: placed, at: shop)
    let due = order.amounts.due.minor
    #expect(try await shop.contexts.payments.payment(first.id)?.state == .closed)
    _ = try await WorkPayments(shop.contexts).decide(
      try await shortCase(at: shop).item.id, .writeOff, reason: "moved away", by: Self.platform)
    try await shop.settle()
    shop.provider.set { $0.states[first.id.description] = .captured }
    let left = first.expiresAt.milliseconds - shop.store.clock.now.milliseconds
    shop.store.clock.advance(by: .milliseconds(left + 60_000))
    for _ in 1...2 {
      _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
      try await shop.settle()
    }
    #expect(try await shop.contexts.payments.payment(first.id)?.state == .refunded)
    #expect(try await shop.contexts.payments.cases(of: first.id).map(\.kind) == [.paidTwice])
    let after = try #require(try await shop.contexts.orders.order(order.id))
    #expect(after.wasWrittenOff && after.payment == nil)
    #expect(try await booked(.unclear, at: shop) == 0)
    #expect(try await booked(.losses, at: shop) == due - 500)
    #expect(try await booked(.providerClearing, at: shop) == 500)
    #expect(try await booked(.merchantPayable, at: shop) == -due)
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
  }

  // req: 3.3.4-3
  @Test func `what comes after all of it was written off and the balance had its part back is the order's`()
    async throws
  {
    let shop = try await begun()
    _ = try await shop.contexts.payments.credit(
      BalanceCredit(key: "gift", account: shop.buyer, amount: Money(minor: 1000, currency: .cny), reason: "a gift"),
      by: Self.staff)
    let order = try #require(try await shop.place().first)
    let due = order.amounts.due.minor
    let payment = try await sent(order, usesBalance: true, at: shop)
    _ = try await shop.contexts.orders.confirmReceipt(order.id, by: .buyer(shop.buyer))
    shop.store.clock.advance(by: .days(61))
    _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
    try await shop.settle()
    let work = WorkPayments(shop.contexts)
    let open = try await work.cases(for: Self.platform, open: true, PageRequest()).items
    let unpaid = try #require(open.first { $0.item.kind == .neverPaid })
    _ = try await work.decide(unpaid.item.id, .writeOff, reason: "moved away", by: Self.platform)
    try await shop.settle()
    #expect(try await booked(.losses, at: shop) == 0)
    #expect(try await booked(.merchantPayable, at: shop) == 0)
    try await confirm(payment, "part", 500, at: shop)
    try await confirm(payment, "rest", due - 1500, at: shop)
    try await shop.settle()
    #expect(try await shop.contexts.payments.refunds(of: payment.id).isEmpty)
    #expect(try await shop.contexts.payments.openCases(.platform) == 0)
    #expect(try await work.received(payment.id, for: Self.platform).left.isZero)
    #expect(try await shop.contexts.orders.order(order.id)?.wasWrittenOff == true)
    #expect(try await booked(.unclear, at: shop) == 0)
    #expect(try await booked(.losses, at: shop) == 1000)
    #expect(try await booked(.providerClearing, at: shop) == due - 1000)
    #expect(try await booked(.merchantPayable, at: shop) == -due)
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
  }

  // req: 3.3.4-3
  @Test func `a part of a transfer is unclear until it was paid back`() async throws {
    let shop = try await begun()
    let order = try #require(try await shop.place().first)
    let payment = try await PayOrder(shop.contexts).run(
      order.id, by: shop.buyer, PayingChoice(.transfer), language: .en
    ).payment
    try await confirm(payment, "part", 500, at: shop)
    try await shop.settle()
    #expect(try await booked(.unclear, at: shop) == -500)
    let work = WorkPayments(shop.contexts)
    #expect(try await work.received(payment.id, for: Self.platform).left.minor == payment.atProvider.minor - 500)
    let seen = try await shortCase(at: shop)
    _ = try await work.decide(seen.item.id, .handled, reason: "paid back", by: Self.platform)
    #expect(try await work.received(payment.id, for: Self.platform).left == payment.atProvider)
    try await shop.settle()
    #expect(try await booked(.unclear, at: shop) == 0)
    #expect(try await booked(.providerClearing, at: shop) == 0)
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
  }

  // req: 3.3.4-3
  @Test func `unclear money that the books lack, or have alone, is named`() async throws {
    let shop = try await begun()
    let order = try #require(try await shop.place().first)
    _ = try await shop.paid([order])
    try await shop.settle()
    let alone = OrderFact(
      key: OrderFact.unclearKey("ucm_x"), kind: .unclear, method: "transfer",
      amount: Money(minor: 5, currency: .cny), at: shop.store.clock.now)
    let second = try #require(try await shop.place().first)
    let payment = try await PayOrder(shop.contexts).run(
      second.id, by: shop.buyer, PayingChoice(.transfer), language: .en
    ).payment
    try await confirm(payment, "part", 500, at: shop)
    // Nobody has heard of it yet, which is no fault for a moment.
    #expect(try await audit(shop).isEmpty)
    shop.store.clock.advance(by: .minutes(2))
    let movement = try #require(try await shop.contexts.payments.unclearMoney(of: second.id).first)
    #expect(try await audit(shop).map(\.row) == ["unclear:\(movement.id)"])
    try await shop.settle()
    #expect(try await audit(shop).isEmpty)
    try await shop.contexts.settlement.note(
      OrderNote(
        order: order.id, number: order.number.rawValue, merchant: order.merchant, currency: .cny,
        placedAt: order.placedAt, facts: [alone], freight: .zero(.cny)))
    #expect(try await audit(shop).map(\.row) == [alone.key])
  }

  @Test func `what was unclear before the books knew of it is brought in`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let payment = try await PayOrder(shop.contexts).run(
      order.id, by: shop.buyer, PayingChoice(.transfer), language: .en
    ).payment
    try await confirm(payment, "part", 500, at: shop)
    try await shop.contexts.settlement.keep(SettlementWalk(isThrough: true))
    #expect(try await booked(.unclear, at: shop) == 0)
    let books = KeepBooks(shop.contexts, logger: shop.logger)
    while try await books.catchUpBuyers() {}
    #expect(try await booked(.unclear, at: shop) == -500)
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
  }
}
