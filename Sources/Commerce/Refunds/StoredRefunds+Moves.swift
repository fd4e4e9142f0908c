import AuditLog
import Events
import Storage
import Values

extension StoredRefunds {
  static let answerLimit = 500
  /// How long the flow has a case to itself before the periodic work looks after it.
  static let patience: Duration = .minutes(1)
  /// How long a change of an order may take, from `makeWay` on.
  static let changeTime: Duration = .minutes(1)

  /// Holds the refunds of the case's order, and answers the case as the body leaves it.
  /// - Parameters:
  ///   - verb: what staff do by it, for the log; nil for what they don't.
  ///   - remark: what they wrote to it.
  func changing(
    _ id: RefundCaseID, as verb: String? = nil, by actor: Actor = .system, remark: String = "",
    _ body: @escaping @Sendable (RefundCase, Allowance, any Transaction) throws -> Void
  ) async throws -> RefundCase {
    try await database.write { transaction in
      let order: OrderID? = try transaction.value("SELECT order_id FROM refund_request WHERE id = \(id)")
      guard let order else { throw RefundRefusal.unknownCase }
      let allowance = try Allowance.locked(order, in: transaction)
      guard let before = try RefundRows.refundCase(id, in: transaction) else { throw RefundRefusal.unknownCase }
      try body(before, allowance, transaction)
      let after = try RefundRows.refundCase(id, in: transaction) ?? before
      if let verb {
        let deed = Deed(
          verb, on: id, of: before.merchant, before: before.deedFields, after: after.deedFields, note: remark)
        try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
      }
      return after
    }
  }

  /// The one place where a state changes: only along `State.allowed`, and only from the state that was seen.
  func move(
    _ before: RefundCase, to next: RefundCase.State, as step: RefundStep.Kind, by actor: Actor, note: String = "",
    setting changes: SQL? = nil, in transaction: any Transaction
  ) throws {
    guard before.state.canMove(to: next) else { throw RefundRefusal.wrongState(before.state) }
    let assignments = changes.map { ", " + $0 } ?? ""
    let lookAt: Timestamp? = next.isUnderWay ? clock.now.adding(Self.patience) : nil
    let moved = try transaction.execute(
      """
      UPDATE refund_request SET state = \(next), changed_at = \(clock.now), look_at = \(lookAt)\(assignments)
      WHERE id = \(before.id) AND state = \(before.state)
      """)
    guard moved == 1 else { throw RefundRefusal.wrongState(before.state) }
    try write(step, of: before, by: actor, note: note, in: transaction)
  }

  func write(
    _ step: RefundStep.Kind, of refund: RefundCase, by actor: Actor, note: String = "",
    in transaction: any Transaction
  ) throws {
    let id: ID<RefundStepTag> = ids.next()
    try transaction.execute(
      """
      INSERT INTO refund_step (id, request_id, kind, actor, note, happened_at)
      VALUES (\(id), \(refund.id), \(step), \(actor.text), \(note), \(clock.now))
      """)
    try outbox.tell(
      RefundMoved(
        refundCase: refund.id, order: refund.order, buyer: refund.buyer, merchant: refund.merchant, step: step,
        number: id.description),
      in: transaction)
  }

  /// Units and money can be asked for again.
  func release(_ before: RefundCase, _ allowance: Allowance, in transaction: any Transaction) throws {
    for line in before.lines {
      try transaction.execute(
        """
        UPDATE refund_claim SET units = units - \(line.quantity), amount = amount - \(line.amount.minor)
        WHERE line_id = \(line.line)
        """)
    }
    try allowance.add(freight: -before.freight.minor, granted: -(before.granted?.minor ?? 0), in: transaction)
  }
}

extension StoredRefunds {
  @discardableResult
  public func makeWay(for order: OrderID, revision: Int) async throws -> Timestamp {
    let until = clock.now.adding(Self.changeTime)
    return try await database.write { transaction in
      _ = try Allowance.locked(order, in: transaction)
      let open: RefundCaseID? = try transaction.value(
        """
        SELECT id FROM refund_request WHERE order_id = \(order)
          AND state NOT IN (\(RefundCase.State.settled), \(RefundCase.State.rejected), \(RefundCase.State.withdrawn))
        ORDER BY id LIMIT 1
        """)
      guard open == nil else { throw RefundRefusal.caseOpen }
      try transaction.execute(
        """
        UPDATE refund_allowance SET revision = \(revision), changing_until = \(until) WHERE order_id = \(order)
        """)
      return until
    }
  }
}

