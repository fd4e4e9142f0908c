import Settlement
import Storage
import TestKit
import Testing
import Values

/// Which rule counts, and for what.
@Suite struct CommissionTests {
  @Test func `the most particular rule counts: merchant and category, merchant, category, everything`() async throws {
    let desk = try await SettlementDesk()
    func commission(_ merchant: MerchantID, _ categories: [CategoryID]) async throws -> Int64 {
      let order: OrderID = desk.store.ids.next()
      try await desk.note(
        [desk.capture(10_000, of: order), desk.end(order)], of: order, by: merchant, parts: [(10_000, categories)])
      return try await desk.account(order).sums.commission.minor
    }
    #expect(try await commission(desk.kiln, [desk.tea, desk.home]) == 0)
    try await desk.rule("1")
    try await desk.rule("2", category: desk.home)
    #expect(try await commission(desk.kiln, [desk.tea, desk.home]) == 200)
    try await desk.rule("3", category: desk.tea)
    #expect(try await commission(desk.kiln, [desk.tea, desk.home]) == 300)
    try await desk.rule("4", merchant: desk.kiln)
    #expect(try await commission(desk.kiln, [desk.tea, desk.home]) == 400)
    try await desk.rule("5", merchant: desk.kiln, category: desk.home)
    #expect(try await commission(desk.kiln, [desk.tea, desk.home]) == 500)
    #expect(try await commission(desk.kiln, []) == 400)
    #expect(try await commission(desk.reed, [desk.tea, desk.home]) == 300)
    #expect(try await commission(desk.reed, []) == 100)
    // Ended, a rule makes room for what is less particular.
    try await desk.rule(nil, merchant: desk.kiln)
    #expect(try await commission(desk.kiln, []) == 100)
  }

  @Test func `a rule counts for orders placed from its day on, and what was settled stays as it was`() async throws {
    let desk = try await SettlementDesk()
    try await desk.rule("5")
    let placed = desk.store.clock.now
    let order = try await desk.sold(10_000)
    try await desk.rule("8", from: desk.today.adding(2))
    desk.store.clock.advance(by: .days(2))
    try await desk.note([desk.refund(5000)], of: order)
    #expect(try await desk.account(order).sums.commission == desk.money(250))
    // Placed before, completed after.
    let late: OrderID = desk.store.ids.next()
    try await desk.note([desk.capture(10_000, of: late), desk.end(late)], of: late, placedAt: placed)
    #expect(try await desk.account(late).sums.commission == desk.money(500))
    #expect(try await desk.account(try await desk.sold(10_000)).sums.commission == desk.money(800))
  }

  @Test func `each part of an order has its own rate, and freight has one where the shop says so`() async throws {
    for takes in [false, true] {
      let desk = try await SettlementDesk(SettlementPolicy(holdBackDays: 0, takesFreight: takes))
      try await desk.rule("5")
      try await desk.rule("20", category: desk.tea)
      let order: OrderID = desk.store.ids.next()
      try await desk.note(
        [desk.capture(10_000, of: order), desk.end(order)], of: order,
        parts: [(6000, []), (3000, [desk.tea, desk.home])], freight: 1000)
      #expect(try await desk.account(order).sums.commission == desk.money(300 + 600 + (takes ? 50 : 0)))
    }
  }

  @Test func `rules begin today or later, and can be taken back until then`() async throws {
    let desk = try await SettlementDesk()
    await #expect(throws: FieldFaults.self) { try await desk.rule("5", from: desk.today.adding(-1)) }
    try await desk.rule("5")
    try await desk.rule("6", from: desk.today.adding(1))
    let rules = try await desk.settlement.rules(PageRequest()).items
    try await desk.settlement.remove(rules[0].id, by: desk.mei)
    await #expect(throws: SettlementRefusal.commissionRuleBegun) {
      try await desk.settlement.remove(rules[1].id, by: desk.mei)
    }
    await #expect(throws: SettlementRefusal.unknownCommissionRule) {
      try await desk.settlement.remove(rules[0].id, by: desk.mei)
    }
    #expect(try await desk.settlement.rules(PageRequest()).items.map(\.rate) == [try desk.rate("5")])
  }

  @Test func `however many rules there are, the one that counts is found, and all are listed`() async throws {
    let desk = try await SettlementDesk()
    try await desk.rule("9", merchant: desk.kiln)
    try await desk.store.database.write { transaction in
      for start in stride(from: 0, to: 1200, by: 100) {
        let rows = (start..<start + 100).map { number -> [any SQLConvertible] in
          [desk.store.ids.next(CommissionRuleTag.self), MerchantID(raw: Int64(1000 + number)), 100, desk.today, 0]
        }
        try transaction.execute(
          "INSERT INTO commission_rule (id, merchant_id, rate, from_day, made_at) VALUES \(rows: rows)")
      }
    }
    try await desk.rule("4", category: desk.tea)
    #expect(try await desk.account(try await desk.sold(10_000)).sums.commission == desk.money(900))
    #expect(
      try await desk.account(try await desk.sold(10_000, by: MerchantID(raw: 1500))).sums.commission == desk.money(100))
    var (seen, next): (Int, Cursor?) = (0, nil)
    repeat {
      let page = try await desk.settlement.rules(PageRequest(limit: 100, after: next))
      seen += page.items.count
      next = page.next
    } while next != nil
    #expect(seen == 1202)
  }

  private static let percents: [(String, Int?)] = [
    ("5", 500), ("5.5", 550), ("0.25", 25), ("100", 10_000), ("0", 0), ("7.05", 705), ("100.01", nil), ("-1", nil),
    ("1e2", nil), ("5.", nil), (".5", nil), ("1.005", nil), ("+5", nil), ("", nil), ("٥", nil), ("1 000", nil),
  ]

  @Test(arguments: percents)
  func `percent are read to two decimals and nothing else is`(text: String, points: Int?) {
    let rate = BasisPoints(percentText: text)
    #expect(rate?.rawValue == points)
    if let rate { #expect(BasisPoints(percentText: rate.percentText) == rate) }
  }
}
