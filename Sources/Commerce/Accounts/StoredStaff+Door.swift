import AuditLog
import Storage
import Values

extension StoredStaff {
  /// Codes that may be tried in one log-in.
  private static let triesPerChallenge = 5
  /// How exactly is known when a session was last used.
  private static let seenInterval = Duration.minutes(5)

  public func enter(email: String, password: String, from place: LogInPlace) async throws -> StaffEntry {
    let email = String(email.lowercased().filter { !$0.isWhitespace }.prefix(254))
    try throttle.take(email: email, client: place.address)
    let row = try await database.read { transaction in
      try transaction.row("SELECT id, password FROM staff WHERE email = \(email) AND is_active = 1")
    }
    let stored = try row.map { try $0["password"] as String }
    guard try await hashing.matches(String(password.prefix(200)), stored), let row, let stored else {
      try await noteFailure(email)
      throw AccountRefusal.wrongCredentials
    }
    throttle.succeeded(email: email, client: place.address)
    guard let entry = try await enter(try row["id"], checked: stored, from: place) else {
      try await noteFailure(email)
      throw AccountRefusal.wrongCredentials
    }
    return entry
  }

  /// - Parameter checked: the hash that the password was compared with.
  /// - Returns: nil when it isn't theirs any more.
  private func enter(_ id: StaffID, checked: String, from place: LogInPlace) async throws -> StaffEntry? {
    try await database.write { transaction -> StaffEntry? in
      // Hashing takes a while, in which the password may have been reset, or they dismissed.
      let row = try Self.locked(id, in: transaction)
      let (password, isActive, factor): (String, Bool, String?) = (
        try row["password"], try row["is_active"], try row["factor_secret"]
      )
      guard password == checked, isActive else { return nil }
      guard factor != nil else {
        return .session(try self.open(id, from: place, in: transaction))
      }
      let challenge = StaffChallenge(
        token: ChallengeToken(rawValue: SecretToken.make()), staff: id,
        expiresAt: self.clock.now.adding(StaffChallenge.lifetime))
      try transaction.execute(
        """
        INSERT INTO staff_challenge (token_hash, staff_id, tries, expires_at)
        VALUES (\(SecretToken.hash(challenge.token.rawValue)), \(id), 0, \(challenge.expiresAt))
        """)
      return .challenge(challenge)
    }
  }

  private enum SecondStep {
    case open(StaffSession)
    case refused(CodeVerdict)
    case expired
  }

  public func confirm(_ challenge: ChallengeToken, code: String, from place: LogInPlace) async throws -> StaffSession {
    try throttle.take(client: place.address)
    let hash = SecretToken.hash(challenge.rawValue)
    // What a wrong code leaves behind must stay, so nothing is thrown before the commit.
    let step = try await database.write { transaction -> SecondStep in
      let id: StaffID? = try transaction.value(
        "SELECT staff_id FROM staff_challenge WHERE token_hash = \(hash) AND expires_at > \(self.clock.now)")
      guard let id else { return .expired }
      let row = try Self.locked(id, in: transaction)
      let isOpen = try transaction.execute(
        """
        UPDATE staff_challenge SET tries = tries + 1
        WHERE token_hash = \(hash) AND tries < \(Self.triesPerChallenge)
        """)
      let isActive: Bool = try row["is_active"]
      guard isOpen == 1, isActive else { return .expired }
      let verdict = try self.judge(code, of: row, in: transaction)
      guard case .right = verdict else {
        // Whoever it is isn't logged in.
        if case .wrong = verdict { try self.noteWrongCode(of: id, by: .system, in: transaction) }
        return .refused(verdict)
      }
      try transaction.execute("DELETE FROM staff_challenge WHERE token_hash = \(hash)")
      return .open(try self.open(id, from: place, in: transaction))
    }
    switch step {
    case .open(let session): return session
    case .refused(let verdict): throw verdict.refusal
    case .expired: throw AccountRefusal.logInExpired
    }
  }

  private func open(_ id: StaffID, from place: LogInPlace, in transaction: any Transaction) throws -> StaffSession {
    guard let staff = try member(id, in: transaction)?.staff else { throw AccountRefusal.unknownStaff }
    let now = clock.now
    let session = StaffSession(
      token: SessionToken(rawValue: SecretToken.make()), staff: staff, expiresAt: now.adding(StaffSession.lifetime))
    try transaction.execute(
      """
      INSERT INTO staff_session (token_hash, staff_id, expires_at, address, agent, began_at, seen_at)
      VALUES
        (\(SecretToken.hash(session.token.rawValue)), \(id), \(session.expiresAt), \(place.address), \(place.agent),
         \(now), \(now))
      """)
    try transaction.execute("UPDATE staff SET logged_in_at = \(now) WHERE id = \(id)")
    try note("staff.logIn", on: staff, by: .staff(id), in: transaction)
    return session
  }

