import Events
import Storage
import Values

extension StoredOrders {
  public func promise(_ order: OrderID, by payment: PaymentID) async throws -> Order {
    try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      if before.paysAtDoor, before.state != .cancelled { return before }
      guard before.state == .awaitingPayment else { throw OrderRefusal.notPayable(before.state) }
      try move(before, to: .awaitingReview, setting: "pays_at_door = 1", in: transaction)
      try write(
        .promised, of: order, by: .buyer(before.buyer), note: payment.description, at: clock.now, in: transaction)
      try outbox.tell(
        OrderPromised(order: order, payment: payment, buyer: before.buyer, merchant: before.merchant), in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  public func refuseAtDoor(_ order: OrderID, by actor: Actor) async throws -> Order {
    try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      if before.state == .cancelled { return before }
      guard [.awaitingShipment, .awaitingReceipt].contains(before.state), before.paysAtDoor else {
        throw OrderRefusal.wrongState(before.state)
      }
      try move(before, to: .cancelled, in: transaction)
      try write(
        .cancelled, of: order, by: actor, note: CancelReason.refusedAtDoor.rawValue, at: clock.now, in: transaction)
      try outbox.tell(
        OrderCancelled(order: order, buyer: before.buyer, reason: .refusedAtDoor), in: transaction)
      try note("orders.refuseAtDoor", before, .cancelled, by: actor, in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  public func writeOff(_ order: OrderID, reason: String, by staff: StaffID) async throws -> Order {
    var faults = FieldFaults()
    let reason = faults.text(reason, "reason", max: 200)
    try faults.throwIfAny()
    return try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      if before.wasWrittenOff { return before }
      guard before.state == .completed, before.paysAtDoor else { throw OrderRefusal.wrongState(before.state) }
      try transaction.execute(
        "UPDATE order_head SET written_off_at = \(clock.now) WHERE id = \(order) AND pays_at_door = 1")
      try write(.writtenOff, of: order, by: .staff(staff), note: reason, at: clock.now, in: transaction)
      try note(
        "orders.writeOff", before, before.state, by: .staff(staff), ["due": before.amounts.due.decimalText],
        remark: reason, in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  public func allowUntil(_ payBefore: Timestamp, _ orders: [OrderID]) async throws {
    guard !orders.isEmpty else { return }
    try await database.write { transaction in
      _ = try transaction.execute(
        """
        UPDATE order_head SET pay_before = \(payBefore)
        WHERE id IN \(list: orders) AND state = \(OrderState.awaitingPayment) AND pay_before < \(payBefore)
        """)
    }
  }
}
