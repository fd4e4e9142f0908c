import Storage
import Values

/// What is read of bills.
extension StoredPayments {
  private static let mostDays = 5000

  public func bills(from: ProviderDay, through: ProviderDay) async throws -> [BillDay] {
    try await database.read { try Self.days(from: from, through: through, in: $0) }
  }

  private static func days(
    from: ProviderDay, through: ProviderDay, in transaction: any ReadTransaction
  ) throws -> [BillDay] {
    try transaction.rows(
      """
      SELECT \(BillRows.dayColumns) FROM bill_day d WHERE d.day >= \(from) AND d.day <= \(through)
      ORDER BY d.day, d.method LIMIT \(mostDays)
      """
    ).map(BillRows.day)
  }

  public func bill(of method: PaymentMethod, on day: ProviderDay) async throws -> BillDay? {
    try await database.read { transaction in
      try transaction.row(
        "SELECT \(BillRows.dayColumns) FROM bill_day d WHERE d.method = \(method) AND d.day = \(day)"
      ).map(BillRows.day)
    }
  }

  public func totals(of method: PaymentMethod, on day: ProviderDay) async throws -> [BillTotals] {
    try await database.read { transaction in
      try transaction.rows(
        "SELECT * FROM bill_total WHERE method = \(method) AND day = \(day) ORDER BY currency LIMIT 200"
      ).map(BillRows.totals)
    }
  }

  public func movements(
    of method: PaymentMethod, on day: ProviderDay, _ page: PageRequest
  ) async throws -> Page<BillMovement> {
    let after = page.after?.parts.first.flatMap { Int64($0) } ?? -1
    return try await database.read { transaction in
      let rows = try transaction.rows(
        """
        SELECT m.* FROM bill_day d JOIN bill_movement m ON m.take_id = d.take_id
        WHERE d.method = \(method) AND d.day = \(day) AND m.line > \(after) ORDER BY m.line LIMIT \(page.limit + 1)
        """)
      let lines: [Int64] = try rows.map { try $0["line"] }
      let paged = Page(fetched: Array(zip(lines, try rows.map(BillRows.movement))), limit: page.limit) {
        Cursor([String($0.0)])
      }
      return paged.map(\.1)
    }
  }

  public func differences(
    matching filter: BillDifferenceFilter, _ page: PageRequest
  ) async throws -> Page<BillDifference> {
    var conditions: [SQL] = []
    if let method = filter.method { conditions.append("method = \(method)") }
    if let kind = filter.kind { conditions.append("kind = \(kind)") }
    if let state = filter.state { conditions.append("state = \(state)") }
    if let from = filter.from { conditions.append("day >= \(from)") }
    if let through = filter.through { conditions.append("day <= \(through)") }
    if let number = filter.number {
      conditions.append("payment_number = \(number) OR refund_number = \(number) OR provider_number = \(number)")
    }
    if let after = page.after {
      guard after.parts.count == 2, let id = Int64(after.parts[1]) else {
        throw FieldFaults(field: "after", code: "malformed")
      }
      let day = after.parts[0]
      conditions.append("day < \(day) OR (day = \(day) AND id < \(id))")
    }
    let query: SQL = """
      SELECT * FROM bill_difference WHERE \(SQL.all(conditions)) ORDER BY day DESC, id DESC LIMIT \(page.limit + 1)
      """
    return try await database.read { transaction in
      Page(fetched: try transaction.rows(query).map(BillRows.difference), limit: page.limit) {
        Cursor([$0.day.rawValue, String($0.id.raw)])
      }
    }
  }

  public func difference(_ id: BillDifferenceID) async throws -> BillDifference? {
    try await database.read { try BillRows.difference(id, in: $0) }
  }

  public func waiting() async throws -> Int {
    try await database.read { transaction in
      try transaction.value(
        """
        SELECT (SELECT COUNT(*) FROM (SELECT id FROM bill_difference WHERE state = \(BillDifference.State.open)
            LIMIT \(BillStanding.mostCounted)) AS counted)
          + (SELECT COUNT(*) FROM bill_day WHERE state = \(BillDay.State.failed)) AS waiting
        """) ?? 0
    }
  }

  public func standing() async throws -> BillStanding {
    let methods = Array(try await billed().keys)
    return try await database.read { transaction in
      let open: Int =
        try transaction.value(
          """
          SELECT COUNT(*) FROM (SELECT id FROM bill_difference WHERE state = \(BillDifference.State.open)
            LIMIT \(BillStanding.mostCounted)) AS counted
          """) ?? 0
      let failed: Int =
        try transaction.value("SELECT COUNT(*) FROM bill_day WHERE state = \(BillDay.State.failed)") ?? 0
      var last: [PaymentMethod: ProviderDay?] = [:]
      for method in methods {
        let day: ProviderDay? = try transaction.value(
          """
          SELECT day FROM bill_day WHERE method = \(method) AND state = \(BillDay.State.matched)
          ORDER BY day DESC LIMIT 1
          """)
        last[method] = .some(day)
      }
      return BillStanding(openDifferences: open, failedDays: failed, lastMatched: last)
    }
  }

