import Foundation
import Storage
import Values

extension StoredPayments {
  private enum Start: Sendable {
    case stored(StoredPayment)
    case closeFirst([PaymentID])
    case paid(PaymentID)
  }

  public func open(_ request: OpenPayment) async throws -> OpenedPayment {
    if request.method == .balance { return try await openFromBalance(request) }
    let total = try checkedTotal(request)
    guard total.isPositive else { throw PaymentRefusal.nothingToPay }
    if let part = request.fromBalance {
      guard part.currency == total.currency, !part.isNegative, part < total else {
        throw FieldFaults(field: "fromBalance", code: "outOfRange")
      }
    }
    let listed = try await offered(request, total: total)
    guard listed.provider.ways.contains(request.way) else { throw PaymentRefusal.unknownMethod }
    // Two rounds suffice unless somebody keeps opening others meanwhile.
    for _ in 1...4 {
      let start: Start
      do {
        start = try await self.start(request, total: total, under: listed.account)
      } catch StorageFault.duplicateKey {
        // Another has opened one for these orders at the same moment.
        continue
      }
      switch start {
      case .paid(let id): throw PaymentRefusal.alreadyPaid(id)
      case .stored(let stored): return try await handOver(stored, to: listed.provider, for: request.client)
      case .closeFirst(let others):
        for other in others {
          let closed = try await close(other)
          if closed.state.hasMoney { throw PaymentRefusal.alreadyPaid(other) }
          // Still open at its provider: a second way to pay now could take the money twice.
          if closed.state.isOpen { throw PaymentRefusal.providerUnavailable }
        }
      }
    }
    throw PaymentRefusal.providerUnavailable
  }

  /// The provider that opens it, if those whose goods are paid take the method, and what it is asked for is within its
  /// bounds.
  private func offered(_ request: OpenPayment, total: Money) async throws -> ListedProvider {
    let listed = try await directory.current(request.method)
    let asked = Money(minor: total.minor - (request.fromBalance?.minor ?? 0), currency: total.currency)
    if let terms = listed.terms, !terms.allows(asked) {
      throw PaymentRefusal.amountOutOfRange(least: terms.least, most: terms.most)
    }
    let basis = PaymentBasis(channel: request.channel, merchants: request.shares.compactMap(\.merchant))
    guard try await directory.snapshot().offers(listed, for: basis) else { throw PaymentRefusal.unknownMethod }
    return listed
  }

  /// All of it from the balance, at once. Repeating it answers the payment that stands.
  private func openFromBalance(_ request: OpenPayment) async throws -> OpenedPayment {
    let total = try checkedTotal(request)
    guard total.isPositive else { throw PaymentRefusal.nothingToPay }
    guard request.fromBalance == nil || request.fromBalance == total else {
      throw FieldFaults(field: "fromBalance", code: "outOfRange")
    }
    let payment = try await settle(request, by: .balance)
    guard payment.method == .balance else { throw PaymentRefusal.alreadyPaid(payment.id) }
    return OpenedPayment(payment: payment, handover: .settled)
  }

  /// Checks everything but that there is something to pay.
  func checkedTotal(_ request: OpenPayment) throws -> Money {
    guard let currency = request.shares.first?.amount.currency, request.shares.count <= 100,
      request.shares.allSatisfy({ !$0.amount.isNegative && $0.amount.currency == currency }),
      Set(request.shares.map(\.order)).count == request.shares.count
    else { throw PaymentRefusal.nothingToPay }
    guard request.expiresAt > clock.now else { throw PaymentRefusal.tooLate }
    if let occasion = request.occasion {
      let isPlain = occasion.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
      guard isPlain, (1...40).contains(occasion.utf8.count) else {
        throw FieldFaults(field: "occasion", code: "malformed")
      }
    }
    return try Money.sum(request.shares.map(\.amount), currency: currency)
  }

