import AuditLog
import Events
import Storage
import Values

extension StoredOrders {
  public func edit(
    _ order: OrderID, as id: OrderEditID, _ change: OrderChange, by staff: StaffID
  ) async throws -> Order {
    let change = try Self.checked(change)
    return try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      if try OrderEditRows.edit(id, in: transaction) != nil { return before }
      guard before.state == .awaitingReview else { throw OrderRefusal.wrongState(before.state) }
      if before.paysAtDoor { throw OrderRefusal.paysAtDoor }
      try expectInTime(change.notAfter)
      guard before.revision == change.revision else { throw OrderRefusal.changedMeanwhile }
      guard before.lines.allSatisfy({ $0.returned == 0 }) else { throw OrderRefusal.unitsReturned }
      let edited = try EditedOrder(before, change) { ids.next() }
      guard !edited.differences.isEmpty else { return before }
      try write(edited, over: before, payBefore: change.payBefore, in: transaction)
      try countSales(of: before, now: edited, in: transaction)
      let edit = OrderEdit(
        id: id, order: order, kind: .changed, revision: before.revision + 1, actor: .staff(staff),
        reason: change.reason, differences: edited.differences, dueBefore: before.amounts.due,
        dueAfter: edited.amounts.due, refund: try before.amounts.paid.subtracting(edited.amounts.paid), at: clock.now)
      try OrderEditRows.insert(edit, paidAfter: edited.amounts.paid, in: transaction)
      try write(.edited, of: order, by: edit.actor, note: change.reason, at: edit.at, in: transaction)
      try outbox.tell(
        OrderEdited(
          order: order, edit: id, buyer: before.buyer, revision: edit.revision, refund: edit.refund,
          difference: try edited.amounts.due.subtracting(edited.amounts.paid)),
        in: transaction)
      try DeedLog.note(Self.deed(edit, on: before), by: edit.actor, at: edit.at, in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  public func reject(
    _ order: OrderID, by actor: Actor, reason: CancelReason, words: String, notAfter: Timestamp?
  ) async throws -> Order {
    var faults = FieldFaults()
    let words = faults.text(words, "reason", max: 500, required: reason == .rejected, multiline: true)
    try faults.throwIfAny()
    return try await database.write { transaction in
      let before = try lockedOrder(order, asSeenBy: actor, in: transaction)
      if before.state == .cancelled { return before }
      guard before.state == .awaitingReview else { throw OrderRefusal.wrongState(before.state) }
      try expectInTime(notAfter)
      // A buyer may go while more is asked of them than they agreed to, and while they have paid nothing.
      if case .buyer = actor, before.openDifference == nil, !before.paysAtDoor {
        throw OrderRefusal.wrongState(before.state)
      }
      try move(before, to: .cancelled, setting: "revision = revision + 1", in: transaction)
      let edit = OrderEdit(
        id: ids.next(), order: order, kind: .rejected, revision: before.revision + 1, actor: actor, reason: words,
        differences: [], dueBefore: before.amounts.due, dueAfter: before.amounts.due, refund: before.amounts.paid,
        at: clock.now)
      try OrderEditRows.insert(edit, paidAfter: before.amounts.paid, in: transaction)
      if !words.isEmpty {
        try write(.rejected, of: order, by: actor, note: words, at: edit.at, in: transaction)
      }
      try write(.cancelled, of: order, by: actor, note: reason.rawValue, at: edit.at, in: transaction)
      try outbox.tell(OrderCancelled(order: order, buyer: before.buyer, reason: reason), in: transaction)
      try note(
        "orders.reject", before, .cancelled, by: actor, ["reason": reason.rawValue], remark: words, in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  public func takeDifference(
    _ order: OrderID, by payment: PaymentID, amount: Money, at: Timestamp
  ) async throws -> Order {
    try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      if try OrderEditRows.supplements(of: [order], in: transaction)[order]?.contains(where: { $0.payment == payment })
        == true
      {
        return before
      }
      guard let open = before.openDifference else { throw OrderRefusal.notPayable(before.state) }
      guard open == amount else { throw OrderRefusal.amountMismatch(due: open, paid: amount) }
      let paid = try transaction.execute(
        """
        UPDATE order_head SET paid = paid + \(amount.minor)
        WHERE id = \(order) AND state = \(before.state) AND revision = \(before.revision)
        """)
      guard paid == 1 else { throw OrderRefusal.wrongState(before.state) }
      try transaction.execute(
        """
        INSERT INTO order_supplement (order_id, payment_id, amount, taken_at)
        VALUES (\(order), \(payment), \(amount.minor), \(at))
        """)
      try unflag(before, .differenceUnpaid, in: transaction)
      try write(.supplemented, of: order, by: .system, note: payment.description, at: at, in: transaction)
      try outbox.tell(OrderDifferencePaid(order: order, payment: payment, amount: amount), in: transaction)
      return try lockedOrder(order, in: transaction)
    }
  }

  public func screen(_ order: OrderID, passes: Bool, reasons: [HoldReason]) async throws -> Order {
    try await database.write { transaction in
      let before = try lockedOrder(order, in: transaction)
      // What the merchant asks for may be there before what screening finds.
      let isScreened = before.heldFor.contains { $0 != .editAsked }
      guard before.state == .awaitingReview, before.revision == 0, !isScreened else { return before }
      if !reasons.isEmpty {
        try set(before.heldFor + reasons, on: order, in: transaction)
        let text = reasons.map(\.rawValue).joined(separator: " ")
        try write(.held, of: order, by: .system, note: text, at: clock.now, in: transaction)
      } else if passes, !before.isEditAsked {
        try move(before, to: .awaitingShipment, in: transaction)
        try write(.passed, of: order, by: .system, note: "", at: clock.now, in: transaction)
      }
      return try lockedOrder(order, in: transaction)
    }
  }

  public func flagUnpaidDifferences(now: Timestamp, limit: Int) async throws -> Int {
    let mark = "%\(HoldReason.differenceUnpaid.rawValue)%"
    let found: [OrderID] = try await database.read { transaction in
      try transaction.rows(
        """
        SELECT id FROM order_head WHERE state = \(OrderState.awaitingReview) AND pay_before <= \(now) AND paid < due
          AND pays_at_door = 0
          AND held_for NOT LIKE \(mark) ORDER BY pay_before, id LIMIT \(min(limit, 500))
        """
      ).map { try $0["id"] }
    }
    var flagged = 0
    for id in found { flagged += try await flagUnpaidDifference(of: id, now: now) ? 1 : 0 }
    return flagged
  }

  private func flagUnpaidDifference(of id: OrderID, now: Timestamp) async throws -> Bool {
    try await database.write { transaction in
      let order = try lockedOrder(id, in: transaction)
      // Paid, changed or ended meanwhile.
      guard order.openDifference != nil, order.payBefore <= now, !order.heldFor.contains(.differenceUnpaid) else {
        return false
      }
      try set(order.heldFor + [.differenceUnpaid], on: id, in: transaction)
      try write(
        .held, of: id, by: .system, note: HoldReason.differenceUnpaid.rawValue, at: clock.now, in: transaction)
      return true
    }
  }

  /// What it waited for doesn't hold any more.
  func unflag(_ order: Order, _ reasons: HoldReason..., in transaction: any Transaction) throws {
    guard order.heldFor.contains(where: reasons.contains) else { return }
    try set(order.heldFor.filter { !reasons.contains($0) }, on: order.id, in: transaction)
  }

  func set(_ reasons: [HoldReason], on order: OrderID, in transaction: any Transaction) throws {
    let text = reasons.map(\.rawValue).joined(separator: " ")
    try transaction.execute("UPDATE order_head SET held_for = \(text) WHERE id = \(order)")
  }

  /// Refunds keeps out of the way of a change for a bounded time.
  private func expectInTime(_ notAfter: Timestamp?) throws {
    if let notAfter, clock.now >= notAfter { throw OrderRefusal.changedMeanwhile }
  }

  public func edits(of order: OrderID) async throws -> [OrderEdit] {
    try await database.read { try OrderEditRows.edits(of: [order], in: $0)[order] ?? [] }
  }

  public func edits(of orders: [OrderID]) async throws -> [OrderID: [OrderEdit]] {
    guard !orders.isEmpty else { return [:] }
    return try await database.read { try OrderEditRows.edits(of: orders, in: $0) }
  }

  public func edit(_ id: OrderEditID) async throws -> OrderEdit? {
    try await database.read { try OrderEditRows.edit(id, in: $0) }
  }

  public func supplements(of orders: [OrderID]) async throws -> [OrderID: [Supplement]] {
    guard !orders.isEmpty else { return [:] }
    return try await database.read { try OrderEditRows.supplements(of: orders, in: $0) }
  }
}

extension StoredOrders {
  /// What differs, and the sum that it comes to.
  private static func deed(_ edit: OrderEdit, on order: Order) -> Deed {
    func fields(_ due: Money, _ value: (OrderEdit.Difference) -> String) -> DeedFields {
      // The last word says what it is, so that where a buyer lives can be told from the rest.
      var fields = [("due", due.decimalText)]
      for difference in edit.differences {
        let line = difference.sku.isEmpty ? "" : "\(difference.sku.prefix(48))."
        fields.append((line + difference.what.rawValue, value(difference)))
      }
      return DeedFields(fields)
    }
    return Deed(
      "orders.edit", on: order.id, named: order.number.rawValue, of: order.merchant,
      before: fields(edit.dueBefore, \.before), after: fields(edit.dueAfter, \.after), note: edit.reason)
  }

  /// Answers the change with its texts as they are kept.
  private static func checked(_ change: OrderChange) throws -> OrderChange {
    var faults = FieldFaults()
    var change = change
    change.reason = faults.text(change.reason, "reason", max: 500, required: false, multiline: true)
    if let note = change.note { change.note = faults.text(note, "note", max: 500, required: false, multiline: true) }
    if let to = change.destination {
      let phone = faults.text(to.phone, "phone", max: 20)
      if !phone.isEmpty, phone.utf8.count < 5 || !phone.utf8.allSatisfy(\.isPhoneByte) {
        faults.add("phone", "notAPhone")
      }
      let postcode = faults.text(to.postcode, "postcode", max: 6, required: false)
      if !postcode.isEmpty, postcode.utf8.count != 6 || !postcode.utf8.allSatisfy({ (48...57).contains($0) }) {
        faults.add("postcode", "notAPostcode")
      }
      change.destination = Destination(
        recipient: faults.text(to.recipient, "recipient", max: 60), phone: phone, region: to.region,
        regionName: to.regionName, street: faults.text(to.street, "street", max: 200), postcode: postcode)
    }
    try faults.throwIfAny()
    return change
  }

  private func write(
    _ edited: EditedOrder, over before: Order, payBefore: Timestamp, in transaction: any Transaction
  ) throws {
    let (amounts, to) = (edited.amounts, edited.destination)
    let until = amounts.paid < amounts.due ? payBefore : before.payBefore
    let changed = try transaction.execute(
      """
      UPDATE order_head SET goods = \(amounts.goods.minor), discount = \(amounts.discount.minor),
        freight = \(amounts.freight.minor), due = \(amounts.due.minor), paid = \(amounts.paid.minor),
        recipient = \(to.recipient), phone = \(to.phone), region = \(to.region.rawValue),
        region_en = \(to.regionName.en), region_zh = \(to.regionName.zhHans), street = \(to.street),
        postcode = \(to.postcode), note = \(edited.note), pay_before = \(until), revision = revision + 1
      WHERE id = \(before.id) AND state = \(before.state) AND revision = \(before.revision)
      """)
    guard changed == 1 else { throw OrderRefusal.changedMeanwhile }
    // There is new time to pay in, and what was asked for is done.
    try unflag(before, .differenceUnpaid, .editAsked, in: transaction)
    let old = Dictionary(uniqueKeysWithValues: before.lines.map { ($0.id, $0) })
    let gone = Set(old.keys).subtracting(edited.lines.map(\.id)).sorted()
    if !gone.isEmpty {
      try transaction.execute("DELETE FROM order_line WHERE order_id = \(before.id) AND id IN \(list: gone)")
    }
    for line in edited.lines where old[line.id] != nil && old[line.id] != line {
      try transaction.execute(
        """
        UPDATE order_line SET unit_price = \(line.unit.minor), quantity = \(line.quantity),
          discount = \(line.discount.minor), due = \(line.due.minor), shares = \(OrderShares.text(line.shares))
        WHERE order_id = \(before.id) AND id = \(line.id)
        """)
    }
    let added = edited.lines.filter { old[$0.id] == nil }
    for statement in try OrderRows.insertion(of: added, into: before.id) { try transaction.execute(statement) }
    try OrderNameRows.renew(before, lines: edited.lines, in: transaction)
  }

  /// The sales figures follow what was bought in the end.
  private func countSales(of before: Order, now edited: EditedOrder, in transaction: any Transaction) throws {
    var changes: [ProductID: Int] = [:]
    for line in before.lines { changes[line.product, default: 0] -= line.quantity.count }
    for line in edited.lines { changes[line.product, default: 0] += line.quantity.count }
    for (product, units) in changes.sorted(by: { $0.key < $1.key }) where units != 0 {
      try transaction.execute(
        transaction.dialect.insertIfAbsent(
          into: "product_sales", [("product_id", product.sqlValue), ("units", 0.sqlValue)]))
      try transaction.execute("UPDATE product_sales SET units = units + \(units) WHERE product_id = \(product)")
    }
  }
}

extension UInt8 {
  /// Digits, `+`, `-` and blanks, as in address books.
  fileprivate var isPhoneByte: Bool { (48...57).contains(self) || self == 43 || self == 45 || self == 32 }
}
