import Storage
import Values

extension StoredOrders {
  public func shown(among files: [FileKey]) async throws -> Set<FileKey> {
    guard let first = files.first else { return [] }
    func holds(_ file: FileKey) -> SQL { "picture LIKE \("%" + file.rawValue + "%")" }
    let condition = files.dropFirst().reduce(holds(first)) { $0 + " OR " + holds($1) }
    return try await database.read { transaction in
      let pictures: [String] = try transaction.rows(
        "SELECT DISTINCT picture FROM order_line WHERE \(condition) ORDER BY picture LIMIT 5000"
      ).map { try $0["picture"] }
      return Set(files.filter { file in pictures.contains { $0.contains(file.rawValue) } })
    }
  }

  public func orders(_ scope: OrderScope, matching filter: OrderFilter, _ page: PageRequest) async throws -> Page<Order>
  {
    let finder = OrderFinder(scope: scope, filter: filter, after: page.after, limit: page.limit + 1)
    return try await database.read { transaction in
      let ids = try finder.ids(in: transaction)
      return Page(fetched: try OrderRows.orders(ids, in: transaction), limit: page.limit) { order in
        Cursor([String(order.placedAt.milliseconds), String(order.id.raw)])
      }
    }
  }

  public func counts(_ scope: OrderScope) async throws -> [OrderState: Int] {
    let query = Self.counting(scope)
    return try await database.read { transaction in
      var counts: [OrderState: Int] = [:]
      for row in try transaction.rows(query) {
        let orders: Int = try row["orders"]
        if orders > 0 { counts[try row["state"]] = orders }
      }
      return counts
    }
  }

  public func waiting(of merchants: [MerchantID]) async throws -> [MerchantID: Int] {
    guard !merchants.isEmpty else { return [:] }
    return try await database.read { transaction in
      var counts: [MerchantID: Int] = [:]
      let rows = try transaction.rows(
        """
        SELECT merchant_id, COUNT(*) AS orders FROM order_head
        WHERE merchant_id IN \(list: merchants)
          AND state IN (\(OrderState.awaitingReview), \(OrderState.awaitingShipment))
        GROUP BY merchant_id
        """)
      for row in rows { counts[try row["merchant_id"]] = try row["orders"] }
      return counts
    }
  }

  /// A buyer's are few. Of the others no more are counted than are told.
  private static func counting(_ scope: OrderScope) -> SQL {
    let conditions = OrderFinder.conditions(scope)
    if case .buyer = scope {
      return "SELECT state, COUNT(*) AS orders FROM order_head WHERE \(SQL.all(conditions)) GROUP BY state"
    }
    let parts = OrderState.allCases.map { state -> SQL in
      let counted: SQL = """
        SELECT 1 AS one FROM order_head WHERE \(SQL.all(conditions + ["state = \(state)"])) LIMIT \(OrderCounts.most)
        """
      return SQL(text: "SELECT '\(state.rawValue)' AS state, COUNT(*) AS orders FROM (") + counted
        + SQL(text: ") AS \(state.rawValue)")
    }
    return parts.dropFirst().reduce(parts[0]) { $0 + " UNION ALL " + $1 }
  }

  public func overdue(now: Timestamp, _ page: PageRequest) async throws -> Page<Order> {
    var conditions: [SQL] = ["state = \(OrderState.awaitingPayment)", "pay_before <= \(now)"]
    if let place = try page.after.map({ try OrderPlace($0) }) {
      conditions.append(place.condition(isAscending: true, at: "pay_before", id: "id"))
    }
    let query: SQL = """
      SELECT id FROM order_head WHERE \(SQL.all(conditions)) ORDER BY pay_before, id LIMIT \(page.limit + 1)
      """
    return try await database.read { transaction in
      let ids: [OrderID] = try transaction.rows(query).map { try $0["id"] }
      return Page(fetched: try OrderRows.orders(ids, in: transaction), limit: page.limit) { order in
        Cursor([String(order.payBefore.milliseconds), String(order.id.raw)])
      }
    }
  }
}
