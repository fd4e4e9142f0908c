import Events
import Storage
import Values

extension StoredOrders {
  /// States of an order whose goods are still with the merchant, and of one whose goods have left.
  private static let unshipped: Set<OrderState> = [.awaitingReview, .awaitingShipment]
  private static let shipped: Set<OrderState> = [.awaitingReceipt, .completed]

  public func takeBack(
    _ units: [OrderLineID: Int], of order: OrderID, key: String, ifUnshipped: Bool, packed: [OrderLineID: Int],
    by actor: Actor
  ) async throws -> Order {
    try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      let standing = try Self.takenAt(key, in: transaction)
      guard standing == nil || standing == Self.keptBack else { return before }
      let isKept = standing != nil
      // What is kept back hasn't left, even where the rest has.
      let fitting = ifUnshipped && !isKept ? Self.unshipped : Self.unshipped.union(Self.shipped)
      guard fitting.contains(before.state) else { throw OrderRefusal.wrongState(before.state) }
      if !isKept {
        if ifUnshipped { try Self.expectUnpacked(units, of: before, packed) }
        try takeBack(units, of: before, transaction)
      }
      try transaction.execute(
        transaction.dialect.upsert(
          into: "order_return",
          [("return_key", key.sqlValue), ("order_id", order.sqlValue), ("taken_at", clock.now.sqlValue)],
          key: ["return_key"], update: ["taken_at"]))
      try close(before, by: actor, in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  /// Stands for the moment of what is kept back and not taken back yet.
  private static let keptBack = Timestamp(milliseconds: 0)

  private static func takenAt(_ key: String, in transaction: any Transaction) throws -> Timestamp? {
    try transaction.value("SELECT taken_at FROM order_return WHERE return_key = \(key)")
  }

  public func keepBack(_ units: [OrderLineID: Int], of order: OrderID, key: String) async throws -> Order {
    try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      guard try Self.takenAt(key, in: transaction) == nil else { return before }
      guard Self.unshipped.contains(before.state) else { throw OrderRefusal.wrongState(before.state) }
      try takeBack(units, of: before, transaction)
      try transaction.execute(
        """
        INSERT INTO order_return (return_key, order_id, taken_at) VALUES (\(key), \(order), \(Self.keptBack))
        """)
      return try lockedOrder(order, in: transaction)
    }
  }

  public func letGo(_ units: [OrderLineID: Int], of order: OrderID, key: String) async throws -> Bool {
    try await database.write { transaction in
      _ = try lockedOrder(order, in: transaction)
      let wasKept = try transaction.execute(
        "DELETE FROM order_return WHERE return_key = \(key) AND order_id = \(order) AND taken_at = \(Self.keptBack)")
      guard wasKept == 1 else { return false }
      for (line, count) in units.sorted(by: { $0.key < $1.key }) {
        try transaction.execute(
          """
          UPDATE order_line SET returned = returned - \(count)
          WHERE order_id = \(order) AND id = \(line) AND returned >= \(count)
          """)
      }
      return true
    }
  }

  private func takeBack(_ units: [OrderLineID: Int], of order: Order, _ transaction: any Transaction) throws {
    for (line, count) in units.sorted(by: { $0.key < $1.key }) {
      try takeBack(count, of: line, in: order, transaction)
    }
  }

  /// What is in a parcel may leave any moment.
  private static func expectUnpacked(
    _ units: [OrderLineID: Int], of order: Order, _ packed: [OrderLineID: Int]
  ) throws {
    for line in order.lines {
      let left = max(0, line.kept - (packed[line.id] ?? 0))
      guard let count = units[line.id], count > left, count <= line.kept else { continue }
      throw OrderRefusal.inParcels(line.id, left: left)
    }
  }

  private func takeBack(
    _ count: Int, of line: OrderLineID, in order: Order, _ transaction: any Transaction
  ) throws {
    let changed = try transaction.execute(
      """
      UPDATE order_line SET returned = returned + \(count)
      WHERE order_id = \(order.id) AND id = \(line) AND returned + \(count) <= quantity AND \(count) > 0
      """)
    guard changed == 1 else {
      throw OrderRefusal.moreThanOrdered(line, left: order.lines.first { $0.id == line }?.kept ?? 0)
    }
  }

  /// What is left of the order decides whether it goes on.
  private func close(_ before: Order, by actor: Actor, in transaction: any Transaction) throws {
    let kept: Int =
      try transaction.value(
        "SELECT COALESCE(SUM(quantity - returned), 0) AS kept FROM order_line WHERE order_id = \(before.id)") ?? 0
    guard kept == 0 else {
      try write(.partlyRefunded, of: before.id, by: actor, note: "", at: clock.now, in: transaction)
      return
    }
    try move(before, to: .refunded, in: transaction)
    try write(.refunded, of: before.id, by: actor, note: "", at: clock.now, in: transaction)
    try outbox.tell(OrderRefunded(order: before.id, buyer: before.buyer), in: transaction)
  }
}
