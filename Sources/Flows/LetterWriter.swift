import Accounts
import Mail
import Merchants
import Orders
import Values

/// Words a letter in the reader's language. The theme has the words.
public protocol LetterWriter: Sendable {
  /// Nil when the account can't be written to.
  func letter(_ occasion: Occasion, to account: Account) throws -> Letter?
  /// Nil when the merchant has no address.
  func letter(_ occasion: Occasion, to merchant: Merchant) throws -> Letter?
}

/// Why a letter is written.
public enum Occasion: Sendable {
  case welcome
  case passwordReset(token: String)
  case orderPlaced(Order, of: Merchant)
  case orderPaid(Order, of: Merchant)
  case orderShipped(Order, of: Merchant)
  case orderCancelled(Order, of: Merchant, reason: CancelReason)
  case orderCompleted(Order, of: Merchant)
}
