import Events
import Storage
import Values

extension StoredPayments {
  public func unclearMoney(of order: OrderID) async throws -> [UnclearMoney] {
    try await database.read { transaction in
      try transaction.rows("SELECT * FROM unclear_money WHERE order_id = \(order) ORDER BY id LIMIT 1000")
        .map(UnclearRows.money)
    }
  }

  public func unclearMoney(_ page: PageRequest) async throws -> Page<UnclearMoney> {
    let after = page.after?.parts.first.flatMap { Int64($0) } ?? -1
    return try await database.read { transaction in
      let rows = try transaction.rows(
        "SELECT * FROM unclear_money WHERE id > \(after) ORDER BY id LIMIT \(page.limit + 1)"
      ).map(UnclearRows.money)
      return Page(fetched: rows, limit: page.limit) { Cursor([String($0.id.raw)]) }
    }
  }

  /// Notes that money of the case under the key moved, and tells of it.
  func note(
    _ kind: UnclearMoney.Kind, _ amount: Money, ofCase key: String, in transaction: any Transaction
  ) throws {
    let id: PaymentCaseID? = try transaction.value("SELECT id FROM payment_case WHERE case_key = \(key)")
    guard let id, let known = try CaseRows.paymentCase(id, in: transaction) else { throw PaymentRefusal.unknownCase }
    try note(kind, amount, of: known, in: transaction)
  }

  /// - Parameter method: by which it moved; the payment's unless it says otherwise.
  private func note(
    _ kind: UnclearMoney.Kind, _ amount: Money, of known: PaymentCase, by method: PaymentMethod? = nil,
    in transaction: any Transaction
  ) throws {
    guard amount.isPositive else { return }
    let id: ID<UnclearMoneyTag> = ids.next()
    try transaction.execute(
      """
      INSERT INTO unclear_money (id, case_id, payment_id, order_id, method, kind, amount, currency, moved_at)
      VALUES (\(id), \(known.id), \(known.payment), \(known.order), \(method ?? known.method), \(kind), \(amount.minor),
        \(amount.currency), \(clock.now))
      """)
    try outbox.tell(
      UnclearMoneyMoved(payment: known.payment, order: known.order, paymentCase: known.id), in: transaction)
  }

  /// Nothing is unclear about the case any more: what came has gone back or is counted elsewhere, what left is back, and
  /// what was given up isn't.
  func clear(_ known: PaymentCase, in transaction: any Transaction) throws {
    let sums = try UnclearRows.sums(of: known.id, in: transaction)
    func undo(_ minor: Int64, by kind: UnclearMoney.Kind, _ method: PaymentMethod? = nil) throws {
      let amount = Money(minor: minor, currency: known.amount.currency)
      try note(kind, amount, of: known, by: method, in: transaction)
    }
    try undo(sums.taken, by: .released)
    try undo(sums.lost, by: .regained)
    // What a bank sent back stays with the provider: the buyer has it out of the shop's own account.
    try undo(sums.held, by: .left, known.kind == .refundFailedLater ? .transfer : nil)
    try undo(-sums.held, by: .came)
  }

  /// The platform bears what won't come, or won't come back. Of an order that was paid in part it takes what came, and is
  /// paid.
  func giveUp(_ known: PaymentCase, in transaction: any Transaction) throws {
    switch known.kind {
    case .refundTooLarge: try note(.lost, known.amount, of: known, in: transaction)
    case .paidShort:
      guard let payment = try PaymentRows.payment(known.payment, in: transaction)?.payment else {
        throw PaymentRefusal.unknownPayment
      }
      // Its order may not have heard of it yet.
      if try isPaidByAnother(payment, in: transaction) { throw PaymentRefusal.wrongForCase }
      let due = payment.amount
      let held = try UnclearRows.sums(of: known.id, in: transaction).held
      try note(.lost, Money(minor: due.minor - held, currency: due.currency), of: known, in: transaction)
      try note(.taken, due, of: known, in: transaction)
    default: break
    }
  }

  /// A part of what is due came. It waits as a case, which stands since less was found, or is opened again where what had come
  /// went back; what was given up comes after all.
  func noteShort(
    _ receipt: MoneyReceipt, of payment: Payment, missing: Int64, in transaction: any Transaction
  ) throws {
    let key = Self.shortKey(payment.id)
    let left = Money(minor: missing, currency: payment.amount.currency)
    try openCase(.paidShort, key: key, of: payment, amount: left, in: transaction)
    try note(.came, receipt.amount, ofCase: key, in: transaction)
    guard let known = try shortCase(of: payment.id, in: transaction) else { return }
    if try UnclearRows.sums(of: known.id, in: transaction).taken > 0 {
      return try note(.regained, receipt.amount, of: known, in: transaction)
    }
    try transaction.execute(
      """
      UPDATE payment_case SET amount = \(missing), is_open = \(true), handled_at = NULL, handled_by = NULL, reason = ''
      WHERE case_key = \(key)
      """)
  }

  /// The case of a payment that has ended under which was given up what its order lacks, where the balance has had its part
  /// back: what its method brings from here on can't be all of what is due, so the order stays paid as it is. Nil for any
  /// other payment.
  func givenUp(_ stored: StoredPayment, in transaction: any Transaction) throws -> PaymentCase? {
    guard !stored.state.hasMoney, stored.endedAt != nil, stored.payment.fromBalance.isPositive,
      let short = try shortCase(of: stored.id, in: transaction)
    else { return nil }
    return try UnclearRows.sums(of: short.id, in: transaction).taken > 0 ? short : nil
  }

