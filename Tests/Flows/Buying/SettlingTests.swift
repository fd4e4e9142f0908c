import Accounts
import Catalog
import Flows
import Orders
import Payments
import Refunds
import Settlement
import Storage
import TestKit
import Testing
import Values

/// What becomes of an order's money between platform and merchant, from the facts that the shop tells.
@Suite struct SettlingTests {
  private static let mei = StaffID(raw: 1)

  private func completed(_ shop: BuyingFixture, spending: Money? = nil) async throws -> Order {
    let order = try #require(try await shop.place().first)
    if let spending {
      _ = try await shop.contexts.payments.credit(
        BalanceCredit(key: "gift", account: shop.buyer, amount: spending, reason: "a gift"), by: Self.mei)
      let choice = PayingChoice(shop.provider.method, usesBalance: true)
      let payment = try await PayOrder(shop.contexts).run(order.id, by: shop.buyer, choice, language: .en).payment
      _ = try await shop.captured(payment)
    } else {
      _ = try await shop.paid([order])
    }
    try await shop.settle()
    return try await complete(order, shop)
  }

  private func complete(_ order: Order, _ shop: BuyingFixture) async throws -> Order {
    _ = try await shop.contexts.orders.pass(order.id, by: Self.mei, note: "")
    _ = try await shop.contexts.orders.ship(
      order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF123456"), by: Self.mei)
    let done = try await shop.contexts.orders.confirmReceipt(order.id, by: .buyer(shop.buyer))
    try await shop.settle()
    return done
  }

  private func account(_ order: Order, _ shop: BuyingFixture) async throws -> OrderAccount {
    try #require(try await shop.contexts.settlement.accounts(of: [order.id])[order.id])
  }

  private func audit(_ shop: BuyingFixture) async throws -> [Discrepancy] {
    try await shop.contexts.settlement.audit()
      + AuditSettlement(shop.contexts, clock: shop.store.clock.clock).run()
  }

  // req: 2.3.2.1-1
  @Test func `a completed order is owed to its merchant, less commission, and a refund takes it back`() async throws {
    let shop = try await BuyingFixture()
    let tree = try await shop.contexts.catalog.categories()
    let category = try #require(tree.all.first).id
    _ = try await shop.contexts.settlement.make(
      CommissionDraft(
        merchant: nil, category: category, rate: BasisPoints(percentText: "10"),
        from: ShopDay(shop.store.clock.now)), by: .system)
    let order = try await completed(shop)
    let paid = order.amounts.due
    let first = try await account(order, shop)
    #expect(first.sums.paid == paid && first.endedAt != nil)
    #expect(first.sums.commission.minor == paid.minor / 10)
    let staff = Staff(
      id: Self.mei, email: "mei@staff.example", name: "Mei", merchant: nil, rights: [.refundsApprove])
    _ = try await shop.workRefund.giveGoodwill(
      Money(minor: 100, currency: .cny), for: order.id, words: "Sorry", key: "one", by: staff)
    try await shop.settle()
    // Given by somebody whom the staff don't know: the merchant bears it.
    let second = try await account(order, shop)
    #expect(second.sums.refunds.minor == 100 && second.sums.net.minor < first.sums.net.minor)
    // Given by the platform's own staff: the merchant gets what it would have got without.
    let lin = try await shop.contexts.staff.hire(
      StaffHire(
        email: "lin@staff.example", password: "correct horse", name: "Lin", merchant: nil, rights: [.refundsApprove]),
      by: .system)
    _ = try await shop.workRefund.giveGoodwill(
      Money(minor: 200, currency: .cny), for: order.id, words: "Sorry again", key: "two", by: lin)
    try await shop.settle()
    let third = try await account(order, shop)
    #expect(third.goodwill.minor == 200 && third.sums == second.sums)
    // All of it by what was told alone.
    try await shop.contexts.settlement.keep(SettlementWalk(isThrough: true))
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
  }

  // req: 2.3.2.1-1
  @Test func `what the balance gave lies apart from what a provider took, and has no fee`() async throws {
    let shop = try await BuyingFixture()
    let part = Money(minor: 1000, currency: .cny)
    let order = try await completed(shop, spending: part)
    let paid = order.amounts.due
    let payment = try #require(try await shop.contexts.payments.payments(of: order.id).first)
    #expect(payment.fromBalance == part)
    let books = KeepBooks(shop.contexts, logger: shop.logger)
    let fee = ProviderFee(
      key: "paper:1", payment: payment.id, method: "paper", amount: Money(minor: 30, currency: .cny),
      at: shop.store.clock.now)
    #expect(try await books.note(fee))
    #expect(try await account(order, shop).sums.paid == paid)
    func balance(_ account: BookAccount) async throws -> Int64 {
      try await shop.contexts.settlement.balances().first { $0.account == account }?.amount.minor ?? 0
    }
    // Given and spent: nothing of it is owed any more.
    #expect(try await balance(.storeCredit) == 0)
    #expect(try await balance(.goodwill) == 1000)
    #expect(try await balance(.providerClearing) == paid.minor - 1000 - 30)
    // All that the provider has goes back first, then some of the balance's part.
    _ = try await shop.contexts.payments.refund(
      RefundRequest(
        key: "back", payment: payment.id, order: order.id, amount: Money(minor: paid.minor - 400, currency: .cny),
        reason: ""))
    try await shop.settle()
    #expect(try await balance(.storeCredit) == -600)
    #expect(try await balance(.providerClearing) == -30)
    try await shop.contexts.settlement.keep(SettlementWalk(isThrough: true))
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
  }

  // req: 2.3.2.1-1
  @Test func `what was paid twice isn't the merchant's, however long its way back is`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let first = try await shop.opened([order])
    _ = try await shop.contexts.payments.close(first.id)
    _ = try await shop.paid([order])
    try await shop.settle()
    shop.provider.set { book in
      book.states[first.id.description] = .captured
      book.refundState = .pending
    }
    shop.store.clock.advance(by: .minutes(11))
    _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
    try await shop.settle()
    #expect(try await shop.contexts.payments.refunds(of: first.id).map(\.state) == [.sent])
    let done = try await complete(order, shop)
    let due = done.amounts.due
    #expect(try await account(order, shop).sums.paid == due)
    #expect(try await account(order, shop).sums.net == due)
    func held() async throws -> Int64 {
      try await shop.contexts.settlement.balances().first { $0.account == .buyer }?.amount.minor ?? 0
    }
    #expect(try await held() == -due.minor)
    try await shop.contexts.settlement.keep(SettlementWalk(isThrough: true))
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
    shop.provider.set { book in book.refunds = book.refunds.mapValues { _ in .settled } }
    _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
    try await shop.settle()
    #expect(try await shop.contexts.payments.payment(first.id)?.state == .refunded)
    #expect(try await account(order, shop).sums.net == due)
    #expect(try await held() == 0)
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
  }

