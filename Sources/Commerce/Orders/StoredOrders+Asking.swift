import AuditLog
import Events
import Storage
import Values

/// Changes that the merchant's people ask of whoever reviews.
extension StoredOrders {
  public func askForEdit(_ order: OrderID, wish: String, by staff: StaffID) async throws -> Order {
    var faults = FieldFaults()
    let wish = faults.text(wish, "wish", max: 500, multiline: true)
    try faults.throwIfAny()
    return try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      guard before.state == .awaitingReview else { throw OrderRefusal.wrongState(before.state) }
      if before.isEditAsked {
        guard try isOpenWish(wish, of: staff, on: order, in: transaction) else { throw OrderRefusal.editAskedAlready }
        return before
      }
      try set(before.heldFor + [.editAsked], on: order, in: transaction)
      try write(.editAsked, of: order, by: .staff(staff), note: wish, at: clock.now, in: transaction)
      // A field that is masked for who may not know where buyers live, since wishes are often about that.
      try note("orders.askEdit", before, before.state, by: .staff(staff), ["wish": wish], in: transaction)
      try outbox.tell(OrderEditAsked(order: order, merchant: before.merchant, staff: staff), in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  public func dismissEdit(_ order: OrderID, words: String, by staff: StaffID) async throws -> Order {
    var faults = FieldFaults()
    let words = faults.text(words, "dismissal", max: 500, required: false, multiline: true)
    try faults.throwIfAny()
    return try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      guard before.state == .awaitingReview else { throw OrderRefusal.wrongState(before.state) }
      guard before.isEditAsked else { throw OrderRefusal.noEditAsked }
      try unflag(before, .editAsked, in: transaction)
      let entry = try write(
        .editDismissed, of: order, by: .staff(staff), note: words, at: clock.now, in: transaction)
      try note("orders.dismissEdit", before, before.state, by: .staff(staff), remark: words, in: transaction)
      try outbox.tell(
        OrderEditDismissed(order: order, merchant: before.merchant, staff: staff, number: entry.description),
        in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  /// Whether the same was asked for by the same person, who sends it again.
  private func isOpenWish(
    _ wish: String, of staff: StaffID, on order: OrderID, in transaction: any Transaction
  ) throws -> Bool {
    let row = try transaction.row(
      """
      SELECT actor, note FROM order_timeline WHERE order_id = \(order) AND kind = \(TimelineEntry.Kind.editAsked)
      ORDER BY id DESC LIMIT 1
      """)
    guard let row else { return false }
    let (actor, note): (String, String) = (try row["actor"], try row["note"])
    return actor == Actor.staff(staff).text && note == wish
  }
}
