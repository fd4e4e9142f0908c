import Storage
import Values

/// Differences that close by themselves: another day's bill has the movement, or the provider told it late.
extension StoredPayments {
  private static let page = 200
  private static let pages = 50

  private struct Verdict: Sendable {
    let id: BillDifferenceID
    let method: PaymentMethod
    let day: ProviderDay
    let before: BillDifference.State
    let state: BillDifference.State
    let cause: BillDifference.Cause?

    init(_ value: BillDifference, to state: BillDifference.State, _ cause: BillDifference.Cause?) {
      (id, method, day, before) = (value.id, value.method, value.day, value.state)
      (self.state, self.cause) = (state, cause)
    }
  }

  /// A difference with what only the centre needs to know.
  private struct OpenDifference: Sendable {
    let value: BillDifference
    let subject: Int64?
    let key: String?
  }

  /// The newest first: of a bill with more lines that aren't ours than one round looks at, later ones mustn't wait.
  func review(_ calendars: [PaymentMethod: StatementCalendar], now: Timestamp) async throws {
    var last: BillDifferenceID?
    for _ in 0..<Self.pages {
      try Task.checkCancellation()
      let before = last?.raw ?? .max
      let (verdicts, end) = try await database.read { try self.verdicts(before: before, calendars, in: $0) }
      if !verdicts.isEmpty {
        try await database.write { transaction in
          for verdict in verdicts {
            try transaction.execute(
              """
              UPDATE bill_difference SET state = \(verdict.state), cause = \(verdict.cause), changed_at = \(now)
              WHERE id = \(verdict.id) AND state = \(verdict.before)
              """)
          }
          for (method, day) in Self.lateDays(verdicts) { try tellFeesAgain(of: method, on: day, in: transaction) }
        }
      }
      guard let end else { break }
      last = end
    }
  }

  /// Days of which something was told late.
  private static func lateDays(_ verdicts: [Verdict]) -> [(PaymentMethod, ProviderDay)] {
    let late = verdicts.filter { $0.cause == .lateNotice }
    return Dictionary(grouping: late, by: \.method).flatMap { method, own in
      Set(own.map(\.day)).map { (method, $0) }
    }
  }

  /// Of one page, whose last is answered unless it is the last page.
  private func verdicts(
    before: Int64, _ calendars: [PaymentMethod: StatementCalendar], in transaction: any ReadTransaction
  ) throws -> ([Verdict], BillDifferenceID?) {
    let open = try transaction.rows(
      """
      SELECT * FROM bill_difference
      WHERE state IN (\(BillDifference.State.open), \(BillDifference.State.carried)) AND id < \(before)
      ORDER BY id DESC LIMIT \(Self.page)
      """
    ).map {
      OpenDifference(
        value: try BillRows.difference($0), subject: try $0["subject_id"], key: try $0["refund_key"])
    }
    let missing = open.filter { $0.value.kind == .missingThere }
    let others = open.filter { [.missingHere, .statusDiffers, .amountDiffers].contains($0.value.kind) }
    let verdicts =
      try verdicts(onUnbilled: missing, calendars, in: transaction)
      + verdicts(onPayments: others.filter { !$0.value.isRefund }, in: transaction)
      + verdicts(onRefunds: others.filter(\.value.isRefund), in: transaction)
    return (verdicts, open.count == Self.page ? open.last?.value.id : nil)
  }

  private func verdicts(
    onUnbilled open: [OpenDifference], _ calendars: [PaymentMethod: StatementCalendar],
    in transaction: any ReadTransaction
  ) throws -> [Verdict] {
    guard !open.isEmpty else { return [] }
    var billed: Set<String> = []
    for row in try transaction.rows(
      """
      SELECT DISTINCT s.subject_id, d.method FROM bill_row s JOIN bill_day d ON d.take_id = s.take_id
      WHERE s.subject_id IN \(list: open.compactMap(\.subject))
      """)
    { billed.insert("\(try row["method"] as String) \(try row["subject_id"] as Int64)") }
    let parts = try billedParts(of: open.compactMap(\.key), in: transaction)
    let beside = Dictionary(
      open.compactMap { one in Self.dayBeside(one.value, calendars).map { (one.value.id, $0) } },
      uniquingKeysWith: { first, _ in first })
    let settled = try settledDays(Set(beside.values), in: transaction)
    return open.compactMap { one in
      let value = one.value
      let isBilled =
        one.subject.map { billed.contains("\(value.method) \($0)") } ?? false
        || one.key.map(parts.contains) ?? false
      if isBilled {
        return Verdict(value, to: .explained, .otherBill)
      }
      guard value.state == .carried, let day = beside[value.id], settled.contains("\(value.method) \(day)")
      else { return nil }
      return Verdict(value, to: .open, nil)
    }
  }