  public func staff(session token: SessionToken) async throws -> Staff? {
    guard (20...100).contains(token.rawValue.utf8.count) else { return nil }
    let hash = SecretToken.hash(token.rawValue)
    let now = clock.now
    return try await sessions.person(hash, now: now) {
      let row = try await self.database.read { transaction in
        try transaction.row(
          """
          SELECT \(Staff.columns), staff_session.expires_at, staff_session.seen_at
          FROM \(Staff.joined) JOIN staff_session ON staff_session.staff_id = staff.id
          WHERE staff_session.token_hash = \(hash) AND staff_session.expires_at > \(now) AND staff.is_active = 1
          """)
      }
      guard let row else { return nil }
      let lastSeen: Timestamp = try row["seen_at"]
      await self.note(hash, lastSeen: lastSeen, now: now)
      return (try Staff(row, self.policy), try row["expires_at"])
    }
  }

  /// A page is shown also when this can't be written.
  private func note(_ hash: String, lastSeen: Timestamp, now: Timestamp) async {
    let due = now.adding(.zero - Self.seenInterval)
    guard lastSeen < due else { return }
    _ = try? await database.write { transaction in
      try transaction.execute(
        "UPDATE staff_session SET seen_at = \(now) WHERE token_hash = \(hash) AND seen_at < \(due)")
    }
  }

  public func logOut(_ token: SessionToken) async throws {
    let hash = SecretToken.hash(token.rawValue)
    try await database.write { transaction in
      let id: StaffID? = try transaction.value("SELECT staff_id FROM staff_session WHERE token_hash = \(hash)")
      let ended = try transaction.execute("DELETE FROM staff_session WHERE token_hash = \(hash)")
      guard ended > 0, let id else { return }
      try self.note("staff.logOut", on: try self.known(id, in: transaction).staff, by: .staff(id), in: transaction)
    }
    sessions.drop(hash)
  }

  public func sessions(of id: StaffID) async throws -> [StaffSessionEntry] {
    let now = clock.now
    return try await database.read { transaction in
      try transaction.rows(
        """
        SELECT * FROM staff_session WHERE staff_id = \(id) AND expires_at > \(now)
        ORDER BY began_at DESC, token_hash LIMIT \(Self.mostSessionsListed)
        """
      ).map { try StaffSessionEntry($0) }
    }
  }

  public func endSession(_ key: StaffSessionKey, of id: StaffID, by actor: Actor) async throws {
    try await database.write { transaction in
      let which: SQL = "token_hash = \(key.rawValue) AND staff_id = \(id)"
      let row = try transaction.row("SELECT * FROM staff_session WHERE \(which)")
      guard let session = try row.map({ try StaffSessionEntry($0) }),
        try transaction.execute("DELETE FROM staff_session WHERE \(which)") == 1
      else { throw AccountRefusal.unknownSession }
      try self.note(
        "staff.endSession", on: try self.known(id, in: transaction).staff,
        before: ["origin": session.place.address, "agent": session.place.agent, "beganAt": session.beganAt],
        by: actor, in: transaction)
    }
    sessions.drop(key.rawValue)
  }

  public func endSessions(of id: StaffID, keeping token: SessionToken?, by actor: Actor) async throws -> Int {
    let ended = try await database.write { transaction in
      _ = try Self.locked(id, in: transaction)
      let ended = try Self.closeDoors(of: id, keeping: token, in: transaction)
      let revoked = try self.revokeTokens(of: id, in: transaction)
      if ended > 0 || revoked != nil {
        try self.note(
          "staff.endSessions", on: try self.known(id, in: transaction).staff,
          after: ["ended": ended, "tokensRevoked": revoked], by: actor, in: transaction)
      }
      return ended
    }
    forget { $0.id == id }
    return ended
  }

  public func prune() async throws -> Int {
    let now = clock.now
    return try await database.write { transaction in
      try transaction.execute("DELETE FROM staff_challenge WHERE expires_at <= \(now)")
        + transaction.execute("DELETE FROM staff_session WHERE expires_at <= \(now)")
        + Self.pruneTokens(at: now, in: transaction)
    }
  }
}
