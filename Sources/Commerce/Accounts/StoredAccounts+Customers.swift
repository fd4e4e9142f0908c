import Storage
import Values

extension StoredAccounts: CustomerService {
  /// So many customers of a merchant are gone through and sorted; of more, those of all accounts that match are.
  private static let few = 5000

  /// How a list of customers is walked: one index leads, in whose order it stands, and the rest is looked at row by row.
  private struct Path {
    enum Key { case none, text(SQL), number(SQL) }

    var source: SQL = "account"
    var key = Key.none
    var id: SQL = "account.id"
    var isDescending = true
    var conditions: [SQL] = []
  }

  public func customers(
    of employer: MerchantID?, matching filter: CustomerFilter, _ page: PageRequest
  ) async throws -> Page<Account> {
    var path = Self.path(of: employer, filter)
    let column: SQL =
      switch path.key {
      case .none: "0"
      case .text(let leading), .number(let leading): leading
      }
    if let cursor = page.after { path.conditions.append(try Self.condition(after: cursor, path)) }
    let turn: SQL = path.isDescending ? " DESC" : ""
    let order: SQL = if case .none = path.key { path.id + turn } else { column + turn + ", " + path.id + turn }
    let tail: SQL = "ORDER BY \(order) LIMIT \(page.limit + 1)"
    let query: SQL = """
      SELECT account.*, \(column) AS list_key FROM \(path.source) WHERE \(SQL.all(path.conditions)) \(tail)
      """
    let isText = if case .text = path.key { true } else { false }
    var ofFew: SQL?
    if let employer, isText {
      let own: [SQL] = ["customer.merchant_id = \(employer) AND account.id = customer.account_id"]
      // The cross join holds the engine to this order of tables.
      ofFew = """
        SELECT account.*, \(column) AS list_key FROM customer CROSS JOIN account
        WHERE \(SQL.all(own + path.conditions)) \(tail)
        """
    }
    let found = try await database.read { [ofFew] transaction in
      var asked = query
      if let employer, let ofFew, try Self.hasFew(employer, in: transaction) { asked = ofFew }
      return try transaction.rows(asked).map { row -> (Account, String) in
        let key = isText ? try row["list_key"] as String : String(try row["list_key"] as Int64)
        return (try Account(row), key)
      }
    }
    let keys = Dictionary(found.map { ($0.0.id, $0.1) }, uniquingKeysWith: { first, _ in first })
    return Page(fetched: found.map(\.0), limit: page.limit) { Cursor([keys[$0.id] ?? "", String($0.id.raw)]) }
  }

  private static func hasFew(_ merchant: MerchantID, in transaction: any ReadTransaction) throws -> Bool {
    let count = try transaction.value(
      """
      SELECT COUNT(*) FROM
        (SELECT account_id FROM customer WHERE merchant_id = \(merchant) LIMIT \(few + 1)) AS counted
      """, as: Int.self)
    return (count ?? 0) <= few
  }

  private static func path(of employer: MerchantID?, _ filter: CustomerFilter) -> Path {
    var path = Path()
    let owner = employer?.raw ?? 0
    let (name, phone) = (filter.name.map(CustomerKeys.name) ?? "", filter.phone.map(CustomerKeys.phone) ?? "")
    let email = filter.email?.lowercased() ?? ""
    let tag = filter.tag ?? ""
    if let account = filter.account { path.conditions.append("account.id = \(account)") }
    // Nobody has a number without digits.
    if phone.isEmpty, filter.phone != nil { path.conditions.append("1 = 0") }
    // The first of these leads.
    let keys: [(column: SQL, text: String, isWhole: Bool)] = [
      ("account.email", email, filter.isWhole), ("account.phone_key", phone, filter.isWhole),
      ("account.name_key", name, filter.isWhole),
    ]
    for (column, text, isWhole) in keys where !text.isEmpty {
      path.conditions.append(
        isWhole ? "\(column) = \(text)" : "\(column) >= \(text) AND \(column) < \(text + CustomerKeys.end)")
      guard case .none = path.key else { continue }
      path.key = .text(column)
      path.isDescending = false
    }
    var isLed = if case .none = path.key { filter.account != nil } else { true }
    if !tag.isEmpty, isLed {
      path.conditions.append(
        """
        EXISTS (SELECT 1 FROM customer_tag WHERE customer_tag.owner = \(owner) AND customer_tag.tag = \(tag)
          AND customer_tag.account_id = account.id)
        """)
    } else if !tag.isEmpty {
      path.source = "customer_tag JOIN account ON account.id = customer_tag.account_id"
      path.id = "customer_tag.account_id"
      path.conditions.append("customer_tag.owner = \(owner) AND customer_tag.tag = \(tag)")
      isLed = true
    }
    if filter.isBlocked == true, !isLed {
      path.key = .number("account.blocked_at")
      isLed = true
    }
    if let employer, isLed {
      path.conditions.append(
        """
        EXISTS (SELECT 1 FROM customer WHERE customer.merchant_id = \(employer) AND customer.account_id = account.id)
        """)
    } else if let employer {
      path.source = "customer JOIN account ON account.id = customer.account_id"
      path.key = .number("customer.last_at")
      path.id = "customer.account_id"
      path.conditions.append("customer.merchant_id = \(employer)")
    }
    switch filter.isBlocked {
    case .some(true): path.conditions.append("account.blocked_at IS NOT NULL")
    case .some(false): path.conditions.append("account.blocked_at IS NULL")
    case nil: break
    }
    return path
  }

