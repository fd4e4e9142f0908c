import AuditLog
import Events
import Storage
import Values

extension StoredInventory {
  /// What lies on one shelf, locked for the rest of the transaction.
  struct ShelfStock {
    let onHand: Int
    let held: Int
    let isUnlimited: Bool

    var free: Int { max(0, onHand - held) }
  }

  public func adjust(_ adjustment: StockAdjustment, key: String, by staff: StaffID) async throws {
    var faults = FieldFaults()
    let key = faults.text(key, "key", max: 100)
    let note = faults.text(adjustment.note, "note", max: 200, required: adjustment.reason == .corrected)
    let most = StockAdjustment.most
    if adjustment.change == 0 || !(-most...most).contains(adjustment.change) {
      faults.add("change", "outOfRange", ["min": "1", "max": String(most)])
    } else if adjustment.reason.sign * adjustment.change < 0 {
      faults.add("change", "wrongWay")
    }
    try faults.throwIfAny()
    try await database.write { transaction in
      guard try self.isFirst("adjust/\(key)", in: transaction) else { return }
      let place = try Self.openLocation(adjustment.location, "location", in: transaction)
      let shelf = Shelf(variant: adjustment.variant, location: place.id)
      let before = try self.locked(shelf, of: place.merchant, in: transaction)
      guard !before.isUnlimited else { throw InventoryRefusal.notCounted(shelf.variant) }
      let after = before.onHand + adjustment.change
      guard after >= before.held else { throw InventoryRefusal.heldStock(shelf.variant, held: before.held) }
      guard Self.countRange.contains(after) else {
        throw FieldFaults(field: "change", code: "outOfRange", details: ["min": "1", "max": String(most)])
      }
      let line = HeldLine(variant: shelf.variant, location: place.id, count: abs(adjustment.change))
      let movement = Movement(
        line: line, reason: adjustment.reason.entry, onHandChange: adjustment.change, heldChange: 0, note: note)
      try self.book([movement], cause: "desk", by: .staff(staff), at: self.clock.now, in: transaction)
      try self.tellChange(of: [shelf.variant], in: transaction)
      let deed = Deed(
        "stock.adjust", on: shelf.variant, named: shelf.variant.description, of: place.merchant,
        before: ["onHand": String(before.onHand), "location": place.name],
        after: ["onHand": String(after), "location": place.name, "reason": adjustment.reason.rawValue], note: note)
      try DeedLog.note(deed, by: .staff(staff), at: self.clock.now, in: transaction)
    }
  }

  public func transfer(_ transfer: StockTransfer, key: String, by staff: StaffID) async throws {
    var faults = FieldFaults()
    let key = faults.text(key, "key", max: 100)
    let note = faults.text(transfer.note, "note", max: 200, required: false)
    if !(1...StockAdjustment.most).contains(transfer.units) {
      faults.add("units", "outOfRange", ["min": "1", "max": String(StockAdjustment.most)])
    }
    if transfer.from == transfer.to { faults.add("to", "repeated") }
    try faults.throwIfAny()
    try await database.write { transaction in
      guard try self.isFirst("move/\(key)", in: transaction) else { return }
      guard let from = try Self.location(transfer.from, in: transaction) else {
        throw FieldFaults(field: "from", code: "unknown")
      }
      let to = try Self.openLocation(transfer.to, "to", in: transaction)
      guard from.merchant == to.merchant else { throw FieldFaults(field: "to", code: "unknown") }
      try self.move(transfer, from, to, note: note, by: staff, in: transaction)
    }
  }

  private func move(
    _ transfer: StockTransfer, _ from: Location, _ to: Location, note: String, by staff: StaffID,
    in transaction: any Transaction
  ) throws {
    let (variant, units) = (transfer.variant, transfer.units)
    // Everybody locks in the same order, so that nobody waits for one who waits for him.
    var stocks: [LocationID: ShelfStock] = [:]
    for place in [from, to].sorted(by: { $0.id < $1.id }) {
      stocks[place.id] = try locked(Shelf(variant: variant, location: place.id), of: place.merchant, in: transaction)
    }
    guard let here = stocks[from.id], let there = stocks[to.id] else { throw InventoryRefusal.unknownLocation }
    guard !here.isUnlimited, !there.isUnlimited else { throw InventoryRefusal.notCounted(variant) }
    guard here.free >= units else { throw InventoryRefusal.tooFewThere(variant, left: here.free) }
    guard Self.countRange.contains(there.onHand + units) else {
      throw FieldFaults(field: "units", code: "outOfRange", details: ["min": "1", "max": "1000000"])
    }
    func movement(_ place: Location, _ reason: StockEntry.Reason, _ change: Int) -> Movement {
      Movement(
        line: HeldLine(variant: variant, location: place.id, count: units), reason: reason, onHandChange: change,
        heldChange: 0, note: note)
    }
    try book(
      [movement(from, .movedOut, -units), movement(to, .movedIn, units)], cause: "desk", by: .staff(staff),
      at: clock.now, in: transaction)
    // How many there are stays the same, so the world needn't hear of it.
    forgetAfterCommit([variant], in: transaction)
    let deed = Deed(
      "stock.transfer", on: variant, named: variant.description, of: from.merchant,
      before: ["from": "\(from.name): \(here.onHand)", "to": "\(to.name): \(there.onHand)"],
      after: ["from": "\(from.name): \(here.onHand - units)", "to": "\(to.name): \(there.onHand + units)"], note: note)
    try DeedLog.note(deed, by: .staff(staff), at: clock.now, in: transaction)
  }

  /// Whether this is the first time that the key does anything.
  func isFirst(_ key: String, in transaction: any Transaction) throws -> Bool {
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "stock_count", [("count_key", key.sqlValue), ("at", clock.now.sqlValue)])) > 0
  }

  /// Made where the variant never lay.
  func locked(_ shelf: Shelf, of merchant: MerchantID, in transaction: any Transaction) throws -> ShelfStock {
    let find: SQL = """
      SELECT on_hand, held, is_unlimited FROM stock
      WHERE variant_id = \(shelf.variant) AND location_id = \(shelf.location) \(transaction.dialect.forUpdate)
      """
    var row = try transaction.row(find)
    if row == nil {
      try lay(shelf, of: merchant, in: transaction)
      row = try transaction.row(find)
    }
    guard let row else { throw InventoryRefusal.unknownLocation }
    return ShelfStock(onHand: try row["on_hand"], held: try row["held"], isUnlimited: try row["is_unlimited"])
  }

  static func location(_ id: LocationID, lock: SQL = "", in transaction: any ReadTransaction) throws -> Location? {
    try transaction.row("SELECT * FROM location WHERE id = \(id) \(lock)").map { try Location($0) }
  }

  /// Where something may be laid; it isn't closed before the transaction ends. Throws `FieldFaults` for the field.
  static func openLocation(
    _ id: LocationID, _ field: String, in transaction: any Transaction
  ) throws -> Location {
    guard let location = try location(id, lock: transaction.dialect.forShare, in: transaction) else {
      throw FieldFaults(field: field, code: "unknown")
    }
    guard !location.isClosed else { throw FieldFaults(field: field, code: "closed") }
    return location
  }
}
