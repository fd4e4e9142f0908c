import Storage
import Values

extension StoredSettlement {
  private static let slice = 200

  /// Each check stops at the first row that disagrees.
  public func audit() async throws -> [Discrepancy] {
    let found = try await database.read { transaction in
      try Self.checks.compactMap { check -> Discrepancy? in
        guard let row = try transaction.row(check.query) else { return nil }
        let (expected, found): (String?, String?) = (try row["expected"], try row["found"])
        return Discrepancy(
          book: "settlement", row: try check.name(row), expected: "\(check.rule) \(expected ?? "nothing")",
          found: found ?? "nothing")
      }
    }
    guard let underived = try await underived() else { return found }
    return found + [underived]
  }

  /// The first order whose sums or entries don't follow from its facts and terms.
  private func underived() async throws -> Discrepancy? {
    var last = OrderID(raw: -1)
    while true {
      let after = last
      let (end, found) = try await database.read { transaction in
        try derive(after: after, in: transaction)
      }
      if let found { return found }
      guard let end else { return nil }
      last = end
    }
  }

  private func derive(
    after: OrderID, in transaction: any ReadTransaction
  ) throws -> (end: OrderID?, found: Discrepancy?) {
    let orders: [OrderID] = try transaction.rows(
      "SELECT order_id FROM settlement_order WHERE order_id > \(after) ORDER BY order_id LIMIT \(Self.slice)"
    ).map { try $0["order_id"] }
    let accounts = try OrderAccountRows.accounts(orders, in: transaction)
    let facts = try OrderAccountRows.facts(orders, in: transaction)
    let booked = try Self.booked(orders, in: transaction)
    for order in orders {
      guard let stored = accounts[order] else { continue }
      let terms = try OrderAccountRows.terms(of: stored, in: transaction)
      let position = try position(of: stored, facts[order] ?? [], terms)
      if let found = Self.discrepancy(position, stored.account, booked: booked[order] ?? [:]) { return (order, found) }
    }
    return (orders.last, nil)
  }

  private static func booked(
    _ orders: [OrderID], in transaction: any ReadTransaction
  ) throws -> [OrderID: [BookPlace: Int64]] {
    guard !orders.isEmpty else { return [:] }
    var booked: [OrderID: [BookPlace: Int64]] = [:]
    for row in try transaction.rows(
      """
      SELECT order_id, account, party, SUM(amount) AS amount FROM book_entry WHERE order_id IN \(list: orders)
      GROUP BY order_id, account, party HAVING SUM(amount) <> 0
      """)
    {
      let place = BookPlace(try row["account"], try row["party"])
      booked[try row["order_id"], default: [:]][place] = try row["amount"]
    }
    return booked
  }

  private static func discrepancy(
    _ position: OrderPosition, _ account: OrderAccount, booked: [BookPlace: Int64]
  ) -> Discrepancy? {
    let sums = StatementSums(
      paid: position.paid, borne: position.borne, refunds: position.refunded, commission: position.commission,
      fee: position.fee,
      net: position.owed)
    guard sums == account.sums, position.goodwill == account.goodwill, position.endedAt == account.endedAt else {
      return Discrepancy(
        book: "settlement", row: "\(position.order)", expected: "owed \(position.owed) by its facts",
        found: "\(account.sums.net)")
    }
    let places = Set(position.balances.keys).union(booked.keys).sorted()
    guard let place = places.first(where: { position.balances[$0] ?? 0 != booked[$0] ?? 0 }) else { return nil }
    return Discrepancy(
      book: "settlement", row: "\(position.order)",
      expected: "\(position.balances[place] ?? 0) on \(place.account.rawValue) by its facts",
      found: "\(booked[place] ?? 0)")
  }

  private struct Check: Sendable {
    /// What should hold, as the report words it.
    let rule: String
    /// Answers at most one row: `id`, `expected`, `found`, the latter two as text.
    let query: SQL
    /// What the row is called.
    let name: @Sendable (Row) throws -> String
  }

