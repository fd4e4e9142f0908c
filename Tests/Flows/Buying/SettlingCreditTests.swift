import Flows
import Orders
import Payments
import Settlement
import Storage
import TestKit
import Testing
import Values

/// What the shop owes its buyers as balances, by the merchants' books.
@Suite struct SettlingCreditTests {
  private static let mei = StaffID(raw: 1)

  private func give(_ minor: Int64, key: String = "gift", at shop: BuyingFixture) async throws -> BalanceMovement {
    try await shop.contexts.payments.credit(
      BalanceCredit(key: key, account: shop.buyer, amount: Money(minor: minor, currency: .cny), reason: "a gift"),
      by: Self.mei)
  }

  private func booked(_ account: BookAccount, at shop: BuyingFixture) async throws -> Int64 {
    try await shop.contexts.settlement.balances().first { $0.account == account }?.amount.minor ?? 0
  }

  private func audit(_ shop: BuyingFixture) async throws -> [Discrepancy] {
    try await shop.contexts.settlement.audit()
      + AuditSettlement(shop.contexts, clock: shop.store.clock.clock).run()
  }

  private func begin(_ shop: BuyingFixture) async throws {
    try await shop.contexts.settlement.keep(SettlementWalk(isThrough: true, isThroughBuyers: true))
  }

  // req: 3.3.4-3
  @Test func `what is given, spent and given back is owed at any time as the balance says`() async throws {
    let shop = try await BuyingFixture()
    try await begin(shop)
    _ = try await give(1000, at: shop)
    // Nobody has heard of it yet, which is no fault for a moment.
    #expect(try await audit(shop).isEmpty)
    try await shop.settle()
    #expect(try await booked(.storeCredit, at: shop) == -1000)
    #expect(try await booked(.goodwill, at: shop) == 1000)
    let order = try #require(try await shop.place().first)
    let choice = PayingChoice(shop.provider.method, usesBalance: true)
    let payment = try await PayOrder(shop.contexts).run(order.id, by: shop.buyer, choice, language: .en).payment
    // Taken, and not spent yet.
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
    _ = try await shop.captured(payment)
    #expect(try await audit(shop).isEmpty)
    try await shop.settle()
    #expect(try await booked(.storeCredit, at: shop) == 0)
    _ = try await shop.contexts.payments.refund(
      RefundRequest(
        key: "back", payment: payment.id, order: order.id, amount: Money(minor: 300, currency: .cny), reason: "",
        toBalance: true))
    #expect(try await audit(shop).isEmpty)
    try await shop.settle()
    #expect(try await booked(.storeCredit, at: shop) == -300)
    #expect(try await shop.contexts.payments.balance(of: shop.buyer, in: .cny).minor == 300)
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await audit(shop).isEmpty)
  }

  // req: 3.3.4-3
  @Test func `a credit that the books don't have, have otherwise or alone is named`() async throws {
    let shop = try await BuyingFixture()
    try await begin(shop)
    let movement = try await give(1000, at: shop)
    shop.store.clock.advance(by: .minutes(2))
    let key = "credit:\(movement.id)"
    #expect(try await audit(shop).map(\.row) == [key])
    try await shop.settle()
    #expect(try await audit(shop).isEmpty)
    // One that they alone have, of the same buyer and of one without a balance.
    for (alone, account) in [("credit:bmv_x", shop.buyer), ("credit:bmv_y", AccountID(raw: 4))] {
      try await shop.contexts.settlement.note(
        CreditFact(key: alone, account: account, amount: Money(minor: 5, currency: .cny), at: shop.store.clock.now))
      #expect(try await audit(shop).map(\.row) == [alone])
      try await shop.store.database.write { transaction in
        try transaction.execute("DELETE FROM settlement_credit WHERE fact_key = \(alone)")
        try transaction.execute("DELETE FROM book_entry WHERE booking = \(alone)")
        _ = try transaction.execute(
          """
          UPDATE book_balance SET amount = amount + CASE account WHEN 'storeCredit' THEN 5 ELSE -5 END
          WHERE merchant_id = 0
          """)
      }
      #expect(try await audit(shop).isEmpty)
    }
    // A balance that grew by nothing that the books know of.
    try await shop.store.database.write { transaction in
      try transaction.execute("UPDATE balance SET amount = amount + 7")
      _ = try transaction.execute(
        """
        INSERT INTO balance_movement (id, movement_key, account_id, currency, kind, amount, balance_after, reason, moved_at)
        VALUES (\(movement.id.raw + 1), 'odd', \(shop.buyer), 'CNY', 'returned', 7, 1007, '', 0)
        """)
    }
    #expect(try await audit(shop).map(\.row) == ["\(shop.buyer)"])
  }

  // req: 3.3.4-3
  @Test func `balances from before the books had them are brought in, once`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    _ = try await give(700, at: shop)
    _ = try await give(300, key: "more", at: shop)
    let choice = PayingChoice(shop.provider.method, usesBalance: true)
    let payment = try await PayOrder(shop.contexts).run(order.id, by: shop.buyer, choice, language: .en).payment
    _ = try await shop.captured(payment)
    try await shop.settle()
    try await shop.store.database.write { transaction in
      for table in [
        "settlement_order", "settlement_term", "settlement_fact", "settlement_credit", "book_entry", "book_balance",
      ] {
        _ = try transaction.execute(.init(text: "DELETE FROM \(table)"))
      }
    }
    shop.store.clock.advance(by: .minutes(2))
    let books = KeepBooks(shop.contexts, logger: shop.logger)
    while try await books.catchUp() {}
    // As long as it isn't through nobody is told of what isn't there.
    #expect(try await audit(shop).isEmpty)
    while try await books.catchUpBuyers() {}
    let walk = try await shop.contexts.settlement.walk()
    #expect(walk.isThrough && walk.isThroughBuyers)
    #expect(try await books.catchUpBuyers() == false)
    #expect(try await booked(.goodwill, at: shop) == 1000)
    #expect(try await booked(.storeCredit, at: shop) == 0)
    #expect(try await audit(shop).isEmpty)
  }
  @Test func `either walk through what was there before leaves the other where it is`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    _ = try await shop.paid([order])
    try await shop.settle()
    try await shop.contexts.settlement.keep(SettlementWalk())
    try await shop.store.database.write { transaction in
      for table in ["settlement_order", "settlement_term", "settlement_fact", "book_entry", "book_balance"] {
        _ = try transaction.execute(.init(text: "DELETE FROM \(table)"))
      }
      // Another process comes to the end of the buyers while this one brings in an order.
      let others = "UPDATE settlement_walk SET is_through_buyers = 1"
      let trigger = "CREATE TRIGGER meanwhile AFTER INSERT ON settlement_fact FOR EACH ROW"
      let body = TestEngine.current == .mysql ? others : "BEGIN \(others); END"
      _ = try transaction.execute(SQL(text: "\(trigger) \(body)"))
    }
    let books = KeepBooks(shop.contexts, logger: shop.logger)
    while try await books.catchUp() {}
    let walk = try await shop.contexts.settlement.walk()
    #expect(walk.isThrough && walk.isThroughBuyers)
  }
}
