import Events
import Values

/// Someone asked for a new password, whether anyone has the address or not.
public struct PasswordResetAsked: Event {
  public static let name = "accounts.passwordResetAsked"
  /// As an account would have it, up to 254 characters.
  public let email: String
  public var subject: String { SecretToken.hash(email) }

  public init(email: String) { self.email = email }
}

public struct AccountRegistered: Event {
  public static let name = "accounts.accountRegistered"
  public let account: AccountID
  public let language: Language
  public var subject: String { account.description }

  public init(account: AccountID, language: Language) {
    self.account = account
    self.language = language
  }
}