  /// The day whose bill may have what was near midnight.
  private static func dayBeside(
    _ difference: BillDifference, _ calendars: [PaymentMethod: StatementCalendar]
  ) -> ProviderDay? {
    guard let span = calendars[difference.method]?.span(of: difference.day) else { return nil }
    let isLate = difference.at >= span.upperBound.adding(.zero - BillSchedule.carryOver)
    return difference.day.adding(isLate ? 1 : -1)
  }

  /// Days beside that say no more, as `method day`.
  private func settledDays(_ days: Set<ProviderDay>, in transaction: any ReadTransaction) throws -> Set<String> {
    let rows = try transaction.rows(
      """
      SELECT method, day FROM bill_day WHERE day IN \(list: Array(days))
        AND state IN (\(BillDay.State.matched), \(BillDay.State.failed))
      """)
    return Set(try rows.map { "\(try $0["method"] as String) \(try $0["day"] as String)" })
  }

  private func verdicts(
    onPayments open: [OpenDifference], in transaction: any ReadTransaction
  ) throws -> [Verdict] {
    guard !open.isEmpty else { return [] }
    let ids = open.compactMap { $0.subject.map { PaymentID(raw: $0) } ?? $0.value.payment }
    var known = Dictionary(
      try PaymentRows.payments(Array(Set(ids)), in: transaction).map { ($0.id, $0.payment) },
      uniquingKeysWith: { first, _ in first })
    let numbers = open.map(\.value.providerNumber).filter { !$0.isEmpty }
    let methods = Array(Set(open.map(\.value.method)))
    let found: [PaymentID] = try transaction.rows(
      "SELECT id FROM payment WHERE method IN \(list: methods) AND provider_number IN \(list: numbers)"
    ).map { try $0["id"] }
    for stored in try PaymentRows.payments(found, in: transaction) { known[stored.id] = stored.payment }
    return open.compactMap { one in
      let value = one.value
      let id = one.subject.map { PaymentID(raw: $0) } ?? value.payment
      let payment =
        id.flatMap { known[$0] }
        ?? known.values.first { $0.method == value.method && $0.providerNumber == value.providerNumber }
      guard let payment, payment.method == value.method, payment.state.hasMoney else { return nil }
      // Another amount is a difference of its own.
      guard value.kind == .statusDiffers || payment.atProvider == value.there.amount else { return nil }
      return Verdict(value, to: .explained, .lateNotice)
    }
  }

  private func verdicts(
    onRefunds open: [OpenDifference], in transaction: any ReadTransaction
  ) throws -> [Verdict] {
    guard !open.isEmpty else { return [] }
    let ids = open.compactMap { $0.subject.map { RefundID(raw: $0) } ?? RefundID($0.value.refundNumber) }
    let refunds = try transaction.rows("SELECT * FROM refund WHERE id IN \(list: ids)").map(RefundRows.refund)
    let known = Dictionary(refunds.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let parts = try parts(of: open.compactMap(\.key), in: transaction)
    return open.compactMap { one in
      let value = one.value
      let agrees: Bool
      if let part = one.key.flatMap({ parts[$0] }) {
        agrees = part.isSettled && part.amount == value.there.amount?.minor
      } else {
        let id = one.subject.map { RefundID(raw: $0) } ?? RefundID(value.refundNumber)
        guard let refund = id.flatMap({ known[$0] }) else { return nil }
        agrees = refund.state == .settled && (value.kind == .statusDiffers || refund.atProvider == value.there.amount)
      }
      return agrees ? Verdict(value, to: .explained, .lateNotice) : nil
    }
  }
}
