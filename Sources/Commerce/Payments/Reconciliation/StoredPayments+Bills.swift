import Governance
import Logging
import Storage
import Values

/// A day's bill that is this process's to work on, as long as the take is the one that the day names.
struct BillUnderWay: Sendable {
  let method: PaymentMethod
  let day: ProviderDay
  let span: Range<Timestamp>
  let take: BillTakeID
  /// Whether its rows are stored already, and are to be compared only.
  let isFetched: Bool
  let tries: Int
  /// Before, a bill without lines is one that isn't made yet, where the books have something of the day.
  var believesEmptyFrom: Timestamp?
}

/// Another has taken the day over meanwhile.
struct BillLost: Error {}

extension StoredPayments: ReconciliationService {
  public func billed() async throws -> [PaymentMethod: StatementCalendar] { try await directory.calendars() }

  func calendar(_ method: PaymentMethod, _ day: ProviderDay) async throws -> (StatementCalendar, Range<Timestamp>) {
    guard let calendar = try await billed()[method], let span = calendar.span(of: day), span.upperBound <= clock.now
    else {
      throw BillRefusal.unknownBill
    }
    return (calendar, span)
  }

  public func reconcile(now: Timestamp, limit: Int) async throws -> Int {
    let calendars = try await billed()
    guard !calendars.isEmpty else { return 0 }
    try await listDays(calendars, now: now)
    var compared = 0
    for _ in 0..<max(limit, 0) {
      try Task.checkCancellation()
      guard let bill = try await claimBill(calendars, now: now) else { break }
      if try await work(on: bill) { compared += 1 }
    }
    try await review(calendars, now: now)
    try await sweepTakes()
    return compared
  }

  /// Notes each day that is over and stands in no list yet.
  private func listDays(_ calendars: [PaymentMethod: StatementCalendar], now: Timestamp) async throws {
    for (method, calendar) in calendars {
      let last = calendar.day(of: now).adding(-1)
      var day: ProviderDay
      // Days from long ago were asked for by hand.
      if let known = try await lastListed(method), known >= last.adding(-calendar.keptDays) {
        day = known.adding(1)
      } else {
        day = try await firstDay(of: method, calendar, last: last)
      }
      var rows: [[SQLValue]] = []
      while day <= last, rows.count < 366 {
        guard let span = calendar.span(of: day) else { break }
        rows.append([
          method.sqlValue, day.sqlValue, BillDay.State.waiting.sqlValue, calendar.ready(span).sqlValue,
        ])
        day = day.adding(1)
      }
      guard !rows.isEmpty else { continue }
      let listed = rows
      try await database.write { transaction in
        _ = try transaction.execute(
          transaction.dialect.insertIfAbsent(
            into: "bill_day", columns: ["method", "day", "state", "next_try_at"], rows: listed))
      }
    }
  }

  private func lastListed(_ method: PaymentMethod) async throws -> ProviderDay? {
    try await database.read { transaction in
      try transaction.value("SELECT day FROM bill_day WHERE method = \(method) ORDER BY day DESC LIMIT 1")
    }
  }

  /// That of the first payment, as far as bills are worth fetching; yesterday where there is none.
  private func firstDay(
    of method: PaymentMethod, _ calendar: StatementCalendar, last: ProviderDay
  ) async throws -> ProviderDay {
    let back = last.adding(-BillSchedule.daysBack)
    guard let from = calendar.span(of: back)?.lowerBound else { return last }
    let first: Timestamp? = try await database.read { transaction in
      try transaction.value(
        """
        SELECT captured_at FROM payment WHERE method = \(method) AND captured_at >= \(from)
        ORDER BY captured_at LIMIT 1
        """)
    }
    return first.map { min(calendar.day(of: $0), last) } ?? last
  }

  /// The next day that is due, which nobody else gets for the time of the lease.
  private func claimBill(
    _ calendars: [PaymentMethod: StatementCalendar], now: Timestamp
  ) async throws -> BillUnderWay? {
    let take: BillTakeID = ids.next()
    return try await database.write { transaction in
      let row = try transaction.row(
        """
        SELECT method, day, state, tries, working_take FROM bill_day
        WHERE next_try_at <= \(now) AND method IN \(list: Array(calendars.keys))
        ORDER BY next_try_at, method, day LIMIT 1\(transaction.dialect.forUpdate)
        """)
      guard let row else { return nil }
      let (method, day): (PaymentMethod, ProviderDay) = (try row["method"], try row["day"])
      guard let calendar = calendars[method], let span = calendar.span(of: day) else { return nil }
      let state: BillDay.State = try row["state"]
      try claim(method, day, take: take, abandoning: try row["working_take"], until: now, in: transaction)
      return BillUnderWay(
        method: method, day: day, span: span, take: take, isFetched: state == .fetched, tries: try row["tries"],
        believesEmptyFrom: calendar.ready(span).adding(BillSchedule.emptyPatience))
    }
  }

  func claim(
    _ method: PaymentMethod, _ day: ProviderDay, take: BillTakeID, abandoning: BillTakeID?, until now: Timestamp,
    in transaction: any Transaction
  ) throws {
    if let abandoning { try leave(abandoning, in: transaction) }
    try transaction.execute(
      """
      UPDATE bill_day SET working_take = \(take), next_try_at = \(now.adding(BillSchedule.lease))
      WHERE method = \(method) AND day = \(day)
      """)
  }

