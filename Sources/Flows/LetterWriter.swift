import Accounts
import Mail
import Merchants
import Orders
import Refunds
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
  /// With all parcels that have left.
  case orderShipped(Order, of: Merchant, [SentParcel])
  case orderCancelled(Order, of: Merchant, reason: CancelReason)
  /// Staff changed it before it was shipped; what goes back, and what is to be paid on top.
  case orderEdited(Order, of: Merchant, revision: Int, refund: Money, difference: Money)
  case orderCompleted(Order, of: Merchant)
  case refundMoved(RefundNews)
}

/// A step of a refund case, with what a letter about it needs. The case is as it stands when the letter is written.
public struct RefundNews: Sendable {
  public let step: RefundStep.Kind
  /// Tells this step from others of its kind.
  public let number: String
  public let refund: RefundCase
  public let order: Order
  public let merchant: Merchant

  public init(step: RefundStep.Kind, number: String, refund: RefundCase, order: Order, merchant: Merchant) {
    self.step = step
    self.number = number
    self.refund = refund
    self.order = order
    self.merchant = merchant
  }
}

/// A parcel as a letter tells of it.
public struct SentParcel: Sendable {
  public let carrier: LocalizedText
  public let trackingNumber: String
  /// Where the carrier itself tells of it; nil when it doesn't.
  public let address: String?

  public init(carrier: LocalizedText, trackingNumber: String, address: String?) {
    self.carrier = carrier
    self.trackingNumber = trackingNumber
    self.address = address
  }
}
