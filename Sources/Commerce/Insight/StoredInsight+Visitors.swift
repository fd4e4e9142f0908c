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
  private static let merchantsAtOnce = 64

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
        try Self.store(batch, of: day, at: now, in: transaction)
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
    try grow(to: [0: sketch.count], day, at: now, in: transaction)
    let pages = FigureRows.Place(merchant: 0, day: day, kind: .pages)
    try FigureRows.add([pages: FigureRows.Change(count: seen.pages)], in: transaction)
  }

  /// As many statements for many merchants as for one.
  private static func store(
    _ seen: [(key: MerchantID, value: VisitorSketch)], of day: ShopDay, at now: Timestamp,
    in transaction: any Transaction
  ) throws {
    var stored: [MerchantID: [UInt8]] = [:]
    for row in try transaction.rows(
      """
      SELECT merchant_id, visitors FROM figure_visitors WHERE day = \(day) AND merchant_id IN \(list: seen.map(\.key))
      ORDER BY merchant_id
      """)
    {
      stored[try row["merchant_id"]] = try row["visitors"]
    }
    let grown = seen.compactMap { merchant, seen -> (merchant: MerchantID, sketch: VisitorSketch)? in
      var sketch = seen
      let before = stored[merchant]
      if let known = before.flatMap({ VisitorSketch($0, size: VisitorSketch.merchantSize) }) { sketch.join(known) }
      return before == sketch.registers ? nil : (merchant, sketch)
    }
    if stored.count < seen.count {
      // Some are the first of the day: sketches of days that are over have served.
      try transaction.execute("DELETE FROM figure_visitors WHERE day < \(day.adding(-1))")
    }
    try grown.inParts { part in
      try transaction.execute(
        transaction.dialect.upsert(
          into: "figure_visitors", columns: ["day", "merchant_id", "visitors"],
          rows: part.map { [day.sqlValue, $0.merchant.sqlValue, $0.sketch.registers.sqlValue] },
          key: ["day", "merchant_id"], renewing: [.set("visitors")]))
    }
    let counts = Dictionary(uniqueKeysWithValues: grown.map { ($0.merchant.raw, $0.sketch.count) })
    try grow(to: counts, day, at: now, in: transaction)
  }

  /// Brings numbers of visitors, of the shop under 0, to what they are now; what they grew by counts for the stretch in which
  /// that is written.
  private static func grow(
    to counts: [Int64: Int], _ day: ShopDay, at now: Timestamp, in transaction: any Transaction
  ) throws {
    guard !counts.isEmpty else { return }
    var before: [Int64: Int] = [:]
    for row in try transaction.rows(
      """
      SELECT merchant_id, count FROM daily_figure
      WHERE merchant_id IN \(list: counts.keys.sorted()) AND day = \(day) AND kind = \(FigureKind.visitors)
      ORDER BY merchant_id
      """)
    {
      before[try row["merchant_id"]] = try row["count"]
    }
    let stretch = ShopDay(now) == day ? DayStretch(now) : DayStretch.last
    var changes: [FigureRows.Place: FigureRows.Change] = [:]
    for (merchant, count) in counts {
      for stretch in [nil, stretch] {
        let place = FigureRows.Place(merchant: merchant, day: day, kind: .visitors, stretch: stretch)
        changes[place] = FigureRows.Change(count: count - (before[merchant] ?? 0))
      }
    }
    try FigureRows.add(changes, in: transaction)
  }
}
