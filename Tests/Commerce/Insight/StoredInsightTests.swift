import Insight
import Storage
import Synchronization
import TestKit
import Testing
import Values

/// Figures follow from entries, whatever is noted how often, in which order and by how many at once.
@Suite struct StoredInsightTests {
  private let store: TestStore
  private let insight: StoredInsight
  private let kiln = MerchantID(raw: 7)
  private let reed = MerchantID(raw: 9)
  private let today: ShopDay

  init() async throws {
    store = try await TestStore(StoredInsight.migrations)
    insight = Self.insight(store.database, store)
    today = ShopDay(store.clock.now)
  }

  private static func insight(_ database: any Database, _ store: TestStore) -> StoredInsight {
    StoredInsight(database: database, clock: store.clock.clock, currency: .cny)
  }

  private func order(
    _ source: String, _ minor: Int64, of merchant: MerchantID, on day: ShopDay? = nil, version: Int = 0
  ) -> FigureSet {
    FigureSet(
      source: source,
      entries: [
        FigureEntry(.placed, merchant: merchant, day: day ?? today, minor: minor),
        FigureEntry(.goods, part: 5, merchant: merchant, day: day ?? today, minor: minor, count: 2),
      ], version: version)
  }

  /// Minor units and how many.
  private func placed(of merchant: MerchantID?, on day: ShopDay? = nil) async throws -> [Int] {
    let day = day ?? today
    let figure = try await insight.figures(of: merchant, from: day, through: day).first { $0.kind == .placed }
    return [Int(figure?.amount.minor ?? 0), figure?.count ?? 0]
  }

  // req: 3.2.3-1
  @Test func `what is noted counts once for its merchant and once for the shop, however often it is noted`()
    async throws
  {
    for _ in 1...3 { try await insight.note([order("a", 100, of: kiln), order("b", 50, of: reed)]) }
    #expect(try await placed(of: kiln) == [100, 1])
    #expect(try await placed(of: reed) == [50, 1])
    #expect(try await placed(of: nil) == [150, 2])
    #expect(try await insight.audit().isEmpty)
  }

  @Test func `what is noted anew takes the place of what was, also on another day`() async throws {
    try await insight.note([order("a", 100, of: kiln)])
    try await insight.note([order("a", 80, of: kiln, on: today.adding(-1))])
    #expect(try await placed(of: kiln) == [0, 0])
    #expect(try await placed(of: kiln, on: today.adding(-1)) == [80, 1])
    #expect(try await insight.differing(from: [order("a", 100, of: kiln)]) == ["a"])
    #expect(try await insight.differing(from: [order("a", 80, of: kiln, on: today.adding(-1))]) == [])
    try await insight.note([FigureSet(source: "a", entries: [])])
    #expect(try await placed(of: nil, on: today.adding(-1)) == [0, 0])
    #expect(try await insight.audit().isEmpty)
  }

  @Test func `what was read before what stands there changes nothing`() async throws {
    try await insight.note([order("a", 80, of: kiln, version: 2)])
    try await insight.note([order("a", 100, of: kiln, version: 1)])
    #expect(try await placed(of: kiln) == [80, 1])
    // The same is said later, and what was between comes last.
    try await insight.note([order("a", 80, of: kiln, version: 4)])
    try await insight.note([order("a", 100, of: kiln, version: 3)])
    #expect(try await placed(of: kiln) == [80, 1])
    // Made anew, what an old reading says gives way to a new one, and never the other way round.
    _ = try await insight.beginAnew(from: today)
    try await insight.note([order("a", 100, of: kiln, version: 3)])
    try await insight.note([order("a", 80, of: kiln, version: 4)])
    try await insight.note([order("a", 100, of: kiln, version: 3)])
    #expect(try await placed(of: kiln) == [80, 1])
    #expect(try await insight.audit().isEmpty)
  }

