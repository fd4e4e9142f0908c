import Storage
import Values

enum QueryCountTable {
  /// Different queries that a day keeps.
  static let mostADay = 20_000

  /// Adds to a day's counts. Whoever adds to the same day waits until the transaction ends.
  static func add(_ tallies: [KeptQuery: QueryTally], on day: ShopDay, in transaction: any Transaction) throws {
    let kept = try lockedQueries(of: day, in: transaction)
    let known = try self.known(Array(tallies.keys), on: day, in: transaction)
    var (placed, more): ([KeptQuery: QueryTally], Int) = ([:], 0)
    for (query, tally) in tallies.sorted(by: { $0.key < $1.key }) {
      let isNew = !known.contains(query) && !query.text.isEmpty
      let hasRoom = !isNew || kept + more < mostADay
      if isNew, hasRoom { more += 1 }
      placed[hasRoom ? query : query.unnamed, default: QueryTally()].add(tally)
    }
    try write(placed, on: day, in: transaction)
    let sum = tallies.values.reduce(into: QueryTally()) { $0.add($1) }
    try transaction.execute(
      """
      UPDATE search_day SET queries = queries + \(more), asked = asked + \(sum.asked), zero = zero + \(sum.zero),
        clicks = clicks + \(sum.clicks), purchases = purchases + \(sum.purchases)
      WHERE day = \(day)
      """)
  }

