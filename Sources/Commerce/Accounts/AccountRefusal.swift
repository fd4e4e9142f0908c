import Values

/// Every way in which Accounts says no.
public enum AccountRefusal: Refusal, Hashable {
  case emailTaken
  case wrongCredentials
  case tooManyAttempts(retryAfterSeconds: Int)
  case resetExpired
  case tooManyAddresses
  case tooManyFavourites(most: Int)
  case unknownAddress
  case unknownStaff
  case unknownRole
  case unknownSession
  case roleInUse(people: Int)
  case tooManyRoles(most: Int)
  /// The owner's role stays as it is.
  case ownerRole
  /// Nobody would remain who may edit staff.
  case lastStaffEditor
  case codeNeeded
  /// The first step was too long ago, or the second failed too often.
  case logInExpired
  case noSecondFactor
  case secondFactorRequired
  /// Staff keep it out.
  case accountBlocked
  case unknownToken
  case tooManyTokens(most: Int)

  public var code: String {
    switch self {
    case .emailTaken: "emailTaken"
    case .wrongCredentials: "wrongCredentials"
    case .tooManyAttempts: "tooManyAttempts"
    case .resetExpired: "resetExpired"
    case .tooManyAddresses: "tooManyAddresses"
    case .tooManyFavourites: "tooManyFavourites"
    case .unknownAddress: "unknownAddress"
    case .unknownStaff: "unknownStaff"
    case .unknownRole: "unknownRole"
    case .unknownSession: "unknownSession"
    case .roleInUse: "roleInUse"
    case .tooManyRoles: "tooManyRoles"
    case .ownerRole: "ownerRole"
    case .lastStaffEditor: "lastStaffEditor"
    case .codeNeeded: "codeNeeded"
    case .logInExpired: "logInExpired"
    case .noSecondFactor: "noSecondFactor"
    case .secondFactorRequired: "secondFactorRequired"
    case .accountBlocked: "accountBlocked"
    case .unknownToken: "unknownToken"
    case .tooManyTokens: "tooManyTokens"
    }
  }

  public var details: [String: String] {
    switch self {
    case .tooManyAttempts(let seconds): ["retryAfterSeconds": String(seconds)]
    case .tooManyFavourites(let most), .tooManyRoles(let most), .tooManyTokens(let most): ["most": String(most)]
    case .roleInUse(let people): ["people": String(people)]
    default: [:]
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .emailTaken, .tooManyAddresses, .tooManyFavourites, .roleInUse, .tooManyRoles, .ownerRole, .lastStaffEditor,
      .noSecondFactor, .secondFactorRequired, .tooManyTokens:
      .conflict
    case .wrongCredentials, .codeNeeded, .logInExpired: .unauthenticated
    case .tooManyAttempts: .tooMany
    case .resetExpired: .invalid
    case .accountBlocked: .forbidden
    case .unknownAddress, .unknownStaff, .unknownRole, .unknownSession, .unknownToken: .notFound
    }
  }
}
