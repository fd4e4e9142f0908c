import Events
import Logging
import Storage
import Values

extension StoredPayments {
  public func refund(_ request: RefundRequest) async throws -> Refund {
    let reason = try checked(request)
    let stored = try await store(request, reason: reason)
    guard stored.refund.state == .sent else { return stored.refund }
    return try await send(stored)
  }

  /// Answers the reason as it is kept.
  private func checked(_ request: RefundRequest) throws -> String {
    var faults = FieldFaults()
    let key = request.key.utf8
    if !(1...64).contains(key.count) || !key.allSatisfy(\.isKeyByte) { faults.add("key", "malformed") }
    if !request.amount.isPositive { faults.add("amount", "outOfRange") }
    let reason = faults.text(request.reason, "reason", max: 200, required: false)
    try faults.throwIfAny()
    return reason
  }

  /// Stores the refund if the money allows it. The payment's row is held meanwhile, so that refunds asked for at once
  /// see one another.
  private func store(_ request: RefundRequest, reason: String) async throws -> StoredRefund {
    try await database.write { transaction in
      guard let payment = try PaymentRows.locked(request.payment, in: transaction)?.payment else {
        throw PaymentRefusal.unknownPayment
      }
      if let row = try transaction.row("SELECT * FROM refund WHERE refund_key = \(request.key)") {
        return try RefundRows.refund(row)
      }
      guard payment.state.hasMoney else { throw PaymentRefusal.notCaptured }
      guard request.amount.currency == payment.amount.currency else {
        throw FieldFaults(field: "amount", code: "wrongCurrency")
      }
      let left = try left(of: payment, for: request.order, in: transaction)
      guard request.amount.minor <= left else {
        throw PaymentRefusal.refundExceedsPayment(left: Money(minor: left, currency: payment.amount.currency))
      }
      let id: RefundID = ids.next()
      let now = clock.now
      try transaction.execute(
        """
        INSERT INTO refund (id, refund_key, payment_id, order_id, amount, currency, state, reason, requested_at,
          next_query_at)
        VALUES (\(id), \(request.key), \(payment.id), \(request.order), \(request.amount.minor),
          \(request.amount.currency), \(RefundState.sent), \(reason), \(now),
          \(QuerySchedule.next(refundRequestedAt: now, now: now)))
        """)
      let refund = Refund(
        id: id, key: request.key, payment: payment.id, amount: request.amount, state: .sent, reason: reason,
        requestedAt: now)
      return StoredRefund(refund: refund, order: request.order)
    }
  }

  /// Minor units that can still be given back: what was captured, less what is on its way or gone.
  private func left(of payment: Payment, for order: OrderID?, in transaction: any Transaction) throws -> Int64 {
    let claimed: Int64 =
      try transaction.value(
        """
        SELECT COALESCE(SUM(amount), 0) AS claimed FROM refund
        WHERE payment_id = \(payment.id) AND state IN (\(RefundState.sent), \(RefundState.settled))
        """) ?? 0
    let left = payment.amount.minor - claimed
    guard let order else { return left }
    guard let share = payment.shares.first(where: { $0.order == order }) else { return 0 }
    let ofOrder: Int64 =
      try transaction.value(
        """
        SELECT COALESCE(SUM(amount), 0) AS claimed FROM refund
        WHERE payment_id = \(payment.id) AND order_id = \(order)
          AND state IN (\(RefundState.sent), \(RefundState.settled))
        """) ?? 0
    return min(left, share.amount.minor - ofOrder)
  }

  /// Asks the provider for the money. Without an answer the refund stays sent, and the sweep asks on.
  private func send(_ stored: StoredRefund) async throws -> Refund {
    let refund = stored.refund
    let payment = try await self.stored(refund.payment)
    let provider = try provider(payment.payment.method)
    let told = ProviderRefund(
      payment: asTold(payment), number: refund.id.description, amount: refund.amount, reason: refund.reason)
    do {
      let report = try await calling(provider.method, "refund \(refund.id)") { try await provider.refund(told) }
      return try await take(report, of: refund)
    } catch ProviderFault.refused {
      return try await take(.init(number: told.number, amount: refund.amount, state: .failed), of: refund)
    } catch is ProviderFault {
      return refund
    }
  }

