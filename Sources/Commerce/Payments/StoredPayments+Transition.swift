import Events
import Logging
import Storage
import Values

/// What a provider's report did.
enum ReportEffect: String, CaseIterable, Sendable {
  case moved
  /// Known already.
  case repeated
  /// Older than what is known: money states only move forward.
  case outOfOrder
  case unknownNumber
  case foreignMerchant
  case amountMismatch
  case numberMismatch
  /// Of money that hasn't come as far as we know.
  case refundTooEarly
  /// More went back than we hold: a case, and nothing is booked unless it is told again when there is room.
  case refundTooLarge
  /// Of money that had gone back: it didn't arrive, and is at the provider again.
  case failedAfterAll
  /// A refund is through that has failed here, and may have been asked for anew since. Nothing is booked.
  case refundFailedHere

  /// Whether the provider is told that the fact is stored.
  var isAccepted: Bool {
    switch self {
    case .moved, .repeated, .outOfOrder, .failedAfterAll, .refundFailedHere: true
    case .unknownNumber, .foreignMerchant, .amountMismatch, .numberMismatch, .refundTooEarly, .refundTooLarge: false
    }
  }
}

extension StoredPayments {
  /// The one way in which a payment's state follows its provider, whether a notice, a query, a closing or the sweep
  /// brought the report. Checks that it concerns us and the amount that was asked for; writes state, books and event.
  /// - Parameter endsHere: whether an end of the payment is the shop's own doing.
  func apply(
    _ report: ProviderReport, from listed: ListedProvider, endsHere: Bool = false, in transaction: any Transaction
  ) throws -> ReportEffect {
    guard let id = PaymentID(report.number), let stored = try PaymentRows.locked(id, in: transaction),
      stored.payment.method == listed.method
    else { return .unknownNumber }
    // Also one who knows the keys of another account of ours can't speak for this one.
    guard report.merchant == listed.provider.merchant, stored.account == listed.account else {
      return .foreignMerchant
    }
    // Tests that are over don't pay orders of a shop that takes real money.
    guard !listed.isOfTests || report.state != .captured else { return .foreignMerchant }
    guard report.amount == stored.payment.atProvider else {
      // Of what is only being asked for nothing has come yet.
      if report.state == .captured {
        try openCase(
          .amountMismatch, key: "mismatch:\(id)", of: stored.payment, amount: report.amount,
          detail: report.providerNumber, in: transaction)
      }
      return .amountMismatch
    }
    guard try isConsistent(report.providerNumber, with: stored, in: transaction) else { return .numberMismatch }
    guard let target = report.state.target else { return .repeated }
    if stored.state == target || (stored.state.hasMoney && target == .captured) { return .repeated }
    guard stored.state.canMove(to: target) else { return .outOfOrder }
    try move(
      stored, to: target, report: report, payableUntil: listed.provider.payableUntil(stored.payment),
      endsHere: endsHere || (target == .closed && stored.isBeingClosed(at: clock.now)), in: transaction)
    return .moved
  }

  /// A state that the centre itself finds: closed before it was ever sent, refused at opening.
  func settle(_ stored: StoredPayment, as state: ProviderReport.State) async throws -> Payment {
    let listed = try await directory.provider(of: stored)
    let report = ProviderReport(
      number: stored.id.description, providerNumber: "", merchant: listed.provider.merchant,
      amount: stored.payment.atProvider, state: state, at: clock.now)
    return try await take(report, of: stored, from: listed, endsHere: true)
  }

  /// Applies a report that was asked for, and answers how the payment stands then.
  /// - Parameter endsHere: whether an end of the payment is the shop's own doing.
  func take(
    _ report: ProviderReport, of stored: StoredPayment, from listed: ListedProvider, endsHere: Bool = false
  ) async throws -> Payment {
    // An answer about another payment is no answer.
    guard report.number == stored.id.description else {
      logger.error(
        "answer about another payment",
        metadata: ["method": "\(listed.method)", "asked": "\(stored.id)", "answered": "\(report.number.prefix(40))"])
      return stored.payment
    }
    let (effect, payment) = try await database.write { transaction in
      let effect = try apply(report, from: listed, endsHere: endsHere, in: transaction)
      return (effect, try PaymentRows.payment(stored.id, in: transaction)?.payment)
    }
    if !effect.isAccepted {
      logger.error("answer not taken", metadata: ["payment": "\(stored.id)", "effect": "\(effect.rawValue)"])
    }
    return payment ?? stored.payment
  }

