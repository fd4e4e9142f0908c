import Storage
import Values

extension StoredInsight {
  /// Differences that are told at most.
  private static let mostFound = 100

  public func audit() async throws -> [Discrepancy] {
    let days: [ShopDay] = try await database.read { transaction in
      let horizon = try FigureRows.horizon(in: transaction)
      return try transaction.rows(
        """
        SELECT DISTINCT day FROM daily_figure WHERE day >= \(horizon)
        UNION SELECT DISTINCT day FROM goods_figure WHERE day >= \(horizon)
        UNION SELECT DISTINCT day FROM stretch_figure WHERE day >= \(horizon)
        UNION SELECT DISTINCT day FROM channel_figure WHERE day >= \(horizon)
        UNION SELECT DISTINCT day FROM channel_goods WHERE day >= \(horizon)
        UNION SELECT DISTINCT day FROM figure_entry WHERE day >= \(horizon)
        ORDER BY day
        """
      ).map { try $0["day"] }
    }
    var found: [Discrepancy] = []
    // A snapshot each, so that none is held for as long as all of them take.
    for day in days where found.count < Self.mostFound {
      try Task.checkCancellation()
      let differences: [Discrepancy] = try await database.read { transaction in
        guard try FigureRows.horizon(in: transaction) <= day else { return [] }
        return try Self.checks(of: day).compactMap { check in
          try transaction.row(check).map { try Self.discrepancy($0, on: day) }
        }
      }
      found += differences
    }
    return found
  }

  private static func discrepancy(_ row: Row, on day: ShopDay) throws -> Discrepancy {
    let (kind, id): (FigureKind, Int64) = (try row["kind"], try row["whose"])
    let (amount, count): (Int64, Int) = (try row["amount"], try row["count"])
    let (summed, counted): (Int64, Int) = (try row["summed"], try row["counted"])
    let whose =
      kind == .goods ? "of \(ProductID(raw: id))" : id == 0 ? "of all" : "of \(MerchantID(raw: id))"
    return Discrepancy(
      book: "figures", row: "\(day) \(kind.rawValue) \(whose)",
      expected: "\(counted) and \(summed) minor units, as entries add up", found: "\(count) and \(amount)")
  }

  /// What tells figures of a day from one another in a table, and which entries add up to them.
  private struct Book {
    let table: SQL
    /// Besides the merchant.
    let keys: [StaticString]
    let entries: SQL
    /// Of figures that no book holds nothing is said.
    let figures: SQL
  }

  private static let sales: SQL = "kind <> 'goods'"
  private static let notSeen: SQL = "f.kind NOT IN ('visitors', 'pages')"
  private static let inStretches: SQL =
    "stretch IS NOT NULL AND kind IN \(list: FigureKind.allCases.filter(\.hasStretches))"

  private static let audited = [
    Book(table: "daily_figure", keys: ["kind"], entries: sales, figures: notSeen),
    Book(
      table: "channel_figure", keys: ["kind", "channel"], entries: "\(sales) AND channel <> 'main'", figures: notSeen),
    Book(
      table: "(SELECT * FROM stretch_figure WHERE channel = '')", keys: ["kind", "stretch"], entries: inStretches,
      figures: notSeen),
    Book(
      table: "(SELECT * FROM stretch_figure WHERE channel <> '')", keys: ["kind", "stretch", "channel"],
      entries: "\(inStretches) AND channel <> 'main'", figures: notSeen),
    Book(table: "goods_figure", keys: ["product_id"], entries: "kind = 'goods'", figures: "1 = 1"),
    Book(
      table: "channel_goods", keys: ["product_id", "channel"], entries: "kind = 'goods' AND channel <> 'main'",
      figures: "1 = 1"),
  ]

  /// Each answers the first figure of the day that doesn't follow from its entries, or the first entries without a figure.
  private static func checks(of day: ShopDay) -> [SQL] { audited.flatMap { [differing($0, day), missing($0, day)] } }

  private static func differing(_ book: Book, _ day: ShopDay) -> SQL {
    """
    SELECT \(named(book, "f")), f.amount AS amount, f.count AS count, COALESCE(s.summed, 0) AS summed,
      COALESCE(s.counted, 0) AS counted
    FROM \(book.table) f LEFT JOIN (\(sums(book, day))) s ON \(matching(book))
    WHERE f.day = \(day) AND \(book.figures)
      AND (f.amount <> COALESCE(s.summed, 0) OR f.count <> COALESCE(s.counted, 0)) LIMIT 1
    """
  }

  private static func missing(_ book: Book, _ day: ShopDay) -> SQL {
    """
    SELECT \(named(book, "s")), 0 AS amount, 0 AS count, s.summed AS summed, s.counted AS counted
    FROM (\(sums(book, day))) s LEFT JOIN \(book.table) f ON f.day = \(day) AND \(matching(book))
    WHERE f.day IS NULL AND (s.counted <> 0 OR s.summed <> 0) LIMIT 1
    """
  }

  private static func named(_ book: Book, _ side: StaticString) -> SQL {
    let goods = book.keys.contains { "\($0)" == "product_id" }
    let whose: StaticString = goods ? "product_id" : "merchant_id"
    let kind: SQL = goods ? "'goods' AS kind" : "\(name: side).kind AS kind"
    return "\(kind), \(name: side).\(name: whose) AS whose"
  }

  private static func matching(_ book: Book) -> SQL {
    SQL.all((book.keys + ["merchant_id"]).map { "s.\(name: $0) = f.\(name: $0)" })
  }

  /// Of each merchant, and of all.
  private static func sums(_ book: Book, _ day: ShopDay) -> SQL {
    let keys = book.keys.map { key -> SQL in "\(key)" == "product_id" ? "part" : "\(name: key)" }
    let named = zip(book.keys, keys).map { key, column -> SQL in "\(column) AS \(name: key)" }
    func sum(_ merchant: SQL, _ condition: SQL, by more: [SQL]) -> SQL {
      """
      SELECT \(listed(named)), \(merchant) AS merchant_id, SUM(amount) AS summed, SUM(count) AS counted FROM figure_entry
      WHERE day = \(day) AND \(book.entries) AND \(condition) GROUP BY \(listed(keys + more))
      """
    }
    return sum("merchant_id", "merchant_id <> 0", by: ["merchant_id"]) + " UNION ALL " + sum("0", "1 = 1", by: [])
  }

  private static func listed(_ parts: [SQL]) -> SQL {
    guard let first = parts.first else { return "1" }
    return parts.dropFirst().reduce(first) { $0 + ", " + $1 }
  }
}
