import AuditLog
import Foundation
import Governance
import Storage
import Synchronization
import Values

/// What staff do about bills and their differences.
extension StoredPayments {
  /// Bills so short are compared at once.
  private static let shortBill = 20_000
  private static let fixedRange = 0...10_000

  public func decide(
    _ state: BillDifference.State, on id: BillDifferenceID, reason: String, by staff: StaffID
  ) async throws -> BillDifference {
    var faults = FieldFaults()
    let reason = faults.text(reason, "reason", max: 500, required: state != .open)
    try faults.throwIfAny()
    guard [.explained, .ignored, .open].contains(state) else { throw BillRefusal.differenceMoved }
    return try await database.write { transaction in
      let before = try locked(id, in: transaction)
      guard BillDifference.State.allowed[before.state]?.contains(state) ?? false else {
        throw BillRefusal.differenceMoved
      }
      return try move(before, to: state, cause: state == .open ? nil : .person, reason, staff, in: transaction)
    }
  }

  public func correct(_ id: BillDifferenceID, reason: String, by staff: StaffID) async throws -> BillDifference {
    var faults = FieldFaults()
    let reason = faults.text(reason, "reason", max: 500, required: false)
    try faults.throwIfAny()
    let listed = try await provider(of: id)
    return try await database.write { transaction in
      let before = try locked(id, in: transaction)
      guard before.isCorrectable, let amount = before.there.amount, let payment = before.payment else {
        throw BillRefusal.differenceMoved
      }
      let effect: ReportEffect
      if before.isRefund {
        // Its own number where we asked for it, else the provider's.
        let report = ProviderRefundReport(number: before.refundNumber, amount: amount, state: .settled)
        effect = try apply(report, of: payment.description, in: transaction)
      } else {
        guard let listed else { throw BillRefusal.differenceMoved }
        let report = ProviderReport(
          number: payment.description, providerNumber: before.providerNumber, merchant: listed.provider.merchant,
          amount: amount, state: .captured, at: before.at)
        effect = try apply(report, from: listed, in: transaction)
      }
      guard effect == .moved || effect == .repeated else { throw BillRefusal.notApplied(effect.rawValue) }
      try tellFeesAgain(of: before.method, on: before.day, in: transaction)
      return try move(before, to: .corrected, cause: .applied, reason, staff, in: transaction)
    }
  }

  /// Who speaks of the payment; nil where none is known. Throws `PaymentRefusal`.
  private func provider(of id: BillDifferenceID) async throws -> ListedProvider? {
    guard let known = try await difference(id), let payment = known.payment,
      let stored = try await database.read({ try PaymentRows.payment(payment, in: $0) })
    else { return nil }
    return try await directory.provider(of: stored)
  }

  private func locked(_ id: BillDifferenceID, in transaction: any Transaction) throws -> BillDifference {
    let row = try transaction.row(
      "SELECT * FROM bill_difference WHERE id = \(id)\(transaction.dialect.forUpdate)")
    guard let row else { throw BillRefusal.unknownDifference }
    return try BillRows.difference(row)
  }

  private func move(
    _ before: BillDifference, to state: BillDifference.State, cause: BillDifference.Cause?, _ reason: String,
    _ staff: StaffID, in transaction: any Transaction
  ) throws -> BillDifference {
    try transaction.execute(
      """
      UPDATE bill_difference SET state = \(state), cause = \(cause), reason = \(reason), staff_id = \(staff),
        changed_at = \(clock.now)
      WHERE id = \(before.id)
      """)
    let verb =
      switch state {
      case .corrected: "payments.correctDifference"
      case .ignored: "payments.ignoreDifference"
      case .explained: "payments.explainDifference"
      case .open, .carried: "payments.reopenDifference"
      }
    let deed = Deed(
      verb, on: before.id, named: before.paymentNumber.isEmpty ? before.providerNumber : before.paymentNumber, of: nil,
      before: ["state": before.state.rawValue],
      after: [
        "state": state.rawValue, "method": before.method, "day": before.day, "kind": before.kind.rawValue,
        "there": before.there.amount?.decimalText, "here": before.here.amount?.decimalText,
      ], note: reason)
    try DeedLog.note(deed, by: .staff(staff), at: clock.now, in: transaction)
    guard let after = try BillRows.difference(before.id, in: transaction) else {
      throw BillRefusal.unknownDifference
    }
    return after
  }

  public func fetchAgain(_ method: PaymentMethod, on day: ProviderDay, by staff: StaffID) async throws {
    let (calendar, span) = try await calendar(method, day)
    let now = clock.now
    // Before its hour there is none, and providers say then that nothing moved.
    let next = max(now, calendar.ready(span))
    try await database.write { transaction in
      try list(method, day, in: transaction)
      // One that is being worked on is left alone.
      let asked = try transaction.execute(
        """
        UPDATE bill_day SET state = CASE WHEN take_id IS NULL THEN 'waiting' ELSE 'matched' END, tries = 0,
          next_try_at = \(next), fault = ''
        WHERE method = \(method) AND day = \(day) AND working_take IS NULL
        """)
      guard asked == 1 else { throw BillRefusal.billBusy }
      try DeedLog.note(
        Deed("payments.fetchBill", on: "\(method) \(day)", of: nil), by: .staff(staff), at: now, in: transaction)
    }
  }

