import Crypto
import Foundation
import Storage
import Values

/// What products on orders are called. Each name under which a merchant sold something is kept once (`order_name`), with the
/// orders that it stands on in the order of lists (`order_named`), so that a list finds by a part of a name what it would
/// have to read all lines for.
enum OrderNameRows {
  /// Places that are written by one statement where orders from before are brought along.
  private static let slice = 500
  /// Places that are looked up by one statement.
  private static let lookedUp = 100

  struct Name: Hashable, Sendable {
    let merchant: MerchantID
    /// Folded as `ProductNameFold` does.
    let text: String

    /// Made of the name itself, so that nothing is asked before it is written.
    var id: Int64 {
      let digest = SHA256.hash(data: Data("\(merchant.raw)\n\(text)".utf8))
      return digest.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) } & .max
    }
  }

  private struct Place: Hashable {
    let name: Name
    let placedAt: Timestamp
    let order: OrderID
  }

  static func note(_ orders: [Order], in transaction: any Transaction) throws {
    try note(orders.flatMap { order in names(of: order.lines, order).map { place($0, order) } }, in: transaction)
  }

  /// The lines of an order have become others.
  static func renew(_ before: Order, lines: [OrderLine], in transaction: any Transaction) throws {
    let (old, new) = (names(of: before.lines, before), names(of: lines, before))
    try note(new.subtracting(old).map { place($0, before) }, in: transaction)
    for name in old.subtracting(new) {
      try transaction.execute(
        """
        DELETE FROM order_named WHERE name_id = \(name.id) AND named_at = \(before.placedAt) AND order_id = \(before.id)
        """)
    }
  }

  private static func names(of lines: [OrderLine], _ order: Order) -> Set<Name> {
    Set(lines.map { Name(merchant: order.merchant, text: ProductNameFold.text($0.title)) })
  }

  private static func place(_ name: Name, _ order: Order) -> Place {
    Place(name: name, placedAt: order.placedAt, order: order.id)
  }

  /// In the order of the keys, so that two who note the same names don't wait for one another.
  private static func note(_ places: [Place], in transaction: any Transaction) throws {
    guard !places.isEmpty else { return }
    let names = Set(places.map(\.name)).map { ($0.id, $0) }.sorted { $0.0 < $1.0 }
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "order_name", columns: ["id", "merchant_id", "search_text"],
        rows: names.map { [$0.0.sqlValue, $0.1.merchant.sqlValue, $0.1.text.sqlValue] }))
    let rows = Set(places).map { ($0.name.id, $0) }.sorted { ($0.0, $0.1.order) < ($1.0, $1.1.order) }
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "order_named", columns: ["name_id", "named_at", "order_id"],
        rows: rows.map { [$0.0.sqlValue, $0.1.placedAt.sqlValue, $0.1.order.sqlValue] }))
  }
}

// MARK: Orders from before

extension OrderNameRows {
  /// Whether all of them are brought along, so that who isn't found by these tables has no such name.
  static func isComplete(in transaction: any ReadTransaction) throws -> Bool {
    try transaction.value("SELECT is_done FROM order_naming WHERE id = 1", as: Bool.self) ?? false
  }

