import Events
import Storage
import Values

extension StoredPayments {
  /// Of a provider's own number: with what stands before it, it must fit into a key.
  private static let longestNumber = 50

  /// Takes what a notice says of a refund: the answer to one of ours, or one that was begun at the provider.
  func apply(
    _ report: ProviderRefundReport, of number: String, in transaction: any Transaction
  ) throws -> ReportEffect {
    guard let id = PaymentID(number), let payment = try PaymentRows.locked(id, in: transaction)?.payment else {
      return .unknownNumber
    }
    guard payment.state.hasMoney else { return .refundTooEarly }
    guard let ours = RefundID(report.number) else { return try takeOver(report, of: payment, in: transaction) }
    guard let refund = try RefundRows.refund(ours, in: transaction), refund.payment == id else {
      return .unknownNumber
    }
    guard report.state == .failed || report.amount == refund.amount else { return .amountMismatch }
    return try follow(report.state, refund, of: payment, isLate: true, in: transaction) ? .moved : .repeated
  }

  /// Books money that the provider sent back by itself. Of a payment for several orders it is taken from the first that has
  /// some left.
  private func takeOver(
    _ report: ProviderRefundReport, of payment: Payment, in transaction: any Transaction
  ) throws -> ReportEffect {
    // Until it is done it may still not come to pass.
    guard report.state == .settled else { return .repeated }
    let number = report.number.utf8
    guard (1...Self.longestNumber).contains(number.count), number.allSatisfy(\.isKeyByte) else {
      return .numberMismatch
    }
    guard report.amount.currency == payment.amount.currency, report.amount.isPositive else { return .amountMismatch }
    let key = "provider_\(report.number)"
    if let row = try transaction.row("SELECT * FROM refund WHERE refund_key = \(key)") {
      return try RefundRows.refund(row).payment == payment.id ? .repeated : .numberMismatch
    }
    let parts = try self.parts(of: report.amount, from: payment, in: transaction)
    guard let parts else { return .refundTooLarge }
    for (index, part) in parts.enumerated() {
      try takeOver(part, key: index == 0 ? key : "\(key)_\(index + 1)", of: payment.id, in: transaction)
    }
    return .moved
  }

  /// Nil when the orders have less left together.
  private func parts(
    of amount: Money, from payment: Payment, in transaction: any Transaction
  ) throws -> [OpenPayment.Share]? {
    var rest = amount.minor
    var parts: [OpenPayment.Share] = []
    for share in payment.shares where rest > 0 {
      let taken = min(rest, try left(of: payment, for: share.order, in: transaction))
      guard taken > 0 else { continue }
      parts.append(OpenPayment.Share(order: share.order, amount: Money(minor: taken, currency: amount.currency)))
      rest -= taken
    }
    return rest == 0 ? parts : nil
  }

  private func takeOver(
    _ part: OpenPayment.Share, key: String, of id: PaymentID, in transaction: any Transaction
  ) throws {
    guard let payment = try PaymentRows.payment(id, in: transaction)?.payment else {
      throw PaymentRefusal.unknownPayment
    }
    let refund = Refund(
      id: ids.next(), key: key, payment: id, order: part.order, amount: part.amount, state: .sent, reason: "",
      requestedAt: clock.now)
    try transaction.execute(
      """
      INSERT INTO refund (id, refund_key, payment_id, order_id, merchant_id, amount, currency, state, reason, requested_at)
      VALUES (\(refund.id), \(key), \(id), \(part.order), \(payment.merchant(of: part.order)), \(part.amount.minor), \(part.amount.currency),
        \(RefundState.sent), '', \(refund.requestedAt))
      """)
    try settle(refund, of: payment, in: transaction)
    try outbox.tell(
      ProviderRefunded(refund: refund.id, payment: id, order: part.order, amount: part.amount), in: transaction)
  }
}
