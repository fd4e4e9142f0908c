import Values

/// What became of a trade.
enum TradeEvent: Sendable {
  case paid(Trade)
  case refused(Trade)
  case closed(Trade, byTime: Bool)
  /// A refund came to be, or into another state.
  case refund(TradeRefund, of: Trade)
  /// The control API asks that the merchant is told once more how it stands.
  case again(Trade)

  var trade: Trade {
    switch self {
    case .paid(let trade), .refused(let trade), .closed(let trade, _), .refund(_, let trade), .again(let trade): trade
    }
  }
}

/// A notice before it has a number.
struct NoticeDraft: Sendable {
  /// The provider's own word for what happened.
  var event: String
  var address: String
  /// Whatever the voice itself understands when it comes to sending.
  var content: String
}

/// A notice as it goes over the wire.
struct NoticeCall: Sendable {
  var headers: [(name: String, value: String)]
  var body: [UInt8]
}

/// What the buyer did at the cashier.
enum CashierDecision: Sendable { case paid, refused, left }

/// How one provider speaks by itself. Reads nothing but what it is handed.
protocol ProviderVoice: Sendable {
  var brand: Brand { get }
  /// The waits between attempts at a notice, in seconds. After the last attempt it is given up.
  var waitsSeconds: [Int] { get }
  /// How long an attempt waits for its answer.
  var patienceSeconds: Int64 { get }
  /// What the merchant is told of it: nothing, one notice or several in this order.
  func drafts(of event: TradeEvent, in turn: BookTurn) throws -> [NoticeDraft]
  /// Signs an attempt.
  /// - Parameters:
  ///   - spoil: what is to be wrong with it.
  ///   - moment: the time that the merchant compares with its own clock.
  func call(_ notice: TradeNotice, spoil: NoticeSpoil, at moment: Timestamp) throws -> NoticeCall
  func isAcknowledged(status: Int, body: [UInt8]) -> Bool
  /// Where the browser goes; nil stays at the cashier.
  func returnAddress(of trade: Trade, after decision: CashierDecision, at moment: Timestamp) throws -> String?
}

extension ProviderVoice {
  var patienceSeconds: Int64 { 5 }

  func returnAddress(of trade: Trade, after decision: CashierDecision, at moment: Timestamp) throws -> String? {
    decision == .paid ? trade.returnURL : trade.cancelURL ?? trade.returnURL
  }
}
