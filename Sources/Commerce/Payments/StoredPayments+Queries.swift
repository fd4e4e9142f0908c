import Events
import Logging
import Storage
import Values

extension StoredPayments {
  public func refresh(_ id: PaymentID) async throws -> Payment {
    guard let row = try await row(id) else { throw PaymentRefusal.unknownPayment }
    guard row.payment.state.isOpen else { return row.payment }
    let provider = try provider(row.payment.method)
    let told = told(row)
    let report = try await asking { try await provider.query(told) }
    let verdict = try await take(report, from: provider)
    if !verdict.isAccepted {
      logger.error("answer to a query doesn't fit", metadata: ["payment": "\(id)", "verdict": "\(verdict)"])
    }
    return try await self.row(id)?.payment ?? row.payment
  }

  public func close(_ id: PaymentID) async throws -> Payment {
    guard let row = try await row(id) else { throw PaymentRefusal.unknownPayment }
    guard row.payment.state.isOpen else { return row.payment }
    let provider = try provider(row.payment.method)
    let told = told(row)
    do {
      try await asking { try await provider.close(told) }
    } catch PaymentRefusal.providerRefused {
      // Paid or unknown there: the query says which.
    }
    let report = try await asking { try await provider.query(told) }
    _ = try await take(report, from: provider)
    if report.state == .unknown {
      // The provider never heard of it, so nobody can pay it.
      try await end(id, as: .closed)
    }
    return try await self.row(id)?.payment ?? row.payment
  }

  public func sweep(now: Timestamp, limit: Int) async throws -> Int {
    let due = try await database.read { transaction in
      try transaction.payments(
        transaction.rows(
          "SELECT * FROM payment WHERE next_query_at <= \(now) ORDER BY next_query_at, id LIMIT \(limit)"))
    }
    for row in due {
      do {
        _ = now >= row.payment.expiresAt ? try await close(row.payment.id) : try await refresh(row.payment.id)
      } catch let refusal as PaymentRefusal {
        logger.notice("payment stays open", metadata: ["payment": "\(row.payment.id)", "why": "\(refusal)"])
      }
      try await schedule(row, after: now)
    }
    return due.count + (try await sweepRefunds(now: now, limit: limit))
  }

  /// The next question: after the next step, but not long after the expiry.
  private func schedule(_ row: PaymentRow, after now: Timestamp) async throws {
    let step = Self.querySteps[min(row.queries + 1, Self.querySteps.count - 1)]
    let expiry = row.payment.expiresAt
    let next = now < expiry ? min(now.adding(step), max(expiry, now.adding(.seconds(1)))) : now.adding(step)
    try await database.write { transaction in
      try transaction.execute(
        """
        UPDATE payment SET next_query_at = \(next), queries = queries + 1
        WHERE id = \(row.payment.id) AND next_query_at IS NOT NULL
        """)
    }
  }

  func row(_ id: PaymentID) async throws -> PaymentRow? {
    try await database.read { try $0.payment(id) }
  }
}
