import Events
import Logging
import Storage
import Values

extension StoredPayments {
  public func refund(_ request: RefundRequest) async throws -> Refund {
    guard request.amount.isPositive else { throw PaymentRefusal.nothingToPay }
    let stored = try await database.write { transaction in
      if let known = try transaction.refund("payment_refund.refund_key = \(request.key)") { return known }
      guard let payment = try transaction.payment(request.payment, forUpdate: true)?.payment else {
        throw PaymentRefusal.unknownPayment
      }
      guard payment.state.hasMoney else { throw PaymentRefusal.notCaptured }
      let left = try payment.amount.subtracting(payment.refunded)
      // The sum of refunds is kept below the payment by this one statement, whoever else refunds at the same moment.
      let reserved = try transaction.execute(
        """
        UPDATE payment SET refunded = refunded + \(request.amount.minor)
        WHERE id = \(payment.id) AND currency = \(request.amount.currency)
          AND refunded + \(request.amount.minor) <= amount
        """)
      guard reserved > 0 else { throw PaymentRefusal.refundExceedsPayment(left: left) }
      let id: RefundID = self.ids.next()
      try transaction.execute(
        """
        INSERT INTO payment_refund
          (id, refund_key, number, payment_id, amount, state, reason, requested_at, next_query_at, queries)
        VALUES (\(id), \(request.key), \(ProviderNumber.of(id)), \(payment.id), \(request.amount.minor), \(RefundState.sent),
          \(String(request.reason.prefix(200))), \(self.clock.now), \(self.clock.now.adding(.minutes(1))), 0)
        """)
      guard let row = try transaction.refund("payment_refund.id = \(id)") else { throw PaymentRefusal.unknownPayment }
      return row
    }
    guard stored.refund.state == .sent else { return stored.refund }
    return try await send(stored)
  }

  /// Refunds that were sent and not answered: asked about, and sent again under the same number where they are unknown.
  func sweepRefunds(now: Timestamp, limit: Int) async throws -> Int {
    let due = try await database.read { transaction in
      try transaction.rows(
        """
        SELECT payment_refund.*, payment.currency FROM payment_refund
        JOIN payment ON payment.id = payment_refund.payment_id
        WHERE payment_refund.next_query_at <= \(now) ORDER BY payment_refund.next_query_at LIMIT \(limit)
        """
      ).map { try RefundRow($0) }
    }
    for row in due {
      _ = try await send(row, asksFirst: true)
      let wait: Duration = row.queries == 0 ? .minutes(5) : row.queries == 1 ? .minutes(30) : .hours(1)
      try await database.write { transaction in
        try transaction.execute(
          """
          UPDATE payment_refund SET next_query_at = \(now.adding(wait)), queries = queries + 1
          WHERE id = \(row.refund.id) AND next_query_at IS NOT NULL
          """)
      }
    }
    return due.count
  }

  private func send(_ row: RefundRow, asksFirst: Bool = false) async throws -> Refund {
    guard let payment = try await self.row(row.refund.payment) else { throw PaymentRefusal.unknownPayment }
    let provider = try provider(payment.payment.method)
    let told = ProviderRefund(
      payment: told(payment), number: row.number, amount: row.refund.amount, reason: row.refund.reason)
    do {
      var report: ProviderRefundReport?
      if asksFirst { report = try await asking { try await provider.queryRefund(told) } }
      if report == nil || report?.state == .unknown { report = try await asking { try await provider.refund(told) } }
      if let report { try await settle(row, report) }
    } catch PaymentRefusal.providerRefused(let code) {
      logger.error("refund refused", metadata: ["refund": "\(row.refund.id)", "code": "\(code)"])
      try await settle(row, ProviderRefundReport(number: row.number, amount: row.refund.amount, state: .failed))
    } catch PaymentRefusal.providerUnavailable {
      // Unknown outcome: it stays sent, and the sweep asks.
    }
    let id = row.refund.id
    return try await database.read { try $0.refund("payment_refund.id = \(id)") }?.refund ?? row.refund
  }

  private func settle(_ row: RefundRow, _ report: ProviderRefundReport) async throws {
    guard report.state == .settled || report.state == .failed else { return }
    try await database.write { transaction in
      guard let now = try transaction.refund("payment_refund.id = \(row.refund.id)"), now.refund.state == .sent,
        let payment = try transaction.payment(row.refund.payment, forUpdate: true)?.payment
      else { return }
      let state: RefundState = report.state == .settled ? .settled : .failed
      try transaction.execute(
        "UPDATE payment_refund SET state = \(state), next_query_at = \(Timestamp?.none) WHERE id = \(row.refund.id)")
      guard state == .settled else {
        try transaction.execute(
          "UPDATE payment SET refunded = refunded - \(row.refund.amount.minor) WHERE id = \(payment.id)")
        return
      }
      let settled: Int64 =
        try transaction.value(
          """
          SELECT COALESCE(SUM(amount), 0) FROM payment_refund
          WHERE payment_id = \(payment.id) AND state = \(RefundState.settled)
          """) ?? 0
      let next: PaymentState = settled == payment.amount.minor ? .refunded : .partlyRefunded
      try transaction.execute("UPDATE payment SET state = \(next) WHERE id = \(payment.id)")
      let given = Money(minor: -row.refund.amount.minor, currency: row.refund.amount.currency)
      try transaction.book(
        "refund/\(row.refund.id)",
        [(.providerClearing, payment.method.rawValue, given), (.buyer, payment.payer.description, row.refund.amount)],
        payment: payment.id, at: self.clock.now, ids: self.ids)
      try self.outbox.tell(
        RefundSettled(refund: row.refund.id, payment: payment.id, amount: row.refund.amount), in: transaction)
    }
  }
}
