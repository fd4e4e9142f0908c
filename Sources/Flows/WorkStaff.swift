import Accounts
import Merchants
import Values

/// What staff do with staff: hire, give roles, dismiss, log out. Staff of a merchant do so with their colleagues, staff of
/// the platform with everybody's; nobody with those who may do more than they themselves.
public struct WorkStaff: Sendable {
  private let contexts: Contexts
  private var people: any StaffService { contexts.staff }

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// Whether the staff may work here at all. Throws of all below are `StaffRefusal.notAllowed`, and
  /// `AccountRefusal.unknownStaff` or `.unknownRole` for what is another merchant's.
  public static func opens(to staff: Staff) -> Bool { staff.rights.contains(.staffEdit) }

  /// Whether the rights are no more than the staff's own.
  public static func covers(_ staff: Staff, _ rights: Set<StaffRight>) -> Bool { rights.isSubset(of: staff.rights) }

  /// Whose staff it is about: the merchant that is asked for, if it's theirs to ask.
  public func employer(_ asked: MerchantID?, for staff: Staff) async throws -> MerchantID? {
    try staff.require(.staffEdit)
    guard let own = staff.merchant else {
      if let asked, try await contexts.merchants.merchant(asked) == nil { throw AccountRefusal.unknownStaff }
      return asked
    }
    guard asked == nil || asked == own else { throw AccountRefusal.unknownStaff }
    return own
  }

  // MARK: Reads

  public func members(
    of asked: MerchantID?, matching filter: StaffFilter = StaffFilter(), _ page: PageRequest, for staff: Staff
  ) async throws -> Page<StaffMember> {
    try await people.members(of: employer(asked, for: staff), matching: filter, page)
  }

  public func member(_ id: StaffID, for staff: Staff) async throws -> StaffMember {
    try staff.require(.staffEdit)
    guard let member = try await people.member(id), staff.merchant == nil || staff.merchant == member.staff.merchant
    else { throw AccountRefusal.unknownStaff }
    return member
  }

  public func roles(of asked: MerchantID?, for staff: Staff) async throws -> [StaffRole] {
    try await people.roles(of: employer(asked, for: staff))
  }

  public func headcount(of asked: MerchantID?, for staff: Staff) async throws -> [StaffRoleID: Int] {
    try await people.headcount(of: employer(asked, for: staff))
  }

  public func role(_ id: StaffRoleID, for staff: Staff) async throws -> StaffRole {
    try staff.require(.staffEdit)
    guard let role = try await people.role(id), staff.merchant == nil || staff.merchant == role.employer else {
      throw AccountRefusal.unknownRole
    }
    return role
  }

  public func sessions(of id: StaffID, for staff: Staff) async throws -> [StaffSessionEntry] {
    try await people.sessions(of: member(id, for: staff).staff.id)
  }

  // MARK: People

  /// - Parameter role: nil where none was chosen.
  /// - Returns: also the password for the first log-in, which isn't kept anywhere.
  public func hire(
    email: String, name: String, role: StaffRoleID?, of asked: MerchantID?, by staff: Staff
  ) async throws -> (staff: Staff, password: String) {
    let employer = try await employer(asked, for: staff)
    let role = try await grantable(role, of: employer, by: staff)
    let password = TemporaryPassword.make()
    let hired = try await people.hire(
      StaffHire(
        email: email, password: password, name: name, merchant: employer, role: .role(role),
        mustChangePassword: true), by: .staff(staff.id))
    return (hired, password)
  }

  public func revise(_ id: StaffID, name: String, role: StaffRoleID?, by staff: Staff) async throws {
    let member = try await governed(id, by: staff)
    let role = try await grantable(role, of: member.staff.merchant, by: staff)
    _ = try await people.revise(id, StaffRevision(name: name, role: role), by: .staff(staff.id))
  }

  public func dismiss(_ id: StaffID, by staff: Staff) async throws {
    try await people.dismiss(governed(id, by: staff).staff.id, by: .staff(staff.id))
  }

  public func reinstate(_ id: StaffID, by staff: Staff) async throws {
    try await people.reinstate(governed(id, by: staff).staff.id, by: .staff(staff.id))
  }

  /// - Returns: the password for the next log-in, which isn't kept anywhere.
  public func resetPassword(of id: StaffID, by staff: Staff) async throws -> String {
    try await people.resetPassword(of: governed(id, by: staff).staff.id, by: .staff(staff.id))
  }

  public func dropSecondFactor(of id: StaffID, by staff: Staff) async throws {
    try await people.dropSecondFactor(of: governed(id, by: staff).staff.id, by: .staff(staff.id))
  }

  public func endSession(_ key: StaffSessionKey, of id: StaffID, by staff: Staff) async throws {
    try await people.endSession(key, of: governed(id, by: staff).staff.id, by: .staff(staff.id))
  }

  public func endSessions(of id: StaffID, by staff: Staff) async throws {
    _ = try await people.endSessions(of: governed(id, by: staff).staff.id, keeping: nil, by: .staff(staff.id))
  }

  // MARK: Roles

  public func addRole(_ draft: StaffRoleDraft, of asked: MerchantID?, by staff: Staff) async throws -> StaffRole {
    let employer = try await employer(asked, for: staff)
    try cover(draft.rights, staff)
    return try await people.addRole(draft, of: employer, by: .staff(staff.id))
  }

  public func reviseRole(_ id: StaffRoleID, _ draft: StaffRoleDraft, by staff: Staff) async throws {
    let role = try await role(id, for: staff)
    try cover(role.rights.union(draft.rights), staff)
    _ = try await people.reviseRole(id, draft, by: .staff(staff.id))
  }

  public func removeRole(_ id: StaffRoleID, by staff: Staff) async throws {
    try cover(try await role(id, for: staff).rights, staff)
    try await people.removeRole(id, by: .staff(staff.id))
  }

  // MARK: Who may

  private func cover(_ rights: Set<StaffRight>, _ staff: Staff) throws {
    guard Self.covers(staff, rights) else { throw StaffRefusal.beyondOwnRights }
  }

  /// Somebody else, who may do no more than the staff: else a new password would open what isn't theirs.
  private func governed(_ id: StaffID, by staff: Staff) async throws -> StaffMember {
    let member = try await member(id, for: staff)
    guard id != staff.id else { throw StaffRefusal.oneself }
    try cover(member.staff.rights, staff)
    return member
  }

  /// A role of the employer that the staff may give. Throws `FieldFaults` for `role`.
  private func grantable(_ id: StaffRoleID?, of employer: MerchantID?, by staff: Staff) async throws -> StaffRoleID {
    guard let id else { throw FieldFaults(field: "role", code: "missing") }
    guard let role = try await people.role(id), role.employer == employer else {
      throw FieldFaults(field: "role", code: "unknownValue")
    }
    try cover(role.rights, staff)
    return id
  }
}
