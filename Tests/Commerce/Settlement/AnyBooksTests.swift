import Settlement
import Storage
import TestKit
import Testing
import Values

/// The books under any order of what buyers, merchants, providers and the platform do.
@Suite struct AnyBooksTests {
  /// An order as the test knows it, without the books.
  private struct Known {
    let order: OrderID
    let merchant: MerchantID
    let parts: [(Int64, [CategoryID])]
    var facts: [OrderFact] = []
    var told: Set<String> = []
    var unitsBack = 0

    var paid: Int64 { sum(.captured) }
    var back: Int64 { sum(.refunded) }
    var hasEnded: Bool { facts.contains { $0.kind == .ended } }

    private func sum(_ kind: OrderFact.Kind) -> Int64 {
      facts.filter { $0.kind == kind }.reduce(0) { $0 + $1.amount.minor }
    }
  }

  private func begun(_ desk: SettlementDesk, _ dice: inout Dice) -> Known {
    let merchant = Bool.random(using: &dice) ? desk.kiln : desk.reed
    let parts = (0...Int.random(in: 0...2, using: &dice)).map { _ -> (Int64, [CategoryID]) in
      (
        Int64.random(in: 0...5000, using: &dice),
        [[], [desk.tea, desk.home], [desk.home]].randomElement(using: &dice) ?? []
      )
    }
    return Known(order: desk.store.ids.next(), merchant: merchant, parts: parts)
  }

  /// What the buyer, the merchant or the provider does next; the books hear of it later, or never.
  private func happen(_ known: inout Known, _ desk: SettlementDesk, _ dice: inout Dice) {
    switch Int.random(in: 0...5, using: &dice) {
    case 0, 1: known.facts.append(desk.capture(Int64.random(in: 1...9000, using: &dice), of: known.order))
    case 2, 3:
      let left = known.paid - known.back
      guard left > 0 else { return }
      known.facts.append(
        desk.refund(Int64.random(in: 1...left, using: &dice), isPlatforms: Int.random(in: 0...3, using: &dice) == 0))
    case 4:
      let before = known.facts.borne?.minor ?? 3000
      known.facts.append(
        desk.borne(Int64.random(in: 0...before, using: &dice), of: known.order, unitsBack: known.unitsBack))
      known.unitsBack += 1
    default: if !known.hasEnded { known.facts.append(desk.end(known.order)) }
    }
  }

  /// Tells some of what happened, in any order, some of it again.
  private func tell(_ known: inout Known, _ desk: SettlementDesk, all: Bool = false, _ dice: inout Dice) async throws {
    let facts = known.facts.shuffled(using: &dice)
    let some = all ? facts : Array(facts.prefix(Int.random(in: 0...facts.count, using: &dice)))
    try await desk.note(some, of: known.order, by: known.merchant, placedAt: TestClock.start, parts: known.parts)
    known.told.formUnion(some.map(\.key))
  }

  private func work(_ desk: SettlementDesk, _ dice: inout Dice) async throws {
    let statements = try await desk.settlement.statements(matching: StatementFilter(), PageRequest()).items
    let any = statements.randomElement(using: &dice)?.id
    do {
      switch Int.random(in: 0...6, using: &dice) {
      case 0: try await desk.rule("\(Int.random(in: 0...30, using: &dice))", merchant: desk.kiln)
      case 1: try await desk.rule("\(Int.random(in: 0...30, using: &dice)).5", category: desk.home)
      case 2: desk.store.clock.advance(by: .days(1))
      case 3: _ = try await desk.run()
      case 4: if let any { _ = try await desk.settlement.approve(any, by: desk.mei) }
      case 5: if let any { _ = try await desk.settlement.markPaid(any, reference: "B", by: desk.mei) }
      default: if let any { _ = try await desk.settlement.cancel(any, by: desk.mei) }
      }
    } catch is any Refusal {
      return
    }
  }

