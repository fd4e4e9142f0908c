import Storage
import Values

/// A day's bill that is being compared.
struct BillMatch: Sendable {
  let bill: BillUnderWay
  /// Whose rows are the day's.
  let take: BillTakeID
  let lines: Int
  /// The day's take and those of the days beside, as far as they are there.
  let takes: [BillTakeID]
  let hasBefore: Bool
  let hasAfter: Bool
  let rule: BillFeeRule?

  /// Whether the bill of a day beside, which isn't here yet, may have it.
  func mayCarry(_ at: Timestamp) -> Bool {
    (!hasAfter && at >= bill.span.upperBound.adding(.zero - BillSchedule.carryOver))
      || (!hasBefore && at < bill.span.lowerBound.adding(BillSchedule.carryOver))
  }
}

extension StoredPayments {
  /// Lines of a bill that one statement goes through, so that none takes long.
  private static let slice = 50_000
  private static let perTransaction = 200
  private static let slicesOfDay = 48

  /// Compares a bill that is stored with the books, in both directions. Done again, it finds the same.
  func match(_ bill: BillUnderWay) async throws {
    let match = try await begin(bill)
    try await resolve(match)
    for start in stride(from: 0, to: match.lines, by: Self.slice) {
      let lines = start..<min(start + Self.slice, match.lines)
      try await note(try await database.read { try Self.differing(lines, match, in: $0) }, match)
      try await note(try await database.read { try Self.differingRefunds(lines, match, in: $0) }, match)
    }
    let step = Int64(86_400_000 / Self.slicesOfDay)
    for index in 0..<Self.slicesOfDay {
      let start = Timestamp(milliseconds: bill.span.lowerBound.milliseconds + Int64(index) * step)
      let span = start..<Timestamp(milliseconds: start.milliseconds + step)
      try await note(try await database.read { try Self.unbilledPayments(span, match, in: $0) }, match)
      try await note(try await database.read { try self.unbilledRefunds(span, match, in: $0) }, match)
    }
    try await finish(match)
  }

  private func begin(_ bill: BillUnderWay) async throws -> BillMatch {
    let agreed = try await directory.agreedFees()[bill.method]
    return try await database.write { transaction in
      try hold(bill, in: transaction)
      let (before, after) = (bill.day.adding(-1), bill.day.adding(1))
      let days = try transaction.rows(
        """
        SELECT day, take_id, row_count FROM bill_day WHERE method = \(bill.method)
          AND day IN \(list: [before, bill.day, after]) AND take_id IS NOT NULL ORDER BY day
        """)
      let takes = Dictionary(
        try days.map { (try $0["day"] as ProviderDay, try $0["take_id"] as BillTakeID) },
        uniquingKeysWith: { first, _ in first })
      guard let take = takes[bill.day], let own = try days.first(where: { try $0["day"] == bill.day }) else {
        throw BillLost()
      }
      let rule = try transaction.row("SELECT * FROM bill_fee_rule WHERE method = \(bill.method)")
      return BillMatch(
        bill: bill, take: take, lines: try own["row_count"], takes: Array(takes.values),
        hasBefore: takes[before] != nil, hasAfter: takes[after] != nil, rule: try rule.map(BillRows.feeRule) ?? agreed)
    }
  }

  /// Ends a comparison: what was open of an earlier bill of the day and isn't found any more is no difference.
  private func finish(_ match: BillMatch) async throws {
    let (bill, now) = (match.bill, clock.now)
    let here = try await database.read { try Self.totalsHere(match, in: $0) }
    try await database.write { transaction in
      try hold(bill, in: transaction)
      for (currency, side) in here {
        try transaction.execute(
          transaction.dialect.upsert(
            into: "bill_total",
            [
              ("method", bill.method.sqlValue), ("day", bill.day.sqlValue), ("currency", currency.sqlValue),
              ("here_payments", side.payments.sqlValue), ("here_paid", side.paid.minor.sqlValue),
              ("here_refunds", side.refunds.sqlValue), ("here_refunded", side.refunded.minor.sqlValue),
            ], key: ["method", "day", "currency"],
            update: ["here_payments", "here_paid", "here_refunds", "here_refunded"]))
      }
      try transaction.execute(
        """
        UPDATE bill_difference SET state = \(BillDifference.State.explained), cause = \(BillDifference.Cause.newBill),
          changed_at = \(now)
        WHERE day = \(bill.day) AND method = \(bill.method) AND take_id <> \(match.take)
          AND state IN (\(BillDifference.State.open), \(BillDifference.State.carried))
        """)
      try leave(bill.take, in: transaction)
      try transaction.execute(
        """
        UPDATE bill_day SET state = \(BillDay.State.matched), matched_at = \(now), next_try_at = NULL,
          working_take = NULL
        WHERE method = \(bill.method) AND day = \(bill.day)
        """)
    }
  }

  /// Stores what was found; what is known already keeps its identity, and what somebody decided on it.
  private func note(_ found: [FoundDifference], _ match: BillMatch) async throws {
    for start in stride(from: 0, to: found.count, by: Self.perTransaction) {
      let part = Array(found[start..<min(start + Self.perTransaction, found.count)])
      try await database.write { transaction in
        try hold(match.bill, in: transaction)
        try store(part, match, in: transaction)
      }
    }
  }

  private func store(_ found: [FoundDifference], _ match: BillMatch, in transaction: any Transaction) throws {
    let (bill, now) = (match.bill, clock.now)
    let rows = try transaction.rows(
      """
      SELECT id, kind, subject, state, cause FROM bill_difference
      WHERE method = \(bill.method) AND day = \(bill.day) AND kind IN \(list: BillDifference.Kind.allCases)
        AND subject IN \(list: found.map(\.subject))
      """)
    var known: [String: Row] = [:]
    for row in rows { known["\(try row["kind"] as String) \(try row["subject"] as String)"] = row }
    var (fresh, added): ([[SQLValue]], Set<String>) = ([], [])
    for one in found {
      let name = "\(one.kind.rawValue) \(one.subject)"
      if let row = known[name] {
        try refresh(try row["id"], try row["state"], try row["cause"], one, match, in: transaction)
      } else if added.insert(name).inserted {
        // A bill may name the same thing in two lines.
        fresh.append(one.values(ids.next(), of: bill, take: match.take, now: now))
      }
    }
    for start in stride(from: 0, to: fresh.count, by: 50) {
      try transaction.execute(
        transaction.dialect.insertion(
          into: "bill_difference", columns: FoundDifference.columns,
          rows: Array(fresh[start..<min(start + 50, fresh.count)]), suffix: ""))
    }
  }

  private func refresh(
    _ id: BillDifferenceID, _ state: BillDifference.State, _ cause: BillDifference.Cause?, _ found: FoundDifference,
    _ match: BillMatch, in transaction: any Transaction
  ) throws {
    // What closed by itself and is there again is open again; what a person decided stands.
    let reopens = !state.isOpen && cause != .person
    let next = reopens || state.isOpen ? found.state : state
    try transaction.execute(
      """
      UPDATE bill_difference SET take_id = \(match.take), there_amount = \(found.thereAmount),
        there_fee = \(found.thereFee), here_amount = \(found.hereAmount), here_fee = \(found.hereFee),
        here_state = \(found.hereState), state = \(next), cause = \(reopens ? nil : cause),
        changed_at = CASE WHEN state = \(next) THEN changed_at ELSE \(clock.now) END
      WHERE id = \(id)
      """)
  }
}
