import Events
import Storage
import Values

extension StoredOrders {
  public func markPaid(
    _ order: OrderID, by payment: PaymentID, amount: Money, at: Timestamp
  ) async throws -> Order {
    try await database.write { transaction in
      guard let before = try transaction.order(order, forUpdate: true) else { throw OrderRefusal.unknownOrder }
      if before.payment == payment, before.state != .cancelled { return before }
      guard before.state == .awaitingPayment, amount == before.amounts.due else {
        throw OrderRefusal.notPayable(before.state)
      }
      try self.move(before, to: .awaitingReview, in: transaction)
      try transaction.execute(
        "UPDATE order_head SET paid = \(amount.minor), payment_id = \(payment) WHERE id = \(order)")
      try transaction.note(.paid, of: order, by: .buyer(before.buyer), at: at, ids: self.ids)
      try self.countSale(of: before, in: transaction)
      try self.outbox.tell(
        OrderPaid(
          order: order, payment: payment, buyer: before.buyer, merchant: before.merchant,
          products: Set(before.lines.map(\.product)).sorted()),
        in: transaction)
      guard let paid = try transaction.order(order) else { throw OrderRefusal.unknownOrder }
      guard self.reviewPolicy.passes(paid) else { return paid }
      try self.move(paid, to: .awaitingShipment, in: transaction)
      try transaction.note(.passed, of: order, by: .system, at: at, ids: self.ids)
      return try transaction.order(order) ?? paid
    }
  }

  public func cancel(_ order: OrderID, by actor: Actor, reason: CancelReason) async throws -> Order {
    try await database.write { transaction in
      guard let before = try transaction.order(order, forUpdate: true) else { throw OrderRefusal.unknownOrder }
      if before.state == .cancelled { return before }
      guard before.state == .awaitingPayment else { throw OrderRefusal.wrongState(before.state) }
      try self.move(before, to: .cancelled, in: transaction)
      try transaction.note(.cancelled, of: order, by: actor, note: reason.rawValue, at: self.clock.now, ids: self.ids)
      try self.outbox.tell(OrderCancelled(order: order, buyer: before.buyer, reason: reason), in: transaction)
      return try transaction.order(order) ?? before
    }
  }

  public func pass(_ order: OrderID, by staff: StaffID, note: String) async throws -> Order {
    try await database.write { transaction in
      guard let before = try transaction.order(order, forUpdate: true) else { throw OrderRefusal.unknownOrder }
      guard before.state == .awaitingReview else { throw OrderRefusal.wrongState(before.state) }
      try self.move(before, to: .awaitingShipment, in: transaction)
      try transaction.note(
        .passed, of: order, by: .staff(staff), note: String(note.prefix(500)), at: self.clock.now, ids: self.ids)
      return try transaction.order(order) ?? before
    }
  }

  public func ship(_ order: OrderID, _ shipment: ShipmentNote, by staff: StaffID) async throws -> Order {
    var faults = FieldFaults()
    let carrier = faults.text(shipment.carrier, "carrier", max: 60)
    let number = faults.text(shipment.trackingNumber, "trackingNumber", max: 40)
    if !number.isEmpty, !Self.isTrackingNumber(number) { faults.add("trackingNumber", "notATrackingNumber") }
    try faults.throwIfAny()
    return try await database.write { transaction in
      guard let before = try transaction.order(order, forUpdate: true) else { throw OrderRefusal.unknownOrder }
      guard before.state == .awaitingShipment else { throw OrderRefusal.wrongState(before.state) }
      try self.move(before, to: .awaitingReceipt, in: transaction)
      try transaction.execute(
        "UPDATE order_head SET carrier = \(carrier), tracking_number = \(number) WHERE id = \(order)")
      try transaction.note(
        .shipped, of: order, by: .staff(staff), note: "\(carrier) \(number)", at: self.clock.now, ids: self.ids)
      try self.outbox.tell(
        OrderShipped(order: order, buyer: before.buyer, carrier: carrier, trackingNumber: number), in: transaction)
      return try transaction.order(order) ?? before
    }
  }

  public func confirmReceipt(_ order: OrderID, by actor: Actor) async throws -> Order {
    try await database.write { transaction in
      guard let before = try transaction.order(order, forUpdate: true) else { throw OrderRefusal.unknownOrder }
      if before.state == .completed { return before }
      guard before.state == .awaitingReceipt else { throw OrderRefusal.wrongState(before.state) }
      try self.move(before, to: .completed, in: transaction)
      try transaction.note(.completed, of: order, by: actor, at: self.clock.now, ids: self.ids)
      try self.outbox.tell(OrderCompleted(order: order, buyer: before.buyer), in: transaction)
      return try transaction.order(order) ?? before
    }
  }

  /// The guarded statement behind every move: it changes the row only from the state that was seen.
  private func move(_ order: Order, to next: OrderState, in transaction: any Transaction) throws {
    guard order.state.canMove(to: next) else { throw OrderRefusal.wrongState(order.state) }
    let changed = try transaction.execute(
      "UPDATE order_head SET state = \(next) WHERE id = \(order.id) AND state = \(order.state)")
    if changed == 0 { throw OrderRefusal.wrongState(order.state) }
  }

  private func countSale(of order: Order, in transaction: any Transaction) throws {
    var units: [ProductID: Int] = [:]
    for line in order.lines { units[line.product, default: 0] += line.quantity.count }
    for (product, count) in units.sorted(by: { $0.key < $1.key }) {
      let changed = try transaction.execute(
        "UPDATE product_sales SET units = units + \(count) WHERE product_id = \(product)")
      if changed == 0 {
        try transaction.execute("INSERT INTO product_sales (product_id, units) VALUES (\(product), \(count))")
      }
    }
  }

  private static func isTrackingNumber(_ text: String) -> Bool {
    (4...40).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
      }
  }
}
