import AuditLog
import Storage
import Values

/// What became of a code that was entered.
enum CodeVerdict: Sendable {
  case right
  case wrong
  case blocked(seconds: Int)

  var refusal: any Refusal {
    switch self {
    case .right, .wrong: FieldFaults(field: "code", code: "wrongCode")
    case .blocked(let seconds): AccountRefusal.tooManyAttempts(retryAfterSeconds: seconds)
    }
  }
}

extension StoredStaff {
  /// Wrong codes in a row that cost nothing. Each one more doubles the wait, from a minute to an hour: a million codes of
  /// which three are right aren't guessed so in years, whoever knows the password and from however many addresses.
  private static let freeFailures = 5
  private static let longestWaitMinutes = 60

  public func beginSecondFactor(of id: StaffID, code: String) async throws -> SecondFactorSecret {
    let secret = SecondFactorSecret.make()
    let sealed = try policy.sealing.seal(secret.bytes, of: id)
    try await with(code, of: id, whereThereIsOne: true) { transaction in
      try transaction.execute("UPDATE staff SET factor_pending = \(sealed) WHERE id = \(id)")
    }
    return secret
  }

  public func secondFactorBegun(of id: StaffID) async throws -> SecondFactorSecret? {
    let sealed = try await database.read { transaction in
      try transaction.value(
        "SELECT factor_pending FROM staff WHERE id = \(id) AND factor_pending IS NOT NULL", as: String.self)
    }
    return try sealed.map { SecondFactorSecret(bytes: try policy.sealing.open($0, of: id)) }
  }

  public func confirmSecondFactor(
    of id: StaffID, code: String, keeping token: SessionToken?
  ) async throws -> [String] {
    let codes = RecoveryCode.makeAll()
    try await database.write { transaction in
      let row = try Self.locked(id, in: transaction)
      guard let pending: String = try row["factor_pending"] as String? else { throw AccountRefusal.noSecondFactor }
      let secret = try self.policy.sealing.open(pending, of: id)
      let now = self.clock.now
      guard let step = TimeCode.step(of: HandedSecret.plain(code), secret, at: now, after: 0) else {
        throw FieldFaults(field: "code", code: "wrongCode")
      }
      try transaction.execute(
        """
        UPDATE staff SET factor_secret = \(pending), factor_pending = NULL, factor_step = \(step), factor_since = \(now)
        WHERE id = \(id)
        """)
      try transaction.execute("DELETE FROM staff_code_failure WHERE staff_id = \(id)")
      try Self.replaceCodes(of: id, by: codes, in: transaction)
      _ = try Self.closeDoors(of: id, keeping: token, in: transaction)
      let since: Timestamp? = try row["factor_since"]
      try self.note(
        "staff.confirmSecondFactor", on: try self.known(id, in: transaction).staff,
        before: ["secondFactorSince": since], after: ["secondFactorSince": now], by: .staff(id), in: transaction)
    }
    forget { $0.id == id }
    return codes
  }

  public func renewRecoveryCodes(of id: StaffID, code: String) async throws -> [String] {
    let codes = RecoveryCode.makeAll()
    try await with(code, of: id) { transaction in
      let before = try self.known(id, in: transaction)
      try Self.replaceCodes(of: id, by: codes, in: transaction)
      try self.note(
        "staff.renewRecoveryCodes", on: before.staff, before: ["recoveryCodesLeft": before.recoveryCodesLeft],
        after: ["recoveryCodesLeft": codes.count], by: .staff(id), in: transaction)
    }
    return codes
  }

  public func giveUpSecondFactor(of id: StaffID, code: String) async throws {
    guard !policy.requiresSecondFactor else { throw AccountRefusal.secondFactorRequired }
    try await with(code, of: id) { transaction in
      let before = try self.known(id, in: transaction)
      try Self.forgetFactor(of: id, in: transaction)
      try self.note(
        "staff.giveUpSecondFactor", on: before.staff, before: ["secondFactorSince": before.secondFactorSince],
        by: .staff(id), in: transaction)
    }
    forget { $0.id == id }
  }

  public func dropSecondFactor(of id: StaffID, by actor: Actor) async throws {
    try await database.write { transaction in
      let row = try Self.locked(id, in: transaction)
      try Self.expectFactor(row)
      let before = try self.known(id, in: transaction)
      try Self.forgetFactor(of: id, in: transaction)
      _ = try Self.closeDoors(of: id, in: transaction)
      let after: DeedFields? = try self.revokeTokens(of: id, in: transaction).map { ["tokensRevoked": $0] }
      try self.note(
        "staff.dropSecondFactor", on: before.staff, before: ["secondFactorSince": before.secondFactorSince],
        after: after, by: actor, in: transaction)
    }
    forget { $0.id == id }
  }