  /// Stores the payment, or finds what stands in its way, in one transaction.
  private func start(
    _ request: OpenPayment, total: Money, under account: PaymentAccountID?
  ) async throws -> Start {
    let id: PaymentID = ids.next()
    let now = clock.now
    let shares = request.shares.sorted { $0.order < $1.order }
    let new = StoredPayment(
      payment: Payment(
        id: id, method: request.method, payer: request.payer, shares: shares, amount: total, state: .created,
        providerNumber: nil, refunded: .zero(total.currency), openedAt: now, expiresAt: request.expiresAt,
        capturedAt: nil, occasion: request.occasion, way: request.way, fromBalance: request.fromBalance),
      subject: String(String.UnicodeScalarView(request.subject.unicodeScalars.prefix(120))), language: request.language,
      handover: nil, reference: nil, wasSent: true, endedAt: nil, account: account)
    return try await database.write { transaction in
      let known = try PaymentRows.payments(
        try PaymentRows.ids(of: shares.map(\.order), in: transaction), in: transaction)
      if let paid = known.first(where: { $0.hasPaid(request.occasion, for: shares) }) { return .paid(paid.id) }
      let open = known.filter(\.state.isOpen)
      let same = open.first { other in
        other.payment.method == request.method && other.payment.way == request.way && other.payment.shares == shares
          && other.payment.payer == request.payer && other.account == account
          && other.payment.expiresAt > now && other.payment.occasion == request.occasion
          && other.payment.fromBalance == new.payment.fromBalance
      }
      let others = open.filter { $0.id != same?.id }
      if !others.isEmpty { return .closeFirst(others.map(\.id)) }
      if let same {
        // Counted before the call, so that a crash in between leaves it as perhaps sent.
        let counted = try transaction.execute(
          """
          UPDATE payment SET sendings = sendings + 1 WHERE id = \(same.id)
            AND state IN (\(PaymentState.created), \(PaymentState.pending))
          """)
        // A notice came between the look and this: look again.
        guard counted == 1 else { throw StorageFault.duplicateKey("payment \(same.id)") }
        return .stored(same)
      }
      let next = QuerySchedule.next(openedAt: now, expiresAt: request.expiresAt, now: now)
      try PaymentRows.insert(new, nextQueryAt: next, in: transaction)
      try PaymentRows.refuseRival(of: new, in: transaction)
      try takeFromBalance(new.payment, in: transaction)
      return .stored(new)
    }
  }

  private func handOver(
    _ stored: StoredPayment, to provider: any PaymentProvider, for client: PayingClient
  ) async throws -> OpenedPayment {
    if stored.state == .pending, let handover = stored.goodHandover(at: clock.now) {
      return OpenedPayment(payment: stored.payment, handover: handover)
    }
    let told = asTold(stored, client)
    let id = stored.id
    let opening = try await opening(told, of: stored, by: provider)
    let handover = opening.handover
    let text = String(decoding: try JSONEncoder().encode(handover), as: UTF8.self)
    let payment = try await database.write { transaction in
      // A notice may have been quicker than the answer: then the state stays as it is.
      try transaction.execute(
        """
        UPDATE payment SET handover = \(text), handover_until = \(opening.goodUntil), reference = \(opening.reference)
        WHERE id = \(id)
        """)
      try transaction.execute(
        "UPDATE payment SET state = \(PaymentState.pending) WHERE id = \(id) AND state = \(PaymentState.created)")
      return try PaymentRows.payment(id, in: transaction)?.payment
    }
    guard let payment, payment.state.isOpen || payment.state.hasMoney else {
      // It was closed on its way there. Money that comes in spite of this goes back by itself.
      _ = try? await calling(provider.method, "close \(id)") { try await provider.close(told) }
      throw PaymentRefusal.tooLate
    }
    return OpenedPayment(payment: payment, handover: handover)
  }

  /// Tells the provider of it, and judges what it says to that. Throws `PaymentRefusal`.
  private func opening(
    _ told: ProviderPayment, of stored: StoredPayment, by provider: any PaymentProvider
  ) async throws -> ProviderOpening {
    let id = stored.id
    do {
      return try await calling(provider.method, "open \(id)") { try await provider.open(told) }
    } catch .refused(let code) {
      if try await end(id).state.hasMoney { throw PaymentRefusal.alreadyPaid(id) }
      throw PaymentRefusal.providerRefused(code)
    } catch .payerUnknown(let code) {
      try await uncount(id)
      throw PaymentRefusal.payerUnknown(code)
    } catch .unreachable, .turnedAway {
      try await uncount(id)
      throw PaymentRefusal.providerUnavailable
    } catch .outcomeUnknown, .notYet {
      // What was handed over before may be paid by now.
      if stored.state == .pending, let asked = try? await ask(stored), asked.state.hasMoney {
        throw PaymentRefusal.alreadyPaid(id)
      }
      throw PaymentRefusal.providerUnavailable
    }
  }

  /// This try did nothing at the provider; those before it may have.
  private func uncount(_ id: PaymentID) async throws {
    try await database.write { transaction in
      try transaction.execute("UPDATE payment SET sendings = sendings - 1 WHERE id = \(id)")
    }
  }

  /// Ends a payment that its provider doesn't open. One that was handed over before may still be paid by that, so that it
  /// is closed there.
  private func end(_ id: PaymentID) async throws -> Payment {
    let stored = try await stored(id)
    guard stored.state == .created else { return try await close(id) }
    return try await settle(stored, as: .failed)
  }
}
