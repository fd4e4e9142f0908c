import Values

/// A payment as a provider knows it, whoever the provider is.
struct Trade: Codable, Hashable, Sendable {
  enum State: String, Codable, Sendable {
    /// The merchant told of it, and no buyer has come yet.
    case unseen
    case pending, paid, closed
  }

  var brand: Brand
  /// Opens the cashier; only the merchant and the buyer know it.
  var token: String
  /// The merchant's account at the provider.
  var merchant: String
  /// The merchant's own number, one within a brand; for providers without one, theirs.
  var number: String
  /// The provider's number, one within a brand.
  var tradeNumber: String
  /// Minor units.
  var amount: Int64
  var currency: Currency
  var subject: String
  var language: Language
  var openedAt: Timestamp
  /// When it closes by itself; nil for never.
  var expiresAt: Timestamp?
  /// Where the browser goes when the buyer has decided, and when it leaves; nil stays at the cashier.
  var returnURL: String?
  var cancelURL: String?
  var noticeURL: String?
  var state: State
  /// Attempts at paying that came to nothing.
  var refusals = 0
  var seenAt: Timestamp?
  var paidAt: Timestamp?
  var closedAt: Timestamp?
  /// What only the provider's own protocol makes something of.
  var details: [String: String] = [:]

  var money: Money { Money(minor: amount, currency: currency) }
}

/// Money that goes back of a trade.
struct TradeRefund: Codable, Hashable, Sendable {
  enum State: String, Codable, CaseIterable, Sendable {
    case processing, succeeded, failed
    /// A person must look: the buyer's bank wouldn't take it.
    case stuck
  }

  var brand: Brand
  /// The token of the trade.
  var trade: String
  /// The merchant's own number, one within a trade.
  var number: String
  /// The provider's number, one within a brand.
  var refundNumber: String
  /// Minor units.
  var amount: Int64
  var reason: String
  var state: State
  var requestedAt: Timestamp
  /// When it settles by itself; nil waits until the control API says how it ends.
  var settlesAt: Timestamp?
  /// Into what it settles by itself; nil is success.
  var becomes: State?
  var settledAt: Timestamp?
  var failedAt: Timestamp?
  var noticeURL: String?
  /// Begun at the provider's own desk.
  var isUnasked = false
  var details: [String: String] = [:]

  var key: String { "\(trade)/\(number)" }
  /// What is on its way back can't go back another time.
  var counts: Bool { state != .failed }
}

/// Something that the merchant is told, again and again until it acknowledges.
struct TradeNotice: Codable, Hashable, Sendable {
  enum Outcome: String, Codable, Sendable { case waiting, delivered, givenUp }

  var id: Int
  var brand: Brand
  /// The token of the trade.
  var trade: String
  /// The provider's own word for what happened.
  var event: String
  var address: String
  /// What is told, as it stood when the notice was made; signed and sealed with each attempt.
  var content: String
  var madeAt: Timestamp
  /// When the next attempt is due, by the sandbox's clock.
  var nextAt: Timestamp
  /// Attempts that failed.
  var failures = 0
  var outcome = Outcome.waiting
}

/// What a provider keeps beside trades: answers to be repeated, events to be listed.
struct TradeNote: Codable, Hashable, Sendable {
  var brand: Brand
  var kind: String
  var key: String
  var value: String
  var at: Timestamp
}

/// One line of the store file: things as they are after a change, written together or not at all.
struct TradeChange: Codable, Sendable {
  var trades: [Trade] = []
  var refunds: [TradeRefund] = []
  var notices: [TradeNotice] = []
  var notes: [TradeNote] = []
  var clock: SandboxClock.State?

  var isEmpty: Bool { trades.isEmpty && refunds.isEmpty && notices.isEmpty && notes.isEmpty && clock == nil }
}

/// Why a trade can't do what is asked; each provider says so in its own words.
enum TradeRefusal: String, Error {
  case unknownTrade, unknownRefund, alreadyPaid, alreadyClosed, notPaid, refundTooLarge
}
