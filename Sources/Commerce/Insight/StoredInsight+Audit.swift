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

  /// Each answers the first figure of the day that doesn't follow from its entries, which are added up once.
  private static func checks(of day: ShopDay) -> [SQL] {
    let sums: SQL = """
      SELECT kind, merchant_id, SUM(amount) AS summed, SUM(count) AS counted FROM figure_entry
      WHERE day = \(day) AND kind <> 'goods' AND merchant_id <> 0 GROUP BY kind, merchant_id
      UNION ALL SELECT kind, 0 AS merchant_id, SUM(amount) AS summed, SUM(count) AS counted FROM figure_entry
      WHERE day = \(day) AND kind <> 'goods' GROUP BY kind
      """
    let goods: SQL = """
      SELECT part, SUM(amount) AS summed, SUM(count) AS counted FROM figure_entry
      WHERE day = \(day) AND kind = 'goods' GROUP BY part
      """
    let found: SQL = "COALESCE(s.summed, 0) AS summed, COALESCE(s.counted, 0) AS counted"
    let differs: SQL = "(f.amount <> COALESCE(s.summed, 0) OR f.count <> COALESCE(s.counted, 0))"
    return [
      """
      SELECT f.kind AS kind, f.merchant_id AS whose, f.amount AS amount, f.count AS count, \(found)
      FROM daily_figure f LEFT JOIN (\(sums)) s ON s.kind = f.kind AND s.merchant_id = f.merchant_id
      WHERE f.day = \(day) AND f.kind NOT IN ('visitors', 'pages') AND \(differs) LIMIT 1
      """,
      """
      SELECT s.kind AS kind, s.merchant_id AS whose, 0 AS amount, 0 AS count, s.summed AS summed, s.counted AS counted
      FROM (\(sums)) s
      LEFT JOIN daily_figure f ON f.day = \(day) AND f.kind = s.kind AND f.merchant_id = s.merchant_id
      WHERE f.day IS NULL AND s.counted <> 0 LIMIT 1
      """,
      """
      SELECT 'goods' AS kind, f.product_id AS whose, f.amount AS amount, f.count AS count, \(found)
      FROM goods_figure f LEFT JOIN (\(goods)) s ON s.part = f.product_id
      WHERE f.day = \(day) AND f.merchant_id = 0 AND \(differs) LIMIT 1
      """,
    ]
  }
}
