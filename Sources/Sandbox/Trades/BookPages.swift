import Values

/// What the changes so far add up to.
struct BookPages: Sendable {
  /// By token.
  private(set) var trades: [String: Trade] = [:]
  /// By key.
  private(set) var refunds: [String: TradeRefund] = [:]
  private(set) var notices: [Int: TradeNotice] = [:]
  private(set) var notes: [String: TradeNote] = [:]
  private(set) var clock: SandboxClock.State?
  /// Notices that wait for their next attempt.
  private(set) var waiting: Set<Int> = []
  /// Tokens of trades that can expire, and keys of refunds that settle by themselves.
  private(set) var expiring: Set<String> = []
  private(set) var settling: Set<String> = []
  private var tokens: [String: String] = [:]
  private var keysByNumber: [String: String] = [:]
  private var keysByTrade: [String: [String]] = [:]

  mutating func apply(_ change: TradeChange) {
    for trade in change.trades {
      trades[trade.token] = trade
      tokens["\(trade.brand) number \(trade.number)"] = trade.token
      tokens["\(trade.brand) trade \(trade.tradeNumber)"] = trade.token
      let isOpen = trade.state == .unseen || trade.state == .pending
      if isOpen, trade.expiresAt != nil { expiring.insert(trade.token) } else { expiring.remove(trade.token) }
    }
    for refund in change.refunds {
      if refunds.updateValue(refund, forKey: refund.key) == nil {
        keysByTrade[refund.trade, default: []].append(refund.key)
      }
      keysByNumber["\(refund.brand) number \(refund.number)"] = refund.key
      keysByNumber["\(refund.brand) refund \(refund.refundNumber)"] = refund.key
      let isDue = refund.state == .processing && refund.settlesAt != nil
      if isDue { settling.insert(refund.key) } else { settling.remove(refund.key) }
    }
    for notice in change.notices {
      notices[notice.id] = notice
      if notice.outcome == .waiting { waiting.insert(notice.id) } else { waiting.remove(notice.id) }
    }
    for note in change.notes { notes[Self.key(note.brand, note.kind, note.key)] = note }
    if let state = change.clock { clock = state }
  }

  static func key(_ brand: Brand, _ kind: String, _ key: String) -> String { "\(brand) \(kind) \(key)" }

  func trade(_ brand: Brand, number: String) -> Trade? { tokens["\(brand) number \(number)"].flatMap { trades[$0] } }

  func trade(_ brand: Brand, tradeNumber: String) -> Trade? {
    tokens["\(brand) trade \(tradeNumber)"].flatMap { trades[$0] }
  }

  /// The latest under a number: merchants of some providers use one number for refunds of several trades.
  func refund(_ brand: Brand, number: String) -> TradeRefund? {
    keysByNumber["\(brand) number \(number)"].flatMap { refunds[$0] }
  }

  func refund(_ brand: Brand, refundNumber: String) -> TradeRefund? {
    keysByNumber["\(brand) refund \(refundNumber)"].flatMap { refunds[$0] }
  }

  /// In the order in which they were asked for.
  func refunds(of token: String) -> [TradeRefund] { (keysByTrade[token] ?? []).compactMap { refunds[$0] } }
}
