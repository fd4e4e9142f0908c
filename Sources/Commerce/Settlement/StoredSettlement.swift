import Storage
import Values

/// The merchants' books over Storage.
public struct StoredSettlement: SettlementService {
  /// So many orders one call may ask after.
  static let mostOrders = 500

  let database: any Database
  let ids: IDGenerator
  let clock: WallClock
  let policy: SettlementPolicy

  public init(
    database: any Database, ids: IDGenerator, clock: WallClock, policy: SettlementPolicy = SettlementPolicy()
  ) {
    self.database = database
    self.ids = ids
    self.clock = clock
    self.policy = policy
  }

  public func accounts(of orders: [OrderID]) async throws -> [OrderID: OrderAccount] {
    let orders = Array(orders.prefix(Self.mostOrders))
    return try await database.read { try OrderAccountRows.accounts(orders, in: $0).mapValues(\.account) }
  }

  public func facts(of orders: [OrderID]) async throws -> [OrderID: [OrderFact]] {
    let orders = Array(orders.prefix(Self.mostOrders))
    return try await database.read { try OrderAccountRows.facts(orders, in: $0) }
  }

  public func entries(of order: OrderID) async throws -> [BookEntry] {
    try await database.read { transaction in
      try transaction.rows("SELECT * FROM book_entry WHERE order_id = \(order) ORDER BY id LIMIT 1000")
        .map(BookRows.entry)
    }
  }

  public func balances() async throws -> [BookBalance] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT account, currency, SUM(amount) AS amount FROM book_balance GROUP BY account, currency
        HAVING SUM(amount) <> 0 ORDER BY account, currency LIMIT 1000
        """
      ).map { row in
        BookBalance(account: try row["account"], amount: Money(minor: try row["amount"], currency: try row["currency"]))
      }
    }
  }

  public func balance(of merchant: MerchantID) async throws -> [MerchantBalance] {
    try await database.read { transaction in
      let open = try Self.sums(
        """
        SELECT currency, SUM(owed - stated_net) AS amount FROM settlement_order
        WHERE is_open = 1 AND merchant_id = \(merchant) GROUP BY currency ORDER BY currency LIMIT 100
        """, in: transaction)
      let stated = try Self.sums(
        """
        SELECT currency, SUM(net) AS amount FROM settlement_statement
        WHERE merchant_id = \(merchant) AND state IN ('drafted', 'approved') GROUP BY currency
        ORDER BY currency LIMIT 100
        """, in: transaction)
      return Set(open.keys).union(stated.keys).sorted { $0.code < $1.code }.map { currency in
        MerchantBalance(
          open: open[currency] ?? .zero(currency), stated: stated[currency] ?? .zero(currency))
      }
    }
  }

  private static func sums(_ query: SQL, in transaction: any ReadTransaction) throws -> [Currency: Money] {
    var sums: [Currency: Money] = [:]
    for row in try transaction.rows(query) {
      let currency: Currency = try row["currency"]
      sums[currency] = Money(minor: try row["amount"], currency: currency)
    }
    return sums
  }

  public func walk() async throws -> SettlementWalk {
    try await database.read { transaction in
      guard let row = try transaction.row("SELECT * FROM settlement_walk WHERE id = 1") else {
        return SettlementWalk()
      }
      let (next, buyers): (String?, String?) = (try row["next"], try row["next_buyer"])
      return SettlementWalk(
        after: next.flatMap(Cursor.init), isThrough: try row["is_through"], buyersAfter: buyers.flatMap(Cursor.init),
        isThroughBuyers: try row["is_through_buyers"])
    }
  }

  public func keep(_ walk: SettlementWalk) async throws {
    try await database.write { transaction in
      try transaction.execute(
        transaction.dialect.upsert(
          into: "settlement_walk",
          [
            ("id", 1.sqlValue), ("next", (walk.after?.description).sqlValue), ("is_through", walk.isThrough.sqlValue),
            ("next_buyer", (walk.buyersAfter?.description).sqlValue),
            ("is_through_buyers", walk.isThroughBuyers.sqlValue),
          ], key: ["id"], update: ["next", "is_through", "next_buyer", "is_through_buyers"]))
    }
  }

  /// Writes both sides of a booking, and adds them to what accounts have. The entries must add up to zero.
  func book(
    _ booking: String, _ entries: [BookPlace: Int64], order: OrderID?, merchant: MerchantID, currency: Currency,
    in transaction: any Transaction
  ) throws {
    let now = clock.now
    for (place, minor) in entries.sorted(by: { $0.key < $1.key }) where minor != 0 {
      try transaction.execute(
        """
        INSERT INTO book_entry
          (id, booking, account, party, order_id, merchant_id, amount, currency, booked_at)
        VALUES (\(ids.next(BookEntryTag.self)), \(booking), \(place.account), \(place.party), \(order), \(merchant),
          \(minor), \(currency), \(now))
        """)
    }
    var sums: [BookAccount: Int64] = [:]
    for (place, minor) in entries { sums[place.account, default: 0] += minor }
    // In one order, so that of two who book for a merchant one waits for the other, and not each for each.
    let rows = sums.filter { $0.value != 0 }.sorted { $0.key.rawValue < $1.key.rawValue }.map { account, minor in
      [merchant.sqlValue, account.sqlValue, currency.sqlValue, minor.sqlValue]
    }
    guard !rows.isEmpty else { return }
    try transaction.execute(
      transaction.dialect.upsert(
        into: "book_balance", columns: ["merchant_id", "account", "currency", "amount"], rows: rows,
        key: ["merchant_id", "account", "currency"], renewing: [.add("amount")]))
  }
}

/// Identifies rows that never leave the context.
enum BookEntryTag: Identified { static let prefix = "bke" }
