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
  /// Whether the provider, or the buyer's bank, ended it. Else it was ended here: its time was over, another method was chosen,
  /// its order went, or it was refused to the face of who began it. Nil in what was told before this was part of it.
  public let isByProvider: Bool?
  public var subject: String { payment.description }

  public init(payment: PaymentID, state: PaymentState, isByProvider: Bool? = nil) {
    self.payment = payment
    self.state = state
    self.isByProvider = isByProvider
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

/// Money of a refund that had gone didn't arrive, and is at the provider again: the buyer doesn't have it, and a person pays it
/// out in another way. Told once for each refund.
public struct RefundCameBack: Event {
  public static let name = "payments.refundCameBack"
  public let refund: RefundID
  public let payment: PaymentID
  public let order: OrderID
  /// What the provider had sent.
  public let amount: Money
  public var subject: String { payment.description }

  public init(refund: RefundID, payment: PaymentID, order: OrderID, amount: Money) {
    self.refund = refund
    self.payment = payment
    self.order = order
    self.amount = amount
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

/// Staff gave a buyer store credit.
public struct BalanceCredited: Event {
  public static let name = "payments.balanceCredited"
  public let account: AccountID
  public let amount: Money
  public let after: Money
  public let reason: String
  /// Tells this credit from others.
  public let key: String
  public var subject: String { account.description }

  public init(account: AccountID, amount: Money, after: Money, reason: String, key: String) {
    self.account = account
    self.amount = amount
    self.after = after
    self.reason = reason
    self.key = key
  }
}

/// Money moved of which nobody knows yet whose it is, or somebody decided about such money (`UnclearMoney`).
public struct UnclearMoneyMoved: Event {
  public static let name = "payments.unclearMoneyMoved"
  public let payment: PaymentID
  /// Under which it stands in the merchants' books.
  public let order: OrderID?
  public let paymentCase: PaymentCaseID
  public var subject: String { payment.description }

  public init(payment: PaymentID, order: OrderID?, paymentCase: PaymentCaseID) {
    self.payment = payment
    self.order = order
    self.paymentCase = paymentCase
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
