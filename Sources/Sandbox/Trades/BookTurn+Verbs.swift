import Values

/// What may happen to a trade, whoever makes it happen. Each verb writes, and tells the merchant.
extension BookTurn {
  /// Closed, when its time is over.
  mutating func current(_ trade: Trade) throws -> Trade {
    guard trade.state == .unseen || trade.state == .pending, let end = trade.expiresAt, now >= end else { return trade }
    return try bring(trade, .closed, byTime: true)
  }

  /// The buyer came: logged in, or read the code.
  mutating func see(_ trade: Trade) throws -> Trade {
    let trade = try current(trade)
    guard trade.state == .unseen else { return trade }
    var seen = trade
    seen.state = .pending
    seen.seenAt = now
    keep(seen)
    return seen
  }

  /// - Parameter evenIfClosed: plays the payment that was under way when the merchant closed it.
  mutating func pay(_ trade: Trade, evenIfClosed: Bool = false) throws -> Trade {
    let trade = try current(trade)
    switch trade.state {
    case .paid: return trade
    case .closed where trade.paidAt != nil || !evenIfClosed: throw TradeRefusal.alreadyClosed
    case .unseen, .pending, .closed: return try bring(trade, .paid, byTime: false)
    }
  }

  /// An attempt that comes to nothing; the trade stays as it is.
  mutating func refuse(_ trade: Trade) throws -> Trade {
    var refused = try see(trade)
    guard refused.state == .pending else { return refused }
    refused.refusals += 1
    keep(refused)
    try tell(.refused(refused))
    return refused
  }

  /// At the merchant's wish. What is closed already stays so.
  mutating func close(_ trade: Trade) throws -> Trade {
    let trade = try current(trade)
    switch trade.state {
    case .paid: throw TradeRefusal.alreadyPaid
    case .closed: return trade
    case .unseen, .pending: return try bring(trade, .closed, byTime: false)
    }
  }

  private mutating func bring(_ trade: Trade, _ state: Trade.State, byTime: Bool) throws -> Trade {
    var changed = trade
    changed.state = state
    if state == .paid {
      changed.paidAt = now
      changed.seenAt = trade.seenAt ?? now
      // One that pays what was closed isn't closed any more.
      changed.closedAt = nil
    } else {
      changed.closedAt = now
    }
    keep(changed)
    try tell(state == .paid ? .paid(changed) : .closed(changed, byTime: byTime))
    return changed
  }

  // MARK: Money that goes back

  /// Keeps a refund that is new to the book. Throws `notPaid` and `refundTooLarge`.
  mutating func giveBack(_ refund: TradeRefund) throws -> TradeRefund {
    guard let trade = trade(token: refund.trade) else { throw TradeRefusal.unknownTrade }
    guard trade.paidAt != nil else { throw TradeRefusal.notPaid }
    guard refund.amount > 0, refund.amount <= trade.amount - refunded(of: trade.token) else {
      throw TradeRefusal.refundTooLarge
    }
    keep(refund)
    try tell(.refund(refund, of: trade))
    return refund
  }

  /// What has come to an end stays so, save that one that succeeded may fail later.
  mutating func settle(_ refund: TradeRefund, as state: TradeRefund.State) throws -> TradeRefund {
    guard let trade = trade(token: refund.trade) else { throw TradeRefusal.unknownTrade }
    guard refund.state != state, refund.state != .failed else { return refund }
    var settled = refund
    settled.state = state
    settled.settlesAt = nil
    settled.settledAt = state == .succeeded ? now : refund.settledAt
    settled.failedAt = state == .failed ? now : nil
    keep(settled)
    try tell(.refund(settled, of: trade))
    return settled
  }
}
