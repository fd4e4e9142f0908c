import Values

public struct Staff: Hashable, Codable, Sendable {
  public let id: StaffID
  public let email: String
  public let name: String
  /// Nil for staff of the platform, who see every merchant.
  public let merchant: MerchantID?
  public let role: StaffRole
  public let hasSecondFactor: Bool
  /// What they must do about their own log-in before anything else.
  public let owes: StaffDuty?

  public init(
    id: StaffID, email: String, name: String, merchant: MerchantID?, role: StaffRole, hasSecondFactor: Bool = false,
    owes: StaffDuty? = nil
  ) {
    self.id = id
    self.email = email
    self.name = name
    self.merchant = merchant
    self.role = role
    self.hasSecondFactor = hasSecondFactor
    self.owes = owes
  }

  /// What their role lets them do.
  public var rights: Set<StaffRight> { role.rights }

  /// Whether they may see the parts of the platform and switch things off: its own staff with the right to.
  public var operatesPlatform: Bool { merchant == nil && rights.contains(.systemOperate) }
}

/// What keeps a member of staff from every desk until it is done.
public enum StaffDuty: String, Codable, Sendable {
  /// The password was made by somebody else.
  case newPassword
  /// The shop asks for one, and there is none yet.
  case secondFactor
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
  /// To say which words mean the same to search, and what stands on top of what is found: of staff of the platform alone.
  case searchTune = "search.tune"
  case paymentsView = "payments.view"
  /// To say that money came for the shop's own methods, and to see to cases of money.
  case paymentsConfirm = "payments.confirm"
  /// To say at which providers, and into which accounts, money is taken: of staff of the platform alone.
  case paymentsSetUp = "payments.setUp"
  /// To give buyers store credit: of staff of the platform alone.
  case balanceCredit = "balance.credit"
  /// To see what is owed to merchants and what they were paid.
  case settlementsView = "settlements.view"
  /// To say what commission is taken, and to draw, approve and pay statements: of staff of the platform alone.
  case settlementsRun = "settlements.run"
  /// To hold the books against the providers' bills, and to settle what differs: of staff of the platform alone.
  case reconciliationWork = "reconciliation.work"
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
  public enum RoleChoice: Hashable, Sendable {
    /// May do all that staff of the employer can be allowed.
    case owner
    case role(StaffRoleID)
    /// The employer's role with exactly these rights, made where there is none. Rights that staff of a merchant can't
    /// have are left out.
    case rights(Set<StaffRight>)
  }

  public var email: String
  /// 8…128 characters.
  public var password: String
  public var name: String
  public var merchant: MerchantID?
  public var role: RoleChoice
  /// Whether the password is somebody else's making, to be changed at the first log-in.
  public var mustChangePassword: Bool

  public init(
    email: String, password: String, name: String, merchant: MerchantID?, role: RoleChoice,
    mustChangePassword: Bool = false
  ) {
    self.email = email
    self.password = password
    self.name = name
    self.merchant = merchant
    self.role = role
    self.mustChangePassword = mustChangePassword
  }

  public init(email: String, password: String, name: String, merchant: MerchantID?, rights: Set<StaffRight>) {
    self.init(email: email, password: password, name: name, merchant: merchant, role: .rights(rights))
  }
}
