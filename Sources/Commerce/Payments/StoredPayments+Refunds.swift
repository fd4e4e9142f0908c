import Events
import Logging
import Storage
import Values

extension StoredPayments {
  public func refund(_ request: RefundRequest) async throws -> Refund {
    let reason = try checked(request)
    let refund = try await store(request, reason: reason)
    // What the balance alone gets is there already.
    return refund.state == .sent ? try await send(refund) : refund
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
  private func store(_ request: RefundRequest, reason: String) async throws -> Refund {
    try await database.write { transaction in
      guard let payment = try PaymentRows.locked(request.payment, in: transaction)?.payment else {
        throw PaymentRefusal.unknownPayment
      }
      if let row = try transaction.row("SELECT * FROM refund WHERE refund_key = \(request.key)") {
        let known = try RefundRows.refund(row)
        guard known.payment == request.payment, known.order == request.order, known.amount == request.amount else {
          throw PaymentRefusal.refundKeyTaken
        }
        return known
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
      let atProvider = min(
        request.toBalance ? 0 : request.amount.minor,
        try leftAtProvider(of: payment, for: request.order, in: transaction))
      let toBalance = request.amount.minor - max(0, atProvider)
      try transaction.execute(
        """
        INSERT INTO refund (id, refund_key, payment_id, order_id, merchant_id, amount, currency, state, reason,
          requested_at, next_query_at, to_balance)
        VALUES (\(id), \(request.key), \(payment.id), \(request.order),
          \(payment.merchant(of: request.order)), \(request.amount.minor),
          \(request.amount.currency), \(RefundState.sent), \(reason), \(now),
          \(QuerySchedule.next(refundRequestedAt: now, now: now)), \(toBalance))
        """)
      let refund = Refund(
        id: id, key: request.key, payment: payment.id, order: request.order, amount: request.amount, state: .sent,
        reason: reason, requestedAt: now, toBalance: Money(minor: toBalance, currency: payment.amount.currency))
      guard refund.atProvider.isZero else { return refund }
      try settle(refund, of: payment, in: transaction)
      return try RefundRows.refund(id, in: transaction) ?? refund
    }
  }

  /// Minor units that the order's provider can still send back: its part of the share, less what is on its way or gone.
  func leftAtProvider(of payment: Payment, for order: OrderID, in transaction: any Transaction) throws -> Int64 {
    let part: Int64 =
      try transaction.value(
        """
        SELECT amount - from_balance AS part FROM payment_share WHERE payment_id = \(payment.id) AND order_id = \(order)
        """) ?? 0
    let claimed: Int64 =
      try transaction.value(
        """
        SELECT COALESCE(SUM(amount - to_balance), 0) AS claimed FROM refund
        WHERE payment_id = \(payment.id) AND order_id = \(order)
          AND state IN (\(RefundState.sent), \(RefundState.settled))
        """) ?? 0
    return part - claimed
  }

  /// Minor units that can still be given back: the order's share, less what is on its way or gone.
  func left(of payment: Payment, for order: OrderID, in transaction: any Transaction) throws -> Int64 {
    guard let share = payment.shares.first(where: { $0.order == order }) else { return 0 }
    let claimed: Int64 =
      try transaction.value(
        """
        SELECT COALESCE(SUM(amount), 0) AS claimed FROM refund
        WHERE payment_id = \(payment.id) AND order_id = \(order)
          AND state IN (\(RefundState.sent), \(RefundState.settled))
        """) ?? 0
    return share.amount.minor - claimed
  }

  /// Asks the provider for the money. Without an answer the refund stays sent, and the sweep asks on.
  /// - Parameter isLate: whether nobody waits for the answer, so that a failure must be told.
  func send(_ refund: Refund, isLate: Bool = false) async throws -> Refund {
    let (provider, told) = try await asTold(refund)
    do {
      let report = try await calling(provider.method, "refund \(refund.id)") { try await provider.refund(told) }
      return try await take(report, of: refund, isLate: isLate)
    } catch ProviderFault.refused {
      let report = ProviderRefundReport(number: told.number, amount: refund.atProvider, state: .failed)
      return try await take(report, of: refund, isLate: isLate)
    } catch is ProviderFault {
      return refund
    }
  }

  private func asTold(_ refund: Refund) async throws -> (any PaymentProvider, ProviderRefund) {
    let payment = try await stored(refund.payment)
    let told = ProviderRefund(
      payment: asTold(payment), number: refund.id.description, amount: refund.atProvider, reason: refund.reason)
    return (try await directory.provider(of: payment).provider, told)
  }

  func sweep(_ id: RefundID, now: Timestamp) async throws {
    guard let refund = try await database.read({ try RefundRows.refund(id, in: $0) }), refund.state == .sent
    else { return }
    // Written before the asking, so that whatever goes wrong is tried again in good time.
    let next = QuerySchedule.next(refundRequestedAt: refund.requestedAt, now: now)
    try await database.write { transaction in
      try transaction.execute(
        "UPDATE refund SET next_query_at = \(next) WHERE id = \(id) AND state = \(RefundState.sent)")
    }
    let (provider, told) = try await asTold(refund)
    do {
      let report = try await calling(provider.method, "query \(id)") { try await provider.queryRefund(told) }
      if report.state == .unknown {
        // It never arrived: the same number is sent again, and can't pay twice.
        _ = try await send(refund, isLate: true)
      } else {
        _ = try await take(report, of: refund, isLate: true)
      }
    } catch is ProviderFault {
      // No answer: the next round asks again.
    }
  }
}

extension StoredPayments {
  /// The one way in which a refund's state follows its provider.
  private func take(_ report: ProviderRefundReport, of refund: Refund, isLate: Bool) async throws -> Refund {
    guard report.number == refund.id.description, report.state == .failed || report.amount == refund.atProvider
    else {
      logger.error(
        "answer not taken",
        metadata: ["refund": "\(refund.id)", "answered": "\(report.number.prefix(40)) \(report.amount)"])
      return refund
    }
    return try await database.write { transaction in
      guard let payment = try PaymentRows.locked(refund.payment, in: transaction)?.payment,
        let before = try RefundRows.refund(refund.id, in: transaction)
      else { throw PaymentRefusal.unknownPayment }
      _ = try follow(report, before, of: payment, isLate: isLate, in: transaction)
      return try RefundRows.refund(refund.id, in: transaction) ?? refund
    }
  }

  /// Whether something changed by it.
  func follow(
    _ report: ProviderRefundReport, _ refund: Refund, of payment: Payment, isLate: Bool,
    in transaction: any Transaction
  ) throws -> Bool {
    guard refund.state == .sent else { return false }
    switch report.state {
    case .settled: try settle(refund, of: payment, in: transaction)
    case .failed:
      try transaction.execute(
        """
        UPDATE refund SET state = \(RefundState.failed), next_query_at = NULL
        WHERE id = \(refund.id) AND state = \(RefundState.sent)
        """)
      try closeCases(of: payment.id, where: "refund_id = \(refund.id)", in: transaction)
      if isLate {
        try outbox.tell(
          RefundFailed(refund: refund.id, payment: refund.payment, order: refund.order), in: transaction)
      }
    case .stuck:
      try noteStuck(refund, of: payment, reason: report.reason, in: transaction)
      return false
    case .unknown, .pending: return false
    }
    return true
  }

  func settle(_ refund: Refund, of payment: Payment, in transaction: any Transaction) throws {
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
    try bookRefund(refund, of: payment, at: now, in: transaction)
    try closeCases(after: refund, of: payment, in: transaction)
    try outbox.tell(
      RefundSettled(
        refund: refund.id, payment: payment.id, amount: refund.amount, order: refund.order, settledAt: now),
      in: transaction)
  }
}

extension StoredPayments {
  /// The money has left: the provider, for the balance, or both.
  private func bookRefund(
    _ refund: Refund, of payment: Payment, at: Timestamp, in transaction: any Transaction
  ) throws {
    var entries: [(book: LedgerEntry.Book, party: String, minor: Int64)] = []
    if refund.atProvider.isPositive {
      entries.append((.providerClearing, payment.method.rawValue, -refund.atProvider.minor))
    }
    if refund.toBalance.isPositive {
      entries.append((.providerClearing, PaymentMethod.balance.rawValue, -refund.toBalance.minor))
    }
    entries.append((.order, refund.order.description, refund.amount.minor))
    try book("refund:\(refund.id)", entries, payment: payment, at: at, in: transaction)
    guard refund.toBalance.isPositive else { return }
    try moveBalance(
      of: payment.payer, by: refund.toBalance, .refunded, key: "refund:\(refund.id)", payment: payment.id,
      reason: refund.reason, in: transaction)
  }
}

extension UInt8 {
  var isKeyByte: Bool {
    (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self) || self == 95 || self == 45
  }
}
