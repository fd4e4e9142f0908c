import Storage
import Values

/// Staff over a database.
public final class StoredStaff: StaffService, Sendable {
  static let mostRoles = 50
  static let mostSessionsListed = 100

  let database: any Database
  let ids: IDGenerator
  let clock: WallClock
  let hashing: PasswordHashing
  let policy: StaffPolicy
  let sessions: SessionCache<Staff>
  let bearers: SessionCache<StaffBearer>
  let throttle: LogInThrottle
  let tokensKnown: TokenKnowledge

  public init(
    database: any Database, ids: IDGenerator, clock: WallClock, hashing: PasswordHashing,
    policy: StaffPolicy = StaffPolicy(), tokensKnown: TokenKnowledge = TokenKnowledge()
  ) {
    self.database = database
    self.ids = ids
    self.clock = clock
    self.hashing = hashing
    self.policy = policy
    self.tokensKnown = tokensKnown
    // Commands change staff beside a shop that serves, also where the database is its own.
    sessions = SessionCache(of: database, atMost: .seconds(5))
    bearers = SessionCache(of: database, atMost: .seconds(5))
    throttle = LogInThrottle(clock: clock)
  }

  /// Lets go of what is known of them: what changed counts with the next request.
  func forget(where isMeant: (Staff) -> Bool) {
    sessions.drop(where: isMeant)
    bearers.drop { isMeant($0.staff) }
  }

  public func staff(_ id: StaffID) async throws -> Staff? { try await member(id)?.staff }

  public func member(_ id: StaffID) async throws -> StaffMember? {
    try await database.read { try self.member(id, in: $0) }
  }

  public func names(of ids: [StaffID]) async throws -> [StaffID: String] {
    let ids = Array(Set(ids)).sorted()
    guard !ids.isEmpty else { return [:] }
    return try await database.read { transaction in
      try transaction.rows("SELECT id, name FROM staff WHERE id IN \(list: ids) ORDER BY id").reduce(into: [:]) {
        $0[try $1["id"]] = try $1["name"] as String
      }
    }
  }

  public func member(email: String) async throws -> StaffMember? {
    let email = email.lowercased()
    return try await database.read { transaction in
      try transaction.row("SELECT \(StaffMember.columns) FROM \(Staff.joined) WHERE staff.email = \(email)")
        .map { try StaffMember($0, self.policy) }
    }
  }

  public func members(
    of employer: MerchantID?, matching asked: StaffFilter, _ page: PageRequest
  ) async throws -> Page<StaffMember> {
    var conditions: [SQL] = ["staff.merchant_id IS NULL"]
    if let employer { conditions = ["staff.merchant_id = \(employer)"] }
    conditions += Self.conditions(of: asked)
    if let parts = page.after?.parts, parts.count == 2, let id = StaffID(parts[1]) {
      conditions.append("staff.name > \(parts[0]) OR (staff.name = \(parts[0]) AND staff.id > \(id))")
    }
    let (filter, limit) = (SQL.all(conditions), page.limit + 1)
    let found = try await database.read { transaction in
      try transaction.rows(
        """
        SELECT \(StaffMember.columns) FROM \(Staff.joined) WHERE \(filter) ORDER BY staff.name, staff.id LIMIT \(limit)
        """
      ).map { try StaffMember($0, self.policy) }
    }
    return Page(fetched: found, limit: page.limit) { Cursor([$0.staff.name, $0.staff.id.description]) }
  }

  private static func conditions(of filter: StaffFilter) -> [SQL] {
    var conditions: [SQL] = []
    if !filter.text.isEmpty {
      let text = filter.text.lowercased()
      conditions.append("INSTR(LOWER(staff.name), \(text)) > 0 OR INSTR(LOWER(staff.email), \(text)) > 0")
    }
    if let role = filter.role { conditions.append("staff.role_id = \(role)") }
    switch filter.door {
    case .dismissed: conditions.append("staff.is_active = 0")
    case .factor: conditions.append("staff.is_active = 1 AND staff.factor_since IS NOT NULL")
    case .noFactor: conditions.append("staff.is_active = 1 AND staff.factor_since IS NULL")
    case nil: break
    }
    return conditions
  }

  func member(_ id: StaffID, in transaction: any ReadTransaction) throws -> StaffMember? {
    try transaction.row("SELECT \(StaffMember.columns) FROM \(Staff.joined) WHERE staff.id = \(id)")
      .map { try StaffMember($0, policy) }
  }

  /// The bare row, which nobody else changes until the transaction ends. Throws `.unknownStaff`.
  static func locked(_ id: StaffID, in transaction: any Transaction) throws -> Row {
    let row = try transaction.row("SELECT * FROM staff WHERE id = \(id) \(transaction.dialect.forUpdate)")
    guard let row else { throw AccountRefusal.unknownStaff }
    return row
  }

  /// Ends sessions and half log-ins.
  static func closeDoors(of id: StaffID, keeping token: SessionToken? = nil, in transaction: any Transaction) throws
    -> Int
  {
    let kept = token.map { SecretToken.hash($0.rawValue) } ?? ""
    try transaction.execute("DELETE FROM staff_challenge WHERE staff_id = \(id)")
    return try transaction.execute("DELETE FROM staff_session WHERE staff_id = \(id) AND token_hash <> \(kept)")
  }
}
