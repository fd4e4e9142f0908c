import Storage
import Values

extension StoredPoints {
  public func audit() async throws -> [Discrepancy] {
    try await database.read { transaction in
      try Self.checks.flatMap { expected, query in
        try transaction.rows(query).map { row in
          Discrepancy(
            book: "points", row: try row["name"] as String, expected: "\(expected) \(try row["counted"] as Int)",
            found: "\(try row["found"] as Int)")
        }
      }
    }
  }

  private static let checks: [(String, SQL)] = [
    (
      "a balance as the ledger adds up:",
      """
      SELECT CAST(a.buyer_id AS CHAR(20)) AS name, a.balance AS found,
        (SELECT COALESCE(SUM(e.points), 0) FROM point_entry e WHERE e.buyer_id = a.buyer_id) AS counted
      FROM point_account a
      WHERE a.balance <> (SELECT COALESCE(SUM(e.points), 0) FROM point_entry e WHERE e.buyer_id = a.buyer_id)
      ORDER BY a.buyer_id LIMIT 10
      """
    ),
    (
      "spent and not returned:",
      """
      SELECT u.checkout AS name, -(SELECT COALESCE(SUM(e.points), 0) FROM point_entry e
          WHERE e.buyer_id = u.buyer_id AND e.checkout = u.checkout) AS found, u.points - u.returned AS counted
      FROM point_use u
      WHERE u.points - u.returned <> -(SELECT COALESCE(SUM(e.points), 0) FROM point_entry e
          WHERE e.buyer_id = u.buyer_id AND e.checkout = u.checkout)
      ORDER BY u.checkout LIMIT 10
      """
    ),
    (
      "earned and not taken back:",
      """
      SELECT CAST(r.order_id AS CHAR(20)) AS name, (SELECT COALESCE(SUM(e.points), 0) FROM point_entry e
          WHERE e.buyer_id = r.buyer_id AND e.order_id = r.order_id) AS found, r.points AS counted
      FROM point_earning r
      WHERE r.points <> (SELECT COALESCE(SUM(e.points), 0) FROM point_entry e
          WHERE e.buyer_id = r.buyer_id AND e.order_id = r.order_id)
      ORDER BY r.order_id LIMIT 10
      """
    ),
  ]
}
