import Storage
import Values

/// One row that numbers changes. It is locked by whoever writes documents until they are committed, so that versions are
/// committed in their order and nobody who follows them misses one. It is written with the first change: a backup brings its
/// own.
enum SearchClock {
  struct Standing: Hashable, Sendable {
    /// The version of the last change that is committed.
    var version: Int64 = 0
    /// Tells this table from others by the upper 31 bits (`isOfSameTable`): a table that came of a copy gets others. The lower
    /// 32 change when its indexes are to be made anew. Both are by chance, so that none comes twice, or an index of
    /// before would pass. 0 before the first change.
    var mark: Int64 = 0
    /// Who has taken over no more than this may have missed a removal whose row is gone.
    var prunedTo: Int64 = 0
  }

  static func standing(in transaction: any ReadTransaction) throws -> Standing {
    try transaction.row("SELECT version, mark, pruned_to FROM search_clock WHERE id = 1").map(standing) ?? Standing()
  }

  private static func standing(_ row: Row) throws -> Standing {
    Standing(version: try row["version"], mark: try row["mark"], prunedTo: try row["pruned_to"])
  }

  /// What tells in one look whether anything is new.
  struct Pulse: Sendable {
    var standing = Standing()
    /// How often the tuning was changed; 0 where it isn't looked at.
    var tuning = 0
  }

  static func pulse(withTuning: Bool, in transaction: any ReadTransaction) throws -> Pulse {
    guard withTuning else { return Pulse(standing: try standing(in: transaction)) }
    let found = try transaction.row(
      """
      SELECT version, mark, pruned_to, COALESCE((SELECT revision FROM search_tuning WHERE id = 1), 0) AS tuning
      FROM search_clock WHERE id = 1
      """)
    guard let found else { return Pulse(tuning: try TuningTable.row(in: transaction)?.revision ?? 0) }
    return Pulse(standing: try standing(found), tuning: try found["tuning"])
  }

  /// Locks the clock and answers its version.
  static func lock(in transaction: any Transaction) throws -> Int64 {
    if let version = try locked(in: transaction) { return version }
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "search_clock",
        [
          ("id", .integer(1)), ("version", .integer(0)), ("awaits_catalogue", .integer(1)), ("mark", .integer(newMark)),
          ("pruned_to", .integer(0)),
        ]))
    return try locked(in: transaction) ?? 0
  }

  private static var newMark: Int64 { Int64.random(in: 1 << 32...Int64.max) }

  /// Whether versions lead an index of the one mark to what a table of the other holds.
  static func isOfSameTable(_ one: Int64, _ other: Int64) -> Bool { one >> 32 == other >> 32 }

  private static func locked(in transaction: any Transaction) throws -> Int64? {
    try transaction.value("SELECT version FROM search_clock WHERE id = 1 \(transaction.dialect.forUpdate)")
  }

  static func set(_ version: Int64, in transaction: any Transaction) throws {
    try transaction.execute("UPDATE search_clock SET version = \(version) WHERE id = 1")
  }

  static func renewMark(in transaction: any Transaction) throws {
    try transaction.execute("UPDATE search_clock SET mark = \(newMark) WHERE id = 1")
  }

  /// Has indexes of the table made anew, which follow it until then.
  static func askForRenewal(in transaction: any Transaction) throws {
    _ = try lock(in: transaction)
    let mark = try standing(in: transaction).mark
    let next = mark ^ Int64.random(in: 1...Int64(UInt32.max))
    try transaction.execute("UPDATE search_clock SET mark = \(next) WHERE id = 1")
  }

  static func notePruned(to version: Int64, in transaction: any Transaction) throws {
    try transaction.execute("UPDATE search_clock SET pruned_to = \(version) WHERE id = 1 AND pruned_to < \(version)")
  }

  static func awaitsCatalogue(in transaction: any ReadTransaction) throws -> Bool {
    try transaction.value("SELECT awaits_catalogue FROM search_clock WHERE id = 1") ?? true
  }

  static func noteCatalogue(in transaction: any Transaction) throws {
    _ = try lock(in: transaction)
    try transaction.execute("UPDATE search_clock SET awaits_catalogue = 0 WHERE id = 1")
  }
}
