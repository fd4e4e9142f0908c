import Events
import Values

/// The money is there. Told once per payment, however often the provider says so.
public struct PaymentCaptured: Event {
  public static let name = "payments.paymentCaptured"
  public let payment: PaymentID
  public let method: PaymentMethod
  public let payer: AccountID
  public let shares: [OpenPayment.Share]
  public let capturedAt: Timestamp
  public var subject: String { payment.description }

  public init(
    payment: PaymentID, method: PaymentMethod, payer: AccountID, shares: [OpenPayment.Share], capturedAt: Timestamp
  ) {
    self.payment = payment
    self.method = method
    self.payer = payer
    self.shares = shares
    self.capturedAt = capturedAt
  }
}

/// The payment can't be made any more: refused, or closed unpaid.
public struct PaymentEnded: Event {
  public static let name = "payments.paymentEnded"
  public let payment: PaymentID
  public let state: PaymentState
  public var subject: String { payment.description }

  public init(payment: PaymentID, state: PaymentState) {
    self.payment = payment
    self.state = state
  }
}

/// The provider wouldn't give the money back, and said so only after it had been asked; a "no" at once is the answer to
/// who asked.
public struct RefundFailed: Event {
  public static let name = "payments.refundFailed"
  public let refund: RefundID
  public let payment: PaymentID
  public let order: OrderID
  public var subject: String { payment.description }

  public init(refund: RefundID, payment: PaymentID, order: OrderID) {
    self.refund = refund
    self.payment = payment
    self.order = order
  }
}

/// Money went back that nobody here had asked for: the refund was begun at the provider. Told beside `RefundSettled`, once
/// for each order that it is taken from.
public struct ProviderRefunded: Event {
  public static let name = "payments.providerRefunded"
  public let refund: RefundID
  public let payment: PaymentID
  public let order: OrderID
  public let amount: Money
  public var subject: String { payment.description }

  public init(refund: RefundID, payment: PaymentID, order: OrderID, amount: Money) {
    self.refund = refund
    self.payment = payment
    self.order = order
    self.amount = amount
  }
}

public struct RefundSettled: Event {
  public static let name = "payments.refundSettled"
  public let refund: RefundID
  public let payment: PaymentID
  public let amount: Money
  /// Nil in what was told before these were part of it.
  public let order: OrderID?
  public let settledAt: Timestamp?
  public var subject: String { payment.description }

  public init(
    refund: RefundID, payment: PaymentID, amount: Money, order: OrderID? = nil, settledAt: Timestamp? = nil
  ) {
    self.refund = refund
    self.payment = payment
    self.amount = amount
    self.order = order
    self.settledAt = settledAt
  }
}
