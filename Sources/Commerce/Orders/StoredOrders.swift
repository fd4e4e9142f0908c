import Events
import Storage
import Values

/// The orders over Storage.
public struct StoredOrders: OrderService {
  let database: any Database
  let outbox: Outbox
  let ids: IDGenerator
  let clock: WallClock
  let numbering = OrderNumbering()

  public init(database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock) {
    self.database = database
    self.outbox = outbox
    self.ids = ids
    self.clock = clock
  }

  public func order(_ id: OrderID) async throws -> Order? {
    try await database.read { try OrderRows.order(id, in: $0) }
  }

  public func order(number: OrderNumber) async throws -> Order? {
    try await database.read { transaction in
      let id: OrderID? = try transaction.value("SELECT id FROM order_head WHERE number = \(number)")
      return try id.flatMap { try OrderRows.order($0, in: transaction) }
    }
  }

  public func orders(_ ids: [OrderID]) async throws -> [Order] {
    guard !ids.isEmpty else { return [] }
    return try await database.read { try OrderRows.orders(ids, in: $0) }
  }

  public func orders(checkout key: String) async throws -> [Order] {
    try await database.read { try Self.orders(checkout: key, in: $0) }
  }

  public func orders(checkouts keys: [String]) async throws -> [Order] {
    guard !keys.isEmpty else { return [] }
    return try await database.read { transaction in
      let ids: [OrderID] = try transaction.rows(
        "SELECT id FROM order_head WHERE checkout IN \(list: Array(keys.prefix(100))) ORDER BY id LIMIT 1000"
      ).map { try $0["id"] }
      return try OrderRows.orders(ids, in: transaction)
    }
  }

  public func orders(numbers: [OrderNumber]) async throws -> [Order] {
    guard !numbers.isEmpty else { return [] }
    return try await database.read { transaction in
      let ids: [OrderID] = try transaction.rows(
        "SELECT id FROM order_head WHERE number IN \(list: numbers.prefix(100).map(\.rawValue)) ORDER BY id LIMIT 100"
      ).map { try $0["id"] }
      let found = try OrderRows.orders(ids, in: transaction)
      let byNumber = Dictionary(found.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
      return numbers.compactMap { byNumber[$0] }
    }
  }

  static func orders(checkout key: String, in transaction: any ReadTransaction) throws -> [Order] {
    let ids: [OrderID] = try transaction.rows("SELECT id FROM order_head WHERE checkout = \(key) ORDER BY id")
      .map { try $0["id"] }
    return try OrderRows.orders(ids, in: transaction)
  }

  public func timeline(of order: OrderID) async throws -> [TimelineEntry] {
    try await timelines(of: [order])[order] ?? []
  }

  public func timelines(of orders: [OrderID]) async throws -> [OrderID: [TimelineEntry]] {
    guard !orders.isEmpty else { return [:] }
    return try await database.read { transaction in
      var timelines: [OrderID: [TimelineEntry]] = [:]
      for row in try transaction.rows(
        """
        SELECT order_id, kind, actor, note, happened_at FROM order_timeline WHERE order_id IN \(list: orders)
        ORDER BY order_id, id
        """)
      {
        guard let actor = Actor(try row["actor"]) else { throw UnreadableRow(table: "order_timeline", column: "actor") }
        timelines[try row["order_id"], default: []].append(
          TimelineEntry(kind: try row["kind"], actor: actor, note: try row["note"], at: try row["happened_at"]))
      }
      return timelines
    }
  }

  public func sales(of products: [ProductID]) async throws -> [ProductID: Int] {
    guard !products.isEmpty else { return [:] }
    return try await database.read { transaction in
      var sales: [ProductID: Int] = [:]
      for start in stride(from: 0, to: products.count, by: 500) {
        let part = products[start..<min(start + 500, products.count)]
        for row in try transaction.rows("SELECT product_id, units FROM product_sales WHERE product_id IN \(list: part)")
        {
          sales[try row["product_id"]] = try row["units"]
        }
      }
      return sales
    }
  }
}

/// Identifies a timeline entry; never leaves the context.
enum TimelineTag: Identified { static let prefix = "otl" }
