import Storage
import Values

extension StoredPayments {
  /// Stores a bill as it is read, and makes it the day's once it is whole; what was before goes then.
  func take(
    _ bill: BillUnderWay, from source: BillDay.Source,
    _ read: @Sendable (@Sendable ([StatementRow]) async throws -> Void) async throws -> Void
  ) async throws {
    let taker = BillTaker(bill, of: self)
    try await read { try await taker.take($0) }
    try await taker.finish()
    let (rows, tallies) = (await taker.lines, await taker.tallies)
    // Of any other kind of file nothing is understood; providers hand out no files of days without movements.
    guard source == .provider || rows > 0 else { throw ProviderFault.refused(code: "empty") }
    let now = clock.now
    if rows == 0, let from = bill.believesEmptyFrom, now < from, try await hasMoved(bill) {
      throw ProviderFault.notYet
    }
    try await database.write { transaction in
      try hold(bill, in: transaction)
      let before: BillTakeID? = try transaction.value(
        "SELECT take_id FROM bill_day WHERE method = \(bill.method) AND day = \(bill.day)")
      try transaction.execute(
        """
        UPDATE bill_day SET take_id = \(bill.take), state = \(BillDay.State.fetched), row_count = \(rows),
          source = \(source), fetched_at = \(now), tries = 0, fault = ''
        WHERE method = \(bill.method) AND day = \(bill.day)
        """)
      if let before { try leave(before, in: transaction) }
      try transaction.execute("DELETE FROM bill_total WHERE method = \(bill.method) AND day = \(bill.day)")
      for (currency, tally) in tallies {
        try transaction.execute(
          """
          INSERT INTO bill_total (method, day, currency, payments, paid, refunds, refunded, fees, others, others_in,
            others_out)
          VALUES (\(bill.method), \(bill.day), \(currency), \(tally.payments), \(tally.paid), \(tally.refunds),
            \(tally.refunded), \(tally.fees), \(tally.others), \(tally.othersIn), \(tally.othersOut))
          """)
      }
    }
  }
}

extension StoredPayments {
  /// Whether the books have anything that the day's bill should have.
  private func hasMoved(_ bill: BillUnderWay) async throws -> Bool {
    let (method, span) = (bill.method, bill.span)
    return try await database.read { transaction in
      let payment = try transaction.row(
        """
        SELECT id FROM payment WHERE method = \(method) AND captured_at >= \(span.lowerBound)
          AND captured_at < \(span.upperBound) LIMIT 1
        """)
      if payment != nil { return true }
      let refund = try transaction.row(
        """
        SELECT r.id FROM refund r JOIN payment p ON p.id = r.payment_id WHERE r.settled_at >= \(span.lowerBound)
          AND r.settled_at < \(span.upperBound) AND p.method = \(method) AND r.amount > r.to_balance LIMIT 1
        """)
      return refund != nil
    }
  }
}

/// Takes the rows of a bill as they come and writes them many at a time.
private actor BillTaker {
  /// Rows that one statement writes: few enough that engines keep it prepared.
  private static let perStatement = 32
  /// Rows that one transaction writes: others wait for the writer only so long.
  private static let perTransaction = 4096
  /// Of a provider's own number: with what stands before it, it must fit into a key.
  private static let longestKey = 50
  private static let rowColumns = [
    "take_id", "line", "is_refund", "subject_id", "payment_number", "refund_number", "refund_key",
    "provider_number", "amount", "fee", "currency", "happened_at",
  ]
  private static let movementColumns = [
    "take_id", "line", "provider_number", "amount", "fee", "currency", "happened_at",
  ]

  private let bill: BillUnderWay
  private let payments: StoredPayments
  private var rows: [[SQLValue]] = []
  private var movements: [[SQLValue]] = []
  private(set) var lines = 0
  private(set) var tallies: [Currency: BillTally] = [:]

  init(_ bill: BillUnderWay, of payments: StoredPayments) {
    self.bill = bill
    self.payments = payments
  }

  func take(_ batch: [StatementRow]) async throws {
    for row in batch { add(row) }
    if rows.count + movements.count >= Self.perTransaction { try await write() }
  }

  func finish() async throws { try await write() }

  private func add(_ row: StatementRow) {
    tallies[row.amount.currency, default: BillTally()].add(row)
    let head = [bill.take.sqlValue, lines.sqlValue]
    let tail = [
      Self.short(row.providerNumber), row.amount.minor.sqlValue, row.fee.minor.sqlValue,
      row.amount.currency.sqlValue, row.at.sqlValue,
    ]
    lines += 1
    guard row.kind != .other else {
      movements.append(head + tail)
      return
    }
    let isRefund = row.kind == .refund
    let subject = isRefund ? RefundID(row.refund)?.raw : PaymentID(row.payment)?.raw
    var key = SQLValue.null
    if isRefund, subject == nil, (1...Self.longestKey).contains(row.refund.utf8.count),
      row.refund.utf8.allSatisfy(\.isKeyByte)
    {
      key = .text("provider_\(row.refund)")
    }
    rows.append(
      head + [
        isRefund.sqlValue, subject?.sqlValue ?? .null, Self.short(row.payment), Self.short(row.refund), key,
      ] + tail)
  }

  private func write() async throws {
    let (rows, movements, bill) = (rows, movements, bill)
    (self.rows, self.movements) = ([], [])
    guard !rows.isEmpty || !movements.isEmpty else { return }
    try await payments.database.write { [payments] transaction in
      try payments.hold(bill, in: transaction)
      try Self.insert(rows, into: "bill_row", Self.rowColumns, in: transaction)
      try Self.insert(movements, into: "bill_movement", Self.movementColumns, in: transaction)
    }
  }

  private static func insert(
    _ rows: [[SQLValue]], into table: String, _ columns: [String], in transaction: any Transaction
  ) throws {
    for start in stride(from: 0, to: rows.count, by: perStatement) {
      let part = Array(rows[start..<min(start + perStatement, rows.count)])
      try transaction.execute(
        transaction.dialect.insertion(into: table, columns: columns, rows: part, suffix: ""))
    }
  }

  private static func short(_ text: String) -> SQLValue {
    text.utf8.count <= 64 ? .text(text) : .text(String(String.UnicodeScalarView(text.unicodeScalars.prefix(64))))
  }
}
