import Insight
import Storage
import TestKit
import Testing
import Values

/// Figures by channel, by ten minutes of a day, and visitors by merchant.
@Suite struct DimensionTests {
  private let store: TestStore
  private let insight: StoredInsight
  private let kiln = MerchantID(raw: 7)
  private let reed = MerchantID(raw: 9)
  private let today: ShopDay
  private let web: Channel

  init() async throws {
    store = try await TestStore(StoredInsight.migrations)
    insight = StoredInsight(database: store.database, clock: store.clock.clock, currency: .cny)
    today = ShopDay(store.clock.now)
    web = try #require(Channel(rawValue: "web"))
  }

  private func order(
    _ source: String, _ minor: Int64, of merchant: MerchantID, in channel: Channel, at moment: Timestamp
  ) -> FigureSet {
    FigureSet(
      source: source,
      entries: [
        FigureEntry(.placed, merchant: merchant, channel: channel, at: moment, minor: minor),
        FigureEntry(.goods, part: 5, merchant: merchant, channel: channel, at: moment, minor: minor, count: 2),
      ])
  }

  private func placed(_ merchant: MerchantID?, in channel: Channel?) async throws -> [Int] {
    let figures = try await insight.figures(of: merchant, in: channel, from: today, through: today)
    let placed = figures.first { $0.kind == .placed }
    return [Int(placed?.amount.minor ?? 0), placed?.count ?? 0]
  }

  private func visitors(of merchant: MerchantID?) async throws -> Int {
    try await insight.figures(of: merchant, from: today, through: today).first { $0.kind == .visitors }?.count ?? 0
  }

  private func stretches(
    of merchant: MerchantID, in channel: Channel?, on days: [ShopDay]
  ) async throws -> [StretchFigure] {
    try await insight.course(of: merchant, in: channel, from: today, through: today, stretchesOn: days).stretches
  }

  // MARK: Channels

  // req: 3.2.3-1
  @Test func `what is sold in a channel counts there and in all, and the rest is the main one's`() async throws {
    let now = store.clock.now
    try await insight.note([
      order("a", 100, of: kiln, in: .main, at: now), order("b", 50, of: kiln, in: web, at: now),
      order("c", 7, of: reed, in: web, at: now),
    ])
    #expect(try await placed(nil, in: nil) == [157, 3])
    #expect(try await placed(nil, in: .main) == [100, 1])
    #expect(try await placed(nil, in: web) == [57, 2])
    #expect(try await placed(kiln, in: nil) == [150, 2])
    #expect(try await placed(kiln, in: .main) == [100, 1])
    #expect(try await placed(kiln, in: web) == [50, 1])
    let goods = try await insight.topGoods(of: nil, in: web, from: today, through: today, limit: 5)
    #expect(goods.map(\.units) == [4])
    let main = try await insight.topGoods(of: nil, in: .main, from: today, through: today, limit: 5)
    #expect(main.map(\.units) == [2])
    #expect(try await insight.channels(of: kiln) == [.main, web])
    #expect(try await insight.audit().isEmpty)
  }

  @Test func `what moves to another channel leaves the first, and no row is kept for the main one`() async throws {
    try await insight.note([order("a", 100, of: kiln, in: web, at: store.clock.now)])
    try await insight.note([order("a", 100, of: kiln, in: .main, at: store.clock.now)])
    #expect(try await placed(kiln, in: web) == [0, 0])
    #expect(try await placed(kiln, in: .main) == [100, 1])
    try await insight.note([order("b", 30, of: reed, in: .main, at: store.clock.now)])
    #expect(try await insight.channels(of: reed) == [.main])
    #expect(try await insight.audit().isEmpty)
  }

  @Test func `figures of channels and of stretches that don't follow from entries are named`() async throws {
    for table: SQL in ["channel_figure", "channel_goods", "stretch_figure"] {
      try await insight.note([order("a", 100, of: kiln, in: web, at: store.clock.now)])
      try await store.database.write { _ = try $0.execute("UPDATE \(table) SET amount = amount + 1") }
      #expect(!(try await insight.audit()).isEmpty)
      try await store.database.write { _ = try $0.execute("DELETE FROM \(table)") }
      #expect(!(try await insight.audit()).isEmpty)
      // Made anew they follow again.
      try await insight.finishBuilding(try await insight.beginAnew(from: today))
      #expect(try await insight.audit().isEmpty)
    }
  }

  // MARK: Stretches

  @Test func `a day is known by ten minutes, in all channels and in each`() async throws {
    let start = today.start
    try await insight.note([
      order("a", 100, of: kiln, in: .main, at: start.adding(.minutes(5))),
      order("b", 50, of: kiln, in: web, at: start.adding(.minutes(9))),
      order("c", 30, of: kiln, in: .main, at: start.adding(.minutes(23 * 60 + 59))),
    ])
    func read(_ channel: Channel?) async throws -> [[Int]] {
      try await stretches(of: kiln, in: channel, on: [today, today.adding(-1)]).filter { $0.count != 0 }
        .map { [$0.stretch.rawValue, Int($0.amount.minor), $0.count] }
    }
    #expect(try await read(nil) == [[0, 150, 2], [143, 30, 1]])
    #expect(try await read(.main) == [[0, 100, 1], [143, 30, 1]])
    #expect(try await read(web) == [[0, 50, 1]])
    #expect(DayStretch(start.adding(.minutes(605))).hour == 10)
  }

