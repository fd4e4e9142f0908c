import Foundation
import Values

/// What lists have.
protocol StripeListed: Decodable, Sendable {
  var id: String { get }
}

/// What Stripe answers, as far as it is read. Amounts are in the minor unit of the currency.
enum StripeMessage {
  static let decoder: JSONDecoder = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }()

  struct Problem: Decodable {
    struct Content: Decodable {
      let type: String?
      let code: String?
    }

    let error: Content
  }

  struct Account: Decodable {
    let id: String
  }

  /// What we gave along.
  struct Metadata: Decodable {
    /// Of the payment.
    let number: String?
    let refund: String?
  }

  struct Session: StripeListed {
    let id: String
    let url: String?
    let status: String
    let paymentStatus: String
    let amountTotal: Int64
    let currency: String
    let paymentIntent: String?
    let clientReferenceId: String?
    let metadata: Metadata?
    /// In seconds.
    let expiresAt: Int64?

    /// The payment's, as we gave it.
    var number: String? { clientReferenceId ?? metadata?.number }
    /// The buyer is through with it, and the bank takes days, or has said no.
    var isUndecided: Bool { status == "complete" && paymentStatus == "unpaid" }

    var state: ProviderReport.State {
      switch (status, paymentStatus) {
      case ("complete", "paid"), ("complete", "no_payment_required"): .captured
      case ("expired", _): .closed
      default: .pending
      }
    }
  }

  struct Intent: StripeListed {
    let id: String
    let clientSecret: String?
    let status: String
    let amount: Int64
    let amountReceived: Int64?
    let currency: String
    let metadata: Metadata?

    var state: ProviderReport.State {
      switch status {
      case "succeeded": .captured
      case "canceled": .closed
      default: .pending
      }
    }

    /// How a session that the buyer is through with stands: nobody can try again there.
    var stateBehindSession: ProviderReport.State {
      switch status {
      case "succeeded": .captured
      case "canceled", "requires_payment_method": .failed
      default: .pending
      }
    }
  }

  struct Refund: StripeListed {
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

  struct List<Item: StripeListed>: Decodable {
    let data: [Item]
    let hasMore: Bool
  }

  struct Movement: StripeListed {
    struct Source: Decodable {
      let id: String
      let paymentIntent: String?
      let metadata: Metadata?
      /// What the buyer paid or got back, positive; in another currency than the movement's where Stripe exchanged it.
      let amount: Int64?
      let currency: String?
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