  /// Does what a right code allows. That a code was wrong is kept, so nothing is thrown before the commit.
  /// - Parameter isFree: without a second factor no code is asked for.
  private func with(
    _ code: String, of id: StaffID, whereThereIsOne isFree: Bool = false,
    _ body: @escaping @Sendable (any Transaction) throws -> Void
  ) async throws {
    let verdict = try await database.write { transaction -> CodeVerdict in
      let row = try Self.locked(id, in: transaction)
      let factor: String? = try row["factor_secret"]
      if !isFree { try Self.expectFactor(row) }
      let verdict = try isFree && factor == nil ? .right : self.judge(code, of: row, in: transaction)
      switch verdict {
      case .right: try body(transaction)
      case .wrong: try self.noteWrongCode(of: id, by: .staff(id), in: transaction)
      case .blocked: break
      }
      return verdict
    }
    if case .right = verdict { return }
    throw verdict.refusal
  }

  func noteWrongCode(of id: StaffID, by actor: Actor, in transaction: any Transaction) throws {
    try note("staff.codeFailed", on: try known(id, in: transaction).staff, by: actor, in: transaction)
  }

  private static func expectFactor(_ row: Row) throws {
    let factor: String? = try row["factor_secret"]
    if factor == nil { throw AccountRefusal.noSecondFactor }
  }

  private static func forgetFactor(of id: StaffID, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      UPDATE staff SET factor_secret = NULL, factor_pending = NULL, factor_step = 0, factor_since = NULL WHERE id = \(id)
      """)
    try transaction.execute("DELETE FROM staff_recovery_code WHERE staff_id = \(id)")
    try transaction.execute("DELETE FROM staff_code_failure WHERE staff_id = \(id)")
  }

  private static func replaceCodes(of id: StaffID, by codes: [String], in transaction: any Transaction) throws {
    try transaction.execute("DELETE FROM staff_recovery_code WHERE staff_id = \(id)")
    for hash in codes.compactMap(RecoveryCode.hash) {
      try transaction.execute("INSERT INTO staff_recovery_code (staff_id, code_hash) VALUES (\(id), \(hash))")
    }
  }

  // MARK: Codes

  /// Looks at a code and notes what came of it.
  /// - Parameter row: of the staff, locked, so that no code is looked at twice at once.
  func judge(_ code: String, of row: Row, in transaction: any Transaction) throws -> CodeVerdict {
    let id: StaffID = try row["id"]
    let now = clock.now
    let known = try transaction.row("SELECT * FROM staff_code_failure WHERE staff_id = \(id)")
    if let until: Timestamp = try known?["blocked_until"], now < until {
      return .blocked(seconds: Int((until.milliseconds - now.milliseconds + 999) / 1000))
    }
    if try spend(code, of: row, in: transaction) {
      try transaction.execute("DELETE FROM staff_code_failure WHERE staff_id = \(id)")
      return .right
    }
    let failed: Int? = try known?["failures"]
    let failures = (failed ?? 0) + 1
    let doublings = min(failures - Self.freeFailures, 10)
    let wait = doublings < 0 ? 0 : min(1 << doublings, Self.longestWaitMinutes)
    try transaction.execute(
      transaction.dialect.upsert(
        into: "staff_code_failure",
        [
          ("staff_id", id.sqlValue), ("failures", failures.sqlValue),
          ("blocked_until", now.adding(.minutes(wait)).sqlValue),
        ], key: ["staff_id"], update: ["failures", "blocked_until"]))
    return .wrong
  }

  /// Whether the code is one of the authenticator that wasn't used, or a recovery code, which is used up with this.
  private func spend(_ code: String, of row: Row, in transaction: any Transaction) throws -> Bool {
    let id: StaffID = try row["id"]
    guard let sealed = try row["factor_secret"] as String? else { return false }
    let plain = HandedSecret.plain(code)
    if plain.utf8.count == 6 {
      let secret = try policy.sealing.open(sealed, of: id)
      guard let step = TimeCode.step(of: plain, secret, at: clock.now, after: try row["factor_step"]) else {
        return false
      }
      try transaction.execute("UPDATE staff SET factor_step = \(step) WHERE id = \(id)")
      return true
    }
    guard let hash = RecoveryCode.hash(code) else { return false }
    return try transaction.execute(
      "DELETE FROM staff_recovery_code WHERE staff_id = \(id) AND code_hash = \(hash)") > 0
  }
}
