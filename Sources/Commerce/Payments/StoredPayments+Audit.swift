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
        } else if check.namesCase {
          name = (try row["id"] as PaymentCaseID).description
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
    var namesCase = false
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

  private static let checks = moneyChecks + balanceChecks + caseChecks

  private static let unclear: SQL = """
    (SELECT COALESCE(SUM(CASE WHEN u.kind IN ('came', 'lost', 'released') THEN u.amount ELSE -u.amount END), 0)
      FROM unclear_money u WHERE u.case_id = c.id)
    """
  /// Of a part that came what the payment lacks is the case's amount.
  private static let unclearByCase: SQL = """
    (CASE WHEN c.is_open = 0 THEN 0 WHEN c.kind = 'refundTooLarge' THEN -c.amount
      WHEN c.kind = 'paidShort' THEN (SELECT p.amount - p.from_balance FROM payment p WHERE p.id = c.payment_id) - c.amount
      ELSE c.amount END)
    """
  private static let caseChecks = [
    Check(
      rule: "unclear of a case:",
      query: """
        SELECT c.id, CAST(\(unclearByCase) AS CHAR(20)) AS expected, CAST(\(unclear) AS CHAR(20)) AS found
        FROM payment_case c
        WHERE c.kind IN ('paidShort', 'paidTooMuch', 'refundTooLarge', 'refundFailedLater')
          AND \(unclearByCase) <> \(unclear) ORDER BY c.id LIMIT 1
        """, namesCase: true)
  ]

  private static let moved: SQL = """
    (SELECT COALESCE(SUM(m.amount), 0) FROM balance_movement m WHERE m.payment_id = p.id)
    """
  private static let kept: SQL = """
    (CASE WHEN p.state IN ('closed', 'failed') THEN 0 ELSE (SELECT COALESCE(SUM(r.to_balance), 0) FROM refund r
      WHERE r.payment_id = p.id AND r.state = 'settled') - p.from_balance END)
    """
  private static let partsOfBalance: SQL = """
    (SELECT SUM(s.from_balance) FROM payment_share s WHERE s.payment_id = p.id)
    """
  private static let movements: SQL = """
    (SELECT COALESCE(SUM(m.amount), 0) FROM balance_movement m
      WHERE m.account_id = b.account_id AND m.currency = b.currency)
    """

  private static let balanceChecks = [
    Check(
      rule: "balance as its movements add up:",
      query: """
        SELECT CAST(b.account_id AS CHAR(20)) AS id, CAST(\(movements) AS CHAR(20)) AS expected,
          CAST(b.amount AS CHAR(20)) AS found FROM balance b WHERE b.amount <> \(movements)
        ORDER BY b.account_id LIMIT 1
        """, namesBooking: true),
    Check(
      rule: "moved in its payer's balance:",
      query: """
        SELECT p.id, CAST(\(kept) AS CHAR(20)) AS expected, CAST(\(moved) AS CHAR(20)) AS found FROM payment p
        WHERE (p.from_balance > 0 OR EXISTS (SELECT 1 FROM balance_movement m WHERE m.payment_id = p.id))
          AND \(kept) <> \(moved) ORDER BY p.id LIMIT 1
        """),
    Check(
      rule: "from the balance as its shares add up:",
      query: """
        SELECT p.id, CAST(\(partsOfBalance) AS CHAR(20)) AS expected, CAST(p.from_balance AS CHAR(20)) AS found
        FROM payment p WHERE p.from_balance > 0 AND p.from_balance <> COALESCE(\(partsOfBalance), -1)
        ORDER BY p.id LIMIT 1
        """),
  ]

  private static let moneyChecks = [
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
