extension BookTurn {
  /// The buyer is through with a session's page and pays by a way that takes days: whoever plays the bank lets it pay or
  /// refuses it then. A page that was left can't be paid at another time.
  mutating func delay(_ trade: Trade) throws -> Trade {
    var trade = try current(trade)
    guard trade.brand == .stripe, trade.stripe.session != nil else { throw TradeRefusal.unknownTrade }
    guard trade.paidAt == nil else { throw TradeRefusal.alreadyPaid }
    guard trade.state != .closed, trade.stripe.isThrough != true else { throw TradeRefusal.alreadyClosed }
    trade.stripe.isThrough = true
    trade.stripe.isDelayed = true
    trade.stripe.method = "pm_usBankAccount_processing"
    trade.stripe.attempt = trade.refusals
    trade.expiresAt = nil
    keep(trade)
    try tell(.again(trade))
    return trade
  }
}