  func sweep(_ id: RefundID, now: Timestamp) async throws {
    guard let stored = try await database.read({ try RefundRows.refund(id, in: $0) }), stored.refund.state == .sent
    else { return }
    let payment = try await self.stored(stored.refund.payment)
    let provider = try provider(payment.payment.method)
    let told = ProviderRefund(
      payment: asTold(payment), number: id.description, amount: stored.refund.amount, reason: stored.refund.reason)
    do {
      let report = try await calling(provider.method, "query \(id)") { try await provider.queryRefund(told) }
      if report.state == .unknown {
        // It never arrived: the same number is sent again, and can't pay twice.
        _ = try await send(stored)
      } else {
        _ = try await take(report, of: stored.refund)
      }
    } catch is ProviderFault {
      // No answer: the next round asks again.
    }
    let next = QuerySchedule.next(refundRequestedAt: stored.refund.requestedAt, now: now)
    try await database.write { transaction in
      try transaction.execute(
        "UPDATE refund SET next_query_at = \(next) WHERE id = \(id) AND state = \(RefundState.sent)")
    }
  }
}

extension StoredPayments {
  /// The one way in which a refund's state follows its provider.
  private func take(_ report: ProviderRefundReport, of refund: Refund) async throws -> Refund {
    guard report.number == refund.id.description, report.state == .failed || report.amount == refund.amount else {
      logger.error(
        "answer not taken",
        metadata: ["refund": "\(refund.id)", "answered": "\(report.number.prefix(40)) \(report.amount)"])
      return refund
    }
    return try await database.write { transaction in
      guard let payment = try PaymentRows.locked(refund.payment, in: transaction)?.payment,
        let before = try RefundRows.refund(refund.id, in: transaction)
      else { throw PaymentRefusal.unknownPayment }
      switch report.state {
      case .settled where before.refund.state == .sent: try settle(before, of: payment, in: transaction)
      case .failed where before.refund.state == .sent:
        try transaction.execute(
          """
          UPDATE refund SET state = \(RefundState.failed), next_query_at = NULL
          WHERE id = \(refund.id) AND state = \(RefundState.sent)
          """)
      default: break
      }
      return try RefundRows.refund(refund.id, in: transaction)?.refund ?? refund
    }
  }

  private func settle(_ stored: StoredRefund, of payment: Payment, in transaction: any Transaction) throws {
    let refund = stored.refund
    let now = clock.now
    let settled = try transaction.execute(
      """
      UPDATE refund SET state = \(RefundState.settled), settled_at = \(now), next_query_at = NULL
      WHERE id = \(refund.id) AND state = \(RefundState.sent)
      """)
    guard settled == 1 else { return }
    let refunded = try payment.refunded.adding(refund.amount)
    let state: PaymentState = refunded == payment.amount ? .refunded : .partlyRefunded
    try transaction.execute(
      "UPDATE payment SET refunded = \(refunded.minor), state = \(state) WHERE id = \(payment.id)")
    try book(
      "refund:\(refund.id)",
      [(.providerClearing, payment.method.rawValue, -refund.amount.minor)] + (try backToOrders(stored, of: payment)),
      payment: payment, at: now, in: transaction)
    try outbox.tell(RefundSettled(refund: refund.id, payment: payment.id, amount: refund.amount), in: transaction)
  }

  private func backToOrders(
    _ stored: StoredRefund, of payment: Payment
  ) throws -> [(book: LedgerEntry.Book, party: String, minor: Int64)] {
    if let order = stored.order { return [(.order, order.description, stored.refund.amount.minor)] }
    let parts = try stored.refund.amount.spread(over: payment.shares.map(\.amount.minor))
    return zip(payment.shares, parts).filter { !$1.isZero }.map { (.order, $0.order.description, $1.minor) }
  }
}

extension UInt8 {
  fileprivate var isKeyByte: Bool {
    (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self) || self == 95 || self == 45
  }
}
