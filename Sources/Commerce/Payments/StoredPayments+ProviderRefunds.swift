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
    guard report.state == .failed || report.amount == refund.atProvider else { return .amountMismatch }
    if report.state == .failed, refund.state == .settled {
      return try noteFailure(of: [refund], of: payment, report, in: transaction)
    }
    // What failed here was asked for anew since: what went in spite of it is for a person.
    if refund.state == .failed, report.state == .settled { return .refundFailedHere }
    return try follow(report, refund, of: payment, isLate: true, in: transaction) ? .moved : .repeated
  }

  /// Books money that the provider sent back by itself. Of a payment for several orders it is taken from the first that has
  /// some left.
  private func takeOver(
    _ report: ProviderRefundReport, of payment: Payment, in transaction: any Transaction
  ) throws -> ReportEffect {
    if report.state == .failed {
      // Taken from several orders it is several.
      let keys = payment.shares.indices.map { Self.key(report.number, $0) }
      let taken = try transaction.rows(
        """
        SELECT * FROM refund WHERE refund_key IN \(list: keys) AND payment_id = \(payment.id)
          AND state = \(RefundState.settled) ORDER BY id
        """
      ).map(RefundRows.refund)
      return try noteFailure(of: taken, of: payment, report, in: transaction)
    }
    // Until it is done it may still not come to pass.
    guard report.state == .settled else { return .repeated }
    let number = report.number.utf8
    guard (1...Self.longestNumber).contains(number.count), number.allSatisfy(\.isKeyByte) else {
      return .numberMismatch
    }
    guard report.amount.currency == payment.amount.currency, report.amount.isPositive else { return .amountMismatch }
    let key = Self.key(report.number, 0)
    if let row = try transaction.row("SELECT * FROM refund WHERE refund_key = \(key)") {
      return try RefundRows.refund(row).payment == payment.id ? .repeated : .numberMismatch
    }
    let parts = try self.parts(of: report.amount, from: payment, in: transaction)
    let caseKey: String = "tooLarge:\(payment.id):\(report.number)"
    guard let parts else {
      // After goodwill to the balance, say: the money is gone, of whose pocket is for a person to find out.
      let isNew = try openCase(
        .refundTooLarge, key: caseKey, of: payment, amount: report.amount, detail: report.number, in: transaction)
      if isNew { try note(.left, report.amount, ofCase: caseKey, in: transaction) }
      return .refundTooLarge
    }
    // There is room since: another refund failed meanwhile.
    try closeCases(of: payment.id, where: "case_key = \(caseKey)", in: transaction)
    for (index, part) in parts.enumerated() {
      try takeOver(part, key: Self.key(report.number, index), of: payment.id, in: transaction)
    }
    return .moved
  }

  /// Of the parts of a refund by the provider's number, from zero on.
  private static func key(_ number: String, _ part: Int) -> String {
    "provider_\(number)" + (part == 0 ? "" : "_\(part + 1)")
  }

  /// A bank sends money back that had gone: the books stay as they are, and a person pays it out in another way. Told once
  /// for each.
  private func noteFailure(
    of refunds: [Refund], of payment: Payment, _ report: ProviderRefundReport, in transaction: any Transaction
  ) throws -> ReportEffect {
    var isNews = false
    for refund in refunds {
      let key: String = "failedLater:\(refund.id)"
      let isNew = try openCase(
        .refundFailedLater, key: key, of: payment, order: refund.order, refund: refund.id,
        amount: refund.atProvider, detail: report.reason ?? "", in: transaction)
      guard isNew else { continue }
      isNews = true
      try outbox.tell(
        RefundCameBack(refund: refund.id, payment: payment.id, order: refund.order, amount: refund.atProvider),
        in: transaction)
      try note(.came, refund.atProvider, ofCase: key, in: transaction)
    }
    return isNews ? .failedAfterAll : .repeated
  }

  /// Nil when the orders have less left together.
  private func parts(
    of amount: Money, from payment: Payment, in transaction: any Transaction
  ) throws -> [OpenPayment.Share]? {
    var rest = amount.minor
    var parts: [OpenPayment.Share] = []
    for share in payment.shares where rest > 0 {
      // Of what the provider still has some may have gone to the balance instead.
      let left = min(
        try leftAtProvider(of: payment, for: share.order, in: transaction),
        try left(of: payment, for: share.order, in: transaction))
      let taken = min(rest, left)
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
