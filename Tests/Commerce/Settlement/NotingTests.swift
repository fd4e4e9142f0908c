import Settlement
import Storage
import TestKit
import Testing
import Values

/// What facts do to the books.
@Suite struct NotingTests {
  // req: 2.3.2.1-1
  @Test func `money is held for the buyer until the order is completed, and is the merchant's from then on`()
    async throws
  {
    let desk = try await SettlementDesk()
    try await desk.rule("5")
    let order: OrderID = desk.store.ids.next()
    try await desk.note([desk.capture(10_000, of: order)], of: order)
    #expect(try await desk.owed(order) == 0)
    #expect(try await desk.balance(.buyer) == -10_000)
    #expect(try await desk.balance(.providerClearing) == 10_000)
    try await desk.note([desk.end(order)], of: order)
    let account = try await desk.account(order)
    #expect(account.sums.net == desk.money(9500) && account.sums.commission == desk.money(500))
    let five = try desk.rate("5")
    #expect(account.open == desk.money(9500) && account.rates == [five])
    #expect(try await desk.balance(.buyer) == 0)
    #expect(try await desk.balance(.merchantPayable) == -9500)
    #expect(try await desk.balance(.platformCommission) == -500)
    #expect(try await desk.settlement.audit().isEmpty)
  }

  @Test func `what accounts have is kept with each booking, for each merchant and currency`() async throws {
    let desk = try await SettlementDesk()
    try await desk.rule("5")
    let order = try await desk.sold(10_000)
    try await desk.note([desk.refund(2000)], of: order)
    _ = try await desk.sold(700, by: desk.reed)
    let kept: [String] = try await desk.store.database.read { transaction in
      try transaction.rows("SELECT * FROM book_balance WHERE amount <> 0 ORDER BY merchant_id, account").map { row in
        "\(try row["merchant_id"] as Int64) \(try row["account"] as String) \(try row["amount"] as Int64)"
      }
    }
    #expect(
      kept == [
        "7 merchantPayable -7600", "7 platformCommission -400", "7 providerClearing 8000",
        "9 merchantPayable -665", "9 platformCommission -35", "9 providerClearing 700",
      ])
    #expect(try await desk.balance(.providerClearing) == 8700)
    #expect(try await desk.settlement.audit().isEmpty)
  }

  @Test func `a fact counts once, however often and with whatever else it is told`() async throws {
    let desk = try await SettlementDesk()
    try await desk.rule("5")
    let order: OrderID = desk.store.ids.next()
    let (capture, refund, end) = (desk.capture(10_000, of: order), desk.refund(1000), desk.end(order))
    for facts in [[end], [refund], [capture], [capture, refund, end], [end, capture]] {
      try await desk.note(facts, of: order)
    }
    #expect(try await desk.owed(order) == 8550)
    #expect(try await desk.settlement.facts(of: [order])[order]?.count == 3)
    // Each entry names the fact that it follows from; the end, heard first, had nothing to move.
    let bookings = Set(try await desk.settlement.entries(of: order).map(\.booking))
    #expect(bookings == [capture.key, refund.key])
    #expect(try await desk.settlement.audit().isEmpty)
  }

  @Test func `several who tell the same at once leave one booking`() async throws {
    let desk = try await SettlementDesk()
    let order: OrderID = desk.store.ids.next()
    let facts = [desk.capture(10_000, of: order), desk.end(order)]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...8 { group.addTask { try await desk.note(facts, of: order) } }
      try await group.waitForAll()
    }
    #expect(try await desk.owed(order) == 10_000)
    #expect(try await desk.balance(.providerClearing) == 10_000)
    #expect(try await desk.settlement.audit().isEmpty)
  }

  @Test func `what goes back takes its share of the commission along, to the last minor unit`() async throws {
    let desk = try await SettlementDesk()
    try await desk.rule("3.33")
    let order = try await desk.sold(9999)
    #expect(try await desk.account(order).sums.commission == desk.money(333))
    for _ in 1...3 { try await desk.note([desk.refund(3333)], of: order) }
    let account = try await desk.account(order)
    #expect(account.sums.commission.isZero && account.sums.net.isZero)
    #expect(account.sums.refunds == desk.money(9999))
    #expect(try await desk.balance(.platformCommission) == 0)
    // Both sides of what went back.
    #expect(try await desk.balance(.refunds) == 0)
    #expect(try await desk.settlement.audit().isEmpty)
  }

  @Test func `goodwill of the platform leaves the merchant what it has, and one of its own doesn't`() async throws {
    let desk = try await SettlementDesk()
    try await desk.rule("10")
    let order = try await desk.sold(10_000)
    try await desk.note([desk.refund(1000, isPlatforms: true)], of: order)
    #expect(try await desk.owed(order) == 9000)
    #expect(try await desk.balance(.goodwill) == 1000)
    try await desk.note([desk.refund(2000)], of: order)
    #expect(try await desk.owed(order) == 7200)
    // Once all is back there was no sale, and nothing for the platform to bear.
    try await desk.note([desk.refund(7000)], of: order)
    #expect(try await desk.owed(order) == 0)
    #expect(try await desk.balance(.goodwill) == 0)
    #expect(try await desk.settlement.audit().isEmpty)
  }

  @Test func `a provider's fee is spread over the orders of its payment, and borne as the shop says`() async throws {
    for bears in [false, true] {
      let desk = try await SettlementDesk(SettlementPolicy(holdBackDays: 0, merchantBearsFees: bears))
      let payment: PaymentID = desk.store.ids.next()
      let fee = ProviderFee(
        key: "2026-01-15-1", payment: payment, method: "sandbox", amount: desk.money(100), at: desk.store.clock.now)
      #expect(try await desk.settlement.note(fee) == false)
      let orders: [OrderID] = (1...3).map { _ in desk.store.ids.next() }
      for order in orders {
        let capture = OrderFact(
          key: OrderFact.captureKey(payment, order), kind: .captured, method: "sandbox", payment: payment,
          amount: desk.money(5000), at: desk.store.clock.now)
        try await desk.note([capture, desk.end(order)], of: order)
      }
      for _ in 1...2 { #expect(try await desk.settlement.note(fee)) }
      var owed: [Int64] = []
      for order in orders { owed.append(try await desk.owed(order)) }
      #expect(owed == (bears ? [4966, 4967, 4967] : [5000, 5000, 5000]))
      #expect(try await desk.balance(.fees) == (bears ? 0 : 100))
      #expect(try await desk.balance(.providerClearing) == 14_900)
      #expect(try await desk.settlement.audit().isEmpty)
    }
  }

  @Test func `what a provider gives back of its fee is the order's whose money went back`() async throws {
    let desk = try await SettlementDesk(SettlementPolicy(holdBackDays: 0, merchantBearsFees: true))
    let payment: PaymentID = desk.store.ids.next()
    let orders: [OrderID] = (1...2).map { _ in desk.store.ids.next() }
    for order in orders {
      let capture = OrderFact(
        key: OrderFact.captureKey(payment, order), kind: .captured, method: "sandbox", payment: payment,
        amount: desk.money(5000), at: desk.store.clock.now)
      try await desk.note([capture, desk.end(order)], of: order)
    }
    func fee(_ key: String, _ minor: Int64, of order: OrderID? = nil) -> ProviderFee {
      ProviderFee(
        key: key, payment: payment, order: order, method: "sandbox", amount: desk.money(minor),
        at: desk.store.clock.now)
    }
    #expect(try await desk.settlement.note(fee("bill:1", 60)))
    for _ in 1...2 { #expect(try await desk.settlement.note(fee("bill:2", -10, of: orders[1]))) }
    #expect(try await desk.owed(orders[0]) == 4970)
    #expect(try await desk.owed(orders[1]) == 4980)
    #expect(try await desk.balance(.providerClearing) == 9950)
    #expect(try await desk.settlement.audit().isEmpty)
  }

  // req: 2.3.2.1-1
  @Test func `money that the order doesn't take is held for its buyer until it is back`() async throws {
    let desk = try await SettlementDesk(SettlementPolicy(holdBackDays: 0, merchantBearsFees: true))
    try await desk.rule("5")
    let order: OrderID = desk.store.ids.next()
    let payment: PaymentID = desk.store.ids.next()
    func moved(_ key: String, _ kind: OrderFact.Kind) -> OrderFact {
      OrderFact(
        key: key, kind: kind, method: "sandbox", payment: payment, amount: desk.money(4000), at: desk.store.clock.now)
    }
    let stray = moved(OrderFact.captureKey(payment, order), .stray)
    try await desk.note([desk.capture(10_000, of: order), stray, desk.end(order)], of: order)
    #expect(try await desk.owed(order) == 9500)
    #expect(try await desk.balance(.buyer) == -4000)
    let fee = ProviderFee(
      key: "bill:1", payment: payment, method: "sandbox", amount: desk.money(24), at: desk.store.clock.now)
    #expect(try await desk.settlement.note(fee))
    #expect(try await desk.owed(order) == 9500)
    #expect(try await desk.balance(.fees) == 24)
    #expect(try await desk.settlement.audit().isEmpty)
    try await desk.note([moved(OrderFact.refundKey(desk.store.ids.next()), .refunded)], of: order)
    let account = try await desk.account(order)
    #expect(account.sums.net == desk.money(9500) && account.sums.refunds.isZero)
    #expect(try await desk.balance(.buyer) == 0)
    #expect(try await desk.balance(.refunds) == 0)
    #expect(try await desk.balance(.providerClearing) == 10_000 - 24)
    #expect(try await desk.settlement.audit().isEmpty)
  }

  // req: 2.3.2.1-1
  @Test func `what the platform bears of the price is the merchant's, and the word of the last unit back counts`()
    async throws
  {
    let desk = try await SettlementDesk()
    try await desk.rule("10")
    let order: OrderID = desk.store.ids.next()
    try await desk.note([desk.capture(7000, of: order), desk.borne(3000, of: order)], of: order)
    // Nobody owes anything before the order has ended.
    #expect(try await desk.balance(.discounts) == 0)
    try await desk.note([desk.end(order)], of: order)
    let account = try await desk.account(order)
    #expect(account.sums.borne == desk.money(3000) && account.sums.commission == desk.money(1000))
    #expect(account.sums.net == desk.money(9000))
    #expect(try await desk.balance(.discounts) == 3000)
    let third = desk.borne(900, of: order, unitsBack: 11)
    try await desk.note([desk.refund(4900), third], of: order)
    try await desk.note([desk.borne(2100, of: order, unitsBack: 3)], of: order)
    let later = try await desk.account(order)
    #expect(later.sums.borne == desk.money(900) && later.sums.net == desk.money(2700))
    #expect(try await desk.balance(.discounts) == 900)
    #expect(try await desk.settlement.audit().isEmpty)
  }

  @Test func `what is paid with store credit lies at no provider`() async throws {
    let desk = try await SettlementDesk()
    let order: OrderID = desk.store.ids.next()
    try await desk.note(
      [desk.capture(3000, of: order, method: "balance"), desk.capture(7000, of: order), desk.end(order)], of: order)
    #expect(try await desk.balance(.storeCredit) == 3000)
    #expect(try await desk.balance(.providerClearing) == 7000)
    #expect(try await desk.owed(order) == 10_000)
  }
}
