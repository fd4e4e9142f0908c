import Foundation
import Values

/// What Stripe answers, as far as it is read. Amounts are in the minor unit of the currency.
enum StripeMessage {
  static let decoder: JSONDecoder = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }()

  struct Problem: Decodable {
    struct Content: Decodable {
      let type: String
      let code: String?
    }

    let error: Content
  }

  /// What we gave along.
  struct Metadata: Decodable {
    /// Of the payment.
    let number: String?
    let refund: String?
  }

  struct Session: Decodable {
    let id: String
    let url: String?
    let status: String
    let paymentStatus: String
    let amountTotal: Int64
    let currency: String
    let paymentIntent: String?
    let clientReferenceId: String?
    let metadata: Metadata?
    let created: Int64?

    var state: ProviderReport.State {
      switch (status, paymentStatus) {
      case ("complete", "paid"), ("complete", "no_payment_required"): .captured
      case ("expired", _): .closed
      default: .pending
      }
    }
  }

  struct Intent: Decodable {
    let id: String
    let clientSecret: String?
    let status: String
    let amount: Int64
    let amountReceived: Int64?
    let currency: String
    let metadata: Metadata?
    let created: Int64?

    var state: ProviderReport.State {
      switch status {
      case "succeeded": .captured
      case "canceled": .closed
      default: .pending
      }
    }
  }

  struct Refund: Decodable {
    let id: String
    let amount: Int64
    let currency: String
    let status: String?
    let paymentIntent: String?
    let metadata: Metadata?
    let failureReason: String?

    var state: ProviderRefundReport.State {
      switch status {
      case "succeeded": .settled
      case "failed", "canceled": .failed
      case "pending": .pending
      case "requires_action": .stuck
      default: .unknown
      }
    }
  }

  struct List<Item: Decodable>: Decodable {
    let data: [Item]
    let hasMore: Bool
  }

  struct Movement: Decodable {
    struct Source: Decodable {
      let id: String
      let paymentIntent: String?
      let metadata: Metadata?
    }

    let id: String
    let amount: Int64
    let fee: Int64
    let currency: String
    let type: String
    let created: Int64
    let source: Source?
  }

  /// A notice, whose object is read once its type is known.
  struct Event<Object: Decodable>: Decodable {
    struct Data: Decodable {
      let object: Object
    }

    let created: Int64
    let data: Data
  }

  struct EventHead: Decodable {
    let type: String
    let livemode: Bool
    /// Of another's account, for which a platform hears.
    let account: String?
  }

  static func money(_ minor: Int64, _ currency: String) -> Money? {
    Currency(currency.uppercased()).map { Money(minor: minor, currency: $0) }
  }
}
