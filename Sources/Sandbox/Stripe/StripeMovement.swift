import Values

/// What moved on the balance.
struct StripeMovement: Sendable {
  enum Kind: String, Sendable {
    case charge, refund
    case refundFailure = "refund_failure"
  }

  let id: String
  let kind: Kind
  /// Minor units, negative where it goes out.
  let amount: Int64
  let fee: Int64
  let currency: Currency
  let source: String
  let at: Timestamp

  /// 2.9 % and 30 minor units, rounded half up, and never more than there is.
  static func fee(_ amount: Int64) -> Int64 { min(amount, (amount * 29 + 500) / 1000 + 30) }

  /// What a trade and its refunds moved, in their order.
  static func all(of trade: Trade, _ refunds: [TradeRefund]) -> [StripeMovement] {
    guard let paidAt = trade.paidAt else { return [] }
    let came = StripeMovement(
      id: trade.movementID, kind: .charge, amount: trade.amount, fee: fee(trade.amount), currency: trade.currency,
      source: trade.chargeID, at: paidAt)
    return [came] + refunds.flatMap { refund in of(refund, in: trade.currency) }
  }

  private static func of(_ refund: TradeRefund, in currency: Currency) -> [StripeMovement] {
    let went = StripeMovement(
      id: refund.movementID, kind: .refund, amount: -refund.amount, fee: 0, currency: currency,
      source: refund.stripeID, at: refund.requestedAt)
    guard refund.state == .failed else { return [went] }
    let returned = StripeMovement(
      id: refund.returnID, kind: .refundFailure, amount: refund.amount, fee: 0, currency: currency,
      source: refund.stripeID, at: refund.failedAt ?? refund.requestedAt)
    return [went, returned]
  }

  func shown(at now: Timestamp) -> StripeValue {
    let available = at.adding(.days(2))
    let costs: StripeValue = [
      "amount": .number(fee), "currency": .text(currency.stripeCode), "description": "Stripe processing fees",
      "type": "stripe_fee",
    ]
    return [
      "id": .text(id), "object": "balance_transaction", "amount": .number(amount),
      "available_on": StripeValue(available), "created": StripeValue(at), "currency": .text(currency.stripeCode),
      "description": nil, "exchange_rate": nil, "fee": .number(fee), "fee_details": .list(fee == 0 ? [] : [costs]),
      "net": .number(amount - fee), "reporting_category": .text(kind.rawValue), "source": .text(source),
      "status": now >= available ? "available" : "pending", "type": .text(kind.rawValue),
    ]
  }
}