  /// Lets the rows of a take go by and by, unless they are those of its day.
  func leave(_ take: BillTakeID, in transaction: any Transaction) throws {
    guard try transaction.row("SELECT day FROM bill_day WHERE take_id = \(take)") == nil else { return }
    try transaction.execute(
      transaction.dialect.insertIfAbsent(into: "bill_leftover", [(column: "take_id", value: take.sqlValue)]))
  }

  /// Holds the day for this transaction, and for the time of the lease. Throws `BillLost`.
  func hold(_ bill: BillUnderWay, in transaction: any Transaction) throws {
    let held = try transaction.execute(
      """
      UPDATE bill_day SET next_try_at = \(clock.now.adding(BillSchedule.lease))
      WHERE method = \(bill.method) AND day = \(bill.day) AND working_take = \(bill.take)
      """)
    guard held == 1 else { throw BillLost() }
  }

  /// Whether the day was compared.
  private func work(on bill: BillUnderWay) async throws -> Bool {
    let told: Logger.Metadata = ["method": "\(bill.method)", "day": "\(bill.day)"]
    do {
      if !bill.isFetched {
        let providers = try await billers(of: bill)
        try await Deadline.run(within: BillSchedule.longestFetch) {
          try await take(bill, from: .provider) { sink in
            for provider in providers { try await provider.readStatement(of: bill.day, sink) }
          }
        }
      }
      try await match(bill)
      logger.info("bill compared", metadata: told)
      return true
    } catch is BillLost {
      return false
    } catch let fault as CancellationError {
      throw fault
    } catch {
      if error as? ProviderFault != .notYet {
        logger.warning(
          "bill not compared", metadata: told.merging(["fault": "\(error)"], uniquingKeysWith: { $1 }))
      }
      try await postpone(bill, because: error)
      return false
    }
  }

  /// Throws `PaymentRefusal.providerUnavailable` where there is none whose secrets open here.
  private func billers(of bill: BillUnderWay) async throws -> [any PaymentProvider] {
    let (method, span) = (bill.method, bill.span)
    let moved: [PaymentAccountID] = try await database.read { transaction in
      try transaction.rows(
        """
        SELECT DISTINCT account_id FROM payment WHERE method = \(method) AND captured_at >= \(span.lowerBound)
          AND captured_at < \(span.upperBound) AND account_id IS NOT NULL
        UNION SELECT DISTINCT p.account_id FROM refund r JOIN payment p ON p.id = r.payment_id
          WHERE r.settled_at >= \(span.lowerBound) AND r.settled_at < \(span.upperBound) AND p.method = \(method)
            AND p.account_id IS NOT NULL
        """
      ).map { try $0["account_id"] }
    }
    let providers = try await directory.billers(of: method, from: span.lowerBound, moved: Set(moved))
    guard !providers.isEmpty else { throw PaymentRefusal.providerUnavailable }
    return providers
  }

  private func postpone(_ bill: BillUnderWay, because fault: any Error) async throws {
    let now = clock.now
    let next = BillSchedule.next(after: bill.tries + 1, now: now, dayEnd: bill.span.upperBound)
    let text = Self.reason(fault)
    try await database.write { transaction in
      try leave(bill.take, in: transaction)
      // What stood before a fetching that was asked for stands on.
      try transaction.execute(
        """
        UPDATE bill_day SET working_take = NULL, tries = tries + 1, next_try_at = \(next), fault = \(text),
          state = CASE WHEN state <> 'matched' AND \(next == nil) THEN 'failed' ELSE state END
        WHERE method = \(bill.method) AND day = \(bill.day) AND working_take = \(bill.take)
        """)
    }
  }

  /// A few words for people, of which none is a secret.
  private static func reason(_ fault: any Error) -> String {
    let text =
      switch fault {
      case ProviderFault.notYet: "notYet"
      case ProviderFault.refused(let code), ProviderFault.turnedAway(let code): code
      case let refusal as any Refusal: refusal.code
      case ProviderFault.outcomeUnknown(let what), ProviderFault.unreachable(let what): what
      default: "\(type(of: fault))"
      }
    return String(text.unicodeScalars.prefix(200).map(Character.init))
  }

  /// Takes away rows of takes that nothing points to, slice by slice.
  private func sweepTakes() async throws {
    let slice = 5000
    let leftovers: [BillTakeID] = try await database.read { transaction in
      try transaction.rows("SELECT take_id FROM bill_leftover ORDER BY take_id LIMIT 20").map { try $0["take_id"] }
    }
    for take in leftovers {
      while true {
        try Task.checkCancellation()
        let isEmpty = try await database.write { transaction in
          let line: Int? = try transaction.value(
            "SELECT line FROM bill_row WHERE take_id = \(take) ORDER BY line LIMIT 1")
          if let line {
            try transaction.execute("DELETE FROM bill_row WHERE take_id = \(take) AND line < \(line + slice)")
            return false
          }
          try transaction.execute("DELETE FROM bill_movement WHERE take_id = \(take)")
          try transaction.execute("DELETE FROM bill_leftover WHERE take_id = \(take)")
          return true
        }
        if isEmpty { break }
      }
    }
  }
}