// MARK: What buyers and merchants decide

extension StoredRefunds {
  public func withdraw(_ id: RefundCaseID, by account: AccountID) async throws -> RefundCase {
    try await changing(id) { before, allowance, transaction in
      guard before.buyer == account else { throw RefundRefusal.unknownCase }
      if before.state == .withdrawn { return }
      try move(
        before, to: .withdrawn, as: .withdrawn, by: .buyer(account), setting: "granted = NULL", in: transaction)
      try release(before, allowance, in: transaction)
    }
  }

  public func noteParcel(
    _ id: RefundCaseID, _ parcel: ReturnParcel, by account: AccountID
  ) async throws -> RefundCase {
    let parcel = try Self.checked(parcel)
    return try await changing(id) { before, _, transaction in
      guard before.buyer == account else { throw RefundRefusal.unknownCase }
      guard before.state == .awaitingGoods else { throw RefundRefusal.wrongState(before.state) }
      if before.parcel == parcel { return }
      try transaction.execute(
        """
        UPDATE refund_request SET carrier = \(parcel.carrier), tracking_number = \(parcel.trackingNumber),
          changed_at = \(clock.now)
        WHERE id = \(id)
        """)
      try write(
        .goodsSent, of: before, by: .buyer(account), note: "\(parcel.carrier) \(parcel.trackingNumber)",
        in: transaction)
    }
  }

  private static func checked(_ parcel: ReturnParcel) throws -> ReturnParcel {
    var faults = FieldFaults()
    let carrier = faults.text(parcel.carrier, "carrier", max: 60)
    let number = faults.text(parcel.trackingNumber, "trackingNumber", max: 40)
    if !number.isEmpty, number.utf8.count < 4 || !number.utf8.allSatisfy(\.isTrackingByte) {
      faults.add("trackingNumber", "notATrackingNumber")
    }
    try faults.throwIfAny()
    return ReturnParcel(carrier: carrier, trackingNumber: number)
  }

  public func approve(_ id: RefundCaseID, _ grant: RefundGrant, by actor: Actor) async throws -> RefundCase {
    var faults = FieldFaults()
    let answer = faults.text(grant.answer, "answer", max: Self.answerLimit, required: false, multiline: true)
    try faults.throwIfAny()
    return try await changing(id, as: "refunds.approve", by: actor, remark: answer) { before, allowance, transaction in
      guard [.requested, .awaitingGoods, .received].contains(before.state) else {
        throw RefundRefusal.wrongState(before.state)
      }
      let asksForGoods = grant.needsGoods && before.state == .requested
      let becomesReturn = grant.asMoney && before.kind == .exchange || asksForGoods && before.kind == .moneyOnly
      let kind = becomesReturn ? .goodsBack : before.kind
      let freight =
        try Self.keepsFreight(before, grant, in: transaction) ? before.freight : .zero(before.asked.currency)
      let dropped = before.freight.minor - freight.minor
      let asked = Money(minor: before.asked.minor - dropped, currency: before.asked.currency)
      let amount =
        kind == .exchange
        ? Self.rest(of: before, grant, allowance) : try Self.amount(grant, before, asked, allowance)
      try allowance.add(freight: -dropped, granted: amount - (before.granted?.minor ?? 0), in: transaction)
      let kept = answer.isEmpty ? before.answer : answer
      try move(
        before, to: asksForGoods ? .awaitingGoods : .approved, as: asksForGoods ? .goodsAsked : .approved, by: actor,
        note: answer,
        setting: """
          kind = \(kind), granted = \(amount), answer = \(kept), freight = \(freight.minor), asked = \(asked.minor)
          """, in: transaction)
    }
  }

  /// The freight goes back with the last of the goods: not where others were withdrawn or refused since this was asked, or
  /// are exchanged now.
  private static func keepsFreight(
    _ before: RefundCase, _ grant: RefundGrant, in transaction: any Transaction
  ) throws -> Bool {
    guard before.freight.isPositive, !grant.ordered.isEmpty else { return true }
    let claims = try claims(of: before.order, in: transaction)
    guard grant.ordered.allSatisfy({ claims[$0.key]?.units ?? 0 >= $0.value }) else { return false }
    return try !hasExchange(before.order, in: transaction)
  }

