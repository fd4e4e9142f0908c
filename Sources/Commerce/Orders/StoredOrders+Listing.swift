import Storage
import Values

extension StoredOrders {
  public func orders(_ scope: OrderScope, matching filter: OrderFilter, _ page: PageRequest) async throws -> Page<Order>
  {
    var conditions = Self.conditions(scope) + Self.conditions(filter)
    let isAscending = filter.isOldestFirst
    if let cursor = page.after { conditions.append(try Self.condition(after: cursor, isAscending: isAscending)) }
    let order: SQL = isAscending ? "placed_at, id" : "placed_at DESC, id DESC"
    let query: SQL = """
      SELECT id FROM order_head WHERE \(SQL.all(conditions)) ORDER BY \(order) LIMIT \(page.limit + 1)
      """
    return try await database.read { transaction in
      let ids: [OrderID] = try transaction.rows(query).map { try $0["id"] }
      return Page(fetched: try OrderRows.orders(ids, in: transaction), limit: page.limit) { order in
        Cursor([String(order.placedAt.milliseconds), String(order.id.raw)])
      }
    }
  }

  public func counts(_ scope: OrderScope) async throws -> [OrderState: Int] {
    let query: SQL = """
      SELECT state, COUNT(*) AS orders FROM order_head WHERE \(SQL.all(Self.conditions(scope))) GROUP BY state
      """
    return try await database.read { transaction in
      var counts: [OrderState: Int] = [:]
      for row in try transaction.rows(query) { counts[try row["state"]] = try row["orders"] }
      return counts
    }
  }

  public func overdue(now: Timestamp, _ page: PageRequest) async throws -> Page<Order> {
    var conditions: [SQL] = ["state = \(OrderState.awaitingPayment)", "pay_before <= \(now)"]
    if let cursor = page.after {
      let (due, id) = try Self.place(cursor)
      conditions.append("pay_before >= \(due) AND (pay_before > \(due) OR id > \(id))")
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

  private static func conditions(_ scope: OrderScope) -> [SQL] {
    switch scope {
    case .buyer(let account): ["buyer_id = \(account)"]
    case .merchant(let merchant): ["merchant_id = \(merchant)"]
    case .platform: []
    }
  }

  private static func conditions(_ filter: OrderFilter) -> [SQL] {
    var conditions: [SQL] = []
    if let number = filter.number?.trimmed, !number.isEmpty { conditions.append(condition(numberPrefix: number)) }
    if let name = filter.productName?.trimmed, !name.isEmpty {
      conditions.append(
        """
        EXISTS (SELECT 1 FROM order_line WHERE order_line.order_id = order_head.id
          AND order_line.search_text LIKE \(ProductNameFold.pattern(containing: name)) ESCAPE '!')
        """)
    }
    if let from = filter.placedFrom { conditions.append("placed_at >= \(from)") }
    if let before = filter.placedBefore { conditions.append("placed_at < \(before)") }
    if let from = filter.dueFrom { conditions.append("due >= \(from.minor) AND currency = \(from.currency)") }
    if let to = filter.dueTo { conditions.append("due <= \(to.minor) AND currency = \(to.currency)") }
    if let from = filter.paidFrom { conditions.append("paid >= \(from.minor) AND currency = \(from.currency)") }
    if let to = filter.paidTo { conditions.append("paid <= \(to.minor) AND currency = \(to.currency)") }
    if let condition = condition(filter.states) { conditions.append(condition) }
    return conditions
  }

  /// One state has an index in the order of the list. Several would be read from it whole and sorted, however many orders
  /// that is: written so that no index serves it, the list's own does, which has the state beside.
  private static func condition(_ states: Set<OrderState>) -> SQL? {
    guard let first = states.first else { return nil }
    if states.count == 1 { return "state = \(first)" }
    return "CASE WHEN state IN \(list: states.map(\.rawValue).sorted()) THEN 1 ELSE 0 END = 1"
  }

  /// A range rather than LIKE, which the unique index serves: `:` follows `9` and `-`.
  private static func condition(numberPrefix number: String) -> SQL {
    guard OrderNumber(rawValue: number) != nil else { return "1 = 0" }
    return "number >= \(number) AND number < \(number + ":")"
  }

  /// The moment and the order of a cursor. Throws `FieldFaults` for a cursor of another list.
  private static func place(_ cursor: Cursor) throws -> (Int64, Int64) {
    guard cursor.parts.count == 2, let moment = Int64(cursor.parts[0]), let id = Int64(cursor.parts[1]) else {
      throw FieldFaults(field: "after", code: "malformed")
    }
    return (moment, id)
  }

  private static func condition(after cursor: Cursor, isAscending: Bool) throws -> SQL {
    let (placed, id) = try place(cursor)
    if isAscending { return "placed_at >= \(placed) AND (placed_at > \(placed) OR id > \(id))" }
    // The first half is what an index can seek by, so that deep pages cost no more than the first.
    return "placed_at <= \(placed) AND (placed_at < \(placed) OR id < \(id))"
  }
}

extension String {
  fileprivate var trimmed: String {
    String(trimmingPrefix(while: \.isWhitespace).reversed().trimmingPrefix(while: \.isWhitespace).reversed())
  }
}
