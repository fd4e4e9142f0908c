import Values

/// What is found in the book, and what follows from it.
enum StripeLedger {
  /// Notes that lead from sessions to trades.
  static let sessions = "session"

  static func session(_ id: String, _ pages: BookPages) -> Trade? {
    pages.notes[BookPages.key(.stripe, sessions, id)].flatMap { pages.trades[$0.value] }
  }

  /// The oldest first.
  static func trades(_ pages: BookPages) -> [Trade] {
    pages.trades.values.filter { $0.brand == .stripe }
      .sorted { ($0.openedAt, $0.tradeNumber) < ($1.openedAt, $1.tradeNumber) }
  }

  static func refunds(_ pages: BookPages) -> [TradeRefund] {
    pages.refunds.values.filter { $0.brand == .stripe }
      .sorted { ($0.requestedAt, $0.refundNumber) < ($1.requestedAt, $1.refundNumber) }
  }

  static func movements(_ pages: BookPages) -> [StripeMovement] {
    trades(pages).flatMap { StripeMovement.all(of: $0, pages.refunds(of: $0.token)) }
      .sorted { ($0.at, $0.amount < 0 ? 1 : 0, $0.id) < ($1.at, $1.amount < 0 ? 1 : 0, $1.id) }
  }

  static func refund(_ id: String, _ pages: BookPages) -> TradeRefund? {
    pages.refund(.stripe, refundNumber: id) ?? pages.refund(.stripe, refundNumber: String(id.dropFirst(3)))
  }

  /// What money came or went by has the same end to its id; what came back has one letter more.
  static func movement(_ id: String, _ pages: BookPages) -> StripeMovement? {
    let stem = id.dropFirst(4)
    let refund = refund("re_\(stem)", pages) ?? refund("re_\(stem.dropLast())", pages)
    let trade = refund.flatMap { pages.trades[$0.trade] } ?? pages.trade(.stripe, tradeNumber: "pi_\(stem)")
    guard let trade else { return nil }
    return StripeMovement.all(of: trade, pages.refunds(of: trade.token)).first { $0.id == id }
  }
}
