import Storage
import Values

extension FigureKind: SQLConvertible {}

/// The rows of entries and figures, and the rows that are held while figures change.
enum FigureRows {
  /// A figure: of a kind, or of a product; of a day, or of a stretch of it.
  struct Place: Hashable, Comparable {
    let merchant: Int64
    let day: ShopDay
    let kind: FigureKind
    /// 0 unless the kind is `goods`.
    var product: Int64 = 0
    /// Empty for all, and never the main one, whose figures are what is left.
    var channel = ""
    /// Nil for the whole day.
    var stretch: DayStretch?

    static func < (left: Place, right: Place) -> Bool {
      (left.day, left.kind.rawValue, left.merchant, left.product, left.channel, left.stretch?.rawValue ?? -1)
        < (right.day, right.kind.rawValue, right.merchant, right.product, right.channel, right.stretch?.rawValue ?? -1)
    }

    var table: String {
      if stretch != nil { return "stretch_figure" }
      if channel.isEmpty { return kind == .goods ? "goods_figure" : "daily_figure" }
      return kind == .goods ? "channel_goods" : "channel_figure"
    }

    /// What tells it from others in its table.
    var key: [(column: String, value: SQLValue)] {
      var key: [(column: String, value: SQLValue)] = [
        ("merchant_id", merchant.sqlValue), ("day", day.sqlValue),
        kind == .goods ? ("product_id", product.sqlValue) : ("kind", kind.sqlValue),
      ]
      if stretch != nil || !channel.isEmpty { key.append(("channel", channel.sqlValue)) }
      if let stretch { key.append(("stretch", stretch.rawValue.sqlValue)) }
      return key
    }
  }

  struct Change: Hashable {
    var minor: Int64 = 0
    var count = 0

    var isNothing: Bool { minor == 0 && count == 0 }

    mutating func add(_ entry: FigureEntry, times sign: Int) {
      minor += entry.minor * Int64(sign)
      count += entry.count * sign
    }
  }

  /// What is noted of each; those of which nothing is are left out.
  static func sets(of sources: [String], in transaction: any ReadTransaction) throws -> [String: FigureSet] {
    var entries: [String: [FigureEntry]] = [:]
    var versions: [String: Int] = [:]
    for row in try transaction.rows(
      """
      SELECT source, kind, part, merchant_id, channel, day, stretch, amount, count, version FROM figure_entry
      WHERE source IN \(list: sources)
      ORDER BY source, kind, part
      """)
    {
      let (source, merchant): (String, Int64) = (try row["source"], try row["merchant_id"])
      let (channel, stretch): (String, Int?) = (try row["channel"], try row["stretch"])
      versions[source] = max(versions[source] ?? 0, try row["version"])
      entries[source, default: []].append(
        FigureEntry(
          try row["kind"], part: try row["part"], merchant: merchant == 0 ? nil : MerchantID(raw: merchant),
          channel: Channel(rawValue: channel) ?? .main, day: try row["day"],
          stretch: stretch.map { DayStretch(rawValue: $0) }, minor: try row["amount"], count: try row["count"]))
    }
    return Dictionary(
      uniqueKeysWithValues: entries.map { source, entries in
        (source, FigureSet(source: source, entries: entries, version: versions[source] ?? 0))
      })
  }

  /// Holds the days until the transaction ends, in their order, so that figures of a day change one after another.
  static func hold(_ days: Set<ShopDay>, in transaction: any Transaction) throws {
    for day in days.sorted() {
      try transaction.execute(transaction.dialect.insertIfAbsent(into: "figure_day", [("day", day.sqlValue)]))
      _ = try transaction.row("SELECT day FROM figure_day WHERE day = \(day)\(transaction.dialect.forUpdate)")
    }
  }

  /// Where an entry counts: with its merchant and with the whole shop, of the day and of its stretch, in all channels and,
  /// where that isn't the main one, in its own.
  static func places(of entry: FigureEntry) -> [Place] {
    let product = entry.kind == .goods ? entry.part : 0
    let channels = entry.channel == .main ? [""] : ["", entry.channel.rawValue]
    let stretches: [DayStretch?] = entry.kind.hasStretches && entry.stretch != nil ? [nil, entry.stretch] : [nil]
    return Set([0, entry.merchant?.raw ?? 0]).flatMap { merchant in
      channels.flatMap { channel in
        stretches.map { stretch in
          Place(
            merchant: merchant, day: entry.day, kind: entry.kind, product: product, channel: channel,
            stretch: stretch)
        }
      }
    }
  }

  /// Many figures in a statement.
  static func add(_ changes: [Place: Change], in transaction: any Transaction) throws {
    let real = changes.filter { !$0.value.isNothing }.sorted { $0.key < $1.key }
    let tables = Dictionary(grouping: real, by: \.key.table)
    for (table, changes) in tables.sorted(by: { $0.key < $1.key }) {
      // All places of a table have the same columns.
      let key = changes[0].key.key.map(\.column)
      try changes.inParts { part in
        try transaction.execute(
          transaction.dialect.upsert(
            into: table, columns: key + ["amount", "count"],
            rows: part.map { place, change in
              place.key.map(\.value) + [change.minor.sqlValue, change.count.sqlValue]
            }, key: key, renewing: [.add("amount"), .add("count")]))
      }
    }
  }

  /// The entries of sets of which nothing is noted.
  static func insert(_ sets: [FigureSet], in transaction: any Transaction) throws {
    let entries = sets.flatMap { set in set.entries.map { (set, $0) } }
    try entries.inParts { part in
      let rows = part.map { set, entry -> [any SQLConvertible] in
        [
          set.source, entry.kind, entry.part, entry.merchant?.raw ?? 0, entry.channel.rawValue, entry.day,
          entry.stretch?.rawValue, entry.minor, entry.count, set.version,
        ]
      }
      try transaction.execute(
        """
        INSERT INTO figure_entry (source, kind, part, merchant_id, channel, day, stretch, amount, count, version)
        VALUES \(rows: rows)
        """)
    }
  }

  /// The first day of which entries are kept.
  static func horizon(in transaction: any ReadTransaction) throws -> ShopDay {
    try mark("horizon", in: transaction).map { ShopDay(rawValue: $0) } ?? ShopDay(rawValue: 0)
  }

  /// The same, held until the transaction ends, so that it isn't moved by two at once.
  static func heldHorizon(in transaction: any Transaction) throws -> ShopDay {
    try transaction.execute(
      transaction.dialect.insertIfAbsent(into: "figure_mark", [("name", "horizon".sqlValue), ("value", 0.sqlValue)]))
    let row = try transaction.row(
      "SELECT value FROM figure_mark WHERE name = 'horizon'\(transaction.dialect.forUpdate)")
    let horizon: ShopDay? = try row?["value"]
    return horizon ?? ShopDay(rawValue: 0)
  }

  static func mark(_ name: String, in transaction: any ReadTransaction) throws -> Int? {
    try transaction.value("SELECT value FROM figure_mark WHERE name = \(name)")
  }

  static func setMark(_ name: String, _ value: Int, in transaction: any Transaction) throws {
    try transaction.execute(
      transaction.dialect.upsert(
        into: "figure_mark", [("name", name.sqlValue), ("value", value.sqlValue)], key: ["name"], update: ["value"]))
  }
}
