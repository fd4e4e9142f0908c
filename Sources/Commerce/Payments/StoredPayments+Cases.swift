import AuditLog
import Logging
import Storage
import Values

extension StoredPayments {
  public func noteStray(_ payment: PaymentID, of order: OrderID) async throws {
    try await database.write { transaction in
      guard let stored = try PaymentRows.payment(payment, in: transaction), stored.state.hasMoney,
        let share = stored.payment.shares.first(where: { $0.order == order })
      else { return }
      let rivals = try PaymentRows.payments(try PaymentRows.ids(of: [order], in: transaction), in: transaction)
      let isPaid = try rivals.contains { rival in
        guard rival.id != payment else { return false }
        return try rival.hasPaid(stored.payment.occasion) || isTakenInPart(rival.id, in: transaction)
      }
      let kind: PaymentCase.Kind =
        if isPaid {
          .paidTwice
        } else if stored.endedAt != nil {
          .paidAfterClose
        } else {
          .paidForCancelled
        }
      // Told once for each, whatever is found out later.
      try openCase(
        kind, key: "stray:\(payment):\(order)", of: stored.payment, order: order, amount: share.amount, in: transaction)
    }
  }

  public func cases(_ scope: PaymentScope, open: Bool, _ page: PageRequest) async throws -> Page<PaymentCase> {
    let before = page.after?.parts.first.flatMap { Int64($0) } ?? .max
    return try await database.read { transaction in
      let rows = try transaction.rows(
        """
        \(CaseRows.all) WHERE is_open = \(open) AND id < \(before)\(CaseRows.condition(scope))
        ORDER BY id DESC LIMIT \(page.limit + 1)
        """
      ).map(CaseRows.paymentCase)
      return Page(fetched: rows, limit: page.limit) { Cursor([String($0.id.raw)]) }
    }
  }

  public func openCases(_ scope: PaymentScope) async throws -> Int {
    try await database.read { transaction in
      try transaction.value(
        "SELECT COUNT(*) AS cases FROM payment_case WHERE is_open = \(true)\(CaseRows.condition(scope))") ?? 0
    }
  }

  public func paymentCase(_ id: PaymentCaseID) async throws -> PaymentCase? {
    try await database.read { try CaseRows.paymentCase(id, in: $0) }
  }

  public func cases(of payment: PaymentID) async throws -> [PaymentCase] {
    try await database.read { transaction in
      try transaction.rows("\(CaseRows.all) WHERE payment_id = \(payment) ORDER BY id LIMIT 100")
        .map(CaseRows.paymentCase)
    }
  }

  public func decide(
    _ id: PaymentCaseID, _ decision: PaymentCase.Decision, reason: String, by staff: StaffID
  ) async throws -> PaymentCase {
    var faults = FieldFaults()
    let reason = faults.text(reason, "reason", max: 200, required: decision != .tryAgain)
    try faults.throwIfAny()
    let refund: Refund? = try await database.write { transaction in
      let known = try lockedCase(id, in: transaction)
      guard known.isOpen else { throw PaymentRefusal.caseHandled }
      guard known.decisions.contains(decision) else { throw PaymentRefusal.wrongForCase }
      let refund = try known.refund.flatMap { try RefundRows.refund($0, in: transaction) }
      if decision == .paidOut, let refund, let payment = try PaymentRows.locked(refund.payment, in: transaction) {
        try settle(refund, of: payment.payment, in: transaction)
      }
      if decision == .writeOff { try giveUp(known, in: transaction) }
      if decision != .tryAgain {
        try closeCase(id, by: staff, reason: reason, isGivenUp: decision == .writeOff, in: transaction)
      }
      try DeedLog.note(
        Deed(
          "payments.\(decision.rawValue)", on: id, named: known.payment.description, of: known.merchant,
          before: ["kind": known.kind.rawValue, "amount": "\(known.amount)"],
          after: ["decision": decision.rawValue], note: reason),
        by: .staff(staff), at: clock.now, in: transaction)
      return refund
    }
    if decision == .tryAgain, let refund, refund.state == .sent { _ = try await send(refund, isLate: true) }
    guard let after = try await paymentCase(id) else { throw PaymentRefusal.unknownCase }
    return after
  }

  func lockedCase(_ id: PaymentCaseID, in transaction: any Transaction) throws -> PaymentCase {
    let held: PaymentCaseID? = try transaction.value(
      "SELECT id FROM payment_case WHERE id = \(id)\(transaction.dialect.forUpdate)")
    guard held != nil, let known = try CaseRows.paymentCase(id, in: transaction) else {
      throw PaymentRefusal.unknownCase
    }
    return known
  }
}

