import Values

/// Every way in which Payments says no.
public enum PaymentRefusal: Refusal, Hashable, Codable {
  case unknownPayment
  case unknownMethod
  case nothingToPay
  /// The time to pay is over.
  case tooLate
  case alreadyPaid(PaymentID)
  case providerUnavailable
  case providerRefused(String)
  case refundExceedsPayment(left: Money)
  case notCaptured
  /// The key is another refund's.
  case refundKeyTaken

  public var code: String {
    switch self {
    case .unknownPayment: "unknownPayment"
    case .unknownMethod: "unknownMethod"
    case .nothingToPay: "nothingToPay"
    case .tooLate: "paymentTooLate"
    case .alreadyPaid: "alreadyPaid"
    case .providerUnavailable: "providerUnavailable"
    case .providerRefused: "providerRefused"
    case .refundExceedsPayment: "refundExceedsPayment"
    case .notCaptured: "paymentNotCaptured"
    case .refundKeyTaken: "refundKeyTaken"
    }
  }

  public var details: [String: String] {
    switch self {
    case .alreadyPaid(let payment): ["payment": payment.description]
    case .providerRefused(let code): ["providerCode": code]
    case .refundExceedsPayment(let left): ["left": left.decimalText]
    default: [:]
    }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownPayment: .notFound
    case .unknownMethod, .nothingToPay: .invalid
    case .providerUnavailable: .unavailable
    default: .conflict
    }
  }
}
