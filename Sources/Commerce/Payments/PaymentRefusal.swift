import Values

/// Every way in which Payments says no.
public enum PaymentRefusal: Refusal, Hashable, Codable {
  case unknownPayment
  case unknownMethod
  case nothingToPay
  /// The method takes neither less nor more in one payment; nil bounds nothing.
  case amountOutOfRange(least: Money?, most: Money?)
  /// The time to pay is over.
  case tooLate
  case alreadyPaid(PaymentID)
  case providerUnavailable
  case providerRefused(String)
  /// The provider doesn't know who pays by what their app said; it can say it anew.
  case payerUnknown(String)
  case refundExceedsPayment(left: Money)
  case notCaptured
  /// The key is another refund's.
  case refundKeyTaken
  /// The balance has less than is to be taken from it.
  case balanceTooLow(left: Money)
  case unknownCase
  /// Somebody, or the shop itself, has seen to it.
  case caseHandled
  /// What is asked can't be done about a case of this kind.
  case wrongForCase
  /// The method is none of the shop's own, so that its provider says what comes.
  case notOwnMethod

  public var code: String {
    switch self {
    case .unknownPayment: "unknownPayment"
    case .unknownMethod: "unknownMethod"
    case .nothingToPay: "nothingToPay"
    case .amountOutOfRange(_, nil): "paymentTooSmall"
    case .amountOutOfRange(nil, _): "paymentTooLarge"
    case .amountOutOfRange: "paymentOutOfRange"
    case .tooLate: "paymentTooLate"
    case .alreadyPaid: "alreadyPaid"
    case .providerUnavailable: "providerUnavailable"
    case .providerRefused: "providerRefused"
    case .payerUnknown: "payerUnknown"
    case .refundExceedsPayment: "refundExceedsPayment"
    case .notCaptured: "paymentNotCaptured"
    case .refundKeyTaken: "refundKeyTaken"
    case .balanceTooLow: "balanceTooLow"
    case .unknownCase: "unknownPaymentCase"
    case .caseHandled: "paymentCaseHandled"
    case .wrongForCase: "wrongForPaymentCase"
    case .notOwnMethod: "notOwnMethod"
    }
  }

  public var details: [String: String] {
    switch self {
    case .alreadyPaid(let payment): ["payment": payment.description]
    case .providerRefused(let code), .payerUnknown(let code): ["providerCode": code]
    case .refundExceedsPayment(let left), .balanceTooLow(let left): ["left": left.decimalText]
    case .amountOutOfRange(let least, let most):
      ["least": least?.decimalText ?? "0", "most": most?.decimalText ?? ""]
    default: [:]
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownPayment, .unknownCase: .notFound
    case .unknownMethod, .nothingToPay, .amountOutOfRange: .invalid
    case .providerUnavailable: .unavailable
    default: .conflict
    }
  }
}