extension StoredPayments {
  /// Opens a case unless one has stood under the key before; answers whether it did.
  @discardableResult
  func openCase(
    _ kind: PaymentCase.Kind, key: String, of payment: Payment, order: OrderID? = nil, refund: RefundID? = nil,
    amount: Money, detail: String = "", in transaction: any Transaction
  ) throws -> Bool {
    let id: PaymentCaseID = ids.next()
    let order = order ?? payment.shares.first?.order
    let new: [(column: String, value: SQLValue)] = [
      ("id", id.sqlValue), ("case_key", key.sqlValue), ("kind", kind.sqlValue), ("payment_id", payment.id.sqlValue),
      ("order_id", order.sqlValue), ("merchant_id", order.flatMap { payment.merchant(of: $0) }.sqlValue),
      ("refund_id", refund.sqlValue), ("amount", amount.minor.sqlValue), ("currency", amount.currency.sqlValue),
      ("detail", String(detail.prefix(100)).sqlValue), ("is_open", true.sqlValue), ("opened_at", clock.now.sqlValue),
      ("reason", "".sqlValue),
    ]
    return try transaction.execute(transaction.dialect.insertIfAbsent(into: "payment_case", new)) == 1
  }

  /// - Parameter isGivenUp: whether what it is about stays as it is; else nothing about its money is unclear any more.
  func closeCase(
    _ id: PaymentCaseID, by staff: StaffID?, reason: String, isGivenUp: Bool = false, in transaction: any Transaction
  ) throws {
    if !isGivenUp {
      let known = try lockedCase(id, in: transaction)
      if known.isOpen { try clear(known, in: transaction) }
    }
    try transaction.execute(
      """
      UPDATE payment_case SET is_open = \(false), handled_at = \(clock.now), handled_by = \(staff), reason = \(reason),
        is_given_up = \(isGivenUp)
      WHERE id = \(id) AND is_open = \(true)
      """)
  }

  /// What the shop has seen to by itself.
  func closeCases(of payment: PaymentID, where condition: SQL, in transaction: any Transaction) throws {
    let done: [PaymentCaseID] = try transaction.rows(
      "SELECT id FROM payment_case WHERE payment_id = \(payment) AND is_open = \(true) AND \(condition)"
    ).map { try $0["id"] }
    for id in done { try closeCase(id, by: nil, reason: "", in: transaction) }
  }

  /// A refund is through: what waited for it is done, and stray money of which nothing is left.
  func closeCases(after refund: Refund, of payment: Payment, in transaction: any Transaction) throws {
    try closeCases(of: payment.id, where: "refund_id = \(refund.id)", in: transaction)
    let settled: Int64 =
      try transaction.value(
        """
        SELECT COALESCE(SUM(amount), 0) AS settled FROM refund
        WHERE payment_id = \(payment.id) AND order_id = \(refund.order) AND state = \(RefundState.settled)
        """) ?? 0
    guard let share = payment.shares.first(where: { $0.order == refund.order }), settled >= share.amount.minor else {
      return
    }
    try closeCases(
      of: payment.id, where: "order_id = \(refund.order) AND kind IN \(list: PaymentCase.Kind.stray)", in: transaction)
  }

  /// The goods are with the buyer, or on their way: somebody must ask for the money.
  func noteUnpaid(_ payment: Payment, in transaction: any Transaction) throws {
    // Of a part that came there is a case already.
    guard try ReceiptRows.receipts(of: payment.id, in: transaction).isEmpty else { return }
    try openCase(
      .neverPaid, key: "unpaid:\(payment.id)", of: payment, amount: payment.atProvider, in: transaction)
  }

  /// The refund waits for a person.
  func noteStuck(_ refund: Refund, of payment: Payment, reason: String?, in transaction: any Transaction) throws {
    let isByHand = reason == OwnMethod.byHand
    let isNew = try openCase(
      isByHand ? .refundByHand : .refundStuck, key: "stuck:\(refund.id)", of: payment, order: refund.order,
      refund: refund.id, amount: refund.atProvider, detail: isByHand ? "" : reason ?? "", in: transaction)
    guard isNew, !isByHand else { return }
    transaction.afterCommit { [logger] in
      logger.error("refund stuck", metadata: ["refund": "\(refund.id)", "reason": "\(reason ?? "")"])
    }
  }
}

extension PaymentCase.Kind: SQLConvertible {
  /// Of money that goes back by itself.
  static let stray: [PaymentCase.Kind] = [.paidAfterClose, .paidTwice, .paidForCancelled]
}

enum CaseRows {
  /// Cases, and by what their payments were to be paid.
  static let all: SQL = """
    SELECT c.*, (SELECT p.method FROM payment p WHERE p.id = c.payment_id) AS method FROM payment_case c
    """

  static func condition(_ scope: PaymentScope) -> SQL {
    switch scope {
    case .platform: ""
    case .merchant(let merchant): " AND merchant_id = \(merchant)"
    }
  }

  static func paymentCase(_ id: PaymentCaseID, in transaction: any ReadTransaction) throws -> PaymentCase? {
    try transaction.row("\(all) WHERE id = \(id)").map(paymentCase)
  }

  static func paymentCase(_ row: Row) throws -> PaymentCase {
    let currency: Currency = try row["currency"]
    return PaymentCase(
      id: try row["id"], kind: try row["kind"], payment: try row["payment_id"], method: try row["method"],
      order: try row["order_id"], merchant: try row["merchant_id"], refund: try row["refund_id"],
      amount: Money(minor: try row["amount"], currency: currency), detail: try row["detail"],
      openedAt: try row["opened_at"], handledAt: try row["handled_at"], handledBy: try row["handled_by"],
      reason: try row["reason"])
  }
}
