import AuditLog
import Events
import Storage
import Values

extension StoredInventory {
  /// On-hand counts that are taken for real.
  static let countRange = 0...1_000_000_000

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
      let merchants = try Self.requireOpen(counts, in: transaction)
      var before: [Shelf: String] = [:]
      for start in stride(from: 0, to: counts.count, by: 500) {
        let batch = Array(counts[start..<min(start + 500, counts.count)])
        before.merge(try self.count(batch, at: merchants, cause: key, by: actor, in: transaction)) { first, _ in first }
      }
      // What the shop counts by its own hand comes from files, which have deeds of their own.
      guard case .staff = actor else { return }
      if counts.count == 1, let count = counts.first, let before = before[count.shelf] {
        try self.note(count, before, of: merchants[count.location], by: actor, in: transaction)
      } else {
        try self.note(counts, before, at: merchants, key: key, by: actor, in: transaction)
      }
    }
  }

  /// One deed for each merchant, with as many of the shelves as a deed can name.
  private func note(
    _ counts: [StockCount], _ before: [Shelf: String], at merchants: [LocationID: MerchantID], key: String,
    by actor: Actor, in transaction: any Transaction
  ) throws {
    let last = Dictionary(counts.map { ($0.shelf, $0) }, uniquingKeysWith: { _, later in later })
    let changed = last.filter { before[$0.key] != $0.value.said }
    let owners = Dictionary(grouping: changed.values) { merchants[$0.location] }
    for (merchant, counts) in owners.sorted(by: { ($0.key?.raw ?? 0) < ($1.key?.raw ?? 0) }) {
      guard let merchant else { continue }
      let counts = counts.sorted { ($0.variant, $0.location) < ($1.variant, $1.location) }
      let deed = Deed(
        "stock.countMany", on: merchant, named: key, of: merchant,
        before: DeedFields(counts.map { ($0.place, before[$0.shelf] ?? "0") }),
        after: DeedFields(counts.map { ($0.place, $0.said) }))
      try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
    }
  }

  private func note(
    _ count: StockCount, _ before: String, of merchant: MerchantID?, by actor: Actor, in transaction: any Transaction
  ) throws {
    let after = count.said
    guard after != before else { return }
    let deed = Deed(
      "stock.count", on: count.variant, named: count.variant.description, of: merchant,
      before: ["onHand": before, "location": count.location.description],
      after: ["onHand": after, "location": count.location.description])
    try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
  }

  /// Units at a place that doesn't exist would show as stock and never be found by a hold; where a place is closed nothing
  /// lies. None of them is closed before the transaction ends.
  private static func requireOpen(
    _ counts: [StockCount], in transaction: any Transaction
  ) throws -> [LocationID: MerchantID] {
    let locations = Set(counts.map(\.location))
    var known: [LocationID: Location] = [:]
    for row in try transaction.rows(
      "SELECT * FROM location WHERE id IN \(list: locations.sorted()) ORDER BY id \(transaction.dialect.forShare)")
    {
      let location = try Location(row)
      known[location.id] = location
    }
    guard known.count == locations.count else { throw FieldFaults(field: "location", code: "unknown") }
    guard !counts.contains(where: { $0.onHand != 0 && known[$0.location]?.isClosed == true }) else {
      throw FieldFaults(field: "location", code: "closed")
    }
    return known.mapValues(\.merchant)
  }

  /// Answers what lay on each of the shelves before, in words of the log.
  private func count(
    _ counts: [StockCount], at merchants: [LocationID: MerchantID], cause: String, by actor: Actor,
    in transaction: any Transaction
  ) throws -> [Shelf: String] {
    let present = try present(Set(counts.map(\.variant)), in: transaction)
    var added: [[any SQLConvertible]] = []
    var entries: [[any SQLConvertible]] = []
    var changed: [VariantID: ItemChange] = [:]
    // A shelf that is named twice counts as it was named last.
    let last = Dictionary(
      counts.map { ($0.shelf, $0) }, uniquingKeysWith: { _, later in later })
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
      changed[shelf.variant, default: ItemChange(merchant: merchants[shelf.location])].add(
        onHand: onHand - (before?.onHand ?? 0),
        unlimited: (isUnlimited ? 1 : 0) - (before?.isUnlimited == true ? 1 : 0))
      entries.append([
        ids.next(EventTag.self), shelf.variant, shelf.location, StockEntry.Reason.counted,
        onHand - (before?.onHand ?? 0),
        0, cause, "", actor.text, clock.now,
      ])
    }
    try write(added, entries, in: transaction)
    try addToItems(changed, in: transaction)
    try tellChange(of: changed.keys, in: transaction)
    return last.mapValues { count in
      guard let before = present[count.shelf] else { return "0" }
      return before.isUnlimited ? "unlimited" : String(before.onHand)
    }
  }

  /// What lies on the shelves of the variants, which are locked.
  private func present(
    _ variants: Set<VariantID>, in transaction: any Transaction
  ) throws -> [Shelf: ShelfStock] {
    var present: [Shelf: ShelfStock] = [:]
    for row in try transaction.rows(
      """
      SELECT * FROM stock WHERE variant_id IN \(list: variants.sorted())
      ORDER BY variant_id, location_id \(transaction.dialect.forUpdate)
      """)
    {
      let shelf = Shelf(variant: try row["variant_id"], location: try row["location_id"])
      present[shelf] = ShelfStock(
        onHand: try row["on_hand"], held: try row["held"], isUnlimited: try row["is_unlimited"])
    }
    return present
  }

  private func write(
    _ added: [[any SQLConvertible]], _ entries: [[any SQLConvertible]], in transaction: any Transaction
  ) throws {
    if !added.isEmpty {
      try transaction.execute(
        "INSERT INTO stock (variant_id, location_id, on_hand, held, is_unlimited) VALUES \(rows: added)")
    }
    if !entries.isEmpty {
      try transaction.execute(
        """
        INSERT INTO stock_entry
          (id, variant_id, location_id, reason, on_hand_change, held_change, cause, note, actor, at)
        VALUES \(rows: entries)
        """)
    }
  }
}

/// A place of a variant.
struct Shelf: Hashable, Sendable {
  let variant: VariantID
  let location: LocationID
}

extension StockCount {
  var shelf: Shelf { Shelf(variant: variant, location: location) }
  /// In words of the log.
  fileprivate var said: String { onHand.map(String.init) ?? "unlimited" }
  fileprivate var place: String { "\(variant) \(location)" }
}