  // req: 2.3.2.1-1
  @Test func `an order that was taken back is settled once its money is back`() async throws {
    let shop = try await BuyingFixture()
    let placed = try #require(try await shop.place().first)
    _ = try await shop.paid([placed])
    try await shop.settle()
    shop.provider.set { $0.refundState = .pending }
    let asked = try await shop.refundOrder.request(
      RefundOrder.Input(
        account: shop.buyer, order: placed.id, kind: .moneyOnly, reason: .other, explanation: "Please",
        lines: placed.lines.map { RefundDraft.Line(line: $0.id, quantity: $0.quantity) }))
    #expect(asked.state == .sent)
    try await shop.settle()
    #expect(try await shop.state(placed) == .refunded)
    let before = try await account(placed, shop)
    #expect(before.endedAt == nil && before.sums.net.isZero)
    try await shop.contexts.settlement.keep(SettlementWalk(isThrough: true))
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
    shop.provider.set { book in book.refunds = book.refunds.mapValues { _ in .settled } }
    _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
    try await shop.settle()
    let after = try await account(placed, shop)
    #expect(after.endedAt != nil && after.sums.net.isZero && after.sums.refunds == placed.amounts.due)
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
  }

  // req: 3.3.4-3
  @Test func `what a provider's bill says that it kept comes into the books, once`() async throws {
    let shop = try await BuyingFixture()
    let order = try await completed(shop)
    let payment = try #require(try await shop.contexts.payments.payments(of: order.id).first)
    let row = StatementRow(
      kind: .payment, payment: payment.id.description, providerNumber: "T-\(payment.id)", amount: payment.amount,
      fee: Money(minor: 53, currency: .cny), at: shop.store.clock.now)
    shop.provider.set { $0.statement = [row] }
    shop.store.clock.advance(by: .days(1))
    #expect(try await shop.contexts.reconciliation.reconcile(now: shop.store.clock.now, limit: 5) == 1)
    let books = KeepBooks(shop.contexts, logger: shop.logger)
    #expect(try await books.noteFees())
    #expect(try await books.noteFees() == false)
    #expect(try await shop.contexts.settlement.balances().first { $0.account == .fees }?.amount.minor == 53)
    try await shop.contexts.settlement.keep(SettlementWalk(isThrough: true))
    #expect(try await audit(shop).isEmpty)
  }

