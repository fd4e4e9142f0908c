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
      let isFirst = try transaction.execute(
        transaction.dialect.insertIfAbsent(
          into: "order_return",
          [("return_key", key.sqlValue), ("order_id", order.sqlValue), ("taken_at", clock.now.sqlValue)]))
      guard isFirst > 0 else { return before }
      let fitting = ifUnshipped ? Self.unshipped : Self.unshipped.union(Self.shipped)
      guard fitting.contains(before.state) else { throw OrderRefusal.wrongState(before.state) }
      if ifUnshipped { try Self.expectUnpacked(units, of: before, packed) }
      for (line, count) in units.sorted(by: { $0.key < $1.key }) {
        try takeBack(count, of: line, in: before, transaction)
      }
      try close(before, by: actor, in: transaction)
      return try lockedOrder(order, in: transaction)
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
      return try write(.partlyRefunded, of: before.id, by: actor, note: "", at: clock.now, in: transaction)
    }
    try move(before, to: .refunded, in: transaction)
    try write(.refunded, of: before.id, by: actor, note: "", at: clock.now, in: transaction)
    try outbox.tell(OrderRefunded(order: before.id, buyer: before.buyer), in: transaction)
  }
}
