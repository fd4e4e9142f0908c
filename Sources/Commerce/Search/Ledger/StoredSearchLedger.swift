import Storage
import Synchronization
import Values

/// The ledger over a database. What is asked and opened is counted in memory and added to the rows of the day some seconds
/// later, to which every process adds.
public final class StoredSearchLedger: SearchLedgerService {
  /// How long what a visitor opened is kept.
  static let clickTime = Duration.days(1)
  static let creditTime = Duration.days(30)
  /// How long what is popular is taken as it was read.
  private static let popularTime = Duration.minutes(1)
  /// Renewed by whoever writes, so that nobody who asks waits for it.
  private static let popularAge = Duration.seconds(40)
  static let popularDays = 7
  static let fewestVisitors = 3
  /// Queries or clicks that one transaction writes.
  private static let batch = 500

  struct Memory {
    var pending = PendingCounts()
    var seen = SeenToday()
    var popular: [Language: PopularQueries] = [:]
    /// Whether the catalogue is known to be in the table of documents, which it stays.
    var hasCatalogue = false
  }

  let database: any Database
  let clock: WallClock
  let memory = Mutex(Memory())
  /// One at a time writes, so that nothing is written twice.
  let storing = Mutex<Task<Void, any Error>?>(nil)

  public init(database: any Database, clock: WallClock) {
    self.database = database
    self.clock = clock
  }

  // MARK: Noting

  public func noteQuery(_ text: String, language: Language, found: Int, by visitor: String) async {
    if found <= 0, await awaitsCatalogue() { return }
    let query = KeptQuery(text, language)
    let today = ShopDay(clock.now)
    memory.withLock { memory in
      let isAnother = memory.seen.isFirst(Asking(visitor: visitor, query: query), on: today)
      memory.pending.add(
        QueryTally(
          asked: 1, zero: found == 0 ? 1 : 0, visitors: isAnother ? 1 : 0, found: min(max(0, found), 999_999_999)),
        to: query, on: today)
    }
  }

  /// Whether goods are still read in, so that what isn't found says nothing. Where nobody can tell, it counts.
  private func awaitsCatalogue() async -> Bool {
    if memory.withLock({ $0.hasCatalogue }) { return false }
    guard let awaits = try? await database.read({ try SearchClock.awaitsCatalogue(in: $0) }) else { return false }
    if !awaits { memory.withLock { $0.hasCatalogue = true } }
    return awaits
  }

  private struct Asking: Hashable {
    let visitor: String
    let query: KeptQuery
  }

  public func noteClick(_ text: String, language: Language, product: ProductID, by visitor: String) async {
    let now = clock.now
    let click = OpenedFind(visitor: VisitorKey.cut(visitor), product: product, query: KeptQuery(text, language))
    memory.withLock { memory in
      if visitor.isEmpty || memory.seen.isFirst(click, on: ShopDay(now)) {
        memory.pending.add(QueryTally(clicks: 1), to: click.query, on: ShopDay(now))
      }
      // An order can't be credited to what is counted without its text.
      if !visitor.isEmpty, !click.query.text.isEmpty { memory.pending.add(click, at: now) }
    }
  }

  public func notePurchase(_ text: String, language: Language, order: OrderID) async throws {
    let query = KeptQuery(text, language)
    let now = clock.now
    try await database.write { transaction in
      guard try SearchClickTable.credit(order, to: query, at: now, in: transaction) else { return }
      try QueryCountTable.add([query: QueryTally(purchases: 1)], on: ShopDay(now), in: transaction)
    }
  }

  // MARK: Writing

  public func flush() async throws {
    let turn = storing.withLock { last in
      let turn = Task { [last] in
        _ = await last?.result
        try await store()
      }
      last = turn
      return turn
    }
    try await turn.value
    try await renewPopular(olderThan: Self.popularAge)
  }

  /// In batches, each of which leaves memory once it is written: what comes meanwhile is added to what is left.
  private func store() async throws {
    let (days, clicks) = memory.withLock { ($0.pending.days, $0.pending.clicks) }
    for (day, tallies) in days.sorted(by: { $0.key < $1.key }) {
      for batch in Self.batches(of: tallies.keys.sorted()) {
        let taken = memory.withLock { memory -> [KeptQuery: QueryTally] in
          let taken = memory.pending.days[day]?.filter { batch.contains($0.key) } ?? [:]
          memory.pending.take(day, batch)
          return taken
        }
        guard !taken.isEmpty else { continue }
        do {
          try await database.write { try QueryCountTable.add(taken, on: day, in: $0) }
        } catch {
          memory.withLock { $0.pending.giveBack(taken, on: day) }
          throw error
        }
      }
    }
    for batch in Self.batches(of: Array(clicks.keys)) {
      // They stay in memory until they are written, since an order may come between.
      let written = memory.withLock { memory in
        batch.compactMap { click in memory.pending.clicks[click].map { (click, $0) } }
      }
      guard !written.isEmpty else { continue }
      try await database.write { try SearchClickTable.write(written, in: $0) }
      memory.withLock { $0.pending.take(written.map(\.0)) }
    }
  }

  private static func batches<Item>(of items: [Item]) -> [[Item]] {
    stride(from: 0, to: items.count, by: batch).map { Array(items[$0..<min($0 + batch, items.count)]) }
  }

  public func forget(before: ShopDay) async throws {
    let now = clock.now
    while try await database.write({ try QueryCountTable.forgetOldest(before: before, in: $0) }) {
      try Task.checkCancellation()
    }
    while try await database.write({
      try SearchClickTable.forgetClicks(before: now.adding(.zero - Self.clickTime), in: $0)
    }) {
      try Task.checkCancellation()
    }
    while try await database.write({
      try SearchClickTable.forgetPurchases(before: now.adding(.zero - Self.creditTime), in: $0)
    }) {
      try Task.checkCancellation()
    }
  }

  // MARK: What is popular

  public func popular(language: Language) async throws -> [String] { try await popularQueries(language).top }

  public func popular(beginning text: String, language: Language, limit: Int) async throws -> [String] {
    let typed = SpacedText.folded(text, limit: SearchQuery.longestText)
    return try await popularQueries(language).beginning(typed, limit: max(0, limit))
  }

  private func popularQueries(_ language: Language) async throws -> PopularQueries {
    let now = clock.now
    let known = memory.withLock { $0.popular[language] }
    if let known, known.readAt <= now, now < known.readAt.adding(Self.popularTime) { return known }
    do {
      return try await readPopular(language, at: now)
    } catch let fault as any PassingFault where fault.mayPass {
      guard let known else { throw fault }
      return known
    }
  }

  private func renewPopular(olderThan age: Duration) async throws {
    let now = clock.now
    for (language, known) in memory.withLock({ $0.popular }) where known.readAt.adding(age) <= now {
      _ = try await readPopular(language, at: now)
    }
  }

  private func readPopular(_ language: Language, at now: Timestamp) async throws -> PopularQueries {
    let first = ShopDay(now).adding(1 - Self.popularDays)
    let queries = try await database.read {
      try QueryCountTable.popular(
        since: first, language, visitors: Self.fewestVisitors, limit: PopularQueries.most, in: $0)
    }
    let popular = PopularQueries(queries, readAt: now)
    memory.withLock { $0.popular[language] = popular }
    return popular
  }
}
