import AuditLog
import Events
import Storage
import Values

extension StoredInventory {
  private struct Difference {
    let variant: VariantID
    let change: Int
  }

  public func applyCount(_ id: CountSheetID, by staff: StaffID) async throws -> CountSheet {
    try await database.write { transaction in
      let sheet = try self.openSheet(id, in: transaction)
      guard sheet.counted > 0 else { throw InventoryRefusal.nothingCounted }
      let differences = try transaction.rows(
        """
        SELECT variant_id, counted - expected AS difference FROM stock_sheet_line
        WHERE sheet_id = \(id) AND \(CountPart.differing.condition)
        ORDER BY variant_id LIMIT \(CountSheet.mostLines)
        """
      ).map { Difference(variant: try $0["variant_id"], change: try $0["difference"]) }
      if differences.contains(where: { $0.change > 0 }) {
        _ = try Self.openLocation(sheet.location, "location", in: transaction)
      }
      for start in stride(from: 0, to: differences.count, by: 500) {
        let batch = Array(differences[start..<min(start + 500, differences.count)])
        try self.book(batch, of: sheet, by: staff, in: transaction)
      }
      try self.tellChange(of: differences.map(\.variant), in: transaction)
      let ended = try self.end(sheet, as: .applied, by: staff, in: transaction)
      let change = differences.reduce(0) { $0 + $1.change }
      try self.note(
        "stock.applyCount", ended, ["differing": "\(differences.count)", "change": "\(change)"], transaction)
      return ended
    }
  }

  public func cancelCount(_ id: CountSheetID, by staff: StaffID) async throws -> CountSheet {
    try await database.write { transaction in
      let ended = try self.end(self.openSheet(id, in: transaction), as: .cancelled, by: staff, in: transaction)
      try self.note("stock.cancelCount", ended, [:], transaction)
      return ended
    }
  }

  private func book(
    _ differences: [Difference], of sheet: CountSheet, by staff: StaffID, in transaction: any Transaction
  ) throws {
    var stocks: [VariantID: ShelfStock] = [:]
    for row in try transaction.rows(
      """
      SELECT variant_id, on_hand, held, is_unlimited FROM stock
      WHERE variant_id IN \(list: differences.map(\.variant)) AND location_id = \(sheet.location)
      ORDER BY variant_id \(transaction.dialect.forUpdate)
      """)
    {
      stocks[try row["variant_id"]] = ShelfStock(
        onHand: try row["on_hand"], held: try row["held"], isUnlimited: try row["is_unlimited"])
    }
    var movements: [Movement] = []
    for difference in differences {
      let shelf = Shelf(variant: difference.variant, location: sheet.location)
      let stock = try stocks[shelf.variant] ?? locked(shelf, of: sheet.merchant, in: transaction)
      guard !stock.isUnlimited else { throw InventoryRefusal.notCounted(shelf.variant) }
      guard stock.onHand + difference.change >= stock.held else {
        throw InventoryRefusal.heldStock(shelf.variant, held: stock.held)
      }
      let line = HeldLine(variant: shelf.variant, location: shelf.location, count: abs(difference.change))
      movements.append(
        Movement(line: line, reason: .counted, onHandChange: difference.change, heldChange: 0, note: sheet.title))
    }
    try book(movements, cause: "sheet/\(sheet.id)", by: .staff(staff), at: clock.now, in: transaction)
  }

  private func end(
    _ sheet: CountSheet, as state: CountSheet.State, by staff: StaffID, in transaction: any Transaction
  ) throws -> CountSheet {
    let (actor, now) = (Actor.staff(staff), clock.now)
    try transaction.execute(
      """
      UPDATE stock_sheet SET state = \(state), ended_by = \(actor.text), ended_at = \(now) WHERE id = \(sheet.id)
      """)
    return CountSheet(
      id: sheet.id, merchant: sheet.merchant, location: sheet.location, title: sheet.title, state: state,
      lines: sheet.lines, counted: sheet.counted, openedBy: sheet.openedBy, openedAt: sheet.openedAt, endedBy: actor,
      endedAt: now)
  }

  private func note(
    _ verb: String, _ sheet: CountSheet, _ more: [String: String], _ transaction: any Transaction
  ) throws {
    let after = DeedFields(
      [("state", sheet.state.rawValue)] + more.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    guard let actor = sheet.endedBy else { return }
    let deed = Deed(
      verb, on: sheet.id, named: sheet.title, of: sheet.merchant, before: ["state": "open"], after: after)
    try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
  }
}
