import Storage
import Values

extension StoredOrders {
  public func orders(
    _ scope: OrderScope, matching filter: OrderFilter, _ page: PageRequest
  ) async throws -> Page<Order> {
    var conditions = Self.conditions(scope) + Self.conditions(filter)
    if let after = page.after?.parts.first.flatMap({ Int64($0) }) { conditions.append("id < \(after)") }
    let filtered = SQL.all(conditions)
    return try await database.read { transaction in
      let heads = try transaction.rows(
        "SELECT * FROM order_head WHERE \(filtered) ORDER BY id DESC LIMIT \(page.limit + 1)")
      return Page(fetched: try transaction.orders(heads), limit: page.limit) { Cursor([String($0.id.raw)]) }
    }
  }

  public func counts(_ scope: OrderScope) async throws -> [OrderState: Int] {
    let filtered = SQL.all(Self.conditions(scope))
    return try await database.read { transaction in
      var counts: [OrderState: Int] = [:]
      for row in try transaction.rows(
        "SELECT state, COUNT(*) AS number FROM order_head WHERE \(filtered) GROUP BY state")
      {
        counts[try row["state"]] = try row["number"]
      }
      return counts
    }
  }

  public func overdue(now: Timestamp, limit: Int) async throws -> [Order] {
    try await database.read { transaction in
      try transaction.orders(
        transaction.rows(
          """
          SELECT * FROM order_head WHERE state = \(OrderState.awaitingPayment) AND pay_before < \(now)
          ORDER BY pay_before, id LIMIT \(limit)
          """))
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
    if let number = filter.number, !number.isEmpty {
      conditions.append("number LIKE \(escaped(number) + "%") ESCAPE '!'")
    }
    if let name = filter.productName, !name.isEmpty {
      let pattern = "%" + escaped(name.lowercased()) + "%"
      conditions.append(
        "id IN (SELECT order_id FROM order_line WHERE searched_title LIKE \(pattern) ESCAPE '!')")
    }
    if let from = filter.placedFrom { conditions.append("placed_at >= \(from)") }
    if let before = filter.placedBefore { conditions.append("placed_at < \(before)") }
    conditions += range("due", from: filter.dueFrom, to: filter.dueTo)
    conditions += range("paid", from: filter.paidFrom, to: filter.paidTo)
    if !filter.states.isEmpty {
      conditions.append("state IN \(list: filter.states.sorted { $0.rawValue < $1.rawValue })")
    }
    return conditions
  }

  private static func range(_ column: String, from: Money?, to: Money?) -> [SQL] {
    var conditions: [SQL] = []
    let name = SQL(text: column)
    if let from { conditions.append("\(name) >= \(from.minor) AND currency = \(from.currency)") }
    if let to { conditions.append("\(name) <= \(to.minor) AND currency = \(to.currency)") }
    return conditions
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("!", with: "!!").replacing("%", with: "!%").replacing("_", with: "!_")
  }
}