  // req: 4.2.2-6
  @Test func `money for what a change added counts once the order has taken it`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview()
    _ = try await shop.edit(order, units: 2)
    try await shop.settle()
    let payment = try await shop.payDifference(order)
    _ = try await shop.captured(payment)
    let books = KeepBooks(shop.contexts, logger: shop.logger)
    try await books.bring(order.id)
    #expect(try await account(order, shop).sums.paid == order.amounts.due)
    // The order takes it, and tells so.
    try await shop.settle()
    #expect(try await account(order, shop).sums.paid.minor == order.amounts.due.minor + payment.amount.minor)
    try await shop.contexts.settlement.keep(SettlementWalk(isThrough: true))
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
  }

  // req: 4.2.2-6
  @Test func `money for a change that is no longer is held for the buyer until it is back`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview()
    _ = try await shop.edit(order, units: 2)
    try await shop.settle()
    let payment = try await shop.payDifference(order)
    shop.provider.set { $0.refundState = .pending }
    let now = try #require(try await shop.contexts.orders.order(order.id))
    _ = try await shop.contexts.orders.edit(
      order.id, as: shop.store.ids.next(),
      OrderChange(
        revision: now.revision, lines: [.init(line: now.lines[0].id, quantity: 1, unit: now.lines[0].unit)],
        reason: "none left", payBefore: now.payBefore), by: Self.mei)
    _ = try await shop.captured(payment)
    try await shop.settle()
    try await KeepBooks(shop.contexts, logger: shop.logger).bring(order.id)
    #expect(try await account(order, shop).sums.paid == order.amounts.due)
    let facts = try await shop.contexts.settlement.facts(of: [order.id])[order.id] ?? []
    #expect(facts.filter { $0.payment == payment.id }.map(\.kind) == [.stray])
    #expect(try await shop.contexts.settlement.audit().isEmpty)
  }

  // req: 3.3.4-3
  @Test func `orders from before the books are brought in, and a fact that they lack is named`() async throws {
    let shop = try await BuyingFixture()
    let order = try await completed(shop)
    try await shop.store.database.write { transaction in
      for table in ["settlement_order", "settlement_term", "settlement_fact", "book_entry", "book_balance"] {
        _ = try transaction.execute(.init(text: "DELETE FROM \(table)"))
      }
    }
    let books = KeepBooks(shop.contexts, logger: shop.logger)
    while try await books.catchUp() {}
    #expect(try await account(order, shop).sums.paid == order.amounts.due)
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
    try await shop.store.database.write { transaction in
      _ = try transaction.execute("DELETE FROM settlement_fact WHERE kind = 'captured'")
    }
    let found = try await AuditSettlement(shop.contexts, clock: shop.store.clock.clock).run()
    #expect(found.map(\.book) == ["settlement"] && found.first?.row.contains("\(order.id)") == true, "\(found)")
  }
}
