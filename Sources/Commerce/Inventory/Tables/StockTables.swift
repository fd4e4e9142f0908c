import Storage
import Values

/// One line of a hold where it lies.
struct HeldLine {
  let variant: VariantID
  let location: LocationID
  let count: Int
  /// Sold without counting: such a shelf has no units on hand to take off or put back.
  var isUnlimited = false
}

struct HoldRow {
  let id: HoldID
  let state: Hold.State
  let until: Timestamp
}

/// A movement to be booked: the change of the counters and its row in the ledger.
struct Movement {
  let line: HeldLine
  let reason: StockEntry.Reason
  let onHandChange: Int
  let heldChange: Int
  var note = ""
}

extension Location {
  init(_ row: Row) throws {
    self.init(
      id: try row["id"], merchant: try row["merchant_id"], name: try row["name"], position: try row["position"],
      isClosed: try row["is_closed"])
  }
}

extension StockEntry {
  init(_ row: Row) throws {
    let actor: String = try row["actor"]
    self.init(
      id: try row["id"], variant: try row["variant_id"], location: try row["location_id"], reason: try row["reason"],
      onHandChange: try row["on_hand_change"], heldChange: try row["held_change"], cause: try row["cause"],
      note: try row["note"], actor: Actor(actor) ?? .system, at: try row["at"])
  }
}

extension StockEntry.Reason: SQLConvertible {}
extension Hold.State: SQLConvertible {}

extension ReadTransaction {
  func holdRow(_ key: HoldKey, forUpdate: Bool = false) throws -> HoldRow? {
    let lock = forUpdate ? dialect.forUpdate : ""
    return try row("SELECT id, state, until_at FROM stock_hold WHERE hold_key = \(key.rawValue) \(lock)").map {
      HoldRow(id: try $0["id"], state: try $0["state"], until: try $0["until_at"])
    }
  }

  /// In the order in which rows of stock are touched.
  func heldLines(_ hold: HoldID, forUpdate: Bool = false) throws -> [HeldLine] {
    try rows(
      """
      SELECT stock_hold_line.variant_id, stock_hold_line.location_id, stock_hold_line.quantity, stock.is_unlimited
      FROM stock_hold_line JOIN stock
        ON stock.variant_id = stock_hold_line.variant_id AND stock.location_id = stock_hold_line.location_id
      WHERE stock_hold_line.hold_id = \(hold)
      ORDER BY stock_hold_line.variant_id, stock_hold_line.location_id \(forUpdate ? dialect.forUpdate : "")
      """
    ).map { row in
      HeldLine(
        variant: try row["variant_id"], location: try row["location_id"], count: try row["quantity"],
        isUnlimited: try row["is_unlimited"])
    }
  }

  func hold(_ key: HoldKey, _ row: HoldRow) throws -> Hold {
    var sums: [VariantID: Int] = [:]
    for line in try heldLines(row.id) { sums[line.variant, default: 0] += line.count }
    let lines = sums.sorted { $0.key < $1.key }.compactMap { variant, count in
      Quantity(count).map { HoldLine(variant: variant, quantity: $0) }
    }
    return Hold(id: row.id, key: key, state: row.state, lines: lines, until: row.until)
  }
}

extension Transaction {
  /// Books movements in the order of the rows that they touch. Answers the first one that the guards refuse: too little
  /// free stock, or a counter that would fall below zero.
  func book(
    _ movements: [Movement], cause: String, actor: Actor, at: Timestamp, ids: IDGenerator
  ) throws -> Movement? {
    for movement in movements {
      let changed = try execute(
        """
        UPDATE stock SET on_hand = on_hand + \(movement.onHandChange), held = held + \(movement.heldChange)
        WHERE variant_id = \(movement.line.variant) AND location_id = \(movement.line.location)
          AND on_hand + \(movement.onHandChange) >= 0 AND held + \(movement.heldChange) >= 0
          AND (is_unlimited = 1 OR \(movement.heldChange) <= 0
            OR on_hand + \(movement.onHandChange) - held - \(movement.heldChange) >= 0)
        """)
      if changed == 0 { return movement }
    }
    guard !movements.isEmpty else { return nil }
    try addToItems(movements)
    let entries = movements.map { movement -> [any SQLConvertible] in
      [
        ids.next(EventTag.self), movement.line.variant, movement.line.location, movement.reason, movement.onHandChange,
        movement.heldChange, cause, movement.note, actor.text, at,
      ]
    }
    try execute(
      """
      INSERT INTO stock_entry
        (id, variant_id, location_id, reason, on_hand_change, held_change, cause, note, actor, at)
      VALUES \(rows: entries)
      """)
    return nil
  }

  /// The sums of the variants follow their shelves.
  private func addToItems(_ movements: [Movement]) throws {
    var sums: [VariantID: (onHand: Int, held: Int)] = [:]
    for movement in movements {
      sums[movement.line.variant, default: (0, 0)].onHand += movement.onHandChange
      sums[movement.line.variant, default: (0, 0)].held += movement.heldChange
    }
    for (variant, change) in sums.sorted(by: { $0.key < $1.key }) where change.onHand != 0 || change.held != 0 {
      try execute(ItemTable.change(variant, onHand: change.onHand, held: change.held))
    }
  }

  func setHold(_ id: HoldID, _ state: Hold.State) throws {
    try execute("UPDATE stock_hold SET state = \(state) WHERE id = \(id)")
  }
}
