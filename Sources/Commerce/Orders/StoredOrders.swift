import Events
import Storage
import Values

/// Orders over a database.
public final class StoredOrders: OrderService, Sendable {
  let database: any Database
  let outbox: Outbox
  let ids: IDGenerator
  let clock: WallClock
  let reviewPolicy: any ReviewPolicy

  public init(
    database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock,
    reviewPolicy: any ReviewPolicy = ManualReview()
  ) {
    self.database = database
    self.outbox = outbox
    self.ids = ids
    self.clock = clock
    self.reviewPolicy = reviewPolicy
  }

  public func order(_ id: OrderID) async throws -> Order? {
    try await database.read { try $0.order(id) }
  }

  public func order(number: OrderNumber) async throws -> Order? {
    try await database.read { transaction in
      try transaction.orders(transaction.rows("SELECT * FROM order_head WHERE number = \(number)")).first
    }
  }

  public func orders(_ ids: [OrderID]) async throws -> [Order] {
    try await database.read { transaction in
      try transaction.orders(
        transaction.rows("SELECT * FROM order_head WHERE id IN \(list: ids) ORDER BY id LIMIT 1000"))
    }
  }

  public func orders(checkout key: String) async throws -> [Order] {
    try await database.read { try $0.orders(checkout: key) }
  }

  public func timeline(of order: OrderID) async throws -> [TimelineEntry] {
    try await database.read { transaction in
      try transaction.rows("SELECT * FROM order_timeline WHERE order_id = \(order) ORDER BY id LIMIT 1000").map { row in
        TimelineEntry(
          kind: try row["kind"], actor: Actor(try row["actor"] as String) ?? .system, note: try row["note"],
          at: try row["at"])
      }
    }
  }

  public func sales(of products: [ProductID]) async throws -> [ProductID: Int] {
    try await database.read { transaction in
      var sales: [ProductID: Int] = [:]
      for row in try transaction.rows("SELECT * FROM product_sales WHERE product_id IN \(list: products)") {
        sales[try row["product_id"]] = try row["units"]
      }
      return sales
    }
  }

  public func completedLines(of account: AccountID, product: ProductID) async throws -> [OrderLine] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT order_line.*, order_head.currency FROM order_line JOIN order_head ON order_head.id = order_line.order_id
        WHERE order_line.product_id = \(product) AND order_head.buyer_id = \(account)
          AND order_head.state = \(OrderState.completed)
        ORDER BY order_line.id LIMIT 100
        """
      ).map { try OrderLine($0, currency: try $0["currency"]) }
    }
  }
}
