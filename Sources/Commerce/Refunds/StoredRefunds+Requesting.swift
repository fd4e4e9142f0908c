import Events
import Storage
import Values

extension StoredRefunds {
  /// Requests that one order takes.
  static let mostCases = 50
  static let mostPictures = 6
  static let explanationLimit = 1000

  public func request(_ draft: RefundDraft) async throws -> RefundCase {
    let explanation = try Self.checked(draft)
    try policy.check(draft.kind, draft.reason, of: draft.order, now: clock.now)
    let id: RefundCaseID = ids.next()
    return try await database.write { transaction in
      let allowance = try Allowance.locked(draft.order.id, in: transaction)
      try allowance.expectSeen(draft.order, now: clock.now)
      try refuseTooMany(draft.order.id, in: transaction)
      var claims = try Self.claims(of: draft.order.id, in: transaction)
      let lines = try draft.lines.map { try claim($0, of: draft, &claims, in: transaction) }
      let freight = try freight(draft, claims, allowance, in: transaction)
      try allowance.add(freight: freight.minor, in: transaction)
      let currency = draft.order.freight.currency
      let goods = try Money.sum(lines.map(\.amount), currency: currency)
      let now = clock.now
      let new = RefundCase(
        id: id, order: draft.order.id, merchant: draft.order.merchant, buyer: draft.order.buyer, kind: draft.kind,
        state: .requested, reason: draft.reason, explanation: explanation, lines: lines, evidence: draft.evidence,
        freight: freight, asked: try goods.adding(freight), granted: nil, wasShipped: draft.order.wasShipped,
        answer: "", parcel: nil, replacement: nil, requestedAt: now, changedAt: now)
      try RefundRows.insert(new, key: nil, lookAt: nil, in: transaction)
      try write(.requested, of: new, by: .buyer(new.buyer), in: transaction)
      return new
    }
  }

  /// Answers the explanation as it is kept.
  private static func checked(_ draft: RefundDraft) throws -> String {
    var faults = FieldFaults()
    let text = faults.text(
      draft.explanation, "explanation", max: explanationLimit, required: draft.reason == .other, multiline: true)
    if draft.evidence.count > mostPictures { faults.add("pictures", "tooMany", ["max": String(mostPictures)]) }
    if draft.lines.isEmpty { faults.add("lines", "missing") }
    if Set(draft.lines.map(\.line)).count != draft.lines.count { faults.add("lines", "repeated") }
    if draft.kind == .exchange, draft.lines.contains(where: { $0.wanted == nil }) { faults.add("wanted", "missing") }
    if draft.kind == .goodwill || draft.kind == .atProvider { faults.add("kind", "unknownValue") }
    try faults.throwIfAny()
    return text
  }

  func refuseTooMany(_ order: OrderID, in transaction: any Transaction) throws {
    let count: Int =
      try transaction.value("SELECT COUNT(*) AS cases FROM refund_request WHERE order_id = \(order)") ?? 0
    guard count < Self.mostCases else { throw RefundRefusal.tooManyRequests(most: Self.mostCases) }
  }

  /// Takes units of a line for the request. Their amount is their share in what the line cost; whoever takes the last units
  /// gets what the shares before have left, so that parts add up to the whole in any order.
  private func claim(
    _ wanted: RefundDraft.Line, of draft: RefundDraft, _ claims: inout [OrderLineID: RefundClaim],
    in transaction: any Transaction
  ) throws -> RefundCase.Line {
    let order = draft.order
    guard let line = order.lines.first(where: { $0.id == wanted.line }) else {
      throw FieldFaults(field: "lines", code: "unknown")
    }
    let known = claims[line.id] ?? RefundClaim(units: 0, amount: 0)
    let left = line.quantity.count - known.units
    let count = wanted.quantity.count
    guard count <= left else { throw RefundRefusal.unitsTaken(line.id, left: max(0, left)) }
    let rest = max(0, line.due.minor - known.amount)
    let amount = count == left ? rest : min(rest, Self.share(of: count, in: line))
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "refund_claim",
        [
          ("line_id", line.id.sqlValue), ("order_id", order.id.sqlValue), ("units", Int64(0).sqlValue),
          ("amount", Int64(0).sqlValue),
        ]))
    // The order's allowance is held, so this only fails where the books are broken.
    let changed = try transaction.execute(
      """
      UPDATE refund_claim SET units = units + \(count), amount = amount + \(amount)
      WHERE line_id = \(line.id) AND units + \(count) <= \(line.quantity)
      """)
    guard changed == 1 else { throw RefundRefusal.unitsTaken(line.id, left: max(0, left)) }
    claims[line.id] = RefundClaim(units: known.units + count, amount: known.amount + amount)
    return RefundCase.Line(
      line: line.id, variant: line.variant, quantity: wanted.quantity,
      amount: Money(minor: amount, currency: line.due.currency), wanted: wanted.wanted,
      difference: draft.kind == .exchange ? wanted.difference : nil, restocked: nil)
  }

  /// due × count ÷ quantity, rounded down, in a width that can't overflow.
  private static func share(of count: Int, in line: RefundableOrder.Line) -> Int64 {
    let product = line.due.minor.magnitude.multipliedFullWidth(by: UInt64(count))
    return Int64(UInt64(line.quantity.count).dividingFullWidth(product).quotient)
  }

  /// The freight goes back with the last of the goods, unless some of them were exchanged.
  private func freight(
    _ draft: RefundDraft, _ claims: [OrderLineID: RefundClaim], _ allowance: Allowance,
    in transaction: any Transaction
  ) throws -> Money {
    let none = Money.zero(draft.order.freight.currency)
    let isWhole = draft.order.lines.allSatisfy { claims[$0.id]?.units == $0.quantity.count }
    guard isWhole, draft.kind != .exchange else { return none }
    guard try !Self.hasExchange(draft.order.id, in: transaction) else { return none }
    return Money(minor: max(0, draft.order.freight.minor - allowance.freight), currency: none.currency)
  }
}

/// What is agreed of an order's money, and who has its freight. Held for the rest of the transaction, so that all that
/// changes the refunds of one order goes one after another.
struct Allowance {
  let order: OrderID
  let freight: Int64
  let granted: Int64
  private let revision: Int
  private let changingUntil: Timestamp

  static func locked(_ order: OrderID, in transaction: any Transaction) throws -> Allowance {
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "refund_allowance",
        [("order_id", order.sqlValue), ("freight", Int64(0).sqlValue), ("granted", Int64(0).sqlValue)]))
    let row = try transaction.row(
      """
      SELECT freight, granted, revision, changing_until FROM refund_allowance
      WHERE order_id = \(order)\(transaction.dialect.forUpdate)
      """)
    return Allowance(
      order: order, freight: try row?["freight"] ?? 0, granted: try row?["granted"] ?? 0,
      revision: try row?["revision"] ?? 0,
      changingUntil: try row?["changing_until"] ?? Timestamp(milliseconds: 0))
  }

  /// Throws `.orderChanging` for who saw the order before a change that was made since, or is under way.
  func expectSeen(_ order: RefundableOrder, now: Timestamp) throws {
    guard order.revision >= revision || now >= changingUntil else { throw RefundRefusal.orderChanging }
  }

  func add(freight: Int64 = 0, granted: Int64 = 0, in transaction: any Transaction) throws {
    guard freight != 0 || granted != 0 else { return }
    try transaction.execute(
      """
      UPDATE refund_allowance SET freight = freight + \(freight), granted = granted + \(granted)
      WHERE order_id = \(order)
      """)
  }
}
