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

/// What staff may do. Staff of a merchant have each right over their merchant's rows alone.
public enum StaffRight: String, CaseIterable, Codable, Sendable {
  /// To pass, hold back, refuse and change orders before they are shipped.
  case ordersReview = "orders.review"
  case ordersShip = "orders.ship"
  /// To see where buyers live and how to call them.
  case buyersContact = "buyers.contact"
  /// To decide on refunds and returns, and to give money back out of goodwill.
  case refundsApprove = "refunds.approve"
  case catalogEdit = "catalog.edit"
  /// To let merchants' products into the shop: of staff of the platform alone.
  case catalogPublish = "catalog.publish"
  case stockAdjust = "stock.adjust"
  case usersView = "users.view"
  /// To block customers and keep notes on them.
  case usersEdit = "users.edit"
  /// To admit and suspend merchants: of staff of the platform alone.
  case merchantsEdit = "merchants.edit"
  case reviewsModerate = "reviews.moderate"
  case contentEdit = "content.edit"
  case paymentsView = "payments.view"
  case reportsView = "reports.view"
  case settingsEdit = "settings.edit"
  /// To hire staff, give them roles and log them out.
  case staffEdit = "staff.edit"
  /// To read what staff did.
  case logView = "log.view"
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
