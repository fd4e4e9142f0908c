import Events
import Storage
import Values

extension StoredInventory {
  public func hold(_ lines: [HoldLine], key: HoldKey, until: Timestamp) async throws -> Hold {
    var wanted: [VariantID: Int] = [:]
    for line in lines { wanted[line.variant, default: 0] += line.quantity.count }
    guard wanted.values.allSatisfy(Quantity.range.contains) else {
      throw FieldFaults(field: "quantity", code: "outOfRange", details: ["min": "1", "max": "9999"])
    }
    let sums = wanted.sorted { $0.key < $1.key }
    return try await database.write { transaction in
      let known = try transaction.holdRow(key, forUpdate: true)
      if let known, known.state == .standing || known.state == .confirmed {
        return try self.repeated(known, key: key, wanted: sums, until: until, in: transaction)
      }
      let held = try self.take(sums, cause: key.rawValue, in: transaction)
      let id = try self.write(held, key: key, until: until, over: known, in: transaction)
      let whole = sums.compactMap { sum in Quantity(sum.value).map { HoldLine(variant: sum.key, quantity: $0) } }
      return Hold(id: id, key: key, state: .standing, lines: whole, until: until)
    }
  }

  /// What stands under the key already. A later attempt gives its buyer the whole time.
  private func repeated(
    _ known: HoldRow, key: HoldKey, wanted: [(key: VariantID, value: Int)], until: Timestamp,
    in transaction: any Transaction
  ) throws -> Hold {
    let hold = try transaction.hold(key, known)
    guard hold.lines.elementsEqual(wanted, by: { $0.variant == $1.key && $0.quantity.count == $1.value }) else {
      throw InventoryRefusal.otherGoods(key)
    }
    guard known.state == .standing, until > known.until else { return hold }
    try transaction.execute("UPDATE stock_hold SET until_at = \(until) WHERE id = \(known.id)")
    return Hold(id: known.id, key: key, state: known.state, lines: hold.lines, until: until)
  }

  public func release(_ key: HoldKey) async throws -> Bool {
    try await database.write { transaction in
      guard let row = try transaction.holdRow(key, forUpdate: true) else { return true }
      if row.state == .confirmed { return false }
      if row.state == .standing { try self.end(row, key: key.rawValue, as: .released, in: transaction) }
      return true
    }
  }

  public func confirm(_ key: HoldKey, at: Timestamp) async throws {
    try await database.write { transaction in
      guard let row = try transaction.holdRow(key, forUpdate: true) else { throw InventoryRefusal.holdEnded(key) }
      switch row.state {
      case .confirmed: return
      case .standing: break
      case .released, .expired:
        // The money came late: take the same units again, wherever they lie now.
        let lines = try transaction.heldLines(row.id)
        var sums: [VariantID: Int] = [:]
        for line in lines { sums[line.variant, default: 0] += line.count }
        let held = try self.take(sums.sorted { $0.key < $1.key }, cause: key.rawValue, in: transaction)
        _ = try self.write(held, key: key, until: at, over: row, in: transaction)
      case .putBack: throw InventoryRefusal.holdEnded(key)
      }
      let movements = try transaction.heldLines(row.id, forUpdate: true).map { line in
        Movement(
          line: line, reason: .confirmed, onHandChange: line.isUnlimited ? 0 : -line.count, heldChange: -line.count)
      }
      try self.book(movements, cause: key.rawValue, at: at, in: transaction)
      try transaction.setHold(row.id, .confirmed)
      // What is free stays the same, so the world needn't hear of it; the levels kept here are old all the same.
      self.forgetAfterCommit(movements.map(\.line.variant), in: transaction)
    }
  }

  public func putBack(_ key: HoldKey, except returned: [VariantID: Int], by actor: Actor) async throws {
    try await database.write { transaction in
      guard let row = try transaction.holdRow(key, forUpdate: true), row.state == .confirmed else { return }
      var returned = returned
      var movements: [Movement] = []
      for line in try transaction.heldLines(row.id, forUpdate: true) {
        let gone = min(line.count, returned[line.variant] ?? 0)
        returned[line.variant] = (returned[line.variant] ?? 0) - gone
        guard line.count > gone else { continue }
        movements.append(
          Movement(
            line: HeldLine(variant: line.variant, location: line.location, count: line.count - gone),
            reason: .putBack, onHandChange: line.isUnlimited ? 0 : line.count - gone, heldChange: 0))
      }
      movements = try self.toOpenPlaces(movements, in: transaction)
      try self.book(movements, cause: key.rawValue, by: actor, at: self.clock.now, in: transaction)
      try transaction.setHold(row.id, .putBack)
      try self.tellChange(of: movements.map(\.line.variant), in: transaction)
    }
  }

  public func hold(_ key: HoldKey) async throws -> Hold? {
    try await database.read { transaction in
      try transaction.holdRow(key).map { try transaction.hold(key, $0) }
    }
  }

  public func expireHolds(now: Timestamp, limit: Int) async throws -> Int {
    let due = try await database.read { transaction in
      try transaction.rows(
        """
        SELECT hold_key FROM stock_hold WHERE state = \(Hold.State.standing) AND until_at < \(now)
        ORDER BY until_at, id LIMIT \(max(0, limit))
        """
      ).map { HoldKey(rawValue: try $0["hold_key"]) }
    }
    var ended = 0
    // One write each, so that no buyer waits for the stock of all of them.
    for key in due where try await expire(key, now: now) { ended += 1 }
    return ended
  }