  private static let order: @Sendable (Row) throws -> String = { try ($0["id"] as OrderID).description }
  private static let statement: @Sendable (Row) throws -> String = { try ($0["id"] as StatementID).description }
  private static let stated: SQL = """
    (SELECT COALESCE(SUM(l.net), 0) FROM settlement_line l JOIN settlement_statement s ON s.id = l.statement_id
      WHERE l.order_id = o.order_id AND s.state <> 'cancelled')
    """
  private static let lines: SQL = """
    (SELECT COALESCE(SUM(l.net), 0) FROM settlement_line l WHERE l.statement_id = s.id)
    """
  private static let checks = [
    Check(
      rule: "entries that add up to",
      query: """
        SELECT booking AS id, '0' AS expected, CAST(SUM(amount) AS CHAR(20)) AS found FROM book_entry
        GROUP BY booking HAVING SUM(amount) <> 0 ORDER BY booking LIMIT 1
        """, name: { try $0["id"] }),
    Check(
      rule: "on an account of a merchant's orders, by their entries:",
      query: """
        SELECT merchant_id AS id, CAST(SUM(booked) AS CHAR(20)) AS expected, CAST(SUM(kept) AS CHAR(20)) AS found FROM (
          SELECT merchant_id, account, currency, amount AS booked, 0 AS kept FROM book_entry
          UNION ALL SELECT merchant_id, account, currency, 0 AS booked, amount AS kept FROM book_balance) AS sides
        GROUP BY merchant_id, account, currency HAVING SUM(booked) <> SUM(kept)
        ORDER BY merchant_id, account, currency LIMIT 1
        """, name: { try ($0["id"] as MerchantID).description }),
    Check(
      rule: "owed as store credit, by what was given:",
      query: """
        SELECT k.booking AS id, CAST(SUM(k.given) AS CHAR(20)) AS expected, CAST(SUM(k.booked) AS CHAR(20)) AS found FROM (
          SELECT fact_key AS booking, currency, amount AS given, 0 AS booked FROM settlement_credit
          UNION ALL SELECT booking, currency, 0 AS given, -amount AS booked FROM book_entry
            WHERE account = 'storeCredit' AND order_id IS NULL) AS k
        GROUP BY k.booking, k.currency HAVING SUM(k.given) <> SUM(k.booked) ORDER BY k.booking LIMIT 1
        """, name: { try $0["id"] }),
    Check(
      rule: "in statements, by their lines:",
      query: """
        SELECT o.order_id AS id, CAST(\(stated) AS CHAR(20)) AS expected, CAST(o.stated_net AS CHAR(20)) AS found
        FROM settlement_order o WHERE o.stated_net <> \(stated) ORDER BY o.order_id LIMIT 1
        """, name: order),
    Check(
      rule: "open as long as statements have less or more:",
      query: """
        SELECT order_id AS id, CAST(owed - stated_net AS CHAR(20)) AS expected, CAST(is_open AS CHAR(20)) AS found
        FROM settlement_order WHERE is_open <> CASE WHEN owed = stated_net THEN 0 ELSE 1 END
        ORDER BY order_id LIMIT 1
        """, name: order),
    Check(
      rule: "a net as its lines add up:",
      query: """
        SELECT s.id, CAST(\(lines) AS CHAR(20)) AS expected, CAST(s.net AS CHAR(20)) AS found
        FROM settlement_statement s WHERE s.net <> \(lines) ORDER BY s.id LIMIT 1
        """, name: statement),
    Check(
      rule: "a net of paid and borne, less refunds, commission and fee:",
      query: """
        SELECT s.id, CAST(s.paid + s.borne - s.refunds - s.commission - s.fee AS CHAR(20)) AS expected,
          CAST(s.net AS CHAR(20)) AS found
        FROM settlement_statement s WHERE s.net <> s.paid + s.borne - s.refunds - s.commission - s.fee ORDER BY s.id LIMIT 1
        """, name: statement),
    Check(
      rule: "paid out to the merchant, by statements that are paid:",
      query: """
        SELECT m.id, CAST(m.stated AS CHAR(20)) AS expected, CAST(m.booked AS CHAR(20)) AS found FROM (
          SELECT k.merchant_id AS id, k.currency, SUM(k.stated) AS stated, SUM(k.booked) AS booked FROM (
            SELECT merchant_id, currency, net AS stated, 0 AS booked FROM settlement_statement WHERE state = 'paid'
            UNION ALL
            SELECT merchant_id, currency, 0 AS stated, -amount AS booked FROM book_entry WHERE account = 'payout') AS k
          GROUP BY k.merchant_id, k.currency) AS m
        WHERE m.stated <> m.booked ORDER BY m.id LIMIT 1
        """, name: { try ($0["id"] as MerchantID).description }),
  ]
}
