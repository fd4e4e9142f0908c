import Values

/// Every way in which Merchants says no, beside `FieldFaults`.
public enum MerchantRefusal: Refusal, Hashable {
  case slugTaken
  case unknownMerchant
  case unknownApplication
  /// Another has changed it since it was read.
  case merchantChanged
  /// It can't go there from where it is.
  case wrongMerchantState(MerchantState)
  case applicationDecided(MerchantApplication.State)
  /// There is one of this e-mail address that nobody has decided yet.
  case alreadyApplied
  /// More applications wait than anybody can look at.
  case tooManyApplications
  /// Its goods aren't for sale, so none can be put on sale.
  case merchantNotOpen

  public var code: String {
    switch self {
    case .slugTaken: "slugTaken"
    case .unknownMerchant: "unknownMerchant"
    case .unknownApplication: "unknownApplication"
    case .merchantChanged: "merchantChanged"
    case .wrongMerchantState: "wrongMerchantState"
    case .applicationDecided: "applicationDecided"
    case .alreadyApplied: "alreadyApplied"
    case .tooManyApplications: "tooManyApplications"
    case .merchantNotOpen: "merchantNotOpen"
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownMerchant, .unknownApplication: .notFound
    case .tooManyApplications: .unavailable
    default: .conflict
    }
  }
}
