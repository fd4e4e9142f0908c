import Values

/// What was counted of a query and isn't written yet.
struct QueryTally: Hashable, Sendable {
  var asked = 0
  var zero = 0
  var visitors = 0
  var clicks = 0
  var purchases = 0
  /// Of the last time; nil where it wasn't asked for.
  var found: Int?

  mutating func add(_ newer: QueryTally) {
    asked += newer.asked
    zero += newer.zero
    visitors += newer.visitors
    clicks += newer.clicks
    purchases += newer.purchases
    found = newer.found ?? found
  }
}

/// Goods that a visitor opened from a query.
struct OpenedFind: Hashable, Sendable {
  var visitor: String
  let product: ProductID
  let query: KeptQuery
}

/// What was counted in memory: queries by day, and what was opened.
struct PendingCounts: Sendable {
  /// Different queries of a day that wait at once; further ones wait without their text.
  static let mostQueries = 20_000
  static let mostClicks = 20_000

  private(set) var days: [ShopDay: [KeptQuery: QueryTally]] = [:]
  private(set) var clicks: [OpenedFind: Timestamp] = [:]

  mutating func add(_ tally: QueryTally, to query: KeptQuery, on day: ShopDay) {
    let isKnown = days[day]?[query] != nil || days[day]?.count ?? 0 < Self.mostQueries
    days[day, default: [:]][isKnown ? query : query.unnamed, default: QueryTally()].add(tally)
  }

  mutating func add(_ click: OpenedFind, at now: Timestamp) {
    guard clicks[click] != nil || clicks.count < Self.mostClicks else { return }
    clicks[click] = max(now, clicks[click] ?? now)
  }

  /// What couldn't be written comes before what came since.
  mutating func giveBack(_ older: [KeptQuery: QueryTally], on day: ShopDay) {
    for (query, tally) in older {
      var whole = tally
      if let newer = days[day]?[query] { whole.add(newer) }
      days[day, default: [:]][query] = whole
    }
  }

  mutating func rename(_ visitor: String, to other: String) {
    for (click, at) in clicks where click.visitor == visitor {
      clicks[click] = nil
      var renamed = click
      renamed.visitor = other
      clicks[renamed] = max(at, clicks[renamed] ?? at)
    }
  }

  func holds(_ visitor: String) -> Bool { clicks.keys.contains { $0.visitor == visitor } }

  mutating func forget(_ visitor: String) {
    for click in clicks.keys where click.visitor == visitor { clicks[click] = nil }
  }

  mutating func take(_ day: ShopDay, _ queries: some Sequence<KeptQuery>) {
    for query in queries { days[day]?[query] = nil }
    if days[day]?.isEmpty == true { days[day] = nil }
  }

  mutating func take(_ written: some Sequence<OpenedFind>) { for click in written { clicks[click] = nil } }
}

/// Who asked for and opened what today, as far as memory goes: one who does the same many times counts once.
struct SeenToday: Sendable {
  /// Beyond it nothing new counts as another visitor's, or twice.
  static let most = 100_000

  private var day = ShopDay(rawValue: 0)
  /// Hashes with this process's seed: nothing can be read of them.
  private var seen: Set<Int> = []

  /// Whether this is the first time today; false when memory is full.
  mutating func isFirst(_ what: some Hashable, on today: ShopDay) -> Bool {
    if day != today { (day, seen) = (today, []) }
    guard seen.count < Self.most else { return false }
    var hasher = Hasher()
    hasher.combine(what)
    return seen.insert(hasher.finalize()).inserted
  }
}
