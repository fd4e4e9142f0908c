import Governance
import Logging
import Storage
import Values

extension StoredPayments {
  public func refresh(_ id: PaymentID) async throws -> Payment {
    let stored = try await stored(id)
    guard stored.state.isOpen, questions.take("\(id)") == nil else { return stored.payment }
    return try await ask(stored)
  }

  public func close(_ id: PaymentID) async throws -> Payment {
    let stored = try await stored(id)
    guard stored.state.isOpen else { return stored.payment }
    guard stored.wasSent else { return try await settle(stored, as: .closed) }
    let listed = try await directory.provider(of: stored)
    if listed.provider.isOwn || listed.isOfTests { return try await settle(stored, as: .closed) }
    let (provider, told) = (listed.provider, asTold(stored))
    // Its notice may be here before its answer.
    try await database.write { transaction in
      try transaction.execute("UPDATE payment SET closing_at = \(clock.now) WHERE id = \(id)")
    }
    do {
      try await calling(provider.method, "close \(id)") { try await provider.close(told) }
    } catch .refused {
      // It may be paid, or never have been heard of: the query tells.
    } catch {
      throw PaymentRefusal.providerUnavailable
    }
    let report = try await report(on: stored, by: provider)
    // Unknown after closing: it never arrived there. Where the provider closes what it hasn't seen it can't any more; elsewhere
    // whoever has the handover can still pay until it is over. The buyer must be able to pay otherwise meanwhile, and the
    // sweep finds what comes.
    if report.state == .unknown { return try await settle(stored, as: .closed) }
    return try await take(report, of: stored, from: listed, endsHere: true)
  }

  /// Asks how a payment stands, whatever we think of it.
  func ask(_ stored: StoredPayment) async throws -> Payment {
    let listed = try await directory.provider(of: stored)
    // It would say of nobody's money that it came.
    if listed.isOfTests { return stored.payment }
    let report = try await report(on: stored, by: listed.provider)
    if report.state == .unknown { return stored.payment }
    if report.state == .pending, !stored.state.isOpen, !stored.state.hasMoney {
      // Over here, and not there: the buyer came by a handover of before.
      let (provider, told) = (listed.provider, asTold(stored))
      _ = try? await calling(provider.method, "close \(stored.id)") { try await provider.close(told) }
      return stored.payment
    }
    return try await take(report, of: stored, from: listed)
  }

  private func report(on stored: StoredPayment, by provider: any PaymentProvider) async throws -> ProviderReport {
    let told = asTold(stored)
    do {
      return try await calling(provider.method, "query \(stored.id)") { try await provider.query(told) }
    } catch {
      throw PaymentRefusal.providerUnavailable
    }
  }
}

extension StoredPayments {
  /// How long a sweep has what it took before another may ask again.
  private static let lease: Duration = .seconds(60)
  private static let width = 8

  public func sweep(now: Timestamp, limit: Int) async throws -> Int {
    let payments: [PaymentID] = try await claim("payment", where: "captured_at IS NULL", now: now, limit: limit)
    let refunds: [RefundID] = try await claim("refund", now: now, limit: limit)
    await inParallel(payments) { try await sweep($0, now: now) }
    await inParallel(refunds) { try await sweep($0, now: now) }
    return payments.count + refunds.count
  }

  /// Rows that are due, which nobody else gets for the time of the lease.
  func claim<Of: Identified>(
    _ table: String, where condition: SQL = "1 = 1", now: Timestamp, limit: Int
  ) async throws -> [ID<Of>] {
    guard limit > 0 else { return [] }
    let name = SQL(text: table)
    return try await database.write { transaction in
      let ids: [ID<Of>] = try transaction.rows(
        """
        SELECT id FROM \(name) WHERE next_query_at <= \(now) AND \(condition) ORDER BY next_query_at, id
        LIMIT \(min(limit, 500))\(transaction.dialect.forUpdate)
        """
      ).map { try $0["id"] }
      if !ids.isEmpty {
        try transaction.execute(
          "UPDATE \(name) SET next_query_at = \(now.adding(Self.lease)) WHERE id IN \(list: ids)")
      }
      return ids
    }
  }

  /// One that fails is logged and keeps no other waiting.
  private func inParallel<Of: Identified>(
    _ items: [ID<Of>], _ body: @escaping @Sendable (ID<Of>) async throws -> Void
  ) async {
    await withTaskGroup(of: Void.self) { group in
      for (index, item) in items.enumerated() where !Task.isCancelled {
        if index >= Self.width { await group.next() }
        group.addTask {
          do {
            try await body(item)
          } catch {
            logger.error("can't be asked about", metadata: ["item": "\(item)", "error": "\(error)"])
          }
        }
      }
    }
  }

  private func sweep(_ id: PaymentID, now: Timestamp) async throws {
    let stored = try await stored(id)
    do {
      if stored.state.isOpen, stored.payment.expiresAt <= now {
        _ = try await close(id)
      } else {
        _ = try await ask(stored)
      }
    } catch is PaymentRefusal {
      // The provider doesn't answer: the next round asks again.
    }
    let provider = try? await directory.provider(of: stored).provider
    let until = provider?.payableUntil(stored.payment)
    let next: Timestamp? =
      if stored.state.isOpen {
        QuerySchedule.next(openedAt: stored.payment.openedAt, expiresAt: stored.payment.expiresAt, now: now)
      } else {
        stored.endedAt.flatMap { QuerySchedule.next(endedAt: $0, payableUntil: until, now: now) }
      }
    // A move has set its own time.
    try await database.write { transaction in
      try transaction.execute(
        "UPDATE payment SET next_query_at = \(next) WHERE id = \(id) AND state = \(stored.state)")
    }
  }
}

extension PaymentProvider {
  /// Until when whoever has the handover of a payment that is closed here may still pay it; nil where nobody can.
  func payableUntil(_ payment: Payment) -> Timestamp? { closesUnseen ? nil : payment.expiresAt }
}
