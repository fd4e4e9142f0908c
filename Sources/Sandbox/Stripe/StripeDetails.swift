import Foundation
import Values

/// What Stripe makes of a trade beside what all providers do.
struct StripeDetails: Codable, Hashable, Sendable {
  /// Of the page that the buyer pays at; nil for a payment that was opened by itself.
  var session: String?
  /// The later half of the payment's client secret.
  var secret = ""
  var reference: String?
  var locale: String?
  var description: String?
  var receiptEmail: String?
  var quantity: Int64 = 1
  /// The session's and the payment's: neither has the other's.
  var sessionMetadata: [String: String] = [:]
  var metadata: [String: String] = [:]
  var isAutomatic = true
  var methodTypes = ["card"]
  /// What the buyer pays with, for one attempt.
  var method: String?
  /// How many attempts had failed when the method was chosen: what is said of it holds until one more does.
  var attempt = 0
  /// The buyer must go somewhere before it goes on.
  var isLeading = false
  /// The bank takes days.
  var isDelayed = false
  /// The buyer has left the session's page, whatever the bank says then; nil in what was kept before there was such a thing.
  var isThrough: Bool?
  /// Why the last attempt failed.
  var decline: String?
  var cancellationReason: String?
  /// The merchant's call that closed it.
  var request: String?
  var key: String?
}

extension Trade {
  private static let name = "stripe"

  var stripe: StripeDetails {
    get {
      let text = details[Self.name] ?? ""
      return (try? JSONDecoder().decode(StripeDetails.self, from: Data(text.utf8))) ?? StripeDetails()
    }
    set { details[Self.name] = (try? Message.encode(newValue)).map { String(decoding: $0, as: UTF8.self) } }
  }

  /// What the ids of one payment have in common.
  private var stem: Substring { tradeNumber.dropFirst(3) }
  var chargeID: String { "ch_\(stem)" }
  var movementID: String { "txn_\(stem)" }
  /// Of the last attempt that failed.
  var failedChargeID: String { "ch_\(stem)\(refusals)" }

  enum StripeStatus: String {
    case needsMethod = "requires_payment_method"
    case needsConfirmation = "requires_confirmation"
    case needsAction = "requires_action"
    case processing, succeeded, canceled
  }

  /// Of the payment.
  var stripeStatus: StripeStatus {
    if paidAt != nil { return .succeeded }
    if state == .closed { return .canceled }
    let details = stripe
    guard details.method != nil, details.attempt == refusals else { return .needsMethod }
    return details.isDelayed ? .processing : details.isLeading ? .needsAction : .needsConfirmation
  }

  /// Of the session.
  var sessionStatus: String {
    if paidAt != nil || stripe.isThrough == true { return "complete" }
    return state == .closed ? "expired" : "open"
  }
}

extension TradeRefund {
  enum Detail {
    static let metadata = "metadata"
    static let request = "request"
    static let key = "key"
  }

  var metadata: [String: String] {
    let text = details[Detail.metadata] ?? "{}"
    return (try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))) ?? [:]
  }

  /// Those that were begun at the platform's own desk have numbers of another form.
  var stripeID: String { refundNumber.hasPrefix("re_") ? refundNumber : "re_\(refundNumber)" }
  private var stem: Substring { stripeID.dropFirst(3) }
  var movementID: String { "txn_\(stem)" }
  /// Of the money that came back because it couldn't be given.
  var returnID: String { "txn_\(stem)r" }

  var stripeStatus: String {
    switch state {
    case .processing: "pending"
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .stuck: "requires_action"
    }
  }
}
