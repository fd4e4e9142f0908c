import Storage
import Values

extension RefundCase.State: SQLConvertible {}
extension RefundCase.Kind: SQLConvertible {}
extension RefundCase.Reason: SQLConvertible {}
extension RefundStep.Kind: SQLConvertible {}

/// Cases with their lines and pictures, row ↔ value.
enum RefundRows {
  /// In the order of `ids`; three statements.
  static func cases(_ ids: [RefundCaseID], in transaction: any ReadTransaction) throws -> [RefundCase] {
    guard !ids.isEmpty else { return [] }
    let rows = try transaction.rows("SELECT * FROM refund_request WHERE id IN \(list: ids) ORDER BY id")
    var lines: [RefundCaseID: [Row]] = [:]
    for row in try transaction.rows(
      "SELECT * FROM refund_request_line WHERE request_id IN \(list: ids) ORDER BY request_id, line_id")
    {
      lines[try row["request_id"], default: []].append(row)
    }
    var files: [RefundCaseID: [FileKey]] = [:]
    for row in try transaction.rows(
      "SELECT * FROM refund_evidence WHERE request_id IN \(list: ids) ORDER BY request_id, position")
    {
      let id: RefundCaseID = try row["request_id"]
      guard let file = FileKey(rawValue: try row["file"]) else { throw RefundFault.unreadable(id) }
      files[id, default: []].append(file)
    }
    var found: [RefundCaseID: RefundCase] = [:]
    for row in rows {
      let id: RefundCaseID = try row["id"]
      found[id] = try refundCase(row, lines: lines[id] ?? [], evidence: files[id] ?? [])
    }
    return ids.compactMap { found[$0] }
  }

  static func refundCase(_ id: RefundCaseID, in transaction: any ReadTransaction) throws -> RefundCase? {
    try cases([id], in: transaction).first
  }

  private static func refundCase(_ row: Row, lines: [Row], evidence: [FileKey]) throws -> RefundCase {
    let currency: Currency = try row["currency"]
    func money(_ column: String) throws -> Money { Money(minor: try row[column], currency: currency) }
    let granted: Int64? = try row["granted"]
    return RefundCase(
      id: try row["id"], order: try row["order_id"], merchant: try row["merchant_id"], buyer: try row["buyer_id"],
      kind: try row["kind"], state: try row["state"], reason: try row["reason"], explanation: try row["explanation"],
      lines: try lines.map { line in
        RefundCase.Line(
          line: try line["line_id"], variant: try line["variant_id"], quantity: try line["quantity"],
          amount: Money(minor: try line["amount"], currency: currency), wanted: try line["wanted_id"],
          difference: Money(minor: try line["difference"], currency: currency),
          restocked: try line["restocked"])
      },
      evidence: evidence, freight: try money("freight"), asked: try money("asked"),
      granted: granted.map { Money(minor: $0, currency: currency) }, wasShipped: try row["was_shipped"],
      answer: try row["answer"], parcel: try parcel(row), replacement: try row["replacement_id"],
      requestedAt: try row["requested_at"], changedAt: try row["changed_at"],
      toBalance: try row["to_balance"])
  }

  private static func parcel(_ row: Row) throws -> ReturnParcel? {
    guard let carrier: String = try row["carrier"], let number: String = try row["tracking_number"] else { return nil }
    return ReturnParcel(carrier: carrier, trackingNumber: number)
  }

  static func record(_ row: Row) throws -> RefundRecord {
    RefundRecord(
      id: try row["id"], request: try row["request_id"], order: try row["order_id"], refund: try row["refund_id"],
      payment: try row["payment_id"], amount: Money(minor: try row["amount"], currency: try row["currency"]),
      at: try row["settled_at"])
  }

  static func step(_ row: Row) throws -> RefundStep {
    guard let actor = Actor(try row["actor"]) else { throw RefundFault.unreadable(try row["request_id"]) }
    return RefundStep(kind: try row["kind"], actor: actor, note: try row["note"], at: try row["happened_at"])
  }
}

extension RefundRows {
  static func insert(_ new: RefundCase, key: String?, lookAt: Timestamp?, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      INSERT INTO refund_request (id, request_key, order_id, merchant_id, buyer_id, kind, state, reason, explanation,
        currency, freight, asked, granted, was_shipped, answer, carrier, tracking_number, replacement_id, requested_at,
        changed_at, look_at, to_balance)
      VALUES (\(new.id), \(key), \(new.order), \(new.merchant), \(new.buyer), \(new.kind), \(new.state), \(new.reason),
        \(new.explanation), \(new.asked.currency), \(new.freight.minor), \(new.asked.minor), \(new.granted?.minor),
        \(new.wasShipped), \(new.answer), \(new.parcel?.carrier), \(new.parcel?.trackingNumber), \(new.replacement),
        \(new.requestedAt), \(new.changedAt), \(lookAt), \(new.toBalance))
      """)
    if !new.lines.isEmpty {
      let rows = new.lines.map { line -> [any SQLConvertible] in
        [
          new.id, line.line, line.variant, line.quantity, line.amount.minor, line.wanted, line.difference.minor,
          line.restocked,
        ]
      }
      try transaction.execute(
        """
        INSERT INTO refund_request_line (request_id, line_id, variant_id, quantity, amount, wanted_id, difference,
          restocked)
        VALUES \(rows: rows)
        """)
    }
    guard !new.evidence.isEmpty else { return }
    let files = new.evidence.enumerated().map { index, file -> [any SQLConvertible] in
      [new.id, index, file.rawValue, true]
    }
    try transaction.execute(
      "INSERT INTO refund_evidence (request_id, position, file, is_private) VALUES \(rows: files)")
  }
}