  /// A bounded slice of orders; answers how many, fewer than the limit once all are done. Harmless to repeat.
  static func bringAlong(limit: Int, in transaction: any Transaction) throws -> Int {
    // Two at once go one after the other.
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "order_naming", [("id", 1.sqlValue), ("reached", 0.sqlValue), ("is_done", false.sqlValue)]))
    let mark = try transaction.row(
      "SELECT reached, is_done FROM order_naming WHERE id = 1\(transaction.dialect.forUpdate)")
    guard let mark, try !(mark["is_done"] as Bool) else { return 0 }
    // Held, so that none of them gets other lines meanwhile.
    let found = try places(
      after: try mark["reached"], limit: limit, held: transaction.dialect.forUpdate, in: transaction)
    for start in stride(from: 0, to: found.places.count, by: slice) {
      try note(Array(found.places[start...].prefix(slice)), in: transaction)
    }
    try transaction.execute(
      """
      UPDATE order_naming SET reached = \(found.end), is_done = \(found.count < limit) WHERE id = 1
      """)
    return found.count
  }

  /// What the lines of the orders after one say. Orders and lines are read along their keys.
  private static func places(
    after last: OrderID, limit: Int, held: SQL, in transaction: any ReadTransaction
  ) throws -> (places: [Place], end: OrderID, count: Int) {
    var heads: [OrderID: (merchant: MerchantID, placedAt: Timestamp)] = [:]
    var end = last
    for row in try transaction.rows(
      "SELECT id, merchant_id, placed_at FROM order_head WHERE id > \(last) ORDER BY id LIMIT \(limit)\(held)")
    {
      let (merchant, placedAt): (MerchantID, Timestamp) = (try row["merchant_id"], try row["placed_at"])
      end = try row["id"]
      heads[end] = (merchant, placedAt)
    }
    guard !heads.isEmpty else { return ([], last, 0) }
    var places: [Place] = []
    for row in try transaction.rows(
      """
      SELECT order_id, search_text FROM order_line WHERE order_id IN \(list: heads.keys.sorted())
      ORDER BY order_id, id
      """)
    {
      let order: OrderID = try row["order_id"]
      guard let head = heads[order] else { continue }
      let name = Name(merchant: head.merchant, text: try row["search_text"])
      places.append(Place(name: name, placedAt: head.placedAt, order: order))
    }
    return (places, end, heads.count)
  }
}

// MARK: Audit

extension OrderNameRows {
  /// A row of `order_named`.
  struct Named: Hashable, Sendable {
    static let first = Named(name: -1, at: Timestamp(milliseconds: 0), order: OrderID(raw: 0))

    let name: Int64
    let at: Timestamp
    let order: OrderID
  }

  /// Of a slice of the orders after one those that a name on their lines doesn't find, and where it ends; nil at the end of
  /// all.
  static func missing(
    after last: OrderID, limit: Int, in transaction: any ReadTransaction
  ) throws -> (orders: [OrderID], end: OrderID?) {
    let found = try places(after: last, limit: limit, held: "", in: transaction)
    let wanted = Set(found.places.map { Named(name: $0.name.id, at: $0.placedAt, order: $0.order) })
      .sorted { ($0.order, $0.name) < ($1.order, $1.name) }
    var orders: [OrderID] = []
    for start in stride(from: 0, to: wanted.count, by: lookedUp) {
      let asked = wanted[start...].prefix(lookedUp)
      let known = try named(Array(asked), in: transaction)
      for named in asked where !known.contains(named) && orders.last != named.order { orders.append(named.order) }
    }
    return (orders, found.count < limit ? nil : found.end)
  }

  /// Those of them that are there, each looked up by its key.
  private static func named(_ asked: [Named], in transaction: any ReadTransaction) throws -> Set<Named> {
    let parts = asked.map { named -> SQL in
      """
      SELECT name_id, named_at, order_id FROM order_named
      WHERE name_id = \(named.name) AND named_at = \(named.at) AND order_id = \(named.order)
      """
    }
    guard let first = parts.first else { return [] }
    let query = parts.dropFirst().reduce(first) { $0 + " UNION ALL " + $1 }
    return Set(try transaction.rows(query).map { try named($0) })
  }

  /// Of a slice of the rows after one the orders that have no line of that name.
  static func stray(
    after last: Named, limit: Int, in transaction: any ReadTransaction
  ) throws -> (orders: [OrderID], end: Named?) {
    let rows = try transaction.rows(
      """
      SELECT n.name_id AS name_id, n.named_at AS named_at, n.order_id AS order_id,
        CASE WHEN EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = n.order_id
          AND l.search_text = m.search_text) THEN 1 ELSE 0 END AS is_right
      FROM order_named n LEFT JOIN order_name m ON m.id = n.name_id
      WHERE n.name_id >= \(last.name) AND (n.name_id > \(last.name) OR n.named_at > \(last.at)
        OR (n.named_at = \(last.at) AND n.order_id > \(last.order)))
      ORDER BY n.name_id, n.named_at, n.order_id LIMIT \(limit)
      """)
    let orders = try rows.filter { try !($0["is_right"] as Bool) }.map { try $0["order_id"] as OrderID }
    let end = try rows.last.map { try named($0) }
    return (orders, rows.count < limit ? nil : end)
  }

  private static func named(_ row: Row) throws -> Named {
    Named(name: try row["name_id"], at: try row["named_at"], order: try row["order_id"])
  }
}
