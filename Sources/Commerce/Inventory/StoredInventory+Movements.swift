import Storage
import Values

extension StoredInventory {
  private static let day: Int64 = 86_400_000

  public func movements(of variant: VariantID, _ page: PageRequest) async throws -> Page<StockMovement> {
    // The place in the list carries what there was there, so that no page needs the sum of all before it.
    let place = page.after?.parts.compactMap { Int64($0) } ?? []
    return try await database.read { transaction in
      let before = place.count == 3 ? place[0] : Int64.max
      var (onHand, held) = (0, 0)
      if place.count == 3 {
        (onHand, held) = (Int(place[1]), Int(place[2]))
      } else if let item = try transaction.row("SELECT on_hand, held FROM stock_item WHERE variant_id = \(variant)") {
        (onHand, held) = (try item["on_hand"], try item["held"])
      }
      var found: [StockMovement] = []
      for row in try transaction.rows(
        """
        SELECT * FROM stock_entry WHERE variant_id = \(variant) AND id < \(before)
        ORDER BY id DESC LIMIT \(page.limit + 1)
        """)
      {
        let entry = try StockEntry(row)
        found.append(StockMovement(entry: entry, onHand: onHand, held: held))
        // Nobody has so many; a place in the list may say what it likes.
        (onHand, held) = (onHand &- entry.onHandChange, held &- entry.heldChange)
      }
      return Page(fetched: found, limit: page.limit) { last in
        Cursor([
          String(last.entry.id), String(last.onHand &- last.entry.onHandChange),
          String(last.held &- last.entry.heldChange),
        ])
      }
    }
  }

  public func days(of variant: VariantID, last days: Int, offsetMinutes: Int) async throws -> [StockDay] {
    let days = min(max(days, 1), 366)
    let offset = Int64(offsetMinutes) * 60_000
    let now = clock.now.milliseconds + offset
    let today = now - now % Self.day
    let first = today - Int64(days - 1) * Self.day
    return try await database.read { transaction in
      // Movements of a moment have ids of that moment.
      let since = EventID.first(at: Timestamp(milliseconds: first - offset))
      var changes: [Int64: Int] = [:]
      for row in try transaction.rows(
        """
        SELECT (at + \(offset)) - (at + \(offset)) % \(Self.day) AS day, SUM(on_hand_change) AS changed
        FROM stock_entry WHERE variant_id = \(variant) AND id >= \(since) AND on_hand_change <> 0
        GROUP BY day ORDER BY day LIMIT 400
        """)
      {
        changes[try row["day"]] = try row["changed"]
      }
      var onHand: Int = try transaction.value("SELECT on_hand FROM stock_item WHERE variant_id = \(variant)") ?? 0
      var found: [StockDay] = []
      for start in stride(from: today, through: first, by: -Int(Self.day)) {
        found.append(StockDay(day: Timestamp(milliseconds: start - offset), onHand: max(0, onHand)))
        onHand -= changes[start] ?? 0
      }
      return found.reversed()
    }
  }
}
