import Storage
import Synchronization
import Values

/// What was seen on a day and isn't stored yet.
struct SeenPages: Sendable {
  /// Sketches of merchants that are kept at once, 4 MiB of them.
  static let mostMerchants = 4000

  var sketch = VisitorSketch()
  var pages = 0
  private(set) var merchants: [MerchantID: VisitorSketch] = [:]

  mutating func add(_ visitor: String, of merchant: MerchantID?) {
    sketch.add(visitor)
    pages += 1
    if let merchant { change(merchant) { $0.add(visitor) } }
  }

  mutating func join(_ other: SeenPages) {
    sketch.join(other.sketch)
    pages += other.pages
    for (merchant, sketch) in other.merchants { change(merchant) { $0.join(sketch) } }
  }

  private mutating func change(_ merchant: MerchantID, _ body: (inout VisitorSketch) -> Void) {
    guard merchants[merchant] != nil || merchants.count < Self.mostMerchants else { return }
    body(&merchants[merchant, default: VisitorSketch(size: VisitorSketch.merchantSize)])
  }
}

extension StoredInsight {
  /// Merchants that one transaction writes, so that nobody waits long for the day.
  private static let merchantsAtOnce = 100

  public func countPage(seenBy visitor: String, of merchant: MerchantID?, at moment: Timestamp) {
    seen.withLock { $0[ShopDay(moment), default: SeenPages()].add(visitor, of: merchant) }
  }

  public func flush() async throws {
    let taken = seen.withLock { seen in
      let taken = seen
      seen = [:]
      return taken
    }
    guard !taken.isEmpty else { return }
    let now = clock.now
    do {
      try await database.write { transaction in
        for (day, pages) in taken.sorted(by: { $0.key < $1.key }) {
          try Self.store(pages, of: day, at: now, in: transaction)
        }
      }
    } catch {
      giveBack(taken)
      throw error
    }
    for (day, pages) in taken.sorted(by: { $0.key < $1.key }) { try await storeMerchants(of: pages, day, at: now) }
  }

  /// Joining a sketch twice changes nothing; what couldn't be stored here is lost with its five seconds.
  private func storeMerchants(of seen: SeenPages, _ day: ShopDay, at now: Timestamp) async throws {
    let merchants = seen.merchants.sorted { $0.key < $1.key }
    for start in stride(from: 0, to: merchants.count, by: Self.merchantsAtOnce) {
      let batch = Array(merchants[start..<min(start + Self.merchantsAtOnce, merchants.count)])
      try await database.write { transaction in
        try FigureRows.hold([day], in: transaction)
        for (merchant, sketch) in batch {
          try Self.store(sketch, of: merchant, day, at: now, in: transaction)
        }
      }
    }
  }

  /// What couldn't be stored waits for the next time.
  private func giveBack(_ taken: [ShopDay: SeenPages]) {
    seen.withLock { seen in
      for (day, pages) in taken { seen[day, default: SeenPages()].join(pages) }
    }
  }

  private static func store(
    _ seen: SeenPages, of day: ShopDay, at now: Timestamp, in transaction: any Transaction
  ) throws {
    try FigureRows.hold([day], in: transaction)
    var sketch = seen.sketch
    let row = try transaction.row("SELECT visitors FROM figure_day WHERE day = \(day)")
    let stored: [UInt8]? = try row?["visitors"]
    if let known = stored.flatMap({ VisitorSketch($0) }) { sketch.join(known) }
    try transaction.execute("UPDATE figure_day SET visitors = \(sketch.registers) WHERE day = \(day)")
    try grow(to: sketch.count, merchant: 0, day, at: now, in: transaction)
    let pages = FigureRows.Place(merchant: 0, day: day, kind: .pages)
    try FigureRows.add(FigureRows.Change(count: seen.pages), to: pages, in: transaction)
  }

  private static func store(
    _ seen: VisitorSketch, of merchant: MerchantID, _ day: ShopDay, at now: Timestamp, in transaction: any Transaction
  ) throws {
    var sketch = seen
    let place: SQL = "day = \(day) AND merchant_id = \(merchant)"
    let row = try transaction.row("SELECT visitors FROM figure_visitors WHERE \(place)")
    let stored: [UInt8]? = try row?["visitors"]
    if let known = stored.flatMap({ VisitorSketch($0, size: VisitorSketch.merchantSize) }) { sketch.join(known) }
    if row == nil {
      // The first of the day: sketches of days that are over have served.
      try transaction.execute("DELETE FROM figure_visitors WHERE day < \(day.adding(-1))")
      try transaction.execute(
        "INSERT INTO figure_visitors (day, merchant_id, visitors) VALUES (\(day), \(merchant), \(sketch.registers))")
    } else if stored != sketch.registers {
      try transaction.execute("UPDATE figure_visitors SET visitors = \(sketch.registers) WHERE \(place)")
    } else {
      return
    }
    try grow(to: sketch.count, merchant: merchant.raw, day, at: now, in: transaction)
  }

  /// Brings the number of visitors to what it is now; what it grew by counts for the stretch in which that is written.
  private static func grow(
    to count: Int, merchant: Int64, _ day: ShopDay, at now: Timestamp, in transaction: any Transaction
  ) throws {
    let before: Int =
      try transaction.value(
        """
        SELECT count FROM daily_figure
        WHERE merchant_id = \(merchant) AND day = \(day) AND kind = \(FigureKind.visitors)
        """) ?? 0
    let grown = FigureRows.Change(count: count - before)
    guard !grown.isNothing else { return }
    let stretch = ShopDay(now) == day ? DayStretch(now) : DayStretch.last
    for stretch in [nil, stretch] {
      let place = FigureRows.Place(merchant: merchant, day: day, kind: .visitors, stretch: stretch)
      try FigureRows.add(grown, to: place, in: transaction)
    }
  }
}
