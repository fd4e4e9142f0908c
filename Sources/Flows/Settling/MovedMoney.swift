import Orders
import Payments
import Settlement
import Values

/// What a payment moved, as the merchants' books hear of it: what lies at its provider and what the buyer's balance gave or
/// got are facts of their own, since each lies in a place of its own.
struct MovedMoney {
  let payment: Payment

  init(_ payment: Payment) { self.payment = payment }

  /// What came for an order; none where it was nothing.
  /// - Parameter kind: whether the order took it.
  func captures(for order: OrderID, as kind: OrderFact.Kind = .captured) throws -> [OrderFact] {
    let parts = try payment.fromBalance.spread(over: payment.shares.map(\.amount.minor))
    return zip(payment.shares, parts).filter { $0.0.order == order }.flatMap { share, part in
      facts(
        OrderFact.captureKey(payment.id, order), kind, share.amount, ofBalance: part,
        at: payment.capturedAt ?? payment.openedAt)
    }
  }

  /// What went back; none as long as it hasn't.
  func facts(of refund: Refund, isPlatforms: Bool = false) -> [OrderFact] {
    guard refund.state == .settled else { return [] }
    return facts(
      OrderFact.refundKey(refund.id), .refunded, refund.amount, ofBalance: refund.toBalance, isPlatforms: isPlatforms,
      at: refund.settledAt ?? refund.requestedAt)
  }

  private func facts(
    _ key: String, _ kind: OrderFact.Kind, _ amount: Money, ofBalance: Money, isPlatforms: Bool = false, at: Timestamp
  ) -> [OrderFact] {
    let atProvider = Money(minor: amount.minor - ofBalance.minor, currency: amount.currency)
    let parts = [
      (key, payment.method, atProvider), (OrderFact.ofBalance(key), PaymentMethod.balance, ofBalance),
    ]
    return parts.filter { $0.2.isPositive }.map { key, method, amount in
      OrderFact(
        key: key, kind: kind, method: method.rawValue, payment: payment.id, amount: amount, isPlatforms: isPlatforms,
        at: at)
    }
  }
}