  @Test func `entries from before stretches take theirs once they are noted again`() async throws {
    let now = store.clock.now
    let old = FigureSet(source: "a", entries: [FigureEntry(.placed, merchant: kiln, day: today, minor: 100)])
    let new = FigureSet(source: "a", entries: [FigureEntry(.placed, merchant: kiln, at: now, minor: 100)])
    try await insight.note([old])
    #expect(try await stretches(of: kiln, in: nil, on: [today]).isEmpty)
    #expect(try await insight.differing(from: [new]) == [])
    #expect(try await insight.audit().isEmpty)
    try await insight.note([new])
    #expect(try await stretches(of: kiln, in: nil, on: [today]).map(\.count) == [1])
    #expect(try await placed(kiln, in: nil) == [100, 1])
    #expect(try await insight.audit().isEmpty)
  }

  @Test func `figures of an older program lack the days that today is compared with`() async throws {
    #expect(try await insight.firstUnbuiltDay() == ShopDay(rawValue: 0))
    try await insight.finishBuilding(try await insight.beginAnew(from: ShopDay(rawValue: 0)))
    #expect(try await insight.firstUnbuiltDay() == nil)
    try await store.database.write { _ = try $0.execute("DELETE FROM figure_mark WHERE name = 'stretches'") }
    #expect(try await insight.firstUnbuiltDay() == today.adding(-7))
    try await insight.finishBuilding(try await insight.beginAnew(from: today))
    #expect(try await insight.firstUnbuiltDay() == today.adding(-7))
    try await insight.finishBuilding(try await insight.beginAnew(from: today.adding(-7)))
    #expect(try await insight.firstUnbuiltDay() == nil)
  }

  @Test func `stretches are forgotten with the entries`() async throws {
    try await insight.finishBuilding(try await insight.beginAnew(from: ShopDay(rawValue: 0)))
    let old = today.adding(-100)
    try await insight.note([order("old", 100, of: kiln, in: web, at: old.start)])
    #expect(try await insight.prune(before: today.adding(-90)))
    #expect(try await stretches(of: kiln, in: nil, on: [old]).isEmpty)
    #expect(try await insight.figures(of: kiln, in: web, from: old, through: old).map(\.count) == [1])
    #expect(try await insight.audit().isEmpty)
  }

  // MARK: Visitors of merchants

  @Test(arguments: [1, 30, 20_000]) func `visitors of a merchant are told within ten percent`(count: Int) async throws {
    for number in 0..<count {
      for _ in 1...2 { insight.countPage(seenBy: "visitor \(number)", of: kiln, at: store.clock.now) }
    }
    insight.countPage(seenBy: "visitor 0", of: reed, at: store.clock.now)
    insight.countPage(seenBy: "somebody else", of: nil, at: store.clock.now)
    try await insight.flush()
    #expect(abs(try await visitors(of: kiln) - count) <= count / 10)
    #expect(try await visitors(of: reed) == 1)
    #expect(abs(try await visitors(of: nil) - count - 1) <= max(1, count / 20))
    let grown = try await stretches(of: kiln, in: nil, on: [today])
    #expect(grown.map(\.kind) == [.visitors])
    #expect(try await insight.audit().isEmpty)
  }

  @Test func `a merchant's visitor of two programs and two hours is one`() async throws {
    let other = StoredInsight(database: store.database, clock: store.clock.clock, currency: .cny)
    for program in [insight, other, insight] {
      program.countPage(seenBy: "Lin", of: kiln, at: store.clock.now)
      try await program.flush()
      store.clock.advance(by: .milliseconds(1))
    }
    #expect(try await visitors(of: kiln) == 1)
  }

  @Test func `sketches of merchants go when their day is over, the numbers stay`() async throws {
    insight.countPage(seenBy: "Lin", of: kiln, at: store.clock.now)
    try await insight.flush()
    store.clock.advance(by: .days(2))
    insight.countPage(seenBy: "Lin", of: reed, at: store.clock.now)
    try await insight.flush()
    let kept: Int = try await store.database.read { try $0.value("SELECT COUNT(*) FROM figure_visitors") ?? 0 }
    #expect(kept == 1)
    #expect(try await visitors(of: kiln) == 1)
  }

  @Test func `figures of many merchants take as many statements as those of few`() async throws {
    let counter = StatementCounter()
    let counted = StoredInsight(
      database: counter.over(store.database), clock: store.clock.clock, currency: .cny)
    var (seen, noted): (Set<Int>, Set<Int>) = ([], [])
    for count in [8, 64] {
      let merchants = (1...count).map { MerchantID(raw: Int64(1000 * count + $0)) }
      for merchant in merchants { counted.countPage(seenBy: "\(count)", of: merchant, at: store.clock.now) }
      var before = counter.statements
      try await counted.flush()
      seen.insert(counter.statements - before)
      before = counter.statements
      try await counted.note(
        merchants.map { merchant in
          FigureSet(
            source: "\(merchant)",
            entries: [FigureEntry(.placed, merchant: merchant, at: store.clock.now, minor: 100)])
        })
      noted.insert(counter.statements - before)
      for merchant in merchants {
        let (visitors, placed) = (try await visitors(of: merchant), try await placed(merchant, in: nil))
        #expect(visitors == 1 && placed == [100, 1])
      }
    }
    #expect(seen.count == 1 && noted.count == 1, "\(seen) \(noted)")
    #expect(try await placed(nil, in: nil) == [7200, 72])
    #expect(try await insight.audit().isEmpty)
  }

  @Test func `no more merchants are counted at once than memory is for`() async throws {
    for number in 0..<4100 {
      insight.countPage(seenBy: "Lin", of: MerchantID(raw: Int64(number + 1)), at: store.clock.now)
    }
    try await insight.flush()
    let kept: Int = try await store.database.read { try $0.value("SELECT COUNT(*) FROM figure_visitors") ?? 0 }
    #expect(kept == 4000)
  }
}