  private func isConsistent(
    _ providerNumber: String, with stored: StoredPayment, in transaction: any Transaction
  ) throws -> Bool {
    guard !providerNumber.isEmpty else { return true }
    guard providerNumber.unicodeScalars.count <= 64 else { return false }
    if let known = stored.payment.providerNumber { return known == providerNumber }
    let taken: PaymentID? = try transaction.value(
      "SELECT id FROM payment WHERE method = \(stored.payment.method) AND provider_number = \(providerNumber)")
    return taken == nil
  }

  /// - Parameters:
  ///   - payableUntil: once it has ended, where it can still be paid by an old handover.
  ///   - endsHere: whether an end of it is the shop's own doing.
  func move(
    _ stored: StoredPayment, to target: PaymentState, report: ProviderReport, payableUntil: Timestamp? = nil,
    endsHere: Bool = false, in transaction: any Transaction
  ) throws {
    let isLate = target == .captured && stored.endedAt != nil
    let payment = try isLate ? withoutBalance(stored, in: transaction).payment : stored.payment
    let now = clock.now
    let number: String? = report.providerNumber.isEmpty ? payment.providerNumber : report.providerNumber
    let capturedAt = target == .captured ? min(max(report.at, payment.openedAt), max(now, payment.openedAt)) : nil
    let endedAt = target == .closed || target == .failed ? now : stored.endedAt
    let next: Timestamp? =
      switch target {
      case .pending: QuerySchedule.next(openedAt: payment.openedAt, expiresAt: payment.expiresAt, now: now)
      case .closed, .failed: QuerySchedule.next(endedAt: now, payableUntil: payableUntil, now: now)
      // From here on it's asked whether its orders have heard.
      case .captured: now.adding(Self.hearing)
      default: nil
      }
    let moved = try transaction.execute(
      """
      UPDATE payment SET state = \(target), provider_number = \(number), captured_at = \(capturedAt),
        ended_at = \(endedAt), next_query_at = \(next)
      WHERE id = \(payment.id) AND state = \(stored.state)
      """)
    guard moved == 1 else { throw StorageFault.busy }
    if !target.isOpen { try transaction.execute("DELETE FROM payment_open WHERE payment_id = \(payment.id)") }
    switch target {
    case .captured:
      try closeCases(of: payment.id, where: "kind = \(PaymentCase.Kind.amountMismatch)", in: transaction)
      try bookCapture(of: payment, at: now, in: transaction)
      try outbox.tell(
        PaymentCaptured(
          payment: payment.id, method: payment.method, payer: payment.payer, shares: payment.shares,
          capturedAt: capturedAt ?? now),
        in: transaction)
    case .closed, .failed:
      try returnToBalance(payment, in: transaction)
      if target == .closed, payment.method == .cash, payment.expiresAt <= now {
        try noteUnpaid(payment, in: transaction)
      }
      try outbox.tell(
        PaymentEnded(payment: payment.id, state: target, isByProvider: !endsHere), in: transaction)
    default: break
    }
  }

  /// The money stands at the provider, and belongs to the orders.
  private func bookCapture(of payment: Payment, at: Timestamp, in transaction: any Transaction) throws {
    var entries: [(book: LedgerEntry.Book, party: String, minor: Int64)] = []
    // A payment of nothing has its entries all the same.
    if !payment.atProvider.isZero || payment.fromBalance.isZero {
      entries.append((.providerClearing, payment.method.rawValue, payment.atProvider.minor))
    }
    if payment.fromBalance.isPositive {
      entries.append((.providerClearing, PaymentMethod.balance.rawValue, payment.fromBalance.minor))
    }
    entries += payment.shares.map { (.order, $0.order.description, -$0.amount.minor) }
    try book("capture:\(payment.id)", entries, payment: payment, at: at, in: transaction)
  }

  /// Writes both sides of a booking. The entries must add up to zero.
  func book(
    _ booking: String, _ entries: [(book: LedgerEntry.Book, party: String, minor: Int64)], payment: Payment,
    at: Timestamp, in transaction: any Transaction
  ) throws {
    let rows = entries.map { entry -> [any SQLConvertible] in
      [
        ids.next(LedgerTag.self), booking, entry.book, entry.party, entry.minor, payment.amount.currency, payment.id,
        at,
      ]
    }
    try transaction.execute(
      """
      INSERT INTO ledger_entry (id, booking, book, party, amount, currency, payment_id, booked_at) VALUES \(rows: rows)
      """)
  }
}

extension ProviderReport.State {
  fileprivate var target: PaymentState? {
    switch self {
    case .unknown: nil
    case .pending: .pending
    case .captured: .captured
    case .closed: .closed
    case .failed: .failed
    }
  }
}

/// Identifies rows that never leave the context.
enum LedgerTag: Identified { static let prefix = "led" }