  // req: 2.3.2.1-1 3.3.4-3
  @Test(arguments: 1...12)
  func `after anything in any order the books balance, and what is owed follows from facts`(seed: UInt64) async throws {
    let desk = try await SettlementDesk()
    try await desk.rule("7.77")
    var dice = Dice(state: seed)
    var orders = (0..<5).map { _ in begun(desk, &dice) }
    for _ in 1...40 {
      let index = Int.random(in: 0..<orders.count, using: &dice)
      happen(&orders[index], desk, &dice)
      try await tell(&orders[index], desk, &dice)
      try await work(desk, &dice)
    }
    #expect(try await desk.settlement.audit() == [], "seed \(seed)")
    for index in orders.indices { try await tell(&orders[index], desk, all: true, &dice) }
    #expect(try await desk.settlement.audit() == [], "seed \(seed)")
    try await check(desk, orders, seed)
  }

  private func check(_ desk: SettlementDesk, _ orders: [Known], _ seed: UInt64) async throws {
    var owed: [MerchantID: Int64] = [:]
    for known in orders where !known.facts.isEmpty {
      let account = try await desk.account(known.order)
      #expect(account.sums.paid.minor == known.paid, "seed \(seed)")
      #expect(account.sums.refunds.minor + account.goodwill.minor == known.back, "seed \(seed)")
      #expect(known.hasEnded || account.sums.net.isZero, "seed \(seed)")
      let sums = account.sums
      #expect(sums.borne.minor == (known.hasEnded ? known.facts.borne?.minor ?? 0 : 0), "seed \(seed)")
      if known.hasEnded {
        #expect(
          sums.net.minor == sums.paid.minor + sums.borne.minor - sums.refunds.minor - sums.commission.minor
            - sums.fee.minor,
          "seed \(seed)")
        #expect(sums.commission.minor >= 0 && sums.net.minor >= 0, "seed \(seed)")
      }
      owed[known.merchant, default: 0] += sums.net.minor
      // The same facts told at once to books of their own, in another order, give the same; the terms are those of the
      // day on which it was placed, so that rules of later days change nothing.
      let entries = try await desk.settlement.entries(of: known.order)
      #expect(Set(entries.map(\.booking)).isSubset(of: known.facts.map(\.key)), "seed \(seed)")
      #expect(entries.reduce(0) { $0 + $1.amount.minor } == 0, "seed \(seed)")
    }
    var paidOut: Int64 = 0
    for statement in try await desk.settlement.statements(
      matching: StatementFilter(state: .paid), PageRequest(limit: 100)
    )
    .items {
      paidOut += statement.sums.net.minor
    }
    #expect(try await desk.balance(.merchantPayable) == paidOut - owed.values.reduce(0, +), "seed \(seed)")
    #expect(try await desk.settlement.balances().reduce(0) { $0 + $1.amount.minor } == 0, "seed \(seed)")
  }

  @Test(arguments: 1...12)
  func `the same facts give the same books in whatever order they are heard`(seed: UInt64) async throws {
    var dice = Dice(state: seed)
    let desk = try await SettlementDesk()
    try await desk.rule("3.33")
    try await desk.rule("12.5", category: desk.tea)
    var first = begun(desk, &dice)
    for _ in 1...8 { happen(&first, desk, &dice) }
    try await desk.note(
      first.facts, of: first.order, by: first.merchant, placedAt: TestClock.start, parts: first.parts)
    let other = try await SettlementDesk()
    try await other.rule("3.33")
    try await other.rule("12.5", category: other.tea)
    for fact in first.facts.shuffled(using: &dice) {
      try await other.note(
        [fact], of: first.order, by: first.merchant, placedAt: TestClock.start, parts: first.parts)
    }
    let (own, others) = (
      try await desk.settlement.accounts(of: [first.order]), try await other.settlement.accounts(of: [first.order])
    )
    #expect(own == others, "seed \(seed)")
    let (books, otherBooks) = (try await desk.settlement.balances(), try await other.settlement.balances())
    #expect(books == otherBooks, "seed \(seed)")
    #expect(try await other.settlement.audit() == [], "seed \(seed)")
  }
}
