import Events
import Values

/// A case came a step further.
public struct RefundMoved: Event {
  public static let name = "refunds.refundMoved"
  public let refundCase: RefundCaseID
  public let order: OrderID
  public let buyer: AccountID
  public let merchant: MerchantID
  public let step: RefundStep.Kind
  /// Tells this step from others of its kind.
  public let number: String
  public var subject: String { refundCase.description }

  public init(
    refundCase: RefundCaseID, order: OrderID, buyer: AccountID, merchant: MerchantID, step: RefundStep.Kind,
    number: String
  ) {
    self.refundCase = refundCase
    self.order = order
    self.buyer = buyer
    self.merchant = merchant
    self.step = step
    self.number = number
  }
}
