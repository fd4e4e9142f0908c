import Storage
import Values

extension StoredRefunds {
  /// Each check is one statement that stops at the first row that disagrees.
  public func audit() async throws -> [Discrepancy] {
    try await database.read { transaction in
      try Self.checks.compactMap { check in
        guard let row = try transaction.row(check.query) else { return nil }
        let id: Int64 = try row["id"]
        let expected: String? = try row["expected"]
        let found: String? = try row["found"]
        return Discrepancy(
          book: "refunds", row: check.name(id), expected: "\(check.rule) \(expected ?? "0")", found: found ?? "nothing")
      }
    }
  }

  private struct Check: Sendable {
    /// What should hold, as the report words it.
    let rule: String
    let name: @Sendable (Int64) -> String
    /// Answers at most one row: `id`, `expected`, `found`, the latter two as text.
    let query: SQL
  }

  private static let namingLine: @Sendable (Int64) -> String = { OrderLineID(raw: $0).description }
  private static let namingOrder: @Sendable (Int64) -> String = { OrderID(raw: $0).description }
  private static let namingRequest: @Sendable (Int64) -> String = { RefundCaseID(raw: $0).description }

  private static let dead: SQL = "('rejected', 'withdrawn')"

  private static func claimed(_ column: String) -> SQL {
    SQL(
      text: """
        (SELECT COALESCE(SUM(l.\(column)), 0) FROM refund_request_line l JOIN refund_request r ON r.id = l.request_id
          WHERE l.line_id = c.line_id AND r.state NOT IN ('rejected', 'withdrawn'))
        """)
  }

  private static let granted: SQL = """
    (SELECT COALESCE(SUM(r.granted), 0) FROM refund_request r
      WHERE r.order_id = a.order_id AND r.state NOT IN \(dead))
    """
  private static let freight: SQL = """
    (SELECT COALESCE(SUM(r.freight), 0) FROM refund_request r
      WHERE r.order_id = a.order_id AND r.state NOT IN \(dead))
    """
  private static let recorded: SQL = "(SELECT SUM(m.amount) FROM refund_record m WHERE m.request_id = r.id)"
  private static let asked: SQL = """
    (SELECT COALESCE(SUM(l.amount), 0) FROM refund_request_line l WHERE l.request_id = r.id)
    """

  private static let checks = [
    Check(
      rule: "units as live requests add up:", name: namingLine,
      query: """
        SELECT c.line_id AS id, CAST(\(claimed("quantity")) AS CHAR(20)) AS expected, CAST(c.units AS CHAR(20)) AS found
        FROM refund_claim c WHERE c.units <> \(claimed("quantity")) ORDER BY c.line_id LIMIT 1
        """),
    Check(
      rule: "amount as live requests add up:", name: namingLine,
      query: """
        SELECT c.line_id AS id, CAST(\(claimed("amount")) AS CHAR(20)) AS expected, CAST(c.amount AS CHAR(20)) AS found
        FROM refund_claim c WHERE c.amount <> \(claimed("amount")) ORDER BY c.line_id LIMIT 1
        """),
    Check(
      rule: "granted as live requests add up:", name: namingOrder,
      query: """
        SELECT a.order_id AS id, CAST(\(granted) AS CHAR(20)) AS expected, CAST(a.granted AS CHAR(20)) AS found
        FROM refund_allowance a WHERE a.granted <> \(granted) ORDER BY a.order_id LIMIT 1
        """),
    Check(
      rule: "freight as live requests add up:", name: namingOrder,
      query: """
        SELECT a.order_id AS id, CAST(\(freight) AS CHAR(20)) AS expected, CAST(a.freight AS CHAR(20)) AS found
        FROM refund_allowance a WHERE a.freight <> \(freight) ORDER BY a.order_id LIMIT 1
        """),
    Check(
      rule: "asked as lines and freight add up:", name: namingRequest,
      query: """
        SELECT r.id, CAST(\(asked) + r.freight AS CHAR(20)) AS expected, CAST(r.asked AS CHAR(20)) AS found
        FROM refund_request r WHERE r.kind NOT IN ('goodwill', 'atProvider') AND r.asked <> \(asked) + r.freight
        ORDER BY r.id LIMIT 1
        """),
    Check(
      rule: "recorded what was granted:", name: namingRequest,
      query: """
        SELECT r.id, CAST(r.granted AS CHAR(20)) AS expected, CAST(\(recorded) AS CHAR(20)) AS found
        FROM refund_request r WHERE r.state = 'settled' AND COALESCE(\(recorded), -1) <> COALESCE(r.granted, 0)
        ORDER BY r.id LIMIT 1
        """),
    Check(
      rule: "records of settled requests alone:", name: namingRequest,
      query: """
        SELECT r.id, 'settled' AS expected, r.state AS found FROM refund_request r
        WHERE r.state <> 'settled' AND \(recorded) IS NOT NULL ORDER BY r.id LIMIT 1
        """),
  ]
}