  @Test func `notes at once lose nothing and count nothing twice`() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for round in 0..<60 {
        group.addTask {
          try await insight.note([order("order-\(round % 20)", 100, of: round.isMultiple(of: 2) ? kiln : reed)])
        }
      }
      try await group.waitForAll()
    }
    #expect(try await placed(of: nil) == [2000, 20])
    #expect(try await insight.audit().isEmpty)
    let goods = try await insight.topGoods(of: nil, from: today, through: today, limit: 5)
    #expect(goods == [GoodsFigure(product: ProductID(raw: 5), amount: Money(minor: 2000, currency: .cny), units: 40)])
  }

  @Test func `figures that don't follow from their entries are named`() async throws {
    try await insight.note([order("a", 100, of: kiln)])
    try await store.database.write {
      _ = try $0.execute("UPDATE daily_figure SET amount = amount + 1 WHERE merchant_id = 7")
    }
    #expect(try await insight.audit().first?.book == "figures")
  }

  @Test func `figures that no entry is of, and entries without a figure, are named by their day`() async throws {
    try await insight.note([order("a", 100, of: kiln, on: today.adding(-1)), order("b", 50, of: kiln)])
    try await store.database.write {
      _ = try $0.execute("DELETE FROM figure_entry WHERE source = 'a'")
      _ = try $0.execute("DELETE FROM daily_figure WHERE day = \(today)")
    }
    let days = try await insight.audit().map { $0.row.prefix(10) }
    #expect(days.contains { $0 == "\(today.adding(-1))" } && days.contains { $0 == "\(today)" })
  }

  @Test func `nothing is forgotten before all was noted once, nor while it is noted anew`() async throws {
    let old = today.adding(-100)
    try await insight.note([order("old", 100, of: kiln, on: old)])
    #expect(!(try await insight.prune(before: today.adding(-90))))
    let build = try await insight.beginAnew(from: ShopDay(rawValue: 0))
    try await insight.note([order("new", 50, of: kiln)])
    #expect(!(try await insight.prune(before: today.adding(-90))))
    try await insight.note([order("old", 100, of: kiln, on: old)])
    #expect(try await placed(of: kiln, on: old) == [100, 1])
    try await insight.finishBuilding(build)
    // Of two that run at once, each keeps others from pruning until its own end.
    let (first, second) = (try await insight.beginAnew(from: today), try await insight.beginAnew(from: today))
    try await insight.finishBuilding(second)
    #expect(!(try await insight.prune(before: today.adding(-90))))
    try await insight.finishBuilding(first)
    #expect(try await insight.prune(before: today.adding(-90)))
    #expect(try await placed(of: kiln, on: old) == [100, 1])
  }

  @Test func `what broke off keeps nobody from pruning for longer than two days`() async throws {
    try await insight.finishBuilding(try await insight.beginAnew(from: ShopDay(rawValue: 0)))
    _ = try await insight.beginAnew(from: today)
    try await insight.note([order("old", 100, of: kiln, on: today.adding(-100))])
    #expect(!(try await insight.prune(before: today.adding(-90))))
    store.clock.advance(by: .days(2))
    #expect(try await insight.prune(before: today.adding(-90)))
  }

  @Test func `a day that was forgotten keeps its figures, and nothing is added to them`() async throws {
    try await insight.finishBuilding(try await insight.beginAnew(from: ShopDay(rawValue: 0)))
    let old = today.adding(-100)
    try await insight.note([order("old", 100, of: kiln, on: old), order("new", 50, of: kiln)])
    #expect(try await insight.prune(before: today.adding(-90)))
    #expect(!(try await insight.prune(before: today.adding(-90))))
    try await insight.note([order("old", 100, of: kiln, on: old)])
    #expect(try await placed(of: kiln, on: old) == [100, 1])
    #expect(try await placed(of: kiln) == [50, 1])
    #expect(try await insight.audit().isEmpty)
  }

  @Test func `begun anew, figures hold what is noted from then on, and visitors stay`() async throws {
    insight.countPage(seenBy: "Lin", at: store.clock.now)
    try await insight.flush()
    try await insight.note([order("a", 100, of: kiln, on: today.adding(-1)), order("b", 50, of: kiln)])
    let build = try await insight.beginAnew(from: today)
    #expect(try await placed(of: kiln) == [0, 0])
    #expect(try await placed(of: kiln, on: today.adding(-1)) == [100, 1])
    try await insight.note([order("b", 50, of: kiln)])
    #expect(try await placed(of: kiln) == [50, 1])
    let seen = try await insight.figures(of: nil, from: today, through: today).filter { $0.kind.isSeen }
    #expect(seen.map(\.count) == [1, 1])
    #expect(try await insight.audit().isEmpty)
    try await insight.finishBuilding(build)
    #expect(!(try await insight.isBuilt()))
    try await insight.finishBuilding(try await insight.beginAnew(from: ShopDay(rawValue: 0)))
    #expect(try await insight.isBuilt())
  }

  // MARK: Visitors

  @Test(arguments: [1, 10, 1000, 50_000]) func `distinct visitors are told within five percent`(count: Int) async throws
  {
    for number in 0..<count {
      for _ in 1...2 { insight.countPage(seenBy: "198.51.100.\(number) Firefox", at: store.clock.now) }
    }
    try await insight.flush()
    let figures = try await insight.figures(of: nil, from: today, through: today)
    let visitors = try #require(figures.first { $0.kind == .visitors }?.count)
    #expect(abs(visitors - count) <= count / 20)
    #expect(figures.first { $0.kind == .pages }?.count == count * 2)
  }

  @Test func `what several programs saw of one visitor is one visitor`() async throws {
    let other = Self.insight(store.database, store)
    for number in 0..<200 {
      insight.countPage(seenBy: "visitor \(number)", at: store.clock.now)
      other.countPage(seenBy: "visitor \(number)", at: store.clock.now)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await insight.flush() }
      group.addTask { try await other.flush() }
      try await group.waitForAll()
    }
    let figures = try await insight.figures(of: nil, from: today, through: today)
    let visitors = try #require(figures.first { $0.kind == .visitors }?.count)
    #expect((190...210).contains(visitors))
    #expect(figures.first { $0.kind == .pages }?.count == 400)
  }

  // MARK: Cost

  @Test func `thirty days take one statement, however much was sold`() async throws {
    let counted = CountedReads(store.database)
    let reading = Self.insight(counted, store)
    for round in [3, 120] {
      try await insight.note(
        (0..<round).map { order("\(round)-\($0)", 100, of: kiln, on: today.adding(-($0 % 30))) })
      let before = counted.statements
      #expect(!(try await reading.figures(of: kiln, from: today.adding(-29), through: today)).isEmpty)
      #expect(counted.statements - before == 1)
    }
  }
}

