import Accounts
import Flows
import Mail
import Merchants
public struct ThemeLetters: LetterWriter {
  public init(theme: Theme, publicURL: String) {}
  public func letter(_ occasion: Occasion, to account: Account) throws -> Letter? { nil }
  public func letter(_ occasion: Occasion, to merchant: Merchant) throws -> Letter? { nil }
}
