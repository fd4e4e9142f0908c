import AuditLog
import Storage
import Values

extension StoredStaff {
  /// Notes what was done to a member of staff, last in the transaction that does it.
  /// - Parameter actor: the shop's own hand stands for whoever is at work, a command for one.
  func note(
    _ verb: String, on staff: Staff, before: DeedFields? = nil, after: DeedFields? = nil, by actor: Actor,
    in transaction: any Transaction
  ) throws {
    let deed = Deed(verb, on: staff.id, named: staff.email, of: staff.merchant, before: before, after: after)
    // Who is just logging in isn't at work yet.
    let name = actor == .staff(staff.id) ? staff.name : ""
    try DeedLog.note(
      deed, by: actor == .system ? nil : actor, named: name, at: clock.now, in: transaction)
  }

  /// The same of a role.
  func note(
    _ verb: String, on role: StaffRole, before: DeedFields? = nil, after: DeedFields? = nil, by actor: Actor,
    in transaction: any Transaction
  ) throws {
    let deed = Deed(verb, on: role.id, named: role.name, of: role.employer, before: before, after: after)
    try DeedLog.note(deed, by: actor == .system ? nil : actor, at: clock.now, in: transaction)
  }

  /// As much is done for an address that nobody has, so that nobody learns which there are. What was typed isn't kept: it
  /// may be a password.
  func noteFailure(_ email: String) async throws {
    let now = clock.now
    try await database.write { transaction in
      let row = try transaction.row("SELECT id, email, merchant_id FROM staff WHERE email = \(email)")
      var deed = Deed("staff.logInFailed", on: "unknown", of: nil)
      if let row {
        let id: StaffID = try row["id"]
        deed = Deed("staff.logInFailed", on: id, named: try row["email"], of: try row["merchant_id"])
      }
      try DeedLog.note(deed, at: now, in: transaction)
    }
  }

  /// For deeds. Throws `.unknownStaff`.
  func known(_ id: StaffID, in transaction: any ReadTransaction) throws -> StaffMember {
    guard let member = try member(id, in: transaction) else { throw AccountRefusal.unknownStaff }
    return member
  }
}

extension Staff {
  var deedFields: DeedFields { ["name": name, "role": role.name, "rights": role.rights.stored] }
}

extension StaffRole {
  var deedFields: DeedFields { ["name": name, "rights": rights.stored] }
}
