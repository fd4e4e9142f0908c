import AuditLog
import Events
import Storage
import Values

extension StoredOrders {
  public func markPaid(_ order: OrderID, by payment: PaymentID, amount: Money, at: Timestamp) async throws -> Order {
    try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      if before.payment == payment { return before }
      let isAtDoor = before.paysAtDoor && before.state != .cancelled
      guard before.state == .awaitingPayment || isAtDoor else { throw OrderRefusal.notPayable(before.state) }
      guard amount == before.amounts.due else {
        throw OrderRefusal.amountMismatch(due: before.amounts.due, paid: amount)
      }
      let changes: SQL = "payment_id = \(payment), paid = \(amount.minor), pays_at_door = 0, written_off_at = NULL"
      if isAtDoor {
        try transaction.execute("UPDATE order_head SET \(changes) WHERE id = \(order) AND pays_at_door = 1")
      } else {
        try move(before, to: .awaitingReview, setting: changes, in: transaction)
      }
      try write(.paid, of: order, by: .system, note: payment.description, at: at, in: transaction)
      try countSale(of: order, in: transaction)
      try outbox.tell(
        OrderPaid(
          order: order, payment: payment, buyer: before.buyer, merchant: before.merchant,
          products: Set(before.lines.map(\.product)).sorted()),
        in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  public func cancel(_ order: OrderID, by actor: Actor, reason: CancelReason) async throws -> Order {
    try await database.write { transaction in
      let before = try lockedOrder(order, asSeenBy: actor, in: transaction)
      if before.state == .cancelled { return before }
      // Money that came is given back by a refund, not by cancelling.
      guard before.state == .awaitingPayment else { throw OrderRefusal.wrongState(before.state) }
      try move(before, to: .cancelled, in: transaction)
      try write(.cancelled, of: order, by: actor, note: reason.rawValue, at: clock.now, in: transaction)
      try outbox.tell(OrderCancelled(order: order, buyer: before.buyer, reason: reason), in: transaction)
      try note("orders.cancel", before, .cancelled, by: actor, ["reason": reason.rawValue], in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  public func pass(_ order: OrderID, by staff: StaffID, note: String) async throws -> Order {
    var faults = FieldFaults()
    let note = faults.text(note, "note", max: 500, required: false, multiline: true)
    try faults.throwIfAny()
    return try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      guard before.state == .awaitingReview else { throw OrderRefusal.wrongState(before.state) }
      if let open = before.openDifference { throw OrderRefusal.differenceOpen(open) }
      if before.isEditAsked { throw OrderRefusal.editAsked }
      try move(before, to: .awaitingShipment, in: transaction)
      try write(.passed, of: order, by: .staff(staff), note: note, at: clock.now, in: transaction)
      try self.note("orders.pass", before, .awaitingShipment, by: .staff(staff), remark: note, in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  public func ship(_ order: OrderID, _ shipment: ShipmentNote, by staff: StaffID) async throws -> Order {
    let shipment = try Self.checked(shipment)
    return try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      guard before.state == .awaitingShipment else { throw OrderRefusal.wrongState(before.state) }
      let changes: SQL = "carrier = \(shipment.carrier), tracking_number = \(shipment.trackingNumber)"
      try move(before, to: .awaitingReceipt, setting: changes, in: transaction)
      let note = shipment.carrier + " " + shipment.trackingNumber
      try write(.shipped, of: order, by: .staff(staff), note: note, at: clock.now, in: transaction)
      try outbox.tell(
        OrderShipped(
          order: order, buyer: before.buyer, carrier: shipment.carrier, trackingNumber: shipment.trackingNumber),
        in: transaction)
      try self.note(
        "orders.ship", before, .awaitingReceipt, by: .staff(staff),
        ["carrier": shipment.carrier, "trackingNumber": shipment.trackingNumber], in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  public func confirmReceipt(_ order: OrderID, by actor: Actor) async throws -> Order {
    try await database.write { transaction in
      let before = try lockedOrder(order, asSeenBy: actor, in: transaction)
      if before.state == .completed { return before }
      guard before.state == .awaitingReceipt else { throw OrderRefusal.wrongState(before.state) }
      try move(before, to: .completed, in: transaction)
      try write(.completed, of: order, by: actor, note: "", at: clock.now, in: transaction)
      try outbox.tell(OrderCompleted(order: order, buyer: before.buyer), in: transaction)
      try note("orders.complete", before, .completed, by: actor, in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }
}

extension StoredOrders {
  /// Holds the order's row for the rest of the transaction. A buyer sees no order but their own.
  func lockedOrder(_ id: OrderID, asSeenBy actor: Actor = .system, in transaction: any Transaction) throws
    -> Order
  {
    let locked: OrderID? = try transaction.value(
      "SELECT id FROM order_head WHERE id = \(id)\(transaction.dialect.forUpdate)")
    guard locked != nil, let order = try OrderRows.order(id, in: transaction) else { throw OrderRefusal.unknownOrder }
    if case .buyer(let account) = actor, account != order.buyer { throw OrderRefusal.unknownOrder }
    return order
  }

  /// The one place where a state changes: only along `OrderState.allowed`, and only from the state that was seen.
  func move(
    _ order: Order, to next: OrderState, setting changes: SQL? = nil, in transaction: any Transaction
  ) throws {
    let state = order.state
    guard state.canMove(to: next) else { throw OrderRefusal.wrongState(state) }
    let assignments = changes.map { ", " + $0 } ?? ""
    let moved = try transaction.execute(
      "UPDATE order_head SET state = \(next)\(assignments) WHERE id = \(order.id) AND state = \(state)")
    guard moved == 1 else { throw OrderRefusal.wrongState(state) }
  }

  @discardableResult
  func write(
    _ kind: TimelineEntry.Kind, of order: OrderID, by actor: Actor, note: String, at: Timestamp,
    in transaction: any Transaction
  ) throws -> ID<TimelineTag> {
    let id: ID<TimelineTag> = ids.next()
    try transaction.execute(
      """
      INSERT INTO order_timeline (order_id, id, kind, actor, note, happened_at)
      VALUES (\(order), \(id), \(kind), \(actor.text), \(note), \(at))
      """)
    return id
  }

  /// For the log of what staff did; what buyers do stands on the timeline alone.
  func note(
    _ verb: String, _ before: Order, _ state: OrderState, by actor: Actor, _ more: [String: String] = [:],
    remark: String = "", in transaction: any Transaction
  ) throws {
    let after = [("state", state.rawValue)] + more.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    try DeedLog.note(
      Deed(
        verb, on: before.id, named: before.number.rawValue, of: before.merchant,
        before: ["state": before.state.rawValue], after: DeedFields(after), note: remark),
      by: actor, at: clock.now, in: transaction)
  }

  /// Adds the order's units to the sales figures: three statements however many lines there are, each along a key.
  private func countSale(of order: OrderID, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      INSERT INTO product_sales (product_id, units)
      SELECT DISTINCT l.product_id, 0 FROM order_line l WHERE l.order_id = \(order)
        AND NOT EXISTS (SELECT 1 FROM product_sales s WHERE s.product_id = l.product_id)
      """)
    let sums = try transaction.rows(
      """
      SELECT product_id, SUM(quantity) AS units FROM order_line WHERE order_id = \(order)
      GROUP BY product_id ORDER BY product_id
      """
    ).map { (product: try $0["product_id"] as ProductID, units: try $0["units"] as Int) }
    guard !sums.isEmpty else { return }
    let cases = sums.reduce("" as SQL) { $0 + " WHEN \($1.product) THEN \($1.units)" }
    try transaction.execute(
      """
      UPDATE product_sales SET units = units + CASE product_id\(cases) END WHERE product_id IN \(list: sums.map(\.product))
      """)
  }

  private static func checked(_ shipment: ShipmentNote) throws -> ShipmentNote {
    var faults = FieldFaults()
    let carrier = faults.text(shipment.carrier, "carrier", max: 60)
    let number = faults.text(shipment.trackingNumber, "trackingNumber", max: 40)
    if !number.isEmpty,
      number.utf8.count < 4
        || !number.utf8.allSatisfy({
          (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
        })
    {
      faults.add("trackingNumber", "notATrackingNumber")
    }
    try faults.throwIfAny()
    return ShipmentNote(carrier: carrier, trackingNumber: number)
  }
}
