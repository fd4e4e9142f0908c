import Values

/// What is read and written in one go: nothing comes between, and what is written is kept together or not at all.
struct BookTurn {
  private let pages: BookPages
  /// By the sandbox's clock.
  let now: Timestamp
  private let voices: [Brand: any ProviderVoice]
  private(set) var change = TradeChange()

  init(pages: BookPages, now: Timestamp, voices: [Brand: any ProviderVoice]) {
    self.pages = pages
    self.now = now
    self.voices = voices
  }

  // MARK: Reading

  func trade(token: String) -> Trade? { change.trades.last { $0.token == token } ?? pages.trades[token] }

  func trade(_ brand: Brand, number: String) -> Trade? {
    change.trades.last { $0.brand == brand && $0.number == number }
      ?? pages.trade(brand, number: number).flatMap { trade(token: $0.token) }
  }

  func trade(_ brand: Brand, tradeNumber: String) -> Trade? {
    change.trades.last { $0.brand == brand && $0.tradeNumber == tradeNumber }
      ?? pages.trade(brand, tradeNumber: tradeNumber).flatMap { trade(token: $0.token) }
  }

  private func latest(_ refund: TradeRefund) -> TradeRefund { change.refunds.last { $0.key == refund.key } ?? refund }

  func refund(_ number: String, of token: String) -> TradeRefund? { refunds(of: token).last { $0.number == number } }

  func refund(_ brand: Brand, number: String) -> TradeRefund? {
    change.refunds.last { $0.brand == brand && $0.number == number } ?? pages.refund(brand, number: number)
  }

  func refund(_ brand: Brand, refundNumber: String) -> TradeRefund? {
    change.refunds.last { $0.brand == brand && $0.refundNumber == refundNumber }
      ?? pages.refund(brand, refundNumber: refundNumber)
  }

  /// In the order in which they were asked for.
  func refunds(of token: String) -> [TradeRefund] {
    let kept = pages.refunds(of: token)
    let keys = Set(kept.map(\.key))
    var added: [String: TradeRefund] = [:]
    for refund in change.refunds where refund.trade == token && !keys.contains(refund.key) {
      added[refund.key] = refund
    }
    return kept.map(latest) + added.values.sorted { ($0.requestedAt, $0.key) < ($1.requestedAt, $1.key) }
  }

  /// Minor units that went back or are on their way.
  func refunded(of token: String) -> Int64 { refunds(of: token).filter(\.counts).reduce(0) { $0 + $1.amount } }

  func note(_ brand: Brand, _ kind: String, _ key: String) -> TradeNote? {
    change.notes.last { $0.brand == brand && $0.kind == kind && $0.key == key }
      ?? pages.notes[BookPages.key(brand, kind, key)]
  }

  // MARK: Writing

  mutating func keep(_ trade: Trade) { change.trades.append(trade) }
  mutating func keep(_ refund: TradeRefund) { change.refunds.append(refund) }
  mutating func keep(_ note: TradeNote) { change.notes.append(note) }
  mutating func keep(_ notice: TradeNotice) { change.notices.append(notice) }
  mutating func keep(_ clock: SandboxClock.State) { change.clock = clock }

  /// Tells the merchant what its provider tells of such things.
  mutating func tell(_ event: TradeEvent) throws {
    guard let voice = voices[event.trade.brand] else { return }
    for draft in try voice.drafts(of: event, in: self) {
      keep(
        TradeNotice(
          id: pages.notices.count + change.notices.count + 1, brand: voice.brand, trade: event.trade.token,
          event: draft.event, address: draft.address, content: draft.content, madeAt: now, nextAt: now,
          // Kept for those who ask what happened, where nobody wants to be told.
          outcome: draft.address.isEmpty ? .delivered : .waiting))
    }
  }
}
