import Events
import Values

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
