import Storage
import Values

extension StoredOrders {
  /// Each check is one statement that stops at the first row that disagrees; names are gone through in slices.
  public func audit() async throws -> [Discrepancy] {
    let disagreeing: [Discrepancy] = try await database.read { transaction in
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
    return try await disagreeing + auditNames()
  }

  private struct Check: Sendable {
    /// What should hold, as the report words it.
    let rule: String
    /// Answers at most one row: `id`, `expected`, `found`, the latter two as text.
    let query: SQL
    var rowIsOrder = true
  }

  private static let checks = lineChecks + returnChecks + moneyChecks + traceChecks + salesChecks

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

  private static let kept: SQL = "(SELECT SUM(l.quantity - l.returned) FROM order_line l WHERE l.order_id = h.id)"

  private static let returnChecks = [
    Check(
      rule: "at most as many taken back as ordered:",
      query: """
        SELECT h.id, CAST(l.quantity AS CHAR(20)) AS expected, CAST(l.returned AS CHAR(20)) AS found FROM order_line l
        JOIN order_head h ON h.id = l.order_id WHERE l.returned > l.quantity OR l.returned < 0
        ORDER BY h.id, l.id LIMIT 1
        """),
    Check(
      rule: "refunded when nothing is left, and only then:",
      query: """
        SELECT h.id, CASE WHEN \(kept) = 0 THEN 'refunded' ELSE 'another state' END AS expected, h.state AS found
        FROM order_head h WHERE (h.state = 'refunded' AND \(kept) <> 0) OR (h.state <> 'refunded' AND \(kept) = 0
          AND NOT EXISTS (SELECT 1 FROM order_return r WHERE r.order_id = h.id AND r.taken_at = 0))
        ORDER BY h.id LIMIT 1
        """),
  ]

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
        WHERE pays_at_door = 0 AND state NOT IN ('awaitingPayment', 'cancelled')
          AND (payment_id IS NULL OR (paid <> due
          AND NOT (state = 'awaitingReview' AND paid < due AND EXISTS (SELECT 1 FROM order_edit e
            WHERE e.order_id = order_head.id AND e.revision = order_head.revision AND e.due_after = order_head.due
              AND e.paid_after = order_head.paid)))) ORDER BY id LIMIT 1
        """),
    Check(
      rule: "changed as often as it says:",
      query: """
        SELECT id, CAST(revision AS CHAR(20)) AS expected,
          CAST((SELECT COUNT(*) FROM order_edit e WHERE e.order_id = order_head.id) AS CHAR(20)) AS found
        FROM order_head WHERE revision <> (SELECT COUNT(*) FROM order_edit e WHERE e.order_id = order_head.id)
        ORDER BY id LIMIT 1
        """),
    Check(
      rule: "unpaid:",
      query: """
        SELECT id, '0' AS expected, CAST(paid AS CHAR(20)) AS found FROM order_head
        WHERE (state = 'awaitingPayment' OR pays_at_door = 1) AND (paid <> 0 OR payment_id IS NOT NULL)
        ORDER BY id LIMIT 1
        """),
    Check(
      rule: "written off where it was completed and never paid at the door:",
      query: """
        SELECT id, 'completed' AS expected, state AS found FROM order_head
        WHERE written_off_at IS NOT NULL AND (state <> 'completed' OR pays_at_door = 0) ORDER BY id LIMIT 1
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
              AND NOT (h.pays_at_door = 1 AND \(kind.rawValue) = 'paid')
              AND NOT EXISTS (SELECT 1 FROM order_timeline t WHERE t.order_id = h.id AND t.kind = \(kind))
            ORDER BY h.id LIMIT 1
            """)
      }
    }
    + [TimelineEntry.Kind.promised, .paid, .passed, .shipped, .completed, .cancelled, .partlyRefunded, .refunded].map {
      kind in
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
