import AuditLog
import Storage
import Values

extension StoredStaff {
  private static let longestName = 60

  public func hire(_ hire: StaffHire, by actor: Actor) async throws -> Staff {
    var faults = FieldFaults()
    let email = faults.email(hire.email)
    let name = faults.text(hire.name, "name", max: Self.longestName)
    faults.password(hire.password)
    try faults.throwIfAny()
    let hash = try await hashing.hash(hire.password)
    do {
      return try await database.write { transaction in
        let role = try self.role(hire.role, of: hire.merchant, in: transaction)
        let id: StaffID = self.ids.next()
        try transaction.execute(
          """
          INSERT INTO staff (id, email, password, name, merchant_id, rights, role_id, must_change_password)
          VALUES
            (\(id), \(email), \(hash), \(name), \(hire.merchant), '', \(role.id), \(hire.mustChangePassword))
          """)
        let staff = try self.known(id, in: transaction).staff
        try self.note("staff.hire", on: staff, after: staff.deedFields, by: actor, in: transaction)
        return staff
      }
    } catch StorageFault.duplicateKey {
      throw AccountRefusal.emailTaken
    }
  }

  public func revise(_ id: StaffID, _ revision: StaffRevision, by actor: Actor) async throws -> StaffMember {
    var faults = FieldFaults()
    let name = faults.text(revision.name, "name", max: Self.longestName)
    try faults.throwIfAny()
    let employer = try await employer(of: id)
    let revised = try await database.write { transaction -> StaffMember in
      var before: Staff?
      try Self.keepingEditor(of: employer, in: transaction) { roles in
        guard roles.contains(where: { $0.id == revision.role }) else {
          throw FieldFaults(field: "role", code: "unknownValue")
        }
        // What is read before the roles are held may be what others have changed since.
        before = try self.known(id, in: transaction).staff
        try transaction.execute("UPDATE staff SET name = \(name), role_id = \(revision.role) WHERE id = \(id)")
      }
      let member = try self.known(id, in: transaction)
      if let before, before != member.staff {
        try self.note(
          "staff.revise", on: member.staff, before: before.deedFields, after: member.staff.deedFields, by: actor,
          in: transaction)
      }
      return member
    }
    forget { $0.id == id }
    return revised
  }

  public func dismiss(_ id: StaffID, by actor: Actor) async throws {
    let employer = try await employer(of: id)
    try await database.write { transaction in
      var wasActive = false
      try Self.keepingEditor(of: employer, in: transaction) { _ in
        wasActive = try transaction.execute("UPDATE staff SET is_active = 0 WHERE id = \(id) AND is_active = 1") > 0
        _ = try Self.closeDoors(of: id, in: transaction)
      }
      guard wasActive else { return }
      let revoked = try self.revokeTokens(of: id, in: transaction)
      try self.note(
        "staff.dismiss", on: try self.known(id, in: transaction).staff, before: ["isActive": true],
        after: ["isActive": false, "tokensRevoked": revoked], by: actor, in: transaction)
    }
    forget { $0.id == id }
  }

  public func reinstate(_ id: StaffID, by actor: Actor) async throws {
    try await database.write { transaction in
      let isActive: Bool = try Self.locked(id, in: transaction)["is_active"]
      if isActive { return }
      try transaction.execute("UPDATE staff SET is_active = 1 WHERE id = \(id)")
      try self.note(
        "staff.reinstate", on: try self.known(id, in: transaction).staff, before: ["isActive": false],
        after: ["isActive": true], by: actor, in: transaction)
    }
  }

  public func resetPassword(of id: StaffID, by actor: Actor) async throws -> String {
    let password = TemporaryPassword.make()
    let hash = try await hashing.hash(password)
    try await database.write { transaction in
      let mustChange: Bool = try Self.locked(id, in: transaction)["must_change_password"]
      try transaction.execute("UPDATE staff SET password = \(hash), must_change_password = 1 WHERE id = \(id)")
      _ = try Self.closeDoors(of: id, in: transaction)
      let revoked = try self.revokeTokens(of: id, in: transaction)
      try self.note(
        "staff.resetPassword", on: try self.known(id, in: transaction).staff,
        before: ["mustChangePassword": mustChange], after: ["mustChangePassword": true, "tokensRevoked": revoked],
        by: actor, in: transaction)
    }
    forget { $0.id == id }
    return password
  }

  public func changePassword(
    of id: StaffID, current: String, new: String, keeping token: SessionToken
  ) async throws {
    var faults = FieldFaults()
    faults.password(new, "newPassword")
    if faults.isEmpty, new == current { faults.add("newPassword", "samePassword") }
    try faults.throwIfAny()
    let stored = try await checked(current, of: id)
    let hash = try await hashing.hash(new)
    try await database.write { transaction in
      let row = try Self.locked(id, in: transaction)
      let (password, mustChange): (String, Bool) = (try row["password"], try row["must_change_password"])
      guard password == stored else { throw AccountRefusal.wrongCredentials }
      try transaction.execute("UPDATE staff SET password = \(hash), must_change_password = 0 WHERE id = \(id)")
      _ = try Self.closeDoors(of: id, keeping: token, in: transaction)
      let revoked = try self.revokeTokens(of: id, in: transaction)
      try self.note(
        "staff.changePassword", on: try self.known(id, in: transaction).staff,
        before: ["mustChangePassword": mustChange], after: ["mustChangePassword": false, "tokensRevoked": revoked],
        by: .staff(id), in: transaction)
    }
    forget { $0.id == id }
  }

  /// The hash of the password that they have, once they have shown that they know it: for what a session alone isn't
  /// enough for. Throws `.wrongCredentials` and `.tooManyAttempts`.
  func checked(_ password: String, of id: StaffID) async throws -> String {
    try throttle.take(email: "change \(id)", client: nil)
    let stored = try await database.read { transaction in
      try transaction.value("SELECT password FROM staff WHERE id = \(id) AND is_active = 1", as: String.self)
    }
    guard try await hashing.matches(String(password.prefix(200)), stored), let stored else {
      throw AccountRefusal.wrongCredentials
    }
    throttle.succeeded(email: "change \(id)", client: nil)
    return stored
  }

  /// Staff stay with whom they were hired by. Throws `.unknownStaff`.
  private func employer(of id: StaffID) async throws -> MerchantID? {
    guard let staff = try await staff(id) else { throw AccountRefusal.unknownStaff }
    return staff.merchant
  }
}
