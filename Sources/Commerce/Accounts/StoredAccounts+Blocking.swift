import AuditLog
import Storage
import Values

/// Customers who are kept out, logged out, or forgotten.
extension StoredAccounts {
  /// The bare row, which nobody else changes until the transaction ends. Throws `.unknownCustomer`.
  static func lockedCustomer(_ id: AccountID, in transaction: any Transaction) throws -> Account {
    guard
      let row = try transaction.row("SELECT * FROM account WHERE id = \(id) \(transaction.dialect.forUpdate)")
    else { throw CustomerRefusal.unknownCustomer }
    return try Account(row)
  }

  /// Throws `.erased`.
  static func expectPresent(_ account: Account) throws {
    if account.erasedAt != nil { throw CustomerRefusal.erased }
  }

  /// Locks the row, where there is one. Throws `.erased`.
  static func lockPresent(_ id: AccountID, in transaction: any Transaction) throws {
    let row = try transaction.row("SELECT erased_at FROM account WHERE id = \(id) \(transaction.dialect.forUpdate)")
    guard let row else { return }
    let erasedAt: Timestamp? = try row["erased_at"]
    if erasedAt != nil { throw CustomerRefusal.erased }
  }

  public func block(_ account: AccountID, reason: String, by staff: StaffID) async throws {
    var faults = FieldFaults()
    let reason = faults.text(reason, "reason", max: 500)
    try faults.throwIfAny()
    let now = clock.now
    try await database.write { transaction in
      let before = try Self.lockedCustomer(account, in: transaction)
      try Self.expectPresent(before)
      if before.block?.reason == reason { return }
      let at = before.block?.at ?? now
      try transaction.execute("UPDATE account SET blocked_at = \(at), block_reason = \(reason) WHERE id = \(account)")
      // A log-in that is under way holds the row too: it is in before, and ended here, or finds the block.
      try Self.endDoors(of: account, in: transaction)
      try DeedLog.note(
        Deed(
          "customers.block", on: account, of: nil,
          before: ["isBlocked": before.isBlocked, "reason": before.block?.reason],
          after: ["isBlocked": true, "reason": reason], note: reason), by: .staff(staff), at: now, in: transaction)
    }
    sessions.drop { $0.id == account }
  }

  public func unblock(_ account: AccountID, by staff: StaffID) async throws {
    let now = clock.now
    try await database.write { transaction in
      let before = try Self.lockedCustomer(account, in: transaction)
      try Self.expectPresent(before)
      guard before.isBlocked else { return }
      try transaction.execute("UPDATE account SET blocked_at = NULL, block_reason = '' WHERE id = \(account)")
      try DeedLog.note(
        Deed(
          "customers.unblock", on: account, of: nil,
          before: ["isBlocked": true, "reason": before.block?.reason], after: ["isBlocked": false]),
        by: .staff(staff), at: now, in: transaction)
    }
  }

  public func sessions(of account: AccountID) async throws -> [CustomerSession] {
    let now = clock.now
    return try await database.read { transaction in
      try transaction.rows(
        """
        SELECT expires_at FROM account_session WHERE account_id = \(account) AND expires_at > \(now)
        ORDER BY expires_at DESC LIMIT 100
        """
      ).map { CustomerSession(expiresAt: try $0["expires_at"]) }
    }
  }

  public func endSessions(of account: AccountID, by staff: StaffID) async throws -> Int {
    let now = clock.now
    let ended = try await database.write { transaction -> Int in
      _ = try Self.lockedCustomer(account, in: transaction)
      let ended = try transaction.execute("DELETE FROM account_session WHERE account_id = \(account)")
      guard ended > 0 else { return 0 }
      try DeedLog.note(
        Deed("customers.endSessions", on: account, of: nil, before: ["sessions": ended], after: ["sessions": 0]),
        by: .staff(staff), at: now, in: transaction)
      return ended
    }
    sessions.drop { $0.id == account }
    return ended
  }

  private static func endDoors(of account: AccountID, in transaction: any Transaction) throws {
    try transaction.execute("DELETE FROM account_session WHERE account_id = \(account)")
    try transaction.execute("DELETE FROM password_reset WHERE account_id = \(account)")
  }

  public func noteExport(of account: AccountID, by staff: StaffID) async throws {
    let now = clock.now
    try await database.write { transaction in
      try DeedLog.note(Deed("customers.export", on: account, of: nil), by: .staff(staff), at: now, in: transaction)
    }
  }

  public func noteListExport(
    of employer: MerchantID?, matching filter: CustomerFilter, order: String?, by staff: StaffID
  ) async throws {
    let now = clock.now
    let asked: [(String, String?)] = [
      ("name", filter.name), ("email", filter.email), ("phone", filter.phone), ("tag", filter.tag),
    ]
    let names = asked.compactMap { name, value in value == nil ? nil : name }.joined(separator: ", ")
    let fields: DeedFields = [
      "filteredBy": names.isEmpty ? nil : names, "order": order, "isBlocked": filter.isBlocked,
    ]
    try await database.write { transaction in
      try DeedLog.note(
        Deed("customers.exportList", on: "customers", of: employer, after: fields), by: .staff(staff), at: now,
        in: transaction)
    }
  }

  public func erase(_ account: AccountID, by staff: StaffID) async throws {
    let now = clock.now
    // Nobody has the password of this, and no address ends in it (RFC 2606).
    let email = "\(account)@erased.invalid"
    try await database.write { transaction in
      let before = try Self.lockedCustomer(account, in: transaction)
      // A repeat takes away what came back, however it did.
      try Self.endDoors(of: account, in: transaction)
      try Self.deleteTraces(of: account, in: transaction)
      guard before.erasedAt == nil else { return }
      try transaction.execute(
        """
        UPDATE account SET email = \(email), password = '', name = '', name_key = '', phone = '', phone_key = '',
          blocked_at = NULL, block_reason = '', erased_at = \(now)
        WHERE id = \(account)
        """)
      try DeedLog.note(
        Deed("customers.erase", on: account, of: nil, before: ["isErased": false], after: ["isErased": true]),
        by: .staff(staff), at: now, in: transaction)
    }
    sessions.drop { $0.id == account }
    knownAddresses.forget([account])
  }

  private static func deleteTraces(of account: AccountID, in transaction: any Transaction) throws {
    let visitor = StoredBrowsing.key(.account(account))
    try transaction.execute("DELETE FROM address WHERE account_id = \(account)")
    try transaction.execute("DELETE FROM favourite WHERE account_id = \(account)")
    try transaction.execute("DELETE FROM browsing_history WHERE visitor = \(visitor)")
    try transaction.execute("DELETE FROM customer_note WHERE account_id = \(account)")
    try transaction.execute("DELETE FROM customer_tag WHERE account_id = \(account)")
  }
}

extension AccountService {
  /// Throws `AccountRefusal.accountBlocked` for one that is kept out and `CustomerRefusal.erased` for one that was erased,
  /// whatever session it still has.
  public func expectOpen(_ id: AccountID) async throws {
    guard let account = try await account(id) else { return }
    if account.isErased { throw CustomerRefusal.erased }
    if account.isBlocked { throw AccountRefusal.accountBlocked }
  }
}
