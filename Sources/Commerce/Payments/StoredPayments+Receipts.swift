import AuditLog
import Storage
import Values

extension StoredPayments {
  public func confirm(_ receipt: MoneyReceipt, by staff: StaffID) async throws -> Payment {
    let note = try checked(receipt)
    let stored = try await stored(receipt.payment)
    let listed = try await directory.provider(of: stored)
    guard listed.provider.isOwn else { throw PaymentRefusal.notOwnMethod }
    return try await database.write { transaction in
      guard let stored = try PaymentRows.locked(receipt.payment, in: transaction) else {
        throw PaymentRefusal.unknownPayment
      }
      let payment = stored.payment
      if let known = try transaction.row("SELECT * FROM money_receipt WHERE receipt_key = \(receipt.key)") {
        guard try ReceiptRows.receipt(known).payment == payment.id else {
          throw FieldFaults(field: "key", code: "malformed")
        }
        return payment
      }
      guard receipt.amount.currency == payment.amount.currency else {
        throw FieldFaults(field: "amount", code: "wrongCurrency")
      }
      // Two who found the same money confirm it once.
      if !receipt.isMore, try isAllThere(stored, in: transaction) { throw PaymentRefusal.alreadyPaid(payment.id) }
      try keep(receipt, note: note, by: staff, in: transaction)
      try follow(receipt, stored, from: listed, in: transaction)
      let after = try PaymentRows.payment(payment.id, in: transaction)?.payment ?? payment
      try DeedLog.note(
        Deed(
          "payments.confirm", on: payment.id, of: nil, before: ["state": payment.state.rawValue],
          after: ["state": after.state.rawValue, "amount": "\(receipt.amount)", "at": "\(receipt.receivedAt)"],
          note: note),
        by: .staff(staff), at: clock.now, in: transaction)
      return after
    }
  }

  public func receipts(of payment: PaymentID) async throws -> [MoneyReceipt] {
    try await database.read { try ReceiptRows.receipts(of: payment, in: $0) }
  }

  /// Answers the note as it is kept.
  private func checked(_ receipt: MoneyReceipt) throws -> String {
    var faults = FieldFaults()
    let key = receipt.key.utf8
    if !(1...60).contains(key.count) || !key.allSatisfy(\.isKeyByte) { faults.add("key", "malformed") }
    if !receipt.amount.isPositive { faults.add("amount", "invalid") }
    if receipt.receivedAt > clock.now { faults.add("receivedAt", "inTheFuture") }
    let note = faults.text(receipt.note, "note", max: 200, required: false)
    try faults.throwIfAny()
    return note
  }

  private func keep(
    _ receipt: MoneyReceipt, note: String, by staff: StaffID, in transaction: any Transaction
  ) throws {
    let id: ID<ReceiptTag> = ids.next()
    try transaction.execute(
      """
      INSERT INTO money_receipt (id, receipt_key, payment_id, amount, currency, received_at, note, staff_id, noted_at)
      VALUES (\(id), \(receipt.key), \(receipt.payment), \(receipt.amount.minor), \(receipt.amount.currency),
        \(receipt.receivedAt), \(note), \(staff), \(clock.now))
      """)
  }

  /// Whether nothing is waited for any more.
  private func isAllThere(_ stored: StoredPayment, in transaction: any Transaction) throws -> Bool {
    if stored.state.hasMoney { return true }
    return try givenUp(stored, in: transaction) != nil && missing(of: stored, in: transaction) <= 0
  }

  /// Minor units of what its method is to bring; below zero where more was found.
  private func missing(of stored: StoredPayment, in transaction: any Transaction) throws -> Int64 {
    let found = try ReceiptRows.receipts(of: stored.id, in: transaction).reduce(0) { $0 + $1.amount.minor }
    let paidBack = stored.state.hasMoney ? 0 : try self.paidBack(of: stored.id, in: transaction)
    return stored.payment.atProvider.minor - (found - paidBack)
  }

  /// What all that was found together means.
  private func follow(
    _ receipt: MoneyReceipt, _ stored: StoredPayment, from listed: ListedProvider,
    in transaction: any Transaction
  ) throws {
    let payment = stored.payment
    let missing = try missing(of: stored, in: transaction)
    if missing > 0 { return try noteShort(receipt, of: payment, missing: missing, in: transaction) }
    var more = Money(minor: -missing, currency: payment.amount.currency)
    if stored.state.hasMoney { more = receipt.amount }
    if let short = try givenUp(stored, in: transaction) {
      more = min(more, receipt.amount)
      try noteRegained(try receipt.amount.subtracting(more), of: short, in: transaction)
    } else if try isAwaitedNoMore(stored, in: transaction) {
      more = min(more, receipt.amount)
      try noteTakenLate(try receipt.amount.subtracting(more), of: payment, in: transaction)
    } else if !stored.state.hasMoney {
      let report = ProviderReport(
        number: payment.id.description, providerNumber: "", merchant: listed.provider.merchant,
        amount: payment.atProvider,
        state: .captured, at: receipt.receivedAt)
      guard try apply(report, from: listed, in: transaction).isAccepted else { throw PaymentRefusal.tooLate }
      // All of it is the payment's from here on, also where it was given up before.
      if let short = try shortCase(of: payment.id, in: transaction) { try clear(short, in: transaction) }
      let kinds: [PaymentCase.Kind] = [.paidShort, .neverPaid]
      try closeCases(of: payment.id, where: "kind IN \(list: kinds)", in: transaction)
    }
    guard missing < 0 else { return }
    let key: String = "more:\(payment.id):\(receipt.key.suffix(40))"
    if try openCase(.paidTooMuch, key: key, of: payment, amount: more, in: transaction) {
      try note(.came, more, ofCase: key, in: transaction)
    }
  }
}

enum ReceiptTag: Identified { static let prefix = "mrc" }

enum ReceiptRows {
  static func receipts(of payment: PaymentID, in transaction: any ReadTransaction) throws -> [MoneyReceipt] {
    try transaction.rows("SELECT * FROM money_receipt WHERE payment_id = \(payment) ORDER BY id LIMIT 200").map(receipt)
  }

  static func receipt(_ row: Row) throws -> MoneyReceipt {
    MoneyReceipt(
      key: try row["receipt_key"], payment: try row["payment_id"],
      amount: Money(minor: try row["amount"], currency: try row["currency"]), receivedAt: try row["received_at"],
      note: try row["note"])
  }
}