  /// Throws `FieldFaults` for a cursor of another list.
  private static func condition(after cursor: Cursor, _ path: Path) throws -> SQL {
    guard cursor.parts.count == 2, let id = Int64(cursor.parts[1]) else {
      throw FieldFaults(field: "after", code: "malformed")
    }
    switch path.key {
    case .none: return path.isDescending ? "\(path.id) < \(id)" : "\(path.id) > \(id)"
    case .text(let column):
      let text = cursor.parts[0]
      return "\(column) >= \(text) AND (\(column) > \(text) OR \(path.id) > \(id))"
    case .number(let column):
      guard let number = Int64(cursor.parts[0]) else { throw FieldFaults(field: "after", code: "malformed") }
      return "\(column) <= \(number) AND (\(column) < \(number) OR \(path.id) < \(id))"
    }
  }

  // MARK: Who ordered from whom

  public func noteOrders(_ orders: [CustomerOrder]) async throws {
    guard !orders.isEmpty else { return }
    // In one order, so that two who note the same wait for one another and not in a ring.
    let sorted = orders.sorted { ($0.merchant, $0.buyer, $0.placedAt) < ($1.merchant, $1.buyer, $1.placedAt) }
    var last: [CustomerOrder] = []
    for order in sorted {
      if last.last.map({ ($0.merchant, $0.buyer) == (order.merchant, order.buyer) }) == true { last.removeLast() }
      last.append(order)
    }
    try await database.write { [last] transaction in
      try last.inParts { part in
        try transaction.execute(
          transaction.dialect.upsert(
            into: "customer", columns: ["merchant_id", "account_id", "last_at"],
            rows: part.map { [$0.merchant.sqlValue, $0.buyer.sqlValue, $0.placedAt.sqlValue] },
            key: ["merchant_id", "account_id"], renewing: [.raise("last_at")]))
      }
    }
  }

  public func gathered() async throws -> CustomerGathering? {
    try await database.read { try Self.gathering(Self.ofOrders, in: $0) }
  }

  public func noteGathered(upTo place: Cursor?) async throws {
    try await database.write { try Self.note(Self.ofOrders, upTo: place, in: $0) }
  }

  // MARK: What accounts are found by

  public func fillKeys(limit: Int) async throws -> Int {
    guard try await database.read({ try Self.gathering(Self.ofKeys, in: $0) }) != nil else { return 0 }
    return try await database.write { transaction in
      guard let gathering = try Self.gathering(Self.ofKeys, in: transaction) else { return 0 }
      let last = gathering.place?.parts.first.flatMap { Int64($0) } ?? 0
      // Held, so that nobody is given the key of a name that they changed meanwhile.
      let rows = try transaction.rows(
        """
        SELECT id, name, phone, name_key, phone_key FROM account WHERE id > \(last) ORDER BY id LIMIT \(limit)
        \(transaction.dialect.forUpdate)
        """)
      for row in rows { try Self.fillKeys(row, in: transaction) }
      let end: AccountID? = try rows.last?["id"]
      let place = rows.count < limit ? nil : end.map { Cursor([String($0.raw)]) }
      try Self.note(Self.ofKeys, upTo: place, in: transaction)
      return rows.count
    }
  }

  private static func fillKeys(_ row: Row, in transaction: any Transaction) throws {
    let (id, name, phone): (AccountID, String, String) = (try row["id"], try row["name"], try row["phone"])
    let (nameKey, phoneKey): (String, String) = (try row["name_key"], try row["phone_key"])
    let (rightName, rightPhone) = (CustomerKeys.name(name), CustomerKeys.phone(phone))
    guard nameKey != rightName || phoneKey != rightPhone else { return }
    try transaction.execute(
      "UPDATE account SET name_key = \(rightName), phone_key = \(rightPhone) WHERE id = \(id)")
  }
}

// MARK: How far

extension StoredAccounts {
  private static let ofOrders = 1
  private static let ofKeys = 2

  private static func gathering(_ id: Int, in transaction: any ReadTransaction) throws -> CustomerGathering? {
    guard let row = try transaction.row("SELECT place, is_done FROM customer_gathering WHERE id = \(id)") else {
      return CustomerGathering(place: nil)
    }
    guard try !(row["is_done"] as Bool) else { return nil }
    return CustomerGathering(place: Cursor(try row["place"] as String))
  }

  private static func note(_ id: Int, upTo place: Cursor?, in transaction: any Transaction) throws {
    try transaction.execute(
      transaction.dialect.upsert(
        into: "customer_gathering",
        [
          ("id", id.sqlValue), ("place", (place?.description ?? "").sqlValue), ("is_done", (place == nil).sqlValue),
        ], key: ["id"], update: ["place", "is_done"]))
  }
}
