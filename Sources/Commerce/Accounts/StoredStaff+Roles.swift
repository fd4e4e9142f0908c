import AuditLog
import Crypto
import Foundation
import Storage
import Values

extension StoredStaff {
  static let ownerName = "owner"
  private static let longestName = 60

  public func roles(of employer: MerchantID?) async throws -> [StaffRole] {
    try await database.read { try Self.roles(of: employer, in: $0) }
  }

  public func role(_ id: StaffRoleID) async throws -> StaffRole? {
    try await database.read { transaction in
      try transaction.row("SELECT * FROM staff_role WHERE id = \(id)").map { try StaffRole($0) }
    }
  }

  public func headcount(of employer: MerchantID?) async throws -> [StaffRoleID: Int] {
    let counted = try await database.read { transaction in
      try transaction.rows(
        """
        SELECT staff_role.id, COUNT(staff.id) AS people FROM staff_role JOIN staff ON staff.role_id = staff_role.id
        WHERE staff_role.owner = \(StaffRole.owner(employer)) GROUP BY staff_role.id
        ORDER BY staff_role.id LIMIT \(Self.mostRoles)
        """
      ).map { row -> (StaffRoleID, Int) in (try row["id"], try row["people"]) }
    }
    return Dictionary(counted) { first, _ in first }
  }

  public func addRole(_ draft: StaffRoleDraft, of employer: MerchantID?, by actor: Actor) async throws -> StaffRole {
    let draft = try Self.checked(draft, of: employer)
    do {
      return try await database.write { transaction in
        guard try Self.lockedRoles(of: employer, in: transaction).count < Self.mostRoles else {
          throw AccountRefusal.tooManyRoles(most: Self.mostRoles)
        }
        let role = try self.insert(draft, of: employer, isOwner: false, in: transaction)
        try self.note("staff.addRole", on: role, after: role.deedFields, by: actor, in: transaction)
        return role
      }
    } catch StorageFault.duplicateKey {
      throw FieldFaults(field: "name", code: "taken")
    }
  }

  public func reviseRole(_ id: StaffRoleID, _ draft: StaffRoleDraft, by actor: Actor) async throws -> StaffRole {
    guard let employer = try await role(id).map(\.employer) else { throw AccountRefusal.unknownRole }
    let draft = try Self.checked(draft, of: employer)
    do {
      let revised = try await database.write { transaction -> StaffRole in
        var before: StaffRole?
        try Self.keepingEditor(of: employer, in: transaction) { roles in
          guard let role = roles.first(where: { $0.id == id }) else { throw AccountRefusal.unknownRole }
          guard !role.isOwner else { throw AccountRefusal.ownerRole }
          before = role
          try transaction.execute(
            "UPDATE staff_role SET name = \(draft.name), rights = \(draft.rights.stored) WHERE id = \(id)")
        }
        let role = StaffRole(id: id, employer: employer, name: draft.name, rights: draft.rights)
        if let before, before != role {
          try self.note(
            "staff.reviseRole", on: role, before: before.deedFields, after: role.deedFields, by: actor,
            in: transaction)
        }
        return role
      }
      forget { $0.role.id == id }
      return revised
    } catch StorageFault.duplicateKey {
      throw FieldFaults(field: "name", code: "taken")
    }
  }

  public func removeRole(_ id: StaffRoleID, by actor: Actor) async throws {
    guard let employer = try await role(id).map(\.employer) else { throw AccountRefusal.unknownRole }
    try await database.write { transaction in
      let roles = try Self.lockedRoles(of: employer, in: transaction)
      guard let role = roles.first(where: { $0.id == id }) else { throw AccountRefusal.unknownRole }
      guard !role.isOwner else { throw AccountRefusal.ownerRole }
      let people = try transaction.value("SELECT COUNT(*) FROM staff WHERE role_id = \(id)", as: Int.self) ?? 0
      guard people == 0 else { throw AccountRefusal.roleInUse(people: people) }
      try transaction.execute("DELETE FROM staff_role WHERE id = \(id)")
      try self.note("staff.removeRole", on: role, before: role.deedFields, by: actor, in: transaction)
    }
  }