  /// False when another has ended it or made it last longer meanwhile.
  private func expire(_ key: HoldKey, now: Timestamp) async throws -> Bool {
    try await database.write { transaction in
      guard let row = try transaction.holdRow(key, forUpdate: true), row.state == .standing, row.until < now else {
        return false
      }
      try self.end(row, key: key.rawValue, as: .expired, in: transaction)
      return true
    }
  }

  /// Where the variants lie, the first location first and closed ones last. Their stock is locked, and nothing else: locations are everybody's.
  func shelves(
    of variants: [VariantID], in transaction: any Transaction
  ) throws -> [VariantID: [Allocation.Shelf]] {
    var placed: [VariantID: [(closed: Int, position: Int, shelf: Allocation.Shelf)]] = [:]
    for row in try transaction.rows(
      """
      SELECT variant_id, location_id, on_hand, held, is_unlimited,
        (SELECT position FROM location WHERE location.id = stock.location_id) AS position,
        (SELECT is_closed FROM location WHERE location.id = stock.location_id) AS is_closed
      FROM stock WHERE variant_id IN \(list: variants)
      ORDER BY variant_id, location_id \(transaction.dialect.forUpdate)
      """)
    {
      let (onHand, held): (Int, Int) = (try row["on_hand"], try row["held"])
      let shelf = Allocation.Shelf(
        location: try row["location_id"], free: onHand - held, isUnlimited: try row["is_unlimited"])
      placed[try row["variant_id"], default: []].append((try row["is_closed"], try row["position"], shelf))
    }
    return placed.mapValues { shelves in
      shelves.sorted {
        ($0.closed, $0.position, $0.shelf.location) < ($1.closed, $1.position, $1.shelf.location)
      }.map(\.shelf)
    }
  }

  /// Takes units off the free stock and books it; throws `.soldOut` for the first variant that is short.
  func take(
    _ sums: [(key: VariantID, value: Int)], cause: String, in transaction: any Transaction
  ) throws -> [HeldLine] {
    let shelves = try shelves(of: sums.map(\.key), in: transaction)
    var lines: [HeldLine] = []
    for (variant, count) in sums {
      let own = shelves[variant] ?? []
      guard let parts = Allocation.take(count, from: own) else {
        throw InventoryRefusal.soldOut(variant, left: own.reduce(0) { $0 + max(0, $1.free) })
      }
      lines += parts.map { HeldLine(variant: variant, location: $0.location, count: $0.count) }
    }
    let movements = lines.map { Movement(line: $0, reason: .held, onHandChange: 0, heldChange: $0.count) }
    if let refused = try transaction.book(movements, cause: cause, actor: .system, at: clock.now, ids: ids) {
      throw InventoryRefusal.soldOut(refused.line.variant, left: 0)
    }
    try tellChange(of: lines.map(\.variant), in: transaction)
    return lines
  }

  private func write(
    _ lines: [HeldLine], key: HoldKey, until: Timestamp, over known: HoldRow?, in transaction: any Transaction
  ) throws -> HoldID {
    let id: HoldID
    if let known {
      id = known.id
      try transaction.execute(
        "UPDATE stock_hold SET state = \(Hold.State.standing), until_at = \(until) WHERE id = \(id)")
      try transaction.execute("DELETE FROM stock_hold_line WHERE hold_id = \(id)")
    } else {
      id = ids.next()
      try transaction.execute(
        """
        INSERT INTO stock_hold (id, hold_key, state, until_at)
        VALUES (\(id), \(key.rawValue), \(Hold.State.standing), \(until))
        """)
    }
    let rows = lines.map { line -> [any SQLConvertible] in [id, line.variant, line.location, line.count] }
    if !rows.isEmpty {
      try transaction.execute(
        "INSERT INTO stock_hold_line (hold_id, variant_id, location_id, quantity) VALUES \(rows: rows)")
    }
    return id
  }

  /// Gives the units of a standing hold back. Its lines stay, for a payment that comes late.
  func end(_ hold: HoldRow, key: String, as state: Hold.State, in transaction: any Transaction) throws {
    let reason: StockEntry.Reason = state == .expired ? .expired : .released
    let movements = try transaction.heldLines(hold.id).map { line in
      Movement(line: line, reason: reason, onHandChange: 0, heldChange: -line.count)
    }
    try book(movements, cause: key, at: clock.now, in: transaction)
    try transaction.setHold(hold.id, state)
    try tellChange(of: movements.map(\.line.variant), in: transaction)
  }

  /// Books what a hold guarantees; a guard that refuses it means that the books are broken.
  func book(
    _ movements: [Movement], cause: String, by actor: Actor = .system, at: Timestamp, in transaction: any Transaction
  ) throws {
    if let refused = try transaction.book(movements, cause: cause, actor: actor, at: at, ids: ids) {
      throw StockFault.counterDisagrees(variant: refused.line.variant, location: refused.line.location, cause: cause)
    }
  }
}

/// The counters don't hold what a standing hold says they do.
enum StockFault: Error {
  case counterDisagrees(variant: VariantID, location: LocationID, cause: String)
}
