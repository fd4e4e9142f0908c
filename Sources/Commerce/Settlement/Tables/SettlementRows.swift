import Storage
import Values

extension OrderFact.Kind: SQLConvertible {}
extension BookAccount: SQLConvertible {}
extension StatementState: SQLConvertible {}
extension SettlementRhythm: SQLConvertible {}
extension BasisPoints: SQLConvertible {}

/// A row of the order table.
struct StoredOrderAccount: Sendable {
  let account: OrderAccount
  let number: String
  let placedAt: Timestamp
  let merchantBearsFees: Bool?
  /// What statements have of it.
  let stated: Money
  let isOpen: Bool

  var currency: Currency { stated.currency }
}

enum OrderAccountRows {
  static func accounts(
    _ orders: [OrderID], in transaction: any ReadTransaction
  ) throws -> [OrderID: StoredOrderAccount] {
    guard !orders.isEmpty else { return [:] }
    var rates: [OrderID: Set<BasisPoints>] = [:]
    for row in try transaction.rows(
      "SELECT DISTINCT order_id, rate FROM settlement_term WHERE order_id IN \(list: orders) ORDER BY order_id, rate")
    {
      rates[try row["order_id"], default: []].insert(try row["rate"])
    }
    let rows = try transaction.rows("SELECT * FROM settlement_order WHERE order_id IN \(list: orders)")
    let accounts = try rows.map { try account($0, rates: rates[try $0["order_id"]] ?? []) }
    return Dictionary(accounts.map { ($0.account.order, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Held for the rest of the transaction.
  static func locked(_ order: OrderID, in transaction: any Transaction) throws -> StoredOrderAccount? {
    try transaction.row(
      "SELECT * FROM settlement_order WHERE order_id = \(order) \(transaction.dialect.forUpdate)"
    ).map { try account($0, rates: []) }
  }

  static func account(_ row: Row, rates: Set<BasisPoints>) throws -> StoredOrderAccount {
    let currency: Currency = try row["currency"]
    func money(_ column: String) throws -> Money { Money(minor: try row[column], currency: currency) }
    let (owed, stated) = (try money("owed"), try money("stated_net"))
    return StoredOrderAccount(
      account: OrderAccount(
        order: try row["order_id"], merchant: try row["merchant_id"],
        sums: StatementSums(
          paid: try money("paid"), borne: try money("borne"), refunds: try money("refunded"),
          commission: try money("commission"),
          fee: try money("fee"), net: owed),
        goodwill: try money("goodwill"), endedAt: try row["ended_at"], open: try owed.subtracting(stated),
        rates: rates.sorted()),
      number: try row["number"], placedAt: try row["placed_at"], merchantBearsFees: try row["merchant_bears_fees"],
      stated: stated, isOpen: try row["is_open"])
  }

  /// The terms of an order that ended; nil before.
  static func terms(of stored: StoredOrderAccount, in transaction: any ReadTransaction) throws -> SettlementTerms? {
    guard let bearsFees = stored.merchantBearsFees else { return nil }
    let rows = try transaction.rows(
      "SELECT * FROM settlement_term WHERE order_id = \(stored.account.order) ORDER BY position")
    return SettlementTerms(
      parts: try rows.map {
        SettlementTerms.Part(weight: try $0["weight"], rate: try $0["rate"], rule: try $0["rule_id"])
      }, merchantBearsFees: bearsFees)
  }

  /// In the order in which they were noted.
  static func facts(_ orders: [OrderID], in transaction: any ReadTransaction) throws -> [OrderID: [OrderFact]] {
    guard !orders.isEmpty else { return [:] }
    var found: [OrderID: [OrderFact]] = [:]
    for row in try transaction.rows(
      "SELECT * FROM settlement_fact WHERE order_id IN \(list: orders) ORDER BY noted_at, fact_key")
    {
      found[try row["order_id"], default: []].append(try fact(row))
    }
    return found
  }

  private static func fact(_ row: Row) throws -> OrderFact {
    OrderFact(
      key: try row["fact_key"], kind: try row["kind"], method: try row["method"], payment: try row["payment_id"],
      amount: Money(minor: try row["amount"], currency: try row["currency"]), isPlatforms: try row["is_platforms"],
      at: try row["happened_at"])
  }
}

enum BookRows {
  static func entry(_ row: Row) throws -> BookEntry {
    BookEntry(
      booking: try row["booking"], account: try row["account"], party: try row["party"],
      amount: Money(minor: try row["amount"], currency: try row["currency"]), at: try row["booked_at"])
  }
}

enum CommissionRows {
  static func rule(_ row: Row) throws -> CommissionRule {
    CommissionRule(
      id: try row["id"], merchant: try row["merchant_id"], category: try row["category_id"], rate: try row["rate"],
      from: try row["from_day"], madeAt: try row["made_at"])
  }
}

enum StatementRows {
  static func statement(_ row: Row) throws -> Statement {
    let approvedBy: String? = try row["approved_by"]
    return Statement(
      id: try row["id"], merchant: try row["merchant_id"],
      period: SettlementPeriod(rhythm: try row["rhythm"], through: try row["through_day"]), state: try row["state"],
      orders: try row["orders"], sums: try sums(row, currency: try row["currency"]), drawnAt: try row["drawn_at"],
      drawnBy: Actor(try row["drawn_by"] as String) ?? .system, approvedAt: try row["approved_at"],
      approvedBy: approvedBy.flatMap(Actor.init), paidAt: try row["paid_at"], reference: try row["reference"],
      cancelledAt: try row["cancelled_at"])
  }

  static func line(_ row: Row, currency: Currency) throws -> StatementLine {
    StatementLine(
      order: try row["order_id"], number: try row["number"], endedAt: try row["ended_at"],
      sums: try sums(row, currency: currency))
  }

  static func sums(_ row: Row, currency: Currency) throws -> StatementSums {
    func money(_ column: String) throws -> Money { Money(minor: try row[column], currency: currency) }
    return StatementSums(
      paid: try money("paid"), borne: try money("borne"), refunds: try money("refunds"),
      commission: try money("commission"),
      fee: try money("fee"), net: try money("net"))
  }
}
