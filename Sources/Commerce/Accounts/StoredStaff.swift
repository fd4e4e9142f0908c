import AuditLog
import Storage
import Values

/// Staff over a database.
public final class StoredStaff: StaffService, Sendable {
  private static let sessionLifetime = Duration.hours(12)

  private let database: any Database
  private let ids: IDGenerator
  private let clock: WallClock
  private let hashing: PasswordHashing
  private let sessions: SessionCache<Staff>
  private let throttle: LogInThrottle

  public init(database: any Database, ids: IDGenerator, clock: WallClock, hashing: PasswordHashing) {
    self.database = database
    self.ids = ids
    self.clock = clock
    self.hashing = hashing
    sessions = SessionCache(of: database)
    throttle = LogInThrottle(clock: clock)
  }

  public func hire(_ hire: StaffHire) async throws -> Staff {
    var faults = FieldFaults()
    let email = faults.email(hire.email)
    let name = faults.text(hire.name, "name", max: 60)
    faults.password(hire.password)
    try faults.throwIfAny()
    let hash = try await hashing.hash(hire.password)
    let staff = Staff(id: ids.next(), email: email, name: name, merchant: hire.merchant, rights: hire.rights)
    let rights = hire.rights.map(\.rawValue).sorted().joined(separator: " ")
    let now = clock.now
    do {
      try await database.write { transaction in
        try transaction.execute(
          """
          INSERT INTO staff (id, email, password, name, merchant_id, rights)
          VALUES (\(staff.id), \(email), \(hash), \(name), \(hire.merchant), \(rights))
          """)
        let deed = Deed(
          "staff.hire", on: staff.id, named: email, of: hire.merchant, after: ["name": name, "rights": rights])
        try DeedLog.note(deed, at: now, in: transaction)
      }
    } catch StorageFault.duplicateKey {
      throw AccountRefusal.emailTaken
    }
    return staff
  }

  public func logIn(email: String, password: String, client: String) async throws -> StaffSession {
    let email = String(email.lowercased().filter { !$0.isWhitespace }.prefix(254))
    try throttle.take(email: email, client: client)
    let row = try await database.read { try $0.row("SELECT * FROM staff WHERE email = \(email)") }
    let stored = try row.map { try $0["password"] as String }
    guard try await hashing.matches(String(password.prefix(200)), stored), let row else {
      try await noteFailure(try row.map { try Staff($0) })
      throw AccountRefusal.wrongCredentials
    }
    throttle.succeeded(email: email, client: client)
    let staff = try Staff(row)
    let now = clock.now
    let token = SecretToken.make()
    let expiresAt = now.adding(Self.sessionLifetime)
    try await database.write { transaction in
      try transaction.execute(
        """
        INSERT INTO staff_session (token_hash, staff_id, expires_at)
        VALUES (\(SecretToken.hash(token)), \(staff.id), \(expiresAt))
        """)
      let deed = Deed("staff.logIn", on: staff.id, named: staff.email, of: staff.merchant)
      try DeedLog.note(deed, by: .staff(staff.id), named: staff.name, at: now, in: transaction)
    }
    return StaffSession(token: SessionToken(rawValue: token), staff: staff, expiresAt: expiresAt)
  }

  /// As much is written for an address that nobody has, so that nobody learns which there are. What was typed isn't kept:
  /// it may be a password.
  private func noteFailure(_ staff: Staff?) async throws {
    let now = clock.now
    let deed = Deed(
      "staff.logInFailed", on: staff?.id.description ?? "unknown", named: staff?.email ?? "", of: staff?.merchant)
    try await database.write { try DeedLog.note(deed, at: now, in: $0) }
  }

  public func staff(session token: SessionToken) async throws -> Staff? {
    guard (20...100).contains(token.rawValue.utf8.count) else { return nil }
    let hash = SecretToken.hash(token.rawValue)
    let now = clock.now
    return try await sessions.person(hash, now: now) {
      try await self.database.read { transaction in
        try transaction.row(
          """
          SELECT staff.*, staff_session.expires_at FROM staff_session JOIN staff ON staff.id = staff_session.staff_id
          WHERE staff_session.token_hash = \(hash) AND staff_session.expires_at > \(now)
          """
        ).map { (try Staff($0), try $0["expires_at"]) }
      }
    }
  }

  public func logOut(_ token: SessionToken) async throws {
    let hash = SecretToken.hash(token.rawValue)
    try await database.write { transaction in
      try transaction.execute("DELETE FROM staff_session WHERE token_hash = \(hash)")
    }
    sessions.drop(hash)
  }

  public func staff(_ id: StaffID) async throws -> Staff? {
    try await database.read { transaction in
      try transaction.row("SELECT * FROM staff WHERE id = \(id)").map { try Staff($0) }
    }
  }

  public func prune() async throws -> Int {
    let now = clock.now
    return try await database.write { try $0.execute("DELETE FROM staff_session WHERE expires_at <= \(now)") }
  }
}