  static func hasExchange(_ order: OrderID, in transaction: any Transaction) throws -> Bool {
    let exchanged: RefundCaseID? = try transaction.value(
      """
      SELECT id FROM refund_request WHERE order_id = \(order) AND kind = \(RefundCase.Kind.exchange)
        AND state NOT IN (\(RefundCase.State.rejected), \(RefundCase.State.withdrawn)) ORDER BY id LIMIT 1
      """)
    return exchanged != nil
  }

  /// What goes back of an exchange for cheaper goods, as far as there is something left of what was paid.
  private static func rest(of before: RefundCase, _ grant: RefundGrant, _ allowance: Allowance) -> Int64 {
    let left = max(0, grant.paid.minor - (allowance.granted - (before.granted?.minor ?? 0)))
    return min(max(0, -before.difference.minor), before.asked.minor, left)
  }

  /// What the grant comes to: never more than was asked, nor than is left of what was paid.
  private static func amount(
    _ grant: RefundGrant, _ before: RefundCase, _ asked: Money, _ allowance: Allowance
  ) throws -> Int64 {
    let left = max(0, grant.paid.minor - (allowance.granted - (before.granted?.minor ?? 0)))
    if let amount = grant.amount {
      guard amount.currency == asked.currency, !amount.isNegative, amount.isPositive || asked.isZero else {
        throw FieldFaults(field: "amount", code: "notAnAmount")
      }
      let most = Money(minor: min(asked.minor, left), currency: asked.currency)
      guard amount.minor <= most.minor else { throw RefundRefusal.aboveAllowed(left: most) }
      return amount.minor
    }
    // An exchange is granted what its goods cost less; where it ends in money after all, what was asked counts.
    let granted = before.kind == .exchange ? nil : before.granted
    let amount = min(granted?.minor ?? asked.minor, asked.minor, left)
    guard amount > 0 || asked.isZero else { throw RefundRefusal.nothingLeft }
    return amount
  }

  public func reject(_ id: RefundCaseID, reason: String, by staff: StaffID) async throws -> RefundCase {
    var faults = FieldFaults()
    let reason = faults.text(reason, "rejection", max: Self.answerLimit, multiline: true)
    try faults.throwIfAny()
    return try await changing(id, as: "refunds.reject", by: .staff(staff), remark: reason) {
      before, allowance, transaction in
      try move(
        before, to: .rejected, as: .rejected, by: .staff(staff), note: reason,
        setting: "granted = NULL, answer = \(reason)", in: transaction)
      try release(before, allowance, in: transaction)
    }
  }

  public func receive(
    _ id: RefundCaseID, restocked: [OrderLineID: Int], note: String, by staff: StaffID
  ) async throws -> RefundCase {
    var faults = FieldFaults()
    let note = faults.text(note, "note", max: Self.answerLimit, required: false, multiline: true)
    try faults.throwIfAny()
    return try await changing(id, as: "refunds.receive", by: .staff(staff), remark: note) { before, _, transaction in
      var faults = FieldFaults()
      for line in before.lines where !(0...line.quantity.count).contains(restocked[line.line] ?? -1) {
        faults.add("restocked.\(line.line)", "outOfRange", ["min": "0", "max": line.quantity.description])
      }
      try faults.throwIfAny()
      try move(before, to: .received, as: .received, by: .staff(staff), note: note, in: transaction)
      for line in before.lines {
        try transaction.execute(
          """
          UPDATE refund_request_line SET restocked = \(restocked[line.line])
          WHERE request_id = \(id) AND line_id = \(line.line)
          """)
      }
    }
  }

  public func retry(_ id: RefundCaseID, by staff: StaffID) async throws -> RefundCase {
    try await changing(id, as: "refunds.retry", by: .staff(staff)) { before, _, transaction in
      guard before.state == .failed else { throw RefundRefusal.wrongState(before.state) }
      try move(before, to: .approved, as: .approved, by: .staff(staff), in: transaction)
    }
  }
}

extension RefundCase {
  /// What staff decide of it.
  var deedFields: DeedFields {
    var fields = [("state", state.rawValue), ("kind", kind.rawValue), ("order", order.description)]
    if let granted { fields.append(("granted", granted.description)) }
    for line in lines {
      if let restocked = line.restocked { fields.append(("restocked.\(line.line)", String(restocked))) }
    }
    return DeedFields(fields)
  }
}

extension UInt8 {
  fileprivate var isTrackingByte: Bool {
    (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self) || self == 45
  }
}
