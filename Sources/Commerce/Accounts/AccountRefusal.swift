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

  public var code: String {
    switch self {
    case .emailTaken: "emailTaken"
    case .wrongCredentials: "wrongCredentials"
    case .tooManyAttempts: "tooManyAttempts"
    case .resetExpired: "resetExpired"
    case .tooManyAddresses: "tooManyAddresses"
    case .tooManyFavourites: "tooManyFavourites"
    case .unknownAddress: "unknownAddress"
    }
  }

  public var details: [String: String] {
    switch self {
    case .tooManyAttempts(let seconds): ["retryAfterSeconds": String(seconds)]
    case .tooManyFavourites(let most): ["most": String(most)]
    default: [:]
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .emailTaken, .tooManyAddresses, .tooManyFavourites: .conflict
    case .wrongCredentials: .unauthenticated
    case .tooManyAttempts: .tooMany
    case .resetExpired: .invalid
    case .unknownAddress: .notFound
    }
  }
}
