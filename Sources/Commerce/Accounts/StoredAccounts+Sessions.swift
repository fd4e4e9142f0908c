import Events
import Logging
import Storage
import Values

extension StoredAccounts {
  public func logIn(email: String, password: String, client: String) async throws -> Session {
    let email = String(email.lowercased().filter { !$0.isWhitespace }.prefix(254))
    try throttle.take(email: email, client: client)
    let row = try await database.read { try $0.row("SELECT * FROM account WHERE email = \(email)") }
    let stored = try row.map { try $0["password"] as String }
    guard try await hashing.matches(String(password.prefix(200)), stored), let row, let stored else {
      throw AccountRefusal.wrongCredentials
    }
    throttle.succeeded(email: email, client: client)
    return try await open(try Account(row), checked: stored)
  }

  /// - Parameter checked: the hash that the password was compared with.
  private func open(_ account: Account, checked: String) async throws -> Session {
    let session = newSession(of: account)
    try await database.write { transaction in
      try Self.confirm(checked, of: account.id, in: transaction)
      try Self.write(session, in: transaction)
    }
    return session
  }

  func newSession(of account: Account) -> Session {
    Session(
      token: SessionToken(rawValue: SecretToken.make()), account: account,
      expiresAt: clock.now.adding(Session.lifetime))
  }

