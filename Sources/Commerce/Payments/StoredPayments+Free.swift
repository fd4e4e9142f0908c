import Storage
import Values

extension StoredPayments {
  private enum Settling: Sendable {
    case settled(Payment)
    case closeFirst([PaymentID])
  }

  public func settleFree(_ request: OpenPayment) async throws -> Payment {
    guard try checkedTotal(request).isZero else { throw PaymentRefusal.unknownMethod }
    return try await settle(request, by: .free)
  }

  /// A payment that no provider has a part in: of nothing, or from the balance alone.
  func settle(_ request: OpenPayment, by method: PaymentMethod) async throws -> Payment {
    for _ in 1...4 {
      let settling: Settling
      do {
        settling = try await capture(request, by: method)
      } catch StorageFault.duplicateKey {
        // Another has opened one for these orders at the same moment.
        continue
      }
      switch settling {
      case .settled(let payment): return payment
      case .closeFirst(let others):
        for other in others where try await close(other).state.isOpen { throw PaymentRefusal.providerUnavailable }
      }
    }
    throw PaymentRefusal.providerUnavailable
  }

  /// Opened and captured in one transaction, so that nothing is left for which a provider would have to be asked.
  private func capture(_ request: OpenPayment, by method: PaymentMethod) async throws -> Settling {
    let id: PaymentID = ids.next()
    let now = clock.now
    let shares = request.shares.sorted { $0.order < $1.order }
    let total = try checkedTotal(request)
    let none = Money.zero(total.currency)
    let new = StoredPayment(
      payment: Payment(
        id: id, method: method, payer: request.payer, shares: shares, amount: total, state: .created,
        providerNumber: nil, refunded: none, openedAt: now, expiresAt: request.expiresAt, capturedAt: nil,
        occasion: request.occasion, fromBalance: total),
      subject: String(String.UnicodeScalarView(request.subject.unicodeScalars.prefix(120))), language: request.language,
      handover: nil, reference: nil, wasSent: false, endedAt: nil)
    let report = ProviderReport(
      number: id.description, providerNumber: "", merchant: "", amount: none, state: .captured, at: now)
    return try await database.write { transaction in
      let known = try PaymentRows.payments(
        try PaymentRows.ids(of: shares.map(\.order), in: transaction), in: transaction)
      if let paid = known.first(where: { $0.hasPaid(request.occasion, for: shares) }) { return .settled(paid.payment) }
      let open = known.filter(\.state.isOpen)
      guard open.isEmpty else { return .closeFirst(open.map(\.id)) }
      try PaymentRows.insert(new, nextQueryAt: nil, in: transaction)
      try PaymentRows.refuseRival(of: new, in: transaction)
      try takeFromBalance(new.payment, in: transaction)
      try move(new, to: .captured, report: report, in: transaction)
      return .settled(try PaymentRows.payment(id, in: transaction)?.payment ?? new.payment)
    }
  }
}
