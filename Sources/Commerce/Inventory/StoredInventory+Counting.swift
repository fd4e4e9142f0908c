import Events
import Storage
import Values

extension StoredInventory {
  /// On-hand counts that are taken for real.
  private static let countRange = 0...1_000_000_000

  public func count(_ counts: [StockCount], key: String, by actor: Actor) async throws {
    var faults = FieldFaults()
    for (index, count) in counts.enumerated() where !Self.countRange.contains(count.onHand ?? 0) {
      faults.add("counts.\(index).onHand", "outOfRange", ["min": "0", "max": "1000000000"])
    }
    let key = faults.text(key, "key", max: 120)
    try faults.throwIfAny()
    // Everybody locks in the same order, so that nobody waits for one who waits for him.
    let counts = counts.sorted { $0.variant < $1.variant }
    try await database.write { transaction in
      let isFirst = try transaction.execute(
        transaction.dialect.insertIfAbsent(
          into: "stock_count", [("count_key", key.sqlValue), ("at", self.clock.now.sqlValue)]))
      guard isFirst > 0 else { return }
      try Self.requireKnown(Set(counts.map(\.location)), in: transaction)
      for start in stride(from: 0, to: counts.count, by: 500) {
        try self.count(Array(counts[start..<min(start + 500, counts.count)]), cause: key, by: actor, in: transaction)
      }
    }
  }

  /// Units at a place that doesn't exist would show as stock and never be found by a hold.
  private static func requireKnown(_ locations: Set<LocationID>, in transaction: any Transaction) throws {
    let known = try transaction.rows("SELECT id FROM location WHERE id IN \(list: locations.sorted())")
    guard known.count == locations.count else { throw FieldFaults(field: "location", code: "unknown") }
  }

  private struct Shelf: Hashable {
    let variant: VariantID
    let location: LocationID
  }

  private func count(
    _ counts: [StockCount], cause: String, by actor: Actor, in transaction: any Transaction
  ) throws {
    var present: [Shelf: (onHand: Int, held: Int, isUnlimited: Bool)] = [:]
    for row in try transaction.rows(
      """
      SELECT * FROM stock WHERE variant_id IN \(list: Set(counts.map(\.variant)).sorted())
      ORDER BY variant_id, location_id \(transaction.dialect.forUpdate)
      """)
    {
      let shelf = Shelf(variant: try row["variant_id"], location: try row["location_id"])
      present[shelf] = (try row["on_hand"], try row["held"], try row["is_unlimited"])
    }
    var added: [[any SQLConvertible]] = []
    var entries: [[any SQLConvertible]] = []
    var changed: Set<VariantID> = []
    // A shelf that is named twice counts as it was named last.
    let last = Dictionary(
      counts.map { (Shelf(variant: $0.variant, location: $0.location), $0) }, uniquingKeysWith: { _, later in later })
    for (shelf, count) in last.sorted(by: { ($0.key.variant, $0.key.location) < ($1.key.variant, $1.key.location) }) {
      let onHand = count.onHand ?? 0
      let isUnlimited = count.onHand == nil
      let before = present[shelf]
      if let before {
        guard before.onHand != onHand || before.isUnlimited != isUnlimited else { continue }
        guard isUnlimited || onHand >= before.held else {
          throw InventoryRefusal.heldStock(shelf.variant, held: before.held)
        }
        try transaction.execute(
          """
          UPDATE stock SET on_hand = \(onHand), is_unlimited = \(isUnlimited)
          WHERE variant_id = \(shelf.variant) AND location_id = \(shelf.location)
          """)
      } else {
        added.append([shelf.variant, shelf.location, onHand, 0, isUnlimited])
      }
      changed.insert(shelf.variant)
      entries.append([
        ids.next(EventTag.self), shelf.variant, shelf.location, StockEntry.Reason.counted,
        onHand - (before?.onHand ?? 0),
        0, cause, actor.text, clock.now,
      ])
    }
    if !added.isEmpty {
      try transaction.execute(
        "INSERT INTO stock (variant_id, location_id, on_hand, held, is_unlimited) VALUES \(rows: added)")
    }
    if !entries.isEmpty {
      try transaction.execute(
        """
        INSERT INTO stock_entry (id, variant_id, location_id, reason, on_hand_change, held_change, cause, actor, at)
        VALUES \(rows: entries)
        """)
    }
    try tellChange(of: changed, in: transaction)
  }
}