  /// Some of what was given up comes after all; harmless where that is nothing.
  func noteRegained(_ amount: Money, of known: PaymentCase, in transaction: any Transaction) throws {
    try note(.came, amount, of: known, in: transaction)
    try note(.regained, amount, of: known, in: transaction)
  }

  /// Whether all that was due was given up before anything came for a payment that has ended, and the balance has had its
  /// part back: what its method brings can't be all of what is due. Not where another payment has paid the order.
  func isAwaitedNoMore(_ stored: StoredPayment, in transaction: any Transaction) throws -> Bool {
    let payment = stored.payment
    guard !stored.state.hasMoney, stored.endedAt != nil, payment.fromBalance.isPositive else { return false }
    let givenUp: Int =
      try transaction.value(
        """
        SELECT COUNT(*) AS cases FROM payment_case
        WHERE payment_id = \(stored.id) AND kind = \(PaymentCase.Kind.neverPaid) AND is_given_up = \(true)
        """) ?? 0
    return try givenUp > 0 && !isPaidByAnother(payment, in: transaction)
  }

  /// Whether another payment brought all that is due, also where it has gone back since. What came late and short no order
  /// took.
  private func isPaidByAnother(_ payment: Payment, in transaction: any Transaction) throws -> Bool {
    let ids = try PaymentRows.ids(of: payment.shares.map(\.order), in: transaction)
    return try PaymentRows.payments(ids, in: transaction).contains { rival in
      rival.id != payment.id && rival.state.hasMoney && rival.payment.occasion == payment.occasion
        && rival.payment.shares.contains { own in
          payment.shares.contains { $0.order == own.order && $0.amount == own.amount }
        }
    }
  }

  /// All that its method was to bring came after it was given up: the order takes it, and the platform bears what the
  /// balance had back.
  func noteTakenLate(_ amount: Money, of payment: Payment, in transaction: any Transaction) throws {
    let key = Self.shortKey(payment.id)
    try openCase(.paidShort, key: key, of: payment, amount: payment.fromBalance, in: transaction)
    try note(.came, amount, ofCase: key, in: transaction)
    guard let known = try shortCase(of: payment.id, in: transaction) else { throw PaymentRefusal.unknownCase }
    try giveUp(known, in: transaction)
    try closeCase(known.id, by: nil, reason: "", isGivenUp: true, in: transaction)
  }

  /// Whether its order has taken what came for it in part, and is paid so.
  func isTakenInPart(_ payment: PaymentID, in transaction: any Transaction) throws -> Bool {
    guard let short = try shortCase(of: payment, in: transaction) else { return false }
    return try UnclearRows.sums(of: short.id, in: transaction).taken > 0
  }

  static func shortKey(_ payment: PaymentID) -> String { "short:\(payment)" }

  /// Held for the rest of the transaction, so that nobody decides about it meanwhile.
  func shortCase(of payment: PaymentID, in transaction: any Transaction) throws -> PaymentCase? {
    let id: PaymentCaseID? = try transaction.value(
      "SELECT id FROM payment_case WHERE case_key = \(Self.shortKey(payment)) \(transaction.dialect.forUpdate)")
    return try id.flatMap { try CaseRows.paymentCase($0, in: transaction) }
  }

  /// Minor units that came for a payment without its money, and were paid back since.
  func paidBack(of payment: PaymentID, in transaction: any Transaction) throws -> Int64 {
    guard let known = try shortCase(of: payment, in: transaction) else { return 0 }
    return try transaction.value(
      """
      SELECT COALESCE(SUM(amount), 0) AS back FROM unclear_money
      WHERE case_id = \(known.id) AND kind = \(UnclearMoney.Kind.left)
      """) ?? 0
  }
}

enum UnclearRows {
  /// What a case comes to, in minor units.
  struct Sums {
    /// What lies here and is nobody's; negative where it left.
    var held: Int64 = 0
    /// What the platform bears.
    var lost: Int64 = 0
    /// What the order has taken.
    var taken: Int64 = 0
  }

  static func sums(of id: PaymentCaseID, in transaction: any ReadTransaction) throws -> Sums {
    var sums = Sums()
    for row in try transaction.rows("SELECT * FROM unclear_money WHERE case_id = \(id) ORDER BY id LIMIT 1000") {
      let (kind, minor): (UnclearMoney.Kind, Int64) = (try row["kind"], try row["amount"])
      switch kind {
      case .came: sums.held += minor
      case .left: sums.held -= minor
      case .lost: sums.lost += minor
      case .regained: sums.lost -= minor
      case .taken: sums.taken += minor
      case .released: sums.taken -= minor
      }
    }
    return sums
  }

  static func money(_ row: Row) throws -> UnclearMoney {
    UnclearMoney(
      id: try row["id"], paymentCase: try row["case_id"], payment: try row["payment_id"], method: try row["method"],
      order: try row["order_id"], kind: try row["kind"],
      amount: Money(minor: try row["amount"], currency: try row["currency"]), at: try row["moved_at"])
  }
}

extension UnclearMoney.Kind: SQLConvertible {}
