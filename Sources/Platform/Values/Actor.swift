/// Who did something, as timelines and ledgers record it.
public enum Actor: Hashable, Codable, Sendable {
  case buyer(AccountID)
  case staff(StaffID)
  /// A reaction or periodic job of the shop itself.
  case system

  public init?(_ text: String) {
    if text == "system" {
      self = .system
    } else if let account = AccountID(text) {
      self = .buyer(account)
    } else if let staff = StaffID(text) {
      self = .staff(staff)
    } else {
      return nil
    }
  }

  public var text: String {
    switch self {
    case .buyer(let account): account.description
    case .staff(let staff): staff.description
    case .system: "system"
    }
  }
}
