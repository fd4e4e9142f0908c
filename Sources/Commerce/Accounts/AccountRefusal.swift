import Values

/// Every way in which Accounts says no.
public enum AccountRefusal: Refusal, Hashable {
  case emailTaken
  case wrongCredentials
  case tooManyAttempts(retryAfterSeconds: Int)
  case resetExpired
  case tooManyAddresses
  case unknownAddress

  public var code: String {
    switch self {
    case .emailTaken: "emailTaken"
    case .wrongCredentials: "wrongCredentials"
    case .tooManyAttempts: "tooManyAttempts"
    case .resetExpired: "resetExpired"
    case .tooManyAddresses: "tooManyAddresses"
    case .unknownAddress: "unknownAddress"
    }
  }

  public var details: [String: String] {
    if case .tooManyAttempts(let seconds) = self { ["retryAfterSeconds": String(seconds)] } else { [:] }
  }

  public var kind: RefusalKind {
    switch self {
    case .emailTaken, .tooManyAddresses: .conflict
    case .wrongCredentials: .unauthenticated
    case .tooManyAttempts: .tooMany
    case .resetExpired: .invalid
    case .unknownAddress: .notFound
    }
  }
}
