import Storage
import Values

extension StoredInventory {
  public func audit() async throws -> [Discrepancy] {
    try await database.read { transaction in
      var found: [Discrepancy] = []
      let ledger: SQL = """
        SELECT stock.variant_id, stock.location_id, stock.on_hand, stock.held,
          COALESCE(SUM(stock_entry.on_hand_change), 0) AS booked_on_hand, COALESCE(SUM(stock_entry.held_change), 0) AS booked_held
        FROM stock LEFT JOIN stock_entry
          ON stock_entry.variant_id = stock.variant_id AND stock_entry.location_id = stock.location_id
        GROUP BY stock.variant_id, stock.location_id, stock.on_hand, stock.held
        HAVING stock.on_hand <> booked_on_hand OR stock.held <> booked_held
        ORDER BY stock.variant_id LIMIT 100
        """
      for row in try transaction.rows(ledger) {
        let place = try Self.place(row)
        let (onHand, held): (Int, Int) = (try row["on_hand"], try row["held"])
        let (bookedOnHand, bookedHeld): (Int, Int) = (try row["booked_on_hand"], try row["booked_held"])
        found.append(
          Discrepancy(
            book: "stock", row: place, expected: "on hand \(bookedOnHand), held \(bookedHeld) by the ledger",
            found: "on hand \(onHand), held \(held)"))
      }
      let holds: SQL = """
        SELECT stock.variant_id, stock.location_id, stock.held, COALESCE(held_now.quantity, 0) AS quantity
        FROM stock LEFT JOIN (
          SELECT stock_hold_line.variant_id, stock_hold_line.location_id, SUM(stock_hold_line.quantity) AS quantity
          FROM stock_hold_line JOIN stock_hold ON stock_hold.id = stock_hold_line.hold_id
          WHERE stock_hold.state = \(Hold.State.standing)
          GROUP BY stock_hold_line.variant_id, stock_hold_line.location_id) AS held_now
          ON held_now.variant_id = stock.variant_id AND held_now.location_id = stock.location_id
        WHERE stock.held <> COALESCE(held_now.quantity, 0) ORDER BY stock.variant_id LIMIT 100
        """
      for row in try transaction.rows(holds) {
        let (held, quantity): (Int, Int) = (try row["held"], try row["quantity"])
        found.append(
          Discrepancy(
            book: "stock", row: try Self.place(row), expected: "held \(quantity) by standing holds",
            found: "held \(held)"))
      }
      return try found + Self.items(in: transaction)
    }
  }

  /// The sums that lists are read from, against the shelves.
  private static func items(in transaction: any ReadTransaction) throws -> [Discrepancy] {
    let sums: SQL = """
      SELECT sums.variant_id, sums.on_hand, sums.held, sums.unlimited, COALESCE(stock_item.on_hand, -1) AS kept_on_hand,
        COALESCE(stock_item.held, -1) AS kept_held, COALESCE(stock_item.unlimited, -1) AS kept_unlimited
      FROM (
        SELECT variant_id, SUM(on_hand) AS on_hand, SUM(held) AS held, SUM(is_unlimited) AS unlimited
        FROM stock GROUP BY variant_id) AS sums
        LEFT JOIN stock_item ON stock_item.variant_id = sums.variant_id
      WHERE stock_item.variant_id IS NULL OR stock_item.on_hand <> sums.on_hand OR stock_item.held <> sums.held
        OR stock_item.unlimited <> sums.unlimited
      ORDER BY sums.variant_id LIMIT 100
      """
    return try transaction.rows(sums).map { row in
      let variant: VariantID = try row["variant_id"]
      let (onHand, held, unlimited): (Int, Int, Int) = (try row["on_hand"], try row["held"], try row["unlimited"])
      let kept: (Int, Int, Int) = (try row["kept_on_hand"], try row["kept_held"], try row["kept_unlimited"])
      return Discrepancy(
        book: "stock", row: "\(variant)", expected: "sums of \(onHand), \(held) and \(unlimited) over its places",
        found: "\(kept.0), \(kept.1) and \(kept.2)")
    }
  }

  private static func place(_ row: Row) throws -> String {
    let variant: VariantID = try row["variant_id"]
    let location: LocationID = try row["location_id"]
    return "\(variant) at \(location)"
  }
}
