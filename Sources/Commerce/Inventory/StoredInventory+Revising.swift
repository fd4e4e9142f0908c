import Events
import Storage
import Values

extension StoredInventory {
  private struct Place: Hashable, Comparable {
    let variant: VariantID
    let location: LocationID
    static func < (left: Place, right: Place) -> Bool {
      (left.variant, left.location) < (right.variant, right.location)
    }
  }

  public func revise(_ key: HoldKey, to lines: [HoldLine], using spare: HoldKey?, by actor: Actor) async throws {
    var wanted: [VariantID: Int] = [:]
    for line in lines { wanted[line.variant, default: 0] += line.quantity.count }
    let units = wanted
    try await database.write { transaction in
      guard let row = try transaction.holdRow(key, forUpdate: true), row.state == .standing || row.state == .confirmed
      else { throw InventoryRefusal.holdEnded(key) }
      // Given back first, so that it can be taken again below.
      if let spare, let kept = try transaction.holdRow(spare, forUpdate: true), kept.state == .standing {
        try self.end(kept, key: spare.rawValue, as: .released, in: transaction)
      }
      try self.bring(row, key: key, to: units, by: actor, in: transaction)
    }
  }

  private func bring(
    _ row: HoldRow, key: HoldKey, to units: [VariantID: Int], by actor: Actor, in transaction: any Transaction
  ) throws {
    var places: [Place: Int] = [:]
    var isUnlimited: [Place: Bool] = [:]
    var sums: [VariantID: Int] = [:]
    for line in try transaction.heldLines(row.id, forUpdate: true) {
      let place = Place(variant: line.variant, location: line.location)
      places[place] = line.count
      isUnlimited[place] = line.isUnlimited
      sums[line.variant, default: 0] += line.count
    }
    guard sums != units else { return }
    let isSold = row.state == .confirmed
    var back: [Movement] = []
    for (place, count) in places.sorted(by: { $0.key > $1.key }) {
      let surplus = min(count, (sums[place.variant] ?? 0) - (units[place.variant] ?? 0))
      guard surplus > 0 else { continue }
      places[place] = count - surplus
      sums[place.variant, default: 0] -= surplus
      let line = HeldLine(variant: place.variant, location: place.location, count: surplus)
      let returned = isUnlimited[place] == true ? 0 : surplus
      back.append(
        isSold
          ? Movement(line: line, reason: .putBack, onHandChange: returned, heldChange: 0)
          : Movement(line: line, reason: .released, onHandChange: 0, heldChange: -surplus))
    }
    back.reverse()
    if isSold { back = try toOpenPlaces(back, in: transaction) }
    try book(back, cause: key.rawValue, by: actor, at: clock.now, in: transaction)
    try tellChange(of: back.map(\.line.variant), in: transaction)
    let short = units.filter { $0.value > sums[$0.key] ?? 0 }.map {
      (key: $0.key, value: $0.value - (sums[$0.key] ?? 0))
    }
    let taken = try take(short.sorted { $0.key < $1.key }, cause: key.rawValue, in: transaction)
    for line in taken { places[Place(variant: line.variant, location: line.location), default: 0] += line.count }
    try rewrite(row, places, in: transaction)
    if isSold { try sell(taken, of: row, key: key, by: actor, in: transaction) }
  }

  private func rewrite(_ row: HoldRow, _ places: [Place: Int], in transaction: any Transaction) throws {
    try transaction.execute("DELETE FROM stock_hold_line WHERE hold_id = \(row.id)")
    let rows = places.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { place, count -> [any SQLConvertible] in
      [row.id, place.variant, place.location, count]
    }
    guard !rows.isEmpty else { return }
    try transaction.execute(
      "INSERT INTO stock_hold_line (hold_id, variant_id, location_id, quantity) VALUES \(rows: rows)")
  }

  /// What was taken for a hold that is sold already is sold as well.
  private func sell(
    _ taken: [HeldLine], of row: HoldRow, key: HoldKey, by actor: Actor, in transaction: any Transaction
  ) throws {
    let unlimited = Set(
      try transaction.heldLines(row.id, forUpdate: true).filter(\.isUnlimited).map {
        Place(variant: $0.variant, location: $0.location)
      })
    let movements = taken.map { line in
      let isUnlimited = unlimited.contains(Place(variant: line.variant, location: line.location))
      return Movement(
        line: line, reason: .confirmed, onHandChange: isUnlimited ? 0 : -line.count, heldChange: -line.count)
    }
    try book(movements, cause: key.rawValue, by: actor, at: clock.now, in: transaction)
    forgetAfterCommit(movements.map(\.line.variant), in: transaction)
  }
}