  public func bring(
    file path: String, of method: PaymentMethod, on day: ProviderDay, by staff: StaffID
  ) async throws {
    let (_, span) = try await calendar(method, day)
    guard let provider = try await directory.all(method).first?.provider else { throw BillRefusal.unknownBill }
    let bill = BillUnderWay(method: method, day: day, span: span, take: ids.next(), isFetched: false, tries: 0)
    let before = try await claimByHand(bill)
    do {
      let check = FileDayCheck(span)
      try await self.take(bill, from: .file) { sink in
        try await provider.readStatement(file: path) { rows in
          try check.take(rows)
          try await sink(rows)
        }
        try check.finish()
      }
      try await noteFile(bill, by: staff)
    } catch {
      try await giveUp(bill, until: before)
      if error is ProviderFault { throw FieldFaults(field: "file", code: "notABill") }
      throw error
    }
    let rows = try await self.bill(of: method, on: day)?.rows ?? 0
    if rows <= Self.shortBill { try await match(bill) }
  }

  /// Answers when the day would have been tried otherwise. Throws `BillRefusal.billBusy`.
  private func claimByHand(_ bill: BillUnderWay) async throws -> Timestamp? {
    let now = clock.now
    return try await database.write { transaction in
      try list(bill.method, bill.day, in: transaction)
      let row = try transaction.row(
        """
        SELECT working_take, next_try_at FROM bill_day WHERE method = \(bill.method) AND day = \(bill.day)
        \(transaction.dialect.forUpdate)
        """)
      let working: BillTakeID? = try row?["working_take"]
      let until: Timestamp? = try row?["next_try_at"]
      if working != nil, let until, until > now { throw BillRefusal.billBusy }
      try claim(bill.method, bill.day, take: bill.take, abandoning: working, until: now, in: transaction)
      return until
    }
  }

  private func noteFile(_ bill: BillUnderWay, by staff: StaffID) async throws {
    try await database.write { transaction in
      let rows: Int =
        try transaction.value(
          "SELECT row_count FROM bill_day WHERE method = \(bill.method) AND day = \(bill.day)") ?? 0
      let deed = Deed(
        "payments.bringBill", on: "\(bill.method) \(bill.day)", of: nil, after: ["rows": rows])
      try DeedLog.note(deed, by: .staff(staff), at: clock.now, in: transaction)
      // Whoever comes first compares it: this process at once, or the next round.
      try transaction.execute(
        """
        UPDATE bill_day SET next_try_at = \(clock.now.adding(.minutes(1)))
        WHERE method = \(bill.method) AND day = \(bill.day) AND working_take = \(bill.take)
        """)
    }
  }

  /// The day is as it was before it was worked on.
  private func giveUp(_ bill: BillUnderWay, until next: Timestamp?) async throws {
    let now = clock.now
    try await database.write { transaction in
      try leave(bill.take, in: transaction)
      // What is stored whole is compared all the same.
      try transaction.execute(
        """
        UPDATE bill_day SET working_take = NULL,
          next_try_at = CASE WHEN state = 'fetched' THEN \(now) ELSE \(next) END
        WHERE method = \(bill.method) AND day = \(bill.day) AND working_take = \(bill.take)
        """)
    }
  }

  private func list(_ method: PaymentMethod, _ day: ProviderDay, in transaction: any Transaction) throws {
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "bill_day",
        [("method", method.sqlValue), ("day", day.sqlValue), ("state", BillDay.State.waiting.sqlValue)]))
  }

  public func setFee(_ rule: BillFeeRule?, of method: PaymentMethod, by staff: StaffID) async throws {
    guard try await billed()[method] != nil else { throw PaymentRefusal.unknownMethod }
    if let rule {
      var faults = FieldFaults()
      if !BillFeeRule.partsRange.contains(rule.parts) {
        faults.add("parts", "outOfRange", ["min": "0", "max": "20"])
      }
      if !Self.fixedRange.contains(rule.fixed) { faults.add("fixed", "outOfRange", ["min": "0", "max": "100"]) }
      try faults.throwIfAny()
    }
    try await database.write { transaction in
      let before = try transaction.row("SELECT * FROM bill_fee_rule WHERE method = \(method)")
        .map(BillRows.feeRule)
      guard before != rule else { return }
      if let rule {
        try transaction.execute(
          transaction.dialect.upsert(
            into: "bill_fee_rule",
            [("method", method.sqlValue), ("parts", rule.parts.sqlValue), ("fixed", rule.fixed.sqlValue)],
            key: ["method"], update: ["parts", "fixed"]))
      } else {
        try transaction.execute("DELETE FROM bill_fee_rule WHERE method = \(method)")
      }
      func fields(_ rule: BillFeeRule) -> DeedFields { ["parts": rule.parts, "fixed": rule.fixed] }
      let deed = Deed(
        "payments.setFee", on: method, of: nil, before: before.map(fields), after: rule.map(fields))
      try DeedLog.note(deed, by: .staff(staff), at: clock.now, in: transaction)
    }
  }
}

/// Whether a file is the day's: it has something of it, and nothing from farther away than what crosses midnight. Throws
/// `FieldFaults` for `file`.
private final class FileDayCheck: Sendable {
  private let span: Range<Timestamp>
  private let near: Range<Timestamp>
  private let seen = Mutex((rows: false, own: false))

  init(_ span: Range<Timestamp>) {
    self.span = span
    near = span.lowerBound.adding(.days(-1))..<span.upperBound.adding(.days(1))
  }

  func take(_ rows: [StatementRow]) throws {
    guard rows.allSatisfy({ near.contains($0.at) }) else { throw FieldFaults(field: "file", code: "otherDay") }
    let hasOwn = rows.contains { span.contains($0.at) }
    seen.withLock { seen in
      seen.rows = seen.rows || !rows.isEmpty
      seen.own = seen.own || hasOwn
    }
  }

  func finish() throws {
    let isOther = seen.withLock { $0.rows && !$0.own }
    if isOther { throw FieldFaults(field: "file", code: "otherDay") }
  }
}
