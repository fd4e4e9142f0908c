import Storage
import Synchronization
import Values

/// What was seen on a day and isn't stored yet.
struct SeenPages: Sendable {
  var sketch = VisitorSketch()
  var pages = 0
}

extension StoredInsight {
  public func countPage(seenBy visitor: String, at moment: Timestamp) {
    seen.withLock { seen in
      seen[ShopDay(moment), default: SeenPages()].sketch.add(visitor)
      seen[ShopDay(moment), default: SeenPages()].pages += 1
    }
  }

  public func flush() async throws {
    let taken = seen.withLock { seen in
      let taken = seen
      seen = [:]
      return taken
    }
    guard !taken.isEmpty else { return }
    do {
      try await database.write { transaction in
        for (day, pages) in taken.sorted(by: { $0.key < $1.key }) {
          try Self.store(pages, of: day, in: transaction)
        }
      }
    } catch {
      giveBack(taken)
      throw error
    }
  }

  /// What couldn't be stored waits for the next time.
  private func giveBack(_ taken: [ShopDay: SeenPages]) {
    seen.withLock { seen in
      for (day, pages) in taken {
        seen[day, default: SeenPages()].sketch.join(pages.sketch)
        seen[day, default: SeenPages()].pages += pages.pages
      }
    }
  }

  private static func store(_ seen: SeenPages, of day: ShopDay, in transaction: any Transaction) throws {
    try FigureRows.hold([day], in: transaction)
    var sketch = seen.sketch
    let row = try transaction.row("SELECT visitors FROM figure_day WHERE day = \(day)")
    let stored: [UInt8]? = try row?["visitors"]
    if let known = stored.flatMap({ VisitorSketch($0) }) { sketch.join(known) }
    try transaction.execute("UPDATE figure_day SET visitors = \(sketch.registers) WHERE day = \(day)")
    let visitors = FigureRows.Place(merchant: 0, day: day, kind: .visitors, product: 0)
    let before: Int =
      try transaction.value(
        "SELECT count FROM daily_figure WHERE merchant_id = 0 AND day = \(day) AND kind = \(FigureKind.visitors)") ?? 0
    let grown = FigureRows.Change(count: sketch.count - before)
    if !grown.isNothing { try FigureRows.add(grown, to: visitors, in: transaction) }
    let pages = FigureRows.Place(merchant: 0, day: day, kind: .pages, product: 0)
    try FigureRows.add(FigureRows.Change(count: seen.pages), to: pages, in: transaction)
  }
}
