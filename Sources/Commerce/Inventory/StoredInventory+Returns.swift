import Events
import Storage
import Values

extension StoredInventory {
  public func takeBack(_ lines: [ReturnedLine], key: String, by actor: Actor) async throws {
    var faults = FieldFaults()
    let key = faults.text(key, "key", max: 120)
    let counts = 0...Quantity.range.upperBound
    if !lines.allSatisfy({ counts.contains($0.restocked) && counts.contains($0.writtenOff) }) {
      faults.add("quantity", "outOfRange", ["min": "0", "max": String(counts.upperBound)])
    }
    try faults.throwIfAny()
    // Everybody locks in the same order, so that nobody waits for one who waits for him.
    let lines = lines.sorted { $0.variant < $1.variant }
    try await database.write { transaction in
      let isFirst = try transaction.execute(
        transaction.dialect.insertIfAbsent(
          into: "stock_count", [("count_key", key.sqlValue), ("at", self.clock.now.sqlValue)]))
      guard isFirst > 0 else { return }
      let shelves = try self.shelves(of: Set(lines.map(\.variant)).sorted(), in: transaction)
      let onShelves = lines.flatMap { line in
        // What was never counted has no shelf to lie on.
        shelves[line.variant]?.first.map { Self.movements(of: line, on: $0) } ?? []
      }
      let movements = try self.toOpenPlaces(onShelves, in: transaction)
      try self.book(movements, cause: key, by: actor, at: self.clock.now, in: transaction)
      try self.tellChange(of: movements.map(\.line.variant), in: transaction)
    }
  }

  /// The same without any that lay goods in a closed place: those go to the merchant's first open one. None of the places
  /// is closed before the transaction ends.
  func toOpenPlaces(_ movements: [Movement], in transaction: any Transaction) throws -> [Movement] {
    let share = transaction.dialect.forShare
    var open: [LocationID: Location] = [:]
    for row in try transaction.rows(
      "SELECT * FROM location WHERE id IN \(list: Set(movements.map(\.line.location)).sorted()) ORDER BY id \(share)")
    {
      let place = try Location(row)
      guard place.isClosed else { continue }
      open[place.id] = try transaction.row(
        """
        SELECT * FROM location WHERE merchant_id = \(place.merchant) AND is_closed = 0
        ORDER BY position, id LIMIT 1 \(share)
        """
      ).map { try Location($0) }
    }
    return try movements.map { movement in
      guard let place = open[movement.line.location] else { return movement }
      let line = HeldLine(variant: movement.line.variant, location: place.id, count: movement.line.count)
      let stock = try locked(
        Shelf(variant: line.variant, location: place.id), of: place.merchant, in: transaction)
      return Movement(
        line: line, reason: movement.reason, onHandChange: stock.isUnlimited ? 0 : movement.onHandChange,
        heldChange: movement.heldChange, note: movement.note)
    }
  }

  private static func movements(of line: ReturnedLine, on shelf: Allocation.Shelf) -> [Movement] {
    func movement(_ count: Int, _ reason: StockEntry.Reason, sign: Int) -> Movement? {
      guard count > 0 else { return nil }
      return Movement(
        line: HeldLine(variant: line.variant, location: shelf.location, count: count), reason: reason,
        onHandChange: shelf.isUnlimited ? 0 : sign * count, heldChange: 0)
    }
    // Broken goods come in before they go out, so that the ledger tells of both.
    return [
      movement(line.restocked + line.writtenOff, .returned, sign: 1), movement(line.writtenOff, .writtenOff, sign: -1),
    ].compactMap(\.self)
  }
}
