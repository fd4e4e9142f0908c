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
    _ scope: RefundScope, in states: Set<RefundCase.State>, _ page: PageRequest
  ) async throws -> Page<RefundCase> {
    var conditions = Self.conditions(scope)
    if !states.isEmpty { conditions.append("state IN \(list: states.map(\.rawValue).sorted())") }
    if let cursor = page.after {
      guard cursor.parts.count == 1, let id = Int64(cursor.parts[0]) else {
        throw FieldFaults(field: "after", code: "malformed")
      }
      conditions.append("id < \(id)")
    }
    let query: SQL = """
      SELECT id FROM refund_request WHERE \(SQL.all(conditions)) ORDER BY id DESC LIMIT \(page.limit + 1)
      """
    return try await database.read { transaction in
      let ids: [RefundCaseID] = try transaction.rows(query).map { try $0["id"] }
      return Page(fetched: try RefundRows.cases(ids, in: transaction), limit: page.limit) {
        Cursor([String($0.id.raw)])
      }
    }
  }

  public func counts(_ scope: RefundScope) async throws -> [RefundCase.State: Int] {
    let query: SQL = """
      SELECT state, COUNT(*) AS cases FROM refund_request WHERE \(SQL.all(Self.conditions(scope))) GROUP BY state
      """
    return try await database.read { transaction in
      var counts: [RefundCase.State: Int] = [:]
      for row in try transaction.rows(query) { counts[try row["state"]] = try row["cases"] }
      return counts
    }
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

  private static func conditions(_ scope: RefundScope) -> [SQL] {
    switch scope {
    case .buyer(let account): ["buyer_id = \(account)"]
    case .merchant(let merchant): ["merchant_id = \(merchant)"]
    case .platform: []
    }
  }
}

/// Identify rows that never leave the context.
enum RefundStepTag: Identified { static let prefix = "rst" }
enum RefundRecordTag: Identified { static let prefix = "rec" }
