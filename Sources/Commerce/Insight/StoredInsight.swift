import Storage
import Synchronization
import Values

/// The figures over Storage.
public final class StoredInsight: InsightService, Sendable {
  private static let mostSets = 200
  static let mostDays = 400
  /// For how long what sold most is kept in memory.
  private static let goodsAge: Duration = .minutes(1)
  private static let keptGoods = 200

  struct GoodsKey: Hashable {
    let merchant: MerchantID?
    let from: ShopDay
    let through: ShopDay
    let limit: Int
  }

  let database: any Database
  let clock: WallClock
  let currency: Currency
  let seen = Mutex<[ShopDay: SeenPages]>([:])
  private let goods = Mutex<[GoodsKey: (figures: [GoodsFigure], at: Timestamp)]>([:])

  /// - Parameter currency: of all amounts, the shop's.
  public init(database: any Database, clock: WallClock, currency: Currency) {
    self.database = database
    self.clock = clock
    self.currency = currency
  }

  public func note(_ sets: [FigureSet]) async throws {
    // Of several under one name the newest counts, and the last of those.
    let sets = Dictionary(
      sets.prefix(Self.mostSets).map { ($0.source, $0) }, uniquingKeysWith: { $1.version < $0.version ? $0 : $1 })
    guard !sets.isEmpty else { return }
    try await database.write { try Self.note(sets, in: $0) }
  }

  private static func note(_ sets: [String: FigureSet], in transaction: any Transaction) throws {
    let sources = sets.keys.sorted()
    var days = Set(sets.values.flatMap(\.entries).map(\.day))
    days.formUnion(try FigureRows.sets(of: sources, in: transaction).values.flatMap(\.entries).map(\.day))
    try FigureRows.hold(days, in: transaction)
    let horizon = try FigureRows.horizon(in: transaction)
    // Read again, now that nobody else can change them.
    let old = try FigureRows.sets(of: sources, in: transaction)
    var changes: [FigureRows.Place: FigureRows.Change] = [:]
    for new in sets.values.sorted(by: { $0.source < $1.source }) {
      let (known, before) = (old[new.source]?.version ?? new.version, old[new.source]?.entries ?? [])
      // Whoever reads all of the books may have read this before it changed.
      guard known <= new.version else { continue }
      // What is older is in the figures, though not among the entries any more.
      let after = new.entries.filter { $0.day >= horizon }
      guard Set(before) != Set(after) else {
        if known < new.version { try renew(new, in: transaction) }
        continue
      }
      for (entry, sign) in before.map({ ($0, -1) }) + after.map({ ($0, 1) }) {
        for place in FigureRows.places(of: entry) {
          changes[place, default: FigureRows.Change()].add(entry, times: sign)
        }
      }
      if !before.isEmpty { try transaction.execute("DELETE FROM figure_entry WHERE source = \(new.source)") }
      try insert(after, of: new, in: transaction)
    }
    for (place, change) in changes.sorted(by: { $0.key < $1.key }) where !change.isNothing {
      try FigureRows.add(change, to: place, in: transaction)
    }
  }

  /// The same is said of it, and later.
  private static func renew(_ set: FigureSet, in transaction: any Transaction) throws {
    try transaction.execute("UPDATE figure_entry SET version = \(set.version) WHERE source = \(set.source)")
  }

  private static func insert(_ entries: [FigureEntry], of set: FigureSet, in transaction: any Transaction) throws {
    for entry in entries {
      try transaction.execute(
        """
        INSERT INTO figure_entry (source, kind, part, merchant_id, day, amount, count, version)
        VALUES (\(set.source), \(entry.kind), \(entry.part), \(entry.merchant?.raw ?? 0), \(entry.day), \(entry.minor),
          \(entry.count), \(set.version))
        """)
    }
  }

  public func differing(from sets: [FigureSet]) async throws -> [String] {
    guard !sets.isEmpty else { return [] }
    return try await database.read { transaction in
      let horizon = try FigureRows.horizon(in: transaction)
      let noted = try FigureRows.sets(of: sets.map(\.source), in: transaction)
      return sets.filter { set in
        Set((noted[set.source]?.entries ?? []).filter { $0.day >= horizon })
          != Set(set.entries.filter { $0.day >= horizon })
      }.map(\.source)
    }
  }

  public func figures(of merchant: MerchantID?, from: ShopDay, through: ShopDay) async throws -> [DayFigure] {
    let from = max(from, through.adding(1 - Self.mostDays))
    return try await database.read { [currency] transaction in
      try transaction.rows(
        """
        SELECT day, kind, amount, count FROM daily_figure
        WHERE merchant_id = \(merchant?.raw ?? 0) AND day >= \(from) AND day <= \(through) ORDER BY day, kind
        LIMIT \(Self.mostDays * FigureKind.allCases.count)
        """
      ).map { row in
        DayFigure(
          day: try row["day"], kind: try row["kind"], amount: Money(minor: try row["amount"], currency: currency),
          count: try row["count"])
      }
    }
  }

  public func topGoods(
    of merchant: MerchantID?, from: ShopDay, through: ShopDay, limit: Int
  ) async throws -> [GoodsFigure] {
    let key = GoodsKey(merchant: merchant, from: from, through: through, limit: min(max(limit, 1), 100))
    let now = clock.now
    let kept = goods.withLock { $0[key] }
    if let kept, kept.at <= now, now < kept.at.adding(Self.goodsAge) { return kept.figures }
    let figures = try await database.read { [currency] transaction in
      try transaction.rows(
        """
        SELECT product_id, SUM(amount) AS amount, SUM(count) AS units FROM goods_figure
        WHERE merchant_id = \(merchant?.raw ?? 0) AND day >= \(from) AND day <= \(through)
        GROUP BY product_id HAVING SUM(count) > 0 ORDER BY units DESC, product_id LIMIT \(key.limit)
        """
      ).map { row in
        GoodsFigure(
          product: try row["product_id"], amount: Money(minor: try row["amount"], currency: currency),
          units: try row["units"])
      }
    }
    goods.withLock { goods in
      if goods.count >= Self.keptGoods { goods = [:] }
      goods[key] = (figures, now)
    }
    return figures
  }
}