  private static func checked(_ draft: StaffRoleDraft, of employer: MerchantID?) throws -> StaffRoleDraft {
    var faults = FieldFaults()
    let name = faults.text(draft.name, "name", max: longestName)
    if name == ownerName { faults.add("name", "taken") }
    if draft.rights.isEmpty { faults.add("rights", "missing") }
    if !draft.rights.isSubset(of: StaffRight.all(of: employer)) { faults.add("rights", "unknownValue") }
    try faults.throwIfAny()
    return StaffRoleDraft(name: name, rights: draft.rights)
  }

  // MARK: Within a transaction

  private static func roles(
    of employer: MerchantID?, locking suffix: SQL = "", in transaction: any ReadTransaction
  ) throws -> [StaffRole] {
    try transaction.rows(
      """
      SELECT * FROM staff_role WHERE owner = \(StaffRole.owner(employer)) ORDER BY is_owner DESC, name, id
      LIMIT \(mostRoles + 1) \(suffix)
      """
    ).map { try StaffRole($0) }
  }

  /// All that takes rights away from staff of an employer takes this first, so that it happens one after another.
  static func lockedRoles(of employer: MerchantID?, in transaction: any Transaction) throws -> [StaffRole] {
    try roles(of: employer, locking: transaction.dialect.forUpdate, in: transaction)
  }

  /// Throws `.lastStaffEditor` when the body leaves nobody who may edit staff, where there was somebody.
  static func keepingEditor(
    of employer: MerchantID?, in transaction: any Transaction, _ body: ([StaffRole]) throws -> Void
  ) throws {
    let roles = try lockedRoles(of: employer, in: transaction)
    let before = try editors(among: roles, in: transaction)
    try body(roles)
    let after = try editors(among: self.roles(of: employer, in: transaction), in: transaction)
    guard before == 0 || after > 0 else { throw AccountRefusal.lastStaffEditor }
  }

  private static func editors(among roles: [StaffRole], in transaction: any Transaction) throws -> Int {
    let able = roles.filter { $0.rights.contains(.staffEdit) }.map(\.id)
    return try transaction.value(
      "SELECT COUNT(*) FROM staff WHERE is_active = 1 AND role_id IN \(list: able)", as: Int.self) ?? 0
  }

  /// The role that somebody is hired for. Throws `FieldFaults` for `role`.
  func role(_ choice: StaffHire.RoleChoice, of employer: MerchantID?, in transaction: any Transaction) throws
    -> StaffRole
  {
    let roles = try Self.lockedRoles(of: employer, in: transaction)
    switch choice {
    case .role(let id):
      guard let role = roles.first(where: { $0.id == id }) else {
        throw FieldFaults(field: "role", code: "unknownValue")
      }
      return role
    case .owner:
      if let role = roles.first(where: \.isOwner) { return role }
      let draft = StaffRoleDraft(name: Self.ownerName, rights: [])
      return try insert(draft, of: employer, isOwner: true, in: transaction)
    case .rights(let asked):
      let rights = asked.intersection(StaffRight.all(of: employer))
      if rights == StaffRight.all(of: employer) { return try role(.owner, of: employer, in: transaction) }
      if let role = roles.first(where: { !$0.isOwner && $0.rights == rights }) { return role }
      let draft = StaffRoleDraft(name: Self.roleName(of: rights), rights: rights)
      return try insert(draft, of: employer, isOwner: false, in: transaction)
    }
  }

  private func insert(
    _ draft: StaffRoleDraft, of employer: MerchantID?, isOwner: Bool, in transaction: any Transaction
  ) throws -> StaffRole {
    let role = StaffRole(
      id: ids.next(), employer: employer, name: draft.name, isOwner: isOwner, rights: draft.rights)
    try transaction.execute(
      """
      INSERT INTO staff_role (id, owner, name, is_owner, rights)
      VALUES (\(role.id), \(StaffRole.owner(employer)), \(draft.name), \(isOwner), \(draft.rights.stored))
      """)
    return role
  }

  /// What a role is called that nobody has named: its rights, or where they don't fit how many and a mark of which.
  static func roleName(of rights: Set<StaffRight>) -> String {
    if rights.isEmpty { return "no rights" }
    let names = rights.map(\.rawValue).sorted().joined(separator: ", ")
    if names.utf8.count <= longestName { return names }
    return "\(rights.count) rights (\(Hex.text(SHA256.hash(data: Data(names.utf8)).prefix(4))))"
  }
}
