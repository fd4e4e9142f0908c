import Storage
import Synchronization
import Values

/// The figures over Storage.
public final class StoredInsight: InsightService, Sendable {
  private static let mostSets = 200
  static let mostDays = 400
  /// For how long what sold most, and where anything was sold, is kept in memory.
  static let keptAge: Duration = .minutes(1)
  static let mostKept = 200

  static let mostStretchedDays = 8
  static let mostChannels = 50

  struct GoodsKey: Hashable {
    let merchant: MerchantID?
    let channel: Channel?
    let from: ShopDay
    let through: ShopDay
    let limit: Int
  }

  let database: any Database
  let clock: WallClock
  let currency: Currency
  let seen = Mutex<[ShopDay: SeenPages]>([:])
  let goods = Mutex<[GoodsKey: (figures: [GoodsFigure], at: Timestamp)]>([:])
  let channels = Mutex<[MerchantID?: (channels: [Channel], at: Timestamp)]>([:])

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
    var (gone, fresh): ([String], [FigureSet]) = ([], [])
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
      if !before.isEmpty { gone.append(new.source) }
      fresh.append(FigureSet(source: new.source, entries: after, version: new.version))
    }
    if !gone.isEmpty { try transaction.execute("DELETE FROM figure_entry WHERE source IN \(list: gone)") }
    try FigureRows.insert(fresh, in: transaction)
    try FigureRows.add(changes, in: transaction)
  }

  /// The same is said of it, and later.
  private static func renew(_ set: FigureSet, in transaction: any Transaction) throws {
    try transaction.execute("UPDATE figure_entry SET version = \(set.version) WHERE source = \(set.source)")
  }

  public func differing(from sets: [FigureSet]) async throws -> [String] {
    guard !sets.isEmpty else { return [] }
    return try await database.read { transaction in
      let horizon = try FigureRows.horizon(in: transaction)
      let noted = try FigureRows.sets(of: sets.map(\.source), in: transaction)
      return sets.filter { set in
        let before = noted[set.source]?.entries ?? []
        // What was noted before stretches were says nothing of them.
        let after = before.contains { $0.stretch == nil } ? set.entries.map(\.withoutStretch) : set.entries
        return Set(before.filter { $0.day >= horizon }) != Set(after.filter { $0.day >= horizon })
      }.map(\.source)
    }
  }
}