  public func feeRules() async throws -> [BillFeeRule] {
    var rules = try await directory.agreedFees()
    let kept = try await database.read { transaction in
      try transaction.rows("SELECT * FROM bill_fee_rule ORDER BY method LIMIT 100").map(BillRows.feeRule)
    }
    for rule in kept { rules[rule.method] = rule }
    return rules.values.sorted { $0.method.rawValue < $1.method.rawValue }
  }
}

extension StoredPayments {
  private static let sums: SQL = """
    SUM(payments) AS payments, SUM(paid) AS paid, SUM(refunds) AS refunds, SUM(refunded) AS refunded,
    SUM(fees) AS fees, SUM(others) AS others, SUM(others_in) AS others_in, SUM(others_out) AS others_out,
    SUM(here_payments) AS here_payments, SUM(here_paid) AS here_paid, SUM(here_refunds) AS here_refunds,
    SUM(here_refunded) AS here_refunded
    """

  public func report(of month: BillMonth) async throws -> [MonthlyBill] {
    let calendars = try await billed()
    let now = clock.now
    return try await database.read { transaction in
      let opening = try Self.balances(before: month, in: transaction)
      var within: [String: BillTotals] = [:]
      for row in try transaction.rows(
        """
        SELECT method, currency, \(Self.sums) FROM bill_total
        WHERE day >= \(month.first) AND day <= \(month.last) GROUP BY method, currency ORDER BY method, currency
        """)
      { within["\(try row["method"] as String) \(try row["currency"] as String)"] = try BillRows.totals(row) }
      let days = try Self.days(from: month.first, through: month.last, in: transaction)
      return Set(opening.keys).union(within.keys).sorted().compactMap { key in
        let names = key.split(separator: " ").map(String.init)
        guard names.count == 2, let method = PaymentMethod(rawValue: names[0]), let currency = Currency(names[1])
        else { return nil }
        let own = days.filter { $0.method == method }
        let matched = own.filter { $0.state == .matched }.count
        let over = calendars[method].map { Self.daysOver(in: month, at: now, $0) } ?? matched
        return MonthlyBill(
          method: method, opening: Money(minor: opening[key] ?? 0, currency: currency),
          totals: within[key]
            ?? BillTotals(
              currency: currency, there: .nothing(currency), here: .nothing(currency), fees: .zero(currency),
              others: 0, othersIn: .zero(currency), othersOut: .zero(currency)),
          daysMatched: matched, daysMissing: max(over - matched, 0),
          openDifferences: own.reduce(0) { $0 + $1.openDifferences })
      }
    }
  }

  /// By `method currency`: what all bills before the month add up to.
  private static func balances(
    before month: BillMonth, in transaction: any ReadTransaction
  ) throws -> [String: Int64] {
    var balances: [String: Int64] = [:]
    for row in try transaction.rows(
      """
      SELECT method, currency, \(sums) FROM bill_total WHERE day < \(month.first)
      GROUP BY method, currency ORDER BY method, currency
      """)
    {
      balances["\(try row["method"] as String) \(try row["currency"] as String)"] =
        try BillRows.totals(row).net.minor
    }
    return balances
  }

  /// Days of the month that are over by the provider's calendar.
  private static func daysOver(in month: BillMonth, at now: Timestamp, _ calendar: StatementCalendar) -> Int {
    let today = calendar.day(of: now)
    var (day, count) = (month.first, 0)
    while day <= month.last, day < today {
      count += 1
      day = day.adding(1)
    }
    return count
  }

  public func days(of month: BillMonth) async throws -> [(bill: BillDay, totals: [BillTotals])] {
    try await database.read { transaction in
      let days = try Self.days(from: month.first, through: month.last, in: transaction)
      var totals: [String: [BillTotals]] = [:]
      for row in try transaction.rows(
        """
        SELECT * FROM bill_total WHERE day >= \(month.first) AND day <= \(month.last)
        ORDER BY method, day, currency LIMIT \(Self.mostDays)
        """)
      {
        let name = "\(try row["method"] as String) \(try row["day"] as String)"
        totals[name, default: []].append(try BillRows.totals(row))
      }
      return days.sorted { ($0.method.rawValue, $0.day) < ($1.method.rawValue, $1.day) }.map { day in
        (bill: day, totals: totals["\(day.method) \(day.day)"] ?? [])
      }
    }
  }
}
