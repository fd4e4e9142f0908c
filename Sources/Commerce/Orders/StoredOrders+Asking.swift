import AuditLog
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
      guard !before.isEditAsked else { throw OrderRefusal.editAsked }
      try set(before.heldFor + [.editAsked], on: order, in: transaction)
      try write(.editAsked, of: order, by: .staff(staff), note: wish, at: clock.now, in: transaction)
      try note("orders.askEdit", before, before.state, by: .staff(staff), remark: wish, in: transaction)
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
      try write(.editDismissed, of: order, by: .staff(staff), note: words, at: clock.now, in: transaction)
      try note("orders.dismissEdit", before, before.state, by: .staff(staff), remark: words, in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }
}
