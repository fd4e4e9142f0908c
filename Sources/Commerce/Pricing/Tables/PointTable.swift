import Storage
import Values

extension PointEntry.Kind: SQLConvertible {}
extension PointUse.State: SQLConvertible {}

/// Points and their movements, row ↔ value.
enum PointTable {
  /// Makes the buyer's account where there is none; until the transaction ends nobody else moves its points.
  static func lock(_ buyer: AccountID, in transaction: any Transaction) throws {
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "point_account", [("buyer_id", buyer.sqlValue), ("balance", 0.sqlValue)]))
    _ = try transaction.row(
      "SELECT balance FROM point_account WHERE buyer_id = \(buyer) \(transaction.dialect.forUpdate)")
  }

  static func balance(of buyer: AccountID, in transaction: any ReadTransaction) throws -> Int {
    try transaction.value("SELECT balance FROM point_account WHERE buyer_id = \(buyer)") ?? 0
  }

  static func use(_ checkout: String, in transaction: any ReadTransaction) throws -> PointUse? {
    try transaction.row("SELECT * FROM point_use WHERE checkout = \(checkout)").map(use)
  }

  static func use(_ row: Row) throws -> PointUse {
    PointUse(
      checkout: try row["checkout"], buyer: try row["buyer_id"], points: try row["points"],
      worth: Money(minor: try row["worth"], currency: try row["currency"]), returned: try row["returned"],
      state: try row["state"])
  }

  static func earning(_ order: OrderID, in transaction: any ReadTransaction) throws -> PointEarning? {
    try transaction.row("SELECT * FROM point_earning WHERE order_id = \(order)").map { row in
      PointEarning(
        order: order, buyer: try row["buyer_id"], points: try row["points"], brought: try row["brought"],
        goods: try row["goods"])
    }
  }

  static func entry(_ row: Row) throws -> PointEntry {
    guard let actor = Actor(try row["actor"]) else { throw RowFault.misfit(column: "actor", type: "Actor") }
    return PointEntry(
      id: try row["id"], buyer: try row["buyer_id"], kind: try row["kind"], points: try row["points"],
      balance: try row["balance"], checkout: try row["checkout"], order: try row["order_id"], note: try row["note"],
      actor: actor, at: try row["moved_at"])
  }

  static func insert(_ entry: PointEntry, key: String, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      INSERT INTO point_entry (id, buyer_id, kind, points, balance, checkout, order_id, note, actor, entry_key, moved_at)
      VALUES (\(entry.id), \(entry.buyer), \(entry.kind), \(entry.points), \(entry.balance), \(entry.checkout),
        \(entry.order), \(entry.note), \(entry.actor.text), \(key), \(entry.at))
      """)
  }
}