  static func write(_ session: Session, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      INSERT INTO account_session (token_hash, account_id, expires_at)
      VALUES (\(SecretToken.hash(session.token.rawValue)), \(session.account.id), \(session.expiresAt))
      """)
  }

  /// Hashing takes a while, in which a reset may have set another password: it must not be outlived by what the old one
  /// opened. Throws `.wrongCredentials`, and `.accountBlocked` of one that staff keep out.
  private static func confirm(_ checked: String, of account: AccountID, in transaction: any Transaction) throws {
    let row = try transaction.row(
      "SELECT password, blocked_at FROM account WHERE id = \(account) \(transaction.dialect.forUpdate)")
    guard let row else { throw AccountRefusal.wrongCredentials }
    let (password, blockedAt): (String, Timestamp?) = (try row["password"], try row["blocked_at"])
    guard password == checked else { throw AccountRefusal.wrongCredentials }
    if blockedAt != nil { throw AccountRefusal.accountBlocked }
  }

  public func openSession(_ token: SessionToken) async throws -> OpenSession? {
    guard (20...100).contains(token.rawValue.utf8.count) else { return nil }
    let hash = SecretToken.hash(token.rawValue)
    let now = clock.now
    var hasSlid = false
    let account = try await sessions.person(hash, now: now) {
      let found = try await self.database.read { transaction -> (Account, Timestamp)? in
        try transaction.row(
          """
          SELECT account.*, account_session.expires_at FROM account_session
          JOIN account ON account.id = account_session.account_id
          WHERE account_session.token_hash = \(hash) AND account_session.expires_at > \(now)
            AND account.blocked_at IS NULL
          """
        ).map { (try Account($0), try $0["expires_at"]) }
      }
      guard let (account, expiresAt) = found else { return nil }
      hasSlid = await self.slide(hash, from: expiresAt, now: now)
      return (account, expiresAt)
    }
    return account.map { OpenSession(account: $0, hasSlid: hasSlid) }
  }

  /// Moves the session's end along while it is used, at most once a day. A page is shown also when that can't be written.
  private func slide(_ hash: String, from expiresAt: Timestamp, now: Timestamp) async -> Bool {
    let next = now.adding(Session.lifetime)
    let due = next.adding(.zero - .days(1))
    guard expiresAt < due else { return false }
    do {
      return try await database.write { transaction in
        try transaction.execute(
          "UPDATE account_session SET expires_at = \(next) WHERE token_hash = \(hash) AND expires_at < \(due)") == 1
      }
    } catch {
      logger.warning("a session didn't slide along", metadata: ["error": "\(error)"])
      return false
    }
  }

  public func logOut(_ token: SessionToken) async throws {
    let hash = SecretToken.hash(token.rawValue)
    try await database.write { transaction in
      try transaction.execute("DELETE FROM account_session WHERE token_hash = \(hash)")
    }
    sessions.drop(hash)
  }

  public func askPasswordReset(email: String, client: String) async throws {
    let email = Self.folded(email)
    try resetThrottle.take(email: email, client: client)
    try await database.write { transaction in
      try self.outbox.tell(PasswordResetAsked(email: email), in: transaction)
    }
  }

  private static func folded(_ email: String) -> String {
    let scalars = email.lowercased().unicodeScalars.filter { !$0.properties.isWhitespace && $0.value >= 0x20 }
    return String(String.UnicodeScalarView(scalars.prefix(254)))
  }

  public func startPasswordReset(email: String) async throws -> PasswordReset? {
    let email = Self.folded(email)
    let token = SecretToken.make()
    let expiresAt = clock.now.adding(Self.resetLifetime)
    let latest = expiresAt.adding(.zero - Self.resetInterval)
    return try await database.write { transaction in
      guard let row = try transaction.row("SELECT * FROM account WHERE email = \(email)") else { return nil }
      let account = try Account(row)
      let recent = try transaction.value(
        "SELECT COUNT(*) FROM password_reset WHERE account_id = \(account.id) AND expires_at > \(latest)", as: Int.self)
      guard recent == 0 else { return nil }
      try transaction.execute(
        """
        INSERT INTO password_reset (token_hash, account_id, expires_at)
        VALUES (\(SecretToken.hash(token)), \(account.id), \(expiresAt))
        """)
      return PasswordReset(token: token, account: account)
    }
  }

  public func resetPassword(token: String, newPassword: String) async throws {
    var faults = FieldFaults()
    faults.password(newPassword)
    try faults.throwIfAny()
    let hash = SecretToken.hash(token)
    let now = clock.now
    // Looked up before hashing too, so that made-up tokens cost little.
    let known: AccountID? = try await database.read { transaction in
      try transaction.value(
        "SELECT account_id FROM password_reset WHERE token_hash = \(hash) AND expires_at > \(now)")
    }
    guard known != nil else { throw AccountRefusal.resetExpired }
    let password = try await hashing.hash(newPassword)
    let account = try await database.write { transaction -> AccountID in
      let row = try transaction.row(
        "SELECT * FROM password_reset WHERE token_hash = \(hash) AND expires_at > \(now)")
      guard let account: AccountID = try row?["account_id"],
        try transaction.execute("DELETE FROM password_reset WHERE token_hash = \(hash)") > 0
      else { throw AccountRefusal.resetExpired }
      try transaction.execute("DELETE FROM password_reset WHERE account_id = \(account)")
      // Who is erased has no password, whenever the letter was sent.
      guard
        try transaction.execute(
          "UPDATE account SET password = \(password) WHERE id = \(account) AND erased_at IS NULL") > 0
      else { throw AccountRefusal.resetExpired }
      try transaction.execute("DELETE FROM account_session WHERE account_id = \(account)")
      return account
    }
    sessions.drop { $0.id == account }
  }

  public func changePassword(
    of account: AccountID, current: String, new: String, keeping token: SessionToken
  ) async throws {
    var faults = FieldFaults()
    faults.password(new, "newPassword")
    try faults.throwIfAny()
    try throttle.take(email: "change \(account)", client: nil)
    let stored = try await database.read { transaction in
      try transaction.value("SELECT password FROM account WHERE id = \(account)", as: String.self)
    }
    guard try await hashing.matches(String(current.prefix(200)), stored), let stored else {
      throw AccountRefusal.wrongCredentials
    }
    throttle.succeeded(email: "change \(account)", client: nil)
    let password = try await hashing.hash(new)
    let kept = SecretToken.hash(token.rawValue)
    try await database.write { transaction in
      try Self.confirm(stored, of: account, in: transaction)
      try transaction.execute("UPDATE account SET password = \(password) WHERE id = \(account)")
      try transaction.execute("DELETE FROM account_session WHERE account_id = \(account) AND token_hash <> \(kept)")
      try transaction.execute("DELETE FROM password_reset WHERE account_id = \(account)")
    }
    sessions.drop { $0.id == account }
  }
}
