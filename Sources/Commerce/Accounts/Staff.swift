import Values

public struct Staff: Hashable, Codable, Sendable {
  public let id: StaffID
  public let email: String
  public let name: String
  /// Nil for staff of the platform, who see every merchant.
  public let merchant: MerchantID?
  public let rights: Set<StaffRight>

  public init(id: StaffID, email: String, name: String, merchant: MerchantID?, rights: Set<StaffRight>) {
    self.id = id
    self.email = email
    self.name = name
    self.merchant = merchant
    self.rights = rights
  }

  /// Whether they may see the parts of the platform and switch things off: its own staff with the right to.
  public var operatesPlatform: Bool { merchant == nil && rights.contains(.systemOperate) }
}

public enum StaffRight: String, CaseIterable, Codable, Sendable {
  case ordersReview = "orders.review"
  case ordersShip = "orders.ship"
  /// To see to it that the program runs: of staff of the platform alone.
  case systemOperate = "system.operate"
}

public struct StaffHire: Sendable {
  public var email: String
  public var password: String
  public var name: String
  public var merchant: MerchantID?
  public var rights: Set<StaffRight>

  public init(email: String, password: String, name: String, merchant: MerchantID?, rights: Set<StaffRight>) {
    self.email = email
    self.password = password
    self.name = name
    self.merchant = merchant
    self.rights = rights
  }
}

public struct StaffSession: Sendable {
  public let token: SessionToken
  public let staff: Staff
  public let expiresAt: Timestamp

  public init(token: SessionToken, staff: Staff, expiresAt: Timestamp) {
    self.token = token
    self.staff = staff
    self.expiresAt = expiresAt
  }
}
