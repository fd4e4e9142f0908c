import Storage
import Values

extension StaffRole {
  /// What `owner` holds for the platform.
  private static let platform: Int64 = 0

  /// How a role's employer is stored.
  static func owner(_ employer: MerchantID?) -> Int64 { employer?.raw ?? platform }

  /// - Parameter prefix: of the role's columns in a row that holds others as well.
  init(_ row: Row, prefix: String = "") throws {
    let owner: Int64 = try row["\(prefix)owner"]
    let rights: String = try row["\(prefix)rights"]
    self.init(
      id: try row["\(prefix)id"], employer: owner == Self.platform ? nil : MerchantID(raw: owner),
      name: try row["\(prefix)name"], isOwner: try row["\(prefix)is_owner"], rights: Set(stored: rights))
  }
}

extension Staff {
  /// With their role's columns as `role_…`, beside `role_id`.
  static let columns: SQL = """
    staff.*, staff_role.owner AS role_owner, staff_role.name AS role_name, staff_role.is_owner AS role_is_owner,
    staff_role.rights AS role_rights
    """
  static let joined: SQL = "staff JOIN staff_role ON staff_role.id = staff.role_id"

  init(_ row: Row, _ policy: StaffPolicy) throws {
    let hasFactor = try row["factor_secret"] as String? != nil
    let mustChange: Bool = try row["must_change_password"]
    let owes: StaffDuty? =
      mustChange ? .newPassword : policy.requiresSecondFactor && !hasFactor ? .secondFactor : nil
    self.init(
      id: try row["id"], email: try row["email"], name: try row["name"], merchant: try row["merchant_id"],
      role: try StaffRole(row, prefix: "role_"), hasSecondFactor: hasFactor, owes: owes)
  }
}

extension StaffMember {
  static let columns: SQL = """
    \(Staff.columns),
    (SELECT COUNT(*) FROM staff_recovery_code WHERE staff_recovery_code.staff_id = staff.id) AS codes_left
    """

  init(_ row: Row, _ policy: StaffPolicy) throws {
    self.init(
      staff: try Staff(row, policy), isActive: try row["is_active"], secondFactorSince: try row["factor_since"],
      recoveryCodesLeft: try row["codes_left"], loggedInAt: try row["logged_in_at"])
  }
}

extension StaffSessionEntry {
  init(_ row: Row) throws {
    let hash: String = try row["token_hash"]
    guard let key = StaffSessionKey(rawValue: hash) else { throw RowFault.misfit(column: "token_hash", type: "hash") }
    self.init(
      key: key, place: LogInPlace(address: try row["address"], agent: try row["agent"]), beganAt: try row["began_at"],
      seenAt: try row["seen_at"], expiresAt: try row["expires_at"])
  }
}