@Suite struct ShopDayTests {
  @Test func `a day begins at midnight in China`() throws {
    let day = try #require(ShopDay(text: "2026-11-24"))
    #expect(day.description == "2026-11-24")
    #expect(day.start.description == "2026-11-23T16:00:00.000Z")
    #expect(ShopDay(day.start) == day)
    #expect(ShopDay(day.start.adding(.zero - .milliseconds(1))) == day.adding(-1))
    #expect(ShopDay(Timestamp(milliseconds: -1)).description == "1970-01-01")
    #expect(ShopDay(text: "2026-02-30") == nil)
    #expect(ShopDay(text: "yesterday") == nil)
  }
}

/// Counts what is read.
private final class CountedReads: Database {
  private let base: any Database
  private let count = Mutex(0)

  init(_ base: any Database) { self.base = base }

  var statements: Int { count.withLock { $0 } }
  var dialect: any Dialect { base.dialect }
  var isShared: Bool { base.isShared }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> Value) async throws -> Value {
    try await base.read { [self] transaction in
      try body(Reading(base: transaction) { self.count.withLock { $0 += 1 } })
    }
  }
  func write<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
    try await base.write(body)
  }
  func withSchemaLock<Value: Sendable>(
    _ body: @Sendable (any Database) async throws -> Value
  ) async throws -> Value {
    try await base.withSchemaLock(body)
  }
  func close() async throws { try await base.close() }

  private struct Reading: ReadTransaction {
    let base: any ReadTransaction
    let note: () -> Void
    var dialect: any Dialect { base.dialect }
    func rows(_ sql: SQL) throws -> [Row] {
      note()
      return try base.rows(sql)
    }
    func forEachRow(_ sql: SQL, _ body: (Row) throws -> Void) throws {
      note()
      try base.forEachRow(sql, body)
    }
  }
}
