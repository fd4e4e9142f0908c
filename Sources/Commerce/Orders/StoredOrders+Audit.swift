import Storage
import Values

extension StoredOrders {
  /// Each check is one statement that stops at the first row that disagrees.
  public func audit() async throws -> [Discrepancy] {
    try await database.read { transaction in
      var found: [Discrepancy] = []
      for check in Self.checks {
        guard let row = try transaction.row(check.query) else { continue }
        let name: String =
          check.rowIsOrder ? (try row["id"] as OrderID).description : (try row["id"] as ProductID).description
        let expected: String? = try row["expected"]
        let actual: String? = try row["found"]
        found.append(
          Discrepancy(
            book: "orders", row: name, expected: "\(check.rule) \(expected ?? "")".trimmingSuffix(),
            found: actual ?? "nothing"))
      }
      return found
    }
  }

  private struct Check: Sendable {
    /// What should hold, as the report words it.
    let rule: String
    /// Answers at most one row: `id`, `expected`, `found`, the latter two as text.
    let query: SQL
    var rowIsOrder = true
  }

  private static let checks = lineChecks + moneyChecks + traceChecks + salesChecks

  private static let lineChecks = ["goods", "discount"].map { column in
    let amount = column == "goods" ? "l.unit_price * l.quantity" : "l.discount"
    let sum = "(SELECT SUM(\(amount)) FROM order_line l WHERE l.order_id = h.id)"
    return Check(
      rule: "\(column) as its lines add up:",
      query: SQL(
        text: """
          SELECT h.id, CAST(\(sum) AS CHAR(20)) AS expected, CAST(h.\(column) AS CHAR(20)) AS found FROM order_head h
          WHERE h.\(column) <> COALESCE(\(sum), -1) ORDER BY h.id LIMIT 1
          """))
  }

  private static let moneyChecks = [
    Check(
      rule: "due as goods, discount and freight give:",
      query: """
        SELECT id, CAST(goods - discount + freight AS CHAR(20)) AS expected, CAST(due AS CHAR(20)) AS found
        FROM order_head WHERE due <> goods - discount + freight ORDER BY id LIMIT 1
        """),
    Check(
      rule: "paid in full by a payment:",
      query: """
        SELECT id, CAST(due AS CHAR(20)) AS expected, CAST(paid AS CHAR(20)) AS found FROM order_head
        WHERE state NOT IN ('awaitingPayment', 'cancelled') AND (paid <> due OR payment_id IS NULL) ORDER BY id LIMIT 1
        """),
    Check(
      rule: "unpaid:",
      query: """
        SELECT id, '0' AS expected, CAST(paid AS CHAR(20)) AS found FROM order_head
        WHERE state = 'awaitingPayment' AND (paid <> 0 OR payment_id IS NOT NULL) ORDER BY id LIMIT 1
        """),
  ]

  /// What the timeline of an order in a state must hold.
  private static let traces: [(state: OrderState, kinds: [TimelineEntry.Kind])] = [
    (.awaitingPayment, [.placed]),
    (.awaitingReview, [.placed, .paid]),
    (.awaitingShipment, [.placed, .paid, .passed]),
    (.awaitingReceipt, [.placed, .paid, .passed, .shipped]),
    (.completed, [.placed, .paid, .passed, .shipped, .completed]),
    (.cancelled, [.placed, .cancelled]),
    (.refunded, [.placed, .paid, .refunded]),
  ]

  private static let traceChecks =
    traces.flatMap { state, kinds in
      kinds.map { kind in
        Check(
          rule: "timeline of \(state.rawValue) has",
          query: """
            SELECT h.id, \(kind.rawValue) AS expected, 'none' AS found FROM order_head h WHERE h.state = \(state)
              AND NOT EXISTS (SELECT 1 FROM order_timeline t WHERE t.order_id = h.id AND t.kind = \(kind))
            ORDER BY h.id LIMIT 1
            """)
      }
    }
    + [TimelineEntry.Kind.paid, .passed, .shipped, .completed, .cancelled, .refunded].map { kind in
      Check(
        rule: "an unpaid order's timeline has only its placing:",
        query: """
          SELECT h.id, 'placed' AS expected, \(kind.rawValue) AS found FROM order_head h
          WHERE h.state = \(OrderState.awaitingPayment)
            AND EXISTS (SELECT 1 FROM order_timeline t WHERE t.order_id = h.id AND t.kind = \(kind))
          ORDER BY h.id LIMIT 1
          """)
    }

  private static let sold: SQL = """
    (SELECT l.product_id, SUM(l.quantity) AS units FROM order_head h JOIN order_line l ON l.order_id = h.id
      WHERE h.payment_id IS NOT NULL GROUP BY l.product_id)
    """

  private static let salesChecks = [
    Check(
      rule: "units sold as paid lines add up:",
      query: """
        SELECT t.product_id AS id, CAST(t.units AS CHAR(20)) AS expected, CAST(s.units AS CHAR(20)) AS found
        FROM \(sold) t LEFT JOIN product_sales s ON s.product_id = t.product_id
        WHERE s.units IS NULL OR s.units <> t.units ORDER BY t.product_id LIMIT 1
        """, rowIsOrder: false),
    Check(
      rule: "units sold without a paid line:",
      query: """
        SELECT s.product_id AS id, '0' AS expected, CAST(s.units AS CHAR(20)) AS found FROM product_sales s
        WHERE s.units <> 0 AND NOT EXISTS (SELECT 1 FROM \(sold) t WHERE t.product_id = s.product_id)
        ORDER BY s.product_id LIMIT 1
        """, rowIsOrder: false),
  ]
}

extension String {
  fileprivate func trimmingSuffix() -> String { hasSuffix(" ") ? String(dropLast()) : self }
}
