import Storage
import Values

extension StoredOrders {
  public func audit() async throws -> [Discrepancy] {
    try await database.read { transaction in
      var found: [Discrepancy] = []
      let sums: SQL = """
        SELECT order_head.id, order_head.goods, order_head.discount,
          SUM(order_line.unit * order_line.quantity) AS line_goods, SUM(order_line.discount) AS line_discount
        FROM order_head JOIN order_line ON order_line.order_id = order_head.id
        GROUP BY order_head.id, order_head.goods, order_head.discount
        HAVING order_head.goods <> line_goods OR order_head.discount <> line_discount ORDER BY order_head.id LIMIT 100
        """
      for row in try transaction.rows(sums) {
        let (goods, lines): (Int, Int) = (try row["goods"], try row["line_goods"])
        found.append(try Self.discrepancy(row, expected: "goods \(lines) by its lines", found: "\(goods)"))
      }
      let paid: SQL = """
        SELECT id, state, due, paid FROM order_head
        WHERE (state IN \(list: [OrderState.awaitingPayment, .cancelled]) AND paid <> 0)
          OR (state IN \(list: [OrderState.awaitingReview, .awaitingShipment, .awaitingReceipt, .completed]) AND (paid <> due OR payment_id IS NULL))
        ORDER BY id LIMIT 100
        """
      for row in try transaction.rows(paid) {
        let (state, due, paid): (String, Int, Int) = (try row["state"], try row["due"], try row["paid"])
        found.append(try Self.discrepancy(row, expected: "paid as \(state) asks (due \(due))", found: "paid \(paid)"))
      }
      found += try Self.timelineDisagreements(transaction)
      found += try Self.salesDisagreements(transaction)
      return found
    }
  }

  /// An order stands where its last entry of state says.
  private static func timelineDisagreements(_ transaction: any ReadTransaction) throws -> [Discrepancy] {
    let stateOf: [TimelineEntry.Kind: OrderState] = [
      .placed: .awaitingPayment, .paid: .awaitingReview, .passed: .awaitingShipment, .shipped: .awaitingReceipt,
      .completed: .completed, .cancelled: .cancelled, .refunded: .refunded,
    ]
    var found: [Discrepancy] = []
    let last: SQL = """
      SELECT order_head.id, order_head.state, order_timeline.kind FROM order_head
      LEFT JOIN order_timeline ON order_timeline.id =
        (SELECT MAX(newest.id) FROM order_timeline AS newest WHERE newest.order_id = order_head.id)
      ORDER BY order_head.id
      """
    try transaction.forEachRow(last) { row in
      guard found.count < 100 else { return }
      let state: OrderState = try row["state"]
      let kind: TimelineEntry.Kind? = try row["kind"]
      if kind.flatMap({ stateOf[$0] }) != state {
        found.append(
          try discrepancy(
            row, expected: "the state that '\(kind?.rawValue ?? "no entry")' leads to", found: state.rawValue))
      }
    }
    return found
  }

  private static func salesDisagreements(_ transaction: any ReadTransaction) throws -> [Discrepancy] {
    let sales: SQL = """
      SELECT product_sales.product_id AS id, product_sales.units, COALESCE(sold.quantity, 0) AS quantity
      FROM product_sales LEFT JOIN (
        SELECT order_line.product_id, SUM(order_line.quantity) AS quantity
        FROM order_line JOIN order_head ON order_head.id = order_line.order_id
        WHERE order_head.paid > 0 OR (order_head.due = 0 AND order_head.payment_id IS NOT NULL)
        GROUP BY order_line.product_id) AS sold ON sold.product_id = product_sales.product_id
      WHERE product_sales.units <> COALESCE(sold.quantity, 0) ORDER BY product_sales.product_id LIMIT 100
      """
    return try transaction.rows(sales).map { row in
      let id: ProductID = try row["id"]
      let (units, quantity): (Int, Int) = (try row["units"], try row["quantity"])
      return Discrepancy(book: "orders", row: "\(id)", expected: "sold \(quantity) by paid lines", found: "\(units)")
    }
  }

  private static func discrepancy(_ row: Row, expected: String, found: String) throws -> Discrepancy {
    let id: OrderID = try row["id"]
    return Discrepancy(book: "orders", row: "\(id)", expected: expected, found: found)
  }
}
