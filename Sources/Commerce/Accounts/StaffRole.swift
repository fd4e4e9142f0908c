import Values

/// A set of rights with a name, of the platform or of one merchant. What staff may do, they may by their role.
public struct StaffRole: Hashable, Codable, Sendable {
  public let id: StaffRoleID
  /// Nil for roles of the platform.
  public let employer: MerchantID?
  public let name: String
  /// The employer's first role, which always has every right that its staff can have, and stays as it is.
  public let isOwner: Bool
  public let rights: Set<StaffRight>

  public init(id: StaffRoleID, employer: MerchantID?, name: String, isOwner: Bool = false, rights: Set<StaffRight>) {
    self.id = id
    self.employer = employer
    self.name = name
    self.isOwner = isOwner
    self.rights = isOwner ? StaffRight.all(of: employer) : rights.intersection(StaffRight.all(of: employer))
  }
}

public struct StaffRoleDraft: Hashable, Sendable {
  /// 1…60 characters, unique among the employer's roles.
  public var name: String
  public var rights: Set<StaffRight>

  public init(name: String, rights: Set<StaffRight>) {
    self.name = name
    self.rights = rights
  }
}

extension StaffRight {
  /// Rights over what is the whole platform's, which staff of a merchant can't have.
  public static let ofPlatform: Set<StaffRight> = [
    .catalogPublish, .merchantsEdit, .contentEdit, .searchTune, .paymentsSetUp, .balanceCredit, .settlementsRun,
    .reconciliationWork, .systemOperate,
  ]

  /// All that staff of an employer can be allowed.
  public static func all(of employer: MerchantID?) -> Set<StaffRight> {
    employer == nil ? Set(allCases) : Set(allCases).subtracting(ofPlatform)
  }
}

extension Set<StaffRight> {
  /// As they are stored: `orders.review orders.ship`.
  init(stored text: String) { self = Set(text.split(separator: " ").compactMap { StaffRight(rawValue: String($0)) }) }
  var stored: String { map(\.rawValue).sorted().joined(separator: " ") }
}
