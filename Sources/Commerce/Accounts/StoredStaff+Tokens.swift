import AuditLog
import Storage
import Values

extension StoredStaff {
  private static let mostTokens = 20
  private static let mostTokensListed = 100
  private static let longestTokenName = 60
  /// How exactly is known when a token was last used.
  private static let usedInterval = Duration.minutes(5)
  /// How long one that doesn't count any more can still be looked up.
  private static let tokenMemory = Duration.days(90)
  /// For how long one counts already, and goes on to, that every process must know of, whatever its clock shows.
  private static let steadyTime = Duration.minutes(1)

  public func issueToken(
    _ draft: StaffTokenDraft, to id: StaffID, password: String?, by actor: Actor
  ) async throws -> IssuedToken {
    var faults = FieldFaults()
    let name = faults.text(draft.name, "name", max: Self.longestTokenName)
    if draft.scopes.isEmpty { faults.add("scopes", "missing") }
    let days = StaffTokenDraft.dayRange
    if !days.contains(draft.days) {
      faults.add("days", "outOfRange", ["min": String(days.lowerBound), "max": String(days.upperBound)])
    }
    try faults.throwIfAny()
    let proven: String? = if let password { try await checked(password, of: id) } else { nil }
    let secret = StaffTokenSecret(rawValue: StaffTokenSecret.mark + SecretToken.make())
    let token = try await database.write { transaction -> StaffToken in
      let staff = try self.tokenOwner(id, proven: proven, in: transaction)
      let now = self.clock.now
      guard draft.scopes.isSubset(of: StaffRight.all(of: staff.merchant)) else {
        throw FieldFaults(field: "scopes", code: "unknownValue")
      }
      let count: Int =
        try transaction.value(
          """
          SELECT COUNT(*) FROM staff_token
          WHERE staff_id = \(id) AND revoked_at IS NULL AND expires_at > \(now)
          """) ?? 0
      guard count < Self.mostTokens else { throw AccountRefusal.tooManyTokens(most: Self.mostTokens) }
      let token = StaffToken(
        id: self.ids.next(), staff: id, staffName: staff.name, name: name, scopes: draft.scopes, issuedAt: now,
        expiresAt: now.adding(.days(draft.days)), usedAt: nil, revokedAt: nil)
      try transaction.execute(
        """
        INSERT INTO staff_token (id, staff_id, token_hash, name, scopes, issued_at, expires_at)
        VALUES
          (\(token.id), \(id), \(SecretToken.hash(secret.rawValue)), \(name), \(draft.scopes.stored), \(now),
           \(token.expiresAt))
        """)
      try self.note("staff.issueToken", on: staff, after: token.deedFields, by: actor, in: transaction)
      return token
    }
    tokensKnown.forget()
    if database.isShared, try await !hasSteadyToken(beside: token.id) { try await tokensKnown.outlast() }
    return IssuedToken(token: token, secret: secret)
  }

  /// Whether there is another that counts beyond doubt. It is asked after the commit: one that counts then has counted all
  /// the while, so nobody can have found none.
  private func hasSteadyToken(beside id: StaffTokenID) async throws -> Bool {
    let (before, after) = (clock.now.adding(.zero - Self.steadyTime), clock.now.adding(Self.steadyTime))
    return try await database.read { transaction in
      try transaction.row(
        """
        SELECT id FROM staff_token
        WHERE expires_at > \(after) AND revoked_at IS NULL AND issued_at <= \(before) AND id <> \(id)
        ORDER BY id LIMIT 1
        """) != nil
    }
  }

  /// Locked, so that of two tokens that are made at once both are counted.
  /// - Parameter proven: the hash of the password that was shown. Dismissed or given another one meanwhile, they have lost
  ///   their tokens, and get none besides.
  private func tokenOwner(_ id: StaffID, proven: String?, in transaction: any Transaction) throws -> Staff {
    let row = try Self.locked(id, in: transaction)
    let (password, isActive): (String, Bool) = (try row["password"], try row["is_active"])
    guard isActive else { throw AccountRefusal.unknownStaff }
    if let proven, proven != password { throw AccountRefusal.wrongCredentials }
    return try known(id, in: transaction).staff
  }

  public func bearer(of secret: StaffTokenSecret) async throws -> StaffBearer? {
    guard secret.rawValue.hasPrefix(StaffTokenSecret.mark), (20...100).contains(secret.rawValue.utf8.count) else {
      return nil
    }
    let hash = SecretToken.hash(secret.rawValue)
    let now = clock.now
    let bearer = try await bearers.person(hash, now: now) {
      let row = try await self.database.read { transaction in
        try transaction.row(
          """
          SELECT \(Staff.columns), staff_token.id AS token_id, staff_token.name AS token_name, staff_token.scopes,
            staff_token.expires_at, staff_token.used_at
          FROM \(Staff.joined) JOIN staff_token ON staff_token.staff_id = staff.id
          WHERE staff_token.token_hash = \(hash) AND staff_token.expires_at > \(now)
            AND staff_token.revoked_at IS NULL AND staff.is_active = 1
          """)
      }
      guard let row else { return nil }
      await self.noteUse(hash, usedAt: try row["used_at"], now: now)
      let scopes: String = try row["scopes"]
      let bearer = StaffBearer(
        staff: try Staff(row, self.policy).narrowed(to: Set(stored: scopes)), token: try row["token_id"],
        tokenName: try row["token_name"], expiresAt: try row["expires_at"])
      return (bearer, bearer.expiresAt)
    }
    return bearer
  }

