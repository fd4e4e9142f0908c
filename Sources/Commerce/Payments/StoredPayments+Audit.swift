import Storage
import Values

extension StoredPayments {
  /// Each check is one statement that stops at the first row that disagrees.
  public func audit() async throws -> [Discrepancy] {
    try await database.read { transaction in
      try Self.checks.compactMap { check in
        guard let row = try transaction.row(check.query) else { return nil }
        let expected: String? = try row["expected"]
        let found: String? = try row["found"]
        let name: String
        if check.namesBooking {
          name = try row["id"]
        } else {
          name = (try row["id"] as PaymentID).description
        }
        return Discrepancy(
          book: "payments", row: name, expected: "\(check.rule) \(expected ?? "nothing")", found: found ?? "nothing")
      }
    }
  }

  private struct Check: Sendable {
    /// What should hold, as the report words it.
    let rule: String
    /// Answers at most one row: `id`, `expected`, `found`, the latter two as text.
    let query: SQL
    var namesBooking = false
  }

  private static let withMoney: SQL = "('captured', 'partlyRefunded', 'refunded')"
  private static let clearing: SQL = """
    (SELECT SUM(e.amount) FROM ledger_entry e WHERE e.payment_id = p.id AND e.book = 'providerClearing')
    """
  private static let settled: SQL = """
    (SELECT COALESCE(SUM(r.amount), 0) FROM refund r WHERE r.payment_id = p.id AND r.state = 'settled')
    """
  private static let claimed: SQL = """
    (SELECT COALESCE(SUM(r.amount), 0) FROM refund r WHERE r.payment_id = p.id AND r.state <> 'failed')
    """
  private static let shares: SQL = "(SELECT SUM(s.amount) FROM payment_share s WHERE s.payment_id = p.id)"

  private static let checks = [
    Check(
      rule: "amount as its shares add up:",
      query: """
        SELECT p.id, CAST(\(shares) AS CHAR(20)) AS expected, CAST(p.amount AS CHAR(20)) AS found FROM payment p
        WHERE p.amount <> COALESCE(\(shares), -1) ORDER BY p.id LIMIT 1
        """),
    Check(
      rule: "at the provider, by the ledger:",
      query: """
        SELECT p.id, CAST(p.amount - p.refunded AS CHAR(20)) AS expected, CAST(\(clearing) AS CHAR(20)) AS found
        FROM payment p WHERE p.state IN \(withMoney) AND COALESCE(\(clearing), -1) <> p.amount - p.refunded
        ORDER BY p.id LIMIT 1
        """),
    Check(
      rule: "no ledger entries without money:",
      query: """
        SELECT p.id, '0' AS expected, CAST(\(clearing) AS CHAR(20)) AS found FROM payment p
        WHERE p.state NOT IN \(withMoney) AND \(clearing) IS NOT NULL ORDER BY p.id LIMIT 1
        """),
    Check(
      rule: "refunded as settled refunds add up:",
      query: """
        SELECT p.id, CAST(\(settled) AS CHAR(20)) AS expected, CAST(p.refunded AS CHAR(20)) AS found FROM payment p
        WHERE p.refunded <> \(settled) ORDER BY p.id LIMIT 1
        """),
    Check(
      rule: "refunds, those on their way included, at most:",
      query: """
        SELECT p.id, CAST(p.amount AS CHAR(20)) AS expected, CAST(\(claimed) AS CHAR(20)) AS found FROM payment p
        WHERE p.amount < \(claimed) ORDER BY p.id LIMIT 1
        """),
    Check(
      rule: "the state that its refunds give:",
      query: """
        SELECT p.id, CASE WHEN p.refunded = 0 THEN 'captured' WHEN p.refunded < p.amount THEN 'partlyRefunded'
          ELSE 'refunded' END AS expected, p.state AS found FROM payment p
        WHERE p.state IN \(withMoney) AND p.state <> CASE WHEN p.refunded = 0 THEN 'captured'
          WHEN p.refunded < p.amount THEN 'partlyRefunded' ELSE 'refunded' END ORDER BY p.id LIMIT 1
        """),
    Check(
      rule: "entries that add up to",
      query: """
        SELECT booking AS id, '0' AS expected, CAST(SUM(amount) AS CHAR(20)) AS found FROM ledger_entry
        GROUP BY booking HAVING SUM(amount) <> 0 ORDER BY booking LIMIT 1
        """, namesBooking: true),
  ]
}
