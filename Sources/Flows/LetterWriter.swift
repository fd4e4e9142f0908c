import Accounts
import Catalog
import Mail
import Merchants
import Messages
import Orders
import Payments
import Refunds
import Reviews
import Values

/// Words a letter in the reader's language. The theme has the words.
public protocol LetterWriter: Sendable {
  /// Nil when the account can't be written to.
  func letter(_ occasion: Occasion, to account: Account) throws -> Letter?
  /// Nil when the merchant has no address.
  func letter(_ occasion: Occasion, to merchant: Merchant) throws -> Letter?
  /// To whoever applied or sells, in the language that they asked for.
  func letter(_ news: MerchantNews) throws -> Letter?

  // What is kept of letters in the boxes of their readers, in both languages and without secrets: also of those that can't
  // be sent, since nobody has an address. Nil of what isn't kept.

  func message(_ occasion: Occasion, to account: Account) throws -> MessageDraft?
  func message(_ occasion: Occasion, to merchant: Merchant) throws -> MessageDraft?
  func message(_ news: MerchantNews) throws -> MessageDraft?
}

/// What happens to who sells, or asks to.
public enum MerchantNews: Sendable {
  /// The application came to be in the state as often as the number says.
  case application(MerchantApplication, MerchantApplication.State, number: Int)
  /// - password: for the first log-in of the owner; nil for who has a log-in already.
  case admitted(Merchant, MerchantApplication, password: String?)
  case moved(Merchant, MerchantState, number: Int)

  /// Who reads it here as well; nil where nobody can yet.
  var reader: MerchantID? {
    switch self {
    case .application: nil
    case .admitted(let merchant, _, _), .moved(let merchant, _, _): merchant.id
    }
  }
}

/// Why a letter is written.
public enum Occasion: Sendable {
  case welcome
  case passwordReset(token: String)
  case orderPlaced(Order, of: Merchant)
  case orderPaid(Order, of: Merchant)
  /// It goes on, and is paid at the door.
  case orderPromised(Order, of: Merchant)
  /// Its money came at the door.
  case paidAtDoor(Order, of: Merchant)
  /// Money that no order could take is back.
  case strayMoneyBack(Order, of: Merchant, refund: Refund)
  /// A provider, or a bank, said no to a payment of orders that nobody has paid otherwise.
  case paymentFailed(PaymentFailure)
  /// Money of a refund didn't arrive, and is at the provider again.
  case refundCameBack(RefundCameBack, Order, of: Merchant)
  /// Staff gave store credit.
  case balanceCredited(BalanceCredited)
  /// With all parcels that have left.
  case orderShipped(Order, of: Merchant, [SentParcel])
  /// Its carrier says that it is there, or its merchant signed for it.
  case parcelDelivered(DeliveryNews)
  case orderCancelled(Order, of: Merchant, reason: CancelReason)
  /// Staff changed it before it was shipped; what goes back, and what is to be paid on top.
  case orderEdited(Order, of: Merchant, revision: Int, refund: Money, difference: Money)
  /// What the merchant's people asked to be changed won't be; the number tells this from others of the order.
  case orderEditDismissed(Order, of: Merchant, number: String)
  case orderCompleted(Order, of: Merchant)
  case refundMoved(RefundNews)
  /// The platform let the product in, or didn't.
  case productJudged(ProductJudged, Product)
  /// To merchants alone.
  case stockLow(StockNews)
  /// A merchant said something to a review.
  case reviewAnswered(ReviewNews)
}

/// A payment that came to nothing, with what a letter about it needs.
public struct PaymentFailure: Sendable {
  public let payment: Payment
  /// That it was for and that are still to be paid; at least one.
  public let orders: [(order: Order, merchant: Merchant)]
  /// Until when they can be paid in another way; nil where that time is over.
  public let payableUntil: Timestamp?

  public init(payment: Payment, orders: [(order: Order, merchant: Merchant)], payableUntil: Timestamp?) {
    self.payment = payment
    self.orders = orders
    self.payableUntil = payableUntil
  }
}

/// A review that was answered, with what a letter about it needs.
public struct ReviewNews: Sendable {
  public let review: Review
  public let product: Product
  public let merchant: Merchant

  public init(review: Review, product: Product, merchant: Merchant) {
    self.review = review
    self.product = product
    self.merchant = merchant
  }
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
