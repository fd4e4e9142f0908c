import Storage
import Values

/// What is known of buyers by their orders. The index of buyers leads; the merchant is looked at row by row, since a buyer
/// has few orders and a merchant many.
extension StoredOrders {
  public func purchases(of buyers: [AccountID], at merchant: MerchantID?) async throws -> [AccountID: Purchases] {
    guard !buyers.isEmpty else { return [:] }
    let conditions: [SQL] = ["buyer_id IN \(list: buyers)"] + Self.condition(merchant)
    let query: SQL = """
      SELECT buyer_id, currency, COUNT(*) AS orders, SUM(paid) AS paid, MAX(placed_at) AS last_at FROM order_head
      WHERE \(SQL.all(conditions)) GROUP BY buyer_id, currency ORDER BY buyer_id, currency LIMIT 1000
      """
    return try await database.read { transaction in
      var found: [AccountID: Purchases] = [:]
      for row in try transaction.rows(query) {
        let paid = Money(minor: try row["paid"], currency: try row["currency"])
        let part = Purchases(orders: try row["orders"], paid: [paid], lastPlacedAt: try row["last_at"])
        let buyer: AccountID = try row["buyer_id"]
        found[buyer] = found[buyer]?.and(part) ?? part
      }
      return found
    }
  }

  public func orders(of buyer: AccountID, at merchant: MerchantID?, _ page: PageRequest) async throws -> Page<Order> {
    var conditions: [SQL] = ["buyer_id = \(buyer)"] + Self.condition(merchant)
    if let cursor = page.after {
      guard cursor.parts.count == 2, let placed = Int64(cursor.parts[0]), let id = Int64(cursor.parts[1]) else {
        throw FieldFaults(field: "after", code: "malformed")
      }
      conditions.append("placed_at <= \(placed) AND (placed_at < \(placed) OR id < \(id))")
    }
    let query: SQL = """
      SELECT id FROM order_head WHERE \(SQL.all(conditions)) ORDER BY placed_at DESC, id DESC LIMIT \(page.limit + 1)
      """
    return try await database.read { transaction in
      let ids: [OrderID] = try transaction.rows(query).map { try $0["id"] }
      return Page(fetched: try OrderRows.orders(ids, in: transaction), limit: page.limit) { order in
        Cursor([String(order.placedAt.milliseconds), String(order.id.raw)])
      }
    }
  }

  /// Written so that no index of merchants serves it.
  private static func condition(_ merchant: MerchantID?) -> [SQL] {
    guard let merchant else { return [] }
    return ["merchant_id + 0 = \(merchant)"]
  }
}
