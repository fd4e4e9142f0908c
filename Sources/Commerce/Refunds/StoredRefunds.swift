import Events
import Storage
import Values

/// Refunds over Storage.
public struct StoredRefunds: RefundService {
  let database: any Database
  let outbox: Outbox
  let ids: IDGenerator
  let clock: WallClock
  let policy: any RefundPolicy

  public init(
    database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock,
    policy: any RefundPolicy = StandardRefundPolicy()
  ) {
    self.database = database
    self.outbox = outbox
    self.ids = ids
    self.clock = clock
    self.policy = policy
  }

  public func refundCase(_ id: RefundCaseID) async throws -> RefundCase? {
    try await database.read { try RefundRows.refundCase(id, in: $0) }
  }

  public func cases(of order: OrderID) async throws -> [RefundCase] {
    try await database.read { transaction in
      let ids: [RefundCaseID] = try transaction.rows(
        "SELECT id FROM refund_request WHERE order_id = \(order) ORDER BY id DESC LIMIT 200"
      ).map { try $0["id"] }
      return try RefundRows.cases(ids, in: transaction)
    }
  }

  public func cases(
    _ scope: RefundScope, matching filter: RefundCaseFilter, _ page: PageRequest
  ) async throws -> Page<RefundCase> {
    var conditions = Self.conditions(scope) + filter.conditions
    if let cursor = page.after {
      guard cursor.parts.count == 1, let id = Int64(cursor.parts[0]) else {
        throw FieldFaults(field: "after", code: "malformed")
      }
      conditions.append(filter.isOldestFirst ? "id > \(id)" : "id < \(id)")
    }
    if filter.orders?.isEmpty == true { return Page(items: [], next: nil) }
    let order: SQL = filter.isOldestFirst ? "id" : "id DESC"
    let query: SQL = """
      SELECT id FROM refund_request WHERE \(SQL.all(conditions)) ORDER BY \(order) LIMIT \(page.limit + 1)
      """
    return try await database.read { transaction in
      let ids: [RefundCaseID] = try transaction.rows(query).map { try $0["id"] }
      return Page(fetched: try RefundRows.cases(ids, in: transaction), limit: page.limit, cursor: \.cursor)
    }
  }

  public func counts(_ scope: RefundScope) async throws -> [RefundCase.State: Int] {
    let query = Self.counting(scope)
    return try await database.read { transaction in
      var counts: [RefundCase.State: Int] = [:]
      for row in try transaction.rows(query) {
        let cases: Int = try row["cases"]
        if cases > 0 { counts[try row["state"]] = cases }
      }
      return counts
    }
  }

  /// A buyer's are few. Of the others no more are counted than are told.
  private static func counting(_ scope: RefundScope) -> SQL {
    let conditions = conditions(scope)
    if case .buyer = scope {
      return "SELECT state, COUNT(*) AS cases FROM refund_request WHERE \(SQL.all(conditions)) GROUP BY state"
    }
    let parts = RefundCase.State.allCases.map { state -> SQL in
      let counted: SQL = """
        SELECT 1 AS one FROM refund_request WHERE \(SQL.all(conditions + ["state = \(state)"])) LIMIT \(RefundCounts.most)
        """
      return SQL(text: "SELECT '\(state.rawValue)' AS state, COUNT(*) AS cases FROM (") + counted
        + SQL(text: ") AS \(state.rawValue)")
    }
    return parts.dropFirst().reduce(parts[0]) { $0 + " UNION ALL " + $1 }
  }

  public func claims(of order: OrderID) async throws -> [OrderLineID: RefundClaim] {
    try await database.read { try Self.claims(of: order, in: $0) }
  }

  static func claims(of order: OrderID, in transaction: any ReadTransaction) throws -> [OrderLineID: RefundClaim] {
    var claims: [OrderLineID: RefundClaim] = [:]
    for row in try transaction.rows(
      "SELECT line_id, units, amount FROM refund_claim WHERE order_id = \(order) ORDER BY line_id LIMIT 1000")
    {
      claims[try row["line_id"]] = RefundClaim(units: try row["units"], amount: try row["amount"])
    }
    return claims
  }

  public func steps(of id: RefundCaseID) async throws -> [RefundStep] {
    try await database.read { transaction in
      try transaction.rows("SELECT * FROM refund_step WHERE request_id = \(id) ORDER BY id LIMIT 1000")
        .map(RefundRows.step)
    }
  }

  public func records(of id: RefundCaseID) async throws -> [RefundRecord] {
    try await database.read { transaction in
      try transaction.rows("SELECT * FROM refund_record WHERE request_id = \(id) ORDER BY id LIMIT 1000")
        .map(RefundRows.record)
    }
  }

  static func conditions(_ scope: RefundScope) -> [SQL] {
    switch scope {
    case .buyer(let account): ["buyer_id = \(account)"]
    case .merchant(let merchant): ["merchant_id = \(merchant)"]
    case .platform: []
    }
  }
}

extension RefundCaseFilter {
  fileprivate var conditions: [SQL] {
    var conditions: [SQL] = []
    if !states.isEmpty { conditions.append("state IN \(list: states.map(\.rawValue).sorted())") }
    if let orders, !orders.isEmpty { conditions.append("order_id IN \(list: Array(orders.prefix(100)))") }
    if let from = requestedFrom { conditions.append("requested_at >= \(from)") }
    if let before = requestedBefore { conditions.append("requested_at < \(before)") }
    if let from = amountFrom {
      conditions.append("COALESCE(granted, asked) >= \(from.minor) AND currency = \(from.currency)")
    }
    if let to = amountTo {
      conditions.append("COALESCE(granted, asked) <= \(to.minor) AND currency = \(to.currency)")
    }
    return conditions
  }
}

/// Identifies rows that never leave the context.
enum RefundStepTag: Identified { static let prefix = "rst" }
