import Storage
import Values

extension FigureKind: SQLConvertible {}
extension ShopDay: SQLConvertible {}

/// The rows of entries and figures, and the rows that are held while figures change.
enum FigureRows {
  /// A figure: of a kind, or of a product.
  struct Place: Hashable, Comparable {
    let merchant: Int64
    let day: ShopDay
    let kind: FigureKind
    /// 0 unless the kind is `goods`.
    let product: Int64

    static func < (left: Place, right: Place) -> Bool {
      (left.day, left.kind.rawValue, left.merchant, left.product)
        < (right.day, right.kind.rawValue, right.merchant, right.product)
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
      SELECT source, kind, part, merchant_id, day, amount, count, version FROM figure_entry
      WHERE source IN \(list: sources)
      ORDER BY source, kind, part
      """)
    {
      let (source, merchant): (String, Int64) = (try row["source"], try row["merchant_id"])
      versions[source] = max(versions[source] ?? 0, try row["version"])
      entries[source, default: []].append(
        FigureEntry(
          try row["kind"], part: try row["part"], merchant: merchant == 0 ? nil : MerchantID(raw: merchant),
          day: try row["day"], minor: try row["amount"], count: try row["count"]))
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

  /// Where an entry counts: with its merchant, and with the whole shop.
  static func places(of entry: FigureEntry) -> [Place] {
    let product = entry.kind == .goods ? entry.part : 0
    return Set([0, entry.merchant?.raw ?? 0]).map {
      Place(merchant: $0, day: entry.day, kind: entry.kind, product: product)
    }
  }

  static func add(_ change: Change, to place: Place, in transaction: any Transaction) throws {
    guard try update(change, place, in: transaction) == 0 else { return }
    var values: [(column: String, value: SQLValue)] = [
      ("merchant_id", place.merchant.sqlValue), ("day", place.day.sqlValue), ("amount", change.minor.sqlValue),
      ("count", change.count.sqlValue),
    ]
    if place.kind == .goods {
      values.append(("product_id", place.product.sqlValue))
    } else {
      values.append(("kind", place.kind.sqlValue))
    }
    let table = place.kind == .goods ? "goods_figure" : "daily_figure"
    try transaction.execute(transaction.dialect.insertIfAbsent(into: table, values))
  }

  private static func update(_ change: Change, _ place: Place, in transaction: any Transaction) throws -> Int {
    if place.kind == .goods {
      return try transaction.execute(
        """
        UPDATE goods_figure SET amount = amount + \(change.minor), count = count + \(change.count)
        WHERE merchant_id = \(place.merchant) AND day = \(place.day) AND product_id = \(place.product)
        """)
    }
    return try transaction.execute(
      """
      UPDATE daily_figure SET amount = amount + \(change.minor), count = count + \(change.count)
      WHERE merchant_id = \(place.merchant) AND day = \(place.day) AND kind = \(place.kind)
      """)
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
