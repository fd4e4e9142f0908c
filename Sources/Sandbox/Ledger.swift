import Values

/// A payment as the platform knows it.
struct SandboxPayment: Codable, Hashable, Sendable {
  enum State: String, Codable, Sendable { case pending, paid, refused, closed }

  /// The shop's number.
  let number: String
  /// The platform's number.
  let tradeNumber: String
  /// Opens the cashier page; only the shop and the buyer know it.
  let token: String
  /// Minor units.
  let amount: Int64
  let currency: Currency
  let subject: String
  let language: Language
  let expiresAt: Timestamp
  let returnURL: String
  let noticeURL: String
  var state: State
  /// When it came into its state.
  var at: Timestamp

  var money: Money { Money(minor: amount, currency: currency) }
}

struct SandboxRefund: Codable, Hashable, Sendable {
  let number: String
  let payment: String
  let tradeNumber: String
  let amount: Int64
  let currency: Currency
  let reason: String
  let at: Timestamp
}

/// A message to the shop about how a payment stands, as it stood when the message was decided on.
struct SandboxNotice: Codable, Hashable, Sendable {
  enum Outcome: String, Codable, Sendable { case waiting, delivered, givenUp }

  let id: Int
  let payment: String
  let state: SandboxPayment.State
  let at: Timestamp
  /// The number of the refund that it tells of besides.
  var refund: String?
  /// Attempts that failed.
  var failures: Int
  var outcome: Outcome
}

/// One line of the store file: things as they are after a change, written together or not at all.
struct SandboxChange: Codable, Sendable {
  var payment: SandboxPayment?
  var refund: SandboxRefund?
  var notice: SandboxNotice?
}

/// Why the platform says no. The raw value is the `code` of the answer.
enum SandboxRefusal: String, Error {
  case unsigned, badSignature, tooOld, otherMerchant
  case invalidRequest, tooLarge, notFound
  case unknownPayment, unknownRefund
  case numberUsed, alreadyPaid, notPaid, notDecided, paymentClosed, refundTooLarge, otherCurrency

  var status: Int {
    switch self {
    case .unsigned, .badSignature, .tooOld, .otherMerchant: 401
    case .invalidRequest, .otherCurrency: 400
    case .tooLarge: 413
    case .notFound, .unknownPayment, .unknownRefund: 404
    case .numberUsed, .alreadyPaid, .notPaid, .notDecided, .paymentClosed, .refundTooLarge: 409
    }
  }
}