  /// How many queries the day has; its row is held for the rest of the transaction.
  private static func lockedQueries(of day: ShopDay, in transaction: any Transaction) throws -> Int {
    let lock = transaction.dialect.forUpdate
    func queries() throws -> Int? { try transaction.value("SELECT queries FROM search_day WHERE day = \(day)" + lock) }
    if let known = try queries() { return known }
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "search_day",
        [("day", day.sqlValue)] + ["queries", "asked", "zero", "clicks", "purchases"].map { ($0, 0.sqlValue) }))
    return try queries() ?? 0
  }

  private static func known(
    _ queries: [KeptQuery], on day: ShopDay, in transaction: any ReadTransaction
  ) throws -> Set<KeptQuery> {
    var known: Set<KeptQuery> = []
    for (language, asked) in Dictionary(grouping: queries, by: \.language) {
      for row in try transaction.rows(
        """
        SELECT query FROM search_query_day WHERE day = \(day) AND language = \(language)
          AND query IN \(list: asked.map(\.text)) ORDER BY query LIMIT \(asked.count)
        """)
      {
        known.insert(KeptQuery(folded: try row["query"], language))
      }
    }
    return known
  }

  private static let columns = [
    "day", "language", "query", "asked", "zero", "visitors", "clicks", "purchases", "found",
  ]

  private static func write(
    _ tallies: [KeptQuery: QueryTally], on day: ShopDay, in transaction: any Transaction
  ) throws {
    let sums = columns[3...7].map(Renewal.add)
    let sorted = tallies.sorted { $0.key < $1.key }
    // Who opened or bought something didn't see how much is found now.
    for (rows, renewals) in [
      (sorted.filter { $0.value.found != nil }, sums + [.set("found")]),
      (sorted.filter { $0.value.found == nil }, sums),
    ] {
      try rows.inParts { part in
        try transaction.execute(
          transaction.dialect.upsert(
            into: "search_query_day", columns: columns, rows: part.map { Self.row($0.key, $0.value, day) },
            key: ["day", "language", "query"], renewing: renewals))
      }
    }
  }

  private static func row(_ query: KeptQuery, _ tally: QueryTally, _ day: ShopDay) -> [SQLValue] {
    [
      day.sqlValue, query.language.sqlValue, query.text.sqlValue, tally.asked.sqlValue, tally.zero.sqlValue,
      tally.visitors.sqlValue, tally.clicks.sqlValue, tally.purchases.sqlValue, (tally.found ?? 0).sqlValue,
    ]
  }

  // MARK: Reading

  static func days(from: ShopDay, to: ShopDay, in transaction: any ReadTransaction) throws -> [QueryDay] {
    try transaction.rows(
      """
      SELECT day, asked, zero, clicks, purchases FROM search_day WHERE day BETWEEN \(from) AND \(to)
      ORDER BY day LIMIT \(max(0, to.rawValue - from.rawValue) + 1)
      """
    ).map { row in
      QueryDay(
        day: try row["day"], asked: try row["asked"], zero: try row["zero"], clicks: try row["clicks"],
        purchases: try row["purchases"])
    }
  }

  /// What was found the last time stands behind the day in one number, so that the greatest of them has it.
  private static let foundScale: Int64 = 1_000_000_000
  /// Days on which something was only opened or bought say nothing of it.
  private static let lastFound: SQL = "MAX(CASE WHEN asked > 0 THEN day * 1000000000 + found ELSE 0 END)"

  /// - Parameter start: how many come before.
  static func counts(
    _ ask: QueryCountAsk, from start: Int, limit: Int, in transaction: any ReadTransaction
  ) throws -> [QueryCount] {
    var conditions: [SQL] = ["day BETWEEN \(ask.from) AND \(ask.to)"]
    // Of all that is counted without its text the last time says nothing.
    if ask.withoutFinds { conditions.append("query <> ''") }
    if !SpacedText.folded(ask.containing, limit: SearchQuery.longestText).isEmpty {
      conditions.append("query <> ''")
      conditions.append("query LIKE \(SpacedText.pattern(containing: ask.containing)) ESCAPE '!'")
    }
    let wanted: SQL =
      ask.withoutFinds ? "SUM(zero) > 0 AND \(lastFound) % 1000000000 = 0" : "SUM(asked) > 0"
    return try transaction.rows(
      """
      SELECT language, query, SUM(asked) AS asked, SUM(zero) AS zero, SUM(clicks) AS clicks,
        SUM(purchases) AS purchases, \(lastFound) AS last_found
      FROM search_query_day WHERE \(SQL.all(conditions)) GROUP BY language, query HAVING \(wanted)
      ORDER BY \(order(ask.sort)), query, language LIMIT \(limit) OFFSET \(start)
      """
    ).map { row in
      let last: Int64 = try row["last_found"]
      return QueryCount(
        text: try row["query"], language: try row["language"], asked: try row["asked"], zero: try row["zero"],
        clicks: try row["clicks"], purchases: try row["purchases"], found: Int(last % foundScale))
    }
  }

  private static func order(_ sort: QueryCountAsk.Sort) -> SQL {
    switch sort {
    case .asked: "SUM(asked) DESC"
    case .zero: "SUM(zero) DESC, SUM(asked) DESC"
    case .clickRate: "SUM(clicks) * 1.0 / SUM(asked), SUM(asked) DESC"
    case .purchaseRate: "SUM(purchases) * 1.0 / SUM(asked), SUM(asked) DESC"
    }
  }

  /// What most visitors ask for since a day, of queries that found something the last time.
  static func popular(
    since day: ShopDay, _ language: Language, visitors: Int, limit: Int, in transaction: any ReadTransaction
  ) throws -> [String] {
    try transaction.rows(
      """
      SELECT query FROM search_query_day WHERE day >= \(day) AND language = \(language) AND query <> ''
      GROUP BY query
      HAVING SUM(visitors) >= \(visitors) AND \(lastFound) % 1000000000 > 0
      ORDER BY SUM(visitors) DESC, SUM(asked) DESC, query LIMIT \(limit)
      """
    ).map { try $0["query"] }
  }

  // MARK: Forgetting

  /// Takes away the oldest day before another; false where there is none.
  static func forgetOldest(before: ShopDay, in transaction: any Transaction) throws -> Bool {
    let oldest: ShopDay? = try transaction.value(
      "SELECT day FROM search_day WHERE day < \(before) ORDER BY day LIMIT 1")
    guard let oldest else { return false }
    try transaction.execute("DELETE FROM search_day WHERE day = \(oldest)")
    try transaction.execute("DELETE FROM search_query_day WHERE day = \(oldest)")
    return true
  }
}
