import Events
import Foundation
import Storage
import Values

extension StoredPayments {
  public func open(_ request: OpenPayment) async throws -> OpenedPayment {
    let amount = try Self.checked(request)
    let provider = try provider(request.method)
    for order in request.shares.map(\.order) { try await makeRoom(for: request, order: order, amount: amount) }
    let row = try await stored(request, amount: amount)
    if row.payment.state == .pending, let handover = row.handover {
      return OpenedPayment(payment: row.payment, handover: handover)
    }
    do {
      let told = told(row)
      let handover = try await asking { try await provider.open(told) }
      return OpenedPayment(payment: try await begin(row.payment.id, handover), handover: handover)
    } catch let refusal as PaymentRefusal {
      if case .providerRefused = refusal { try await end(row.payment.id, as: .failed) }
      throw refusal
    }
  }

  private static func checked(_ request: OpenPayment) throws -> Money {
    guard let first = request.shares.first, request.shares.count <= 100 else { throw PaymentRefusal.nothingToPay }
    let amount = try Money.sum(request.shares.map(\.amount), currency: first.amount.currency)
    guard amount.isPositive, request.shares.allSatisfy({ !$0.amount.isNegative }) else {
      throw PaymentRefusal.nothingToPay
    }
    return amount
  }

  /// An order is paid by one payment at a time: another that is open is closed first, and what that brings to light counts.
  private func makeRoom(for request: OpenPayment, order: OrderID, amount: Money) async throws {
    for other in try await payments(of: order) {
      if other.state == .captured || other.state == .partlyRefunded { throw PaymentRefusal.alreadyPaid(other.id) }
      guard other.state.isOpen else { continue }
      let isSame =
        other.method == request.method && other.amount == amount && clock.now < other.expiresAt
        && Set(other.shares) == Set(request.shares)
      if isSame { continue }
      let closed = try await close(other.id)
      if closed.state.hasMoney { throw PaymentRefusal.alreadyPaid(closed.id) }
    }
  }

  /// The open payment for these orders, or a new one; at most one stands however many ask at once.
  private func stored(_ request: OpenPayment, amount: Money) async throws -> PaymentRow {
    let key = OpenKey.of(request.shares)
    return try await database.write { transaction in
      let find: SQL = "SELECT * FROM payment WHERE open_key = \(key) \(transaction.dialect.forUpdate)"
      if let row = try transaction.payments(transaction.rows(find)).first { return row }
      let id: PaymentID = self.ids.next()
      let now = self.clock.now
      let subject = String(request.subject.prefix(120))
      try transaction.execute(
        """
        INSERT INTO payment (id, number, method, payer_id, currency, amount, refunded, state, provider_number, open_key,
          subject, language, handover, opened_at, expires_at, captured_at, next_query_at, queries)
        VALUES (\(id), \(ProviderNumber.of(id)), \(request.method), \(request.payer), \(amount.currency), \(amount.minor),
          0, \(PaymentState.created), \(String?.none), \(key), \(subject), \(request.language), '', \(now),
          \(request.expiresAt), \(Timestamp?.none), \(now.adding(Self.querySteps[0])), 0)
        """)
      let shares = request.shares.map { share -> [any SQLConvertible] in [id, share.order, share.amount.minor] }
      try transaction.execute("INSERT INTO payment_share (payment_id, order_id, amount) VALUES \(rows: shares)")
      guard let row = try transaction.payment(id) else { throw PaymentRefusal.unknownPayment }
      return row
    }
  }

  private func begin(_ id: PaymentID, _ handover: Handover) async throws -> Payment {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(handover), as: UTF8.self)
    return try await database.write { transaction in
      try transaction.execute(
        """
        UPDATE payment SET handover = \(text),
          state = CASE WHEN state = \(PaymentState.created) THEN \(PaymentState.pending) ELSE state END
        WHERE id = \(id)
        """)
      guard let row = try transaction.payment(id) else { throw PaymentRefusal.unknownPayment }
      return row.payment
    }
  }

  /// Marks a payment that can't be made any more, unless money has come meanwhile.
  func end(_ id: PaymentID, as state: PaymentState) async throws {
    try await database.write { transaction in
      guard let row = try transaction.payment(id, forUpdate: true), row.payment.state.isOpen else { return }
      try self.end(row, as: state, in: transaction)
    }
  }

  func end(_ row: PaymentRow, as state: PaymentState, in transaction: any Transaction) throws {
    let open: PaymentID? = row.payment.id
    try transaction.execute(
      "UPDATE payment SET state = \(state), open_key = \(String?.none), next_query_at = \(Timestamp?.none) WHERE id = \(open)"
    )
    try outbox.tell(PaymentEnded(payment: row.payment.id, state: state), in: transaction)
  }
}