  /// A request is answered also when this can't be written.
  private func noteUse(_ hash: String, usedAt: Timestamp?, now: Timestamp) async {
    let due = now.adding(.zero - Self.usedInterval)
    if let usedAt, usedAt >= due { return }
    _ = try? await database.write { transaction in
      try transaction.execute(
        """
        UPDATE staff_token SET used_at = \(now)
        WHERE token_hash = \(hash) AND (used_at IS NULL OR used_at < \(due))
        """)
    }
  }

  public func tokens(of id: StaffID) async throws -> [StaffToken] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT \(StaffToken.columns) FROM \(StaffToken.joined) WHERE staff_token.staff_id = \(id)
        ORDER BY staff_token.id DESC LIMIT \(Self.mostTokensListed)
        """
      ).map { try StaffToken($0) }
    }
  }

  public func tokens(ofStaffOf employer: MerchantID?, _ page: PageRequest) async throws -> Page<StaffToken> {
    var conditions: [SQL] = ["staff_token.revoked_at IS NULL", "staff_token.expires_at > \(clock.now)"]
    if let employer {
      conditions.append("staff.merchant_id = \(employer)")
    } else {
      conditions.append("staff.merchant_id IS NULL")
    }
    if let last = page.after?.parts.first.flatMap({ StaffTokenID($0) }) {
      conditions.append("staff_token.id < \(last)")
    }
    let (filter, limit) = (SQL.all(conditions), page.limit + 1)
    let found = try await database.read { transaction in
      try transaction.rows(
        """
        SELECT \(StaffToken.columns) FROM \(StaffToken.joined) WHERE \(filter)
        ORDER BY staff_token.id DESC LIMIT \(limit)
        """
      ).map { try StaffToken($0) }
    }
    return Page(fetched: found, limit: page.limit) { Cursor([$0.id.description]) }
  }

  public func token(_ id: StaffTokenID) async throws -> StaffToken? {
    try await database.read { try Self.token(id, in: $0) }
  }

  public func revokeToken(_ id: StaffTokenID, by actor: Actor) async throws {
    try await database.write { transaction in
      guard let token = try Self.token(id, in: transaction) else { throw AccountRefusal.unknownToken }
      let now = self.clock.now
      let revoked = try transaction.execute(
        "UPDATE staff_token SET revoked_at = \(now) WHERE id = \(id) AND revoked_at IS NULL AND expires_at > \(now)")
      guard revoked > 0 else { return }
      try self.note(
        "staff.revokeToken", on: try self.known(token.staff, in: transaction).staff, before: token.deedFields,
        by: actor, in: transaction)
    }
    bearers.drop { $0.token == id }
  }

  public func hasTokens() async throws -> Bool {
    try await tokensKnown.isThere {
      let now = self.clock.now
      return try await self.database.read { transaction in
        try transaction.row(
          "SELECT id FROM staff_token WHERE expires_at > \(now) AND revoked_at IS NULL LIMIT 1") != nil
      }
    }
  }

  // MARK: Within a transaction

  private static func token(_ id: StaffTokenID, in transaction: any ReadTransaction) throws -> StaffToken? {
    try transaction.row("SELECT \(StaffToken.columns) FROM \(StaffToken.joined) WHERE staff_token.id = \(id)")
      .map { try StaffToken($0) }
  }

  /// All that still count; answers how many, nil for none.
  func revokeTokens(of id: StaffID, in transaction: any Transaction) throws -> Int? {
    let now = clock.now
    let revoked = try transaction.execute(
      """
      UPDATE staff_token SET revoked_at = \(now)
      WHERE staff_id = \(id) AND revoked_at IS NULL AND expires_at > \(now)
      """)
    return revoked == 0 ? nil : revoked
  }

  static func pruneTokens(at now: Timestamp, in transaction: any Transaction) throws -> Int {
    try transaction.execute(
      "DELETE FROM staff_token WHERE expires_at <= \(now.adding(.zero - tokenMemory))")
  }
}

extension StaffToken {
  static let columns: SQL = "staff_token.*, staff.name AS staff_name"
  static let joined: SQL = "staff_token JOIN staff ON staff.id = staff_token.staff_id"

  init(_ row: Row) throws {
    let scopes: String = try row["scopes"]
    self.init(
      id: try row["id"], staff: try row["staff_id"], staffName: try row["staff_name"], name: try row["name"],
      scopes: Set(stored: scopes), issuedAt: try row["issued_at"], expiresAt: try row["expires_at"],
      usedAt: try row["used_at"], revokedAt: try row["revoked_at"])
  }

  /// Without the secret, which nobody keeps.
  var deedFields: DeedFields {
    ["token": name, "scopes": scopes.stored, "expiresAt": expiresAt]
  }
}
