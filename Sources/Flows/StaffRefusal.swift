import Accounts
import Values

/// Why staff may not do something, whatever page or program they do it by.
public enum StaffRefusal: Refusal, Hashable {
  case notAllowed(StaffRight)
  /// Nobody gives, takes or rules over rights that aren't their own.
  case beyondOwnRights
  /// The people of a merchant do it; the platform's don't need to.
  case forMerchantsAlone
  /// Others must do it.
  case oneself

  public var code: String {
    switch self {
    case .notAllowed: "notAllowed"
    case .beyondOwnRights: "beyondOwnRights"
    case .forMerchantsAlone: "forMerchantsAlone"
    case .oneself: "oneself"
    }
  }

  public var details: [String: String] {
    switch self {
    case .notAllowed(let right): ["right": right.rawValue]
    case .beyondOwnRights, .forMerchantsAlone, .oneself: [:]
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .notAllowed, .beyondOwnRights, .forMerchantsAlone: .forbidden
    case .oneself: .conflict
    }
  }
}
