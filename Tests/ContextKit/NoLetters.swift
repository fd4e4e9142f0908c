import Accounts
import Flows
import Mail
import Merchants
import Messages

/// Writes no letters and sends none.
public struct NoLetters: LetterWriter, Mailer {
  public init() {}

  public func letter(_ occasion: Occasion, to account: Account) throws -> Letter? { nil }
  public func letter(_ occasion: Occasion, to merchant: Merchant) throws -> Letter? { nil }
  public func letter(_ news: MerchantNews) throws -> Letter? { nil }
  public func message(_ occasion: Occasion, to account: Account) throws -> MessageDraft? { nil }
  public func message(_ occasion: Occasion, to merchant: Merchant) throws -> MessageDraft? { nil }
  public func message(_ news: MerchantNews) throws -> MessageDraft? { nil }
  public func send(_ letter: Letter) async throws {}
}
