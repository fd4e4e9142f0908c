import Crypto
import Foundation
import Storage
import Values

/// Copies one database into another, of whichever engines, and proves that both hold the same.
///
/// It goes through each table along its key and writes the stretches that differ. So it can be broken off and begun
/// again, and can run while the shop goes on selling from the source: a second run after the shop has stopped brings only
/// what has changed since.
public struct Move: Sendable {
  private static let stride = 1000
  /// Stands in the target for as long as it isn't known to be whole.
  public static let marker = "house_move"

  private let source: any Database
  private let target: any Database
  private let migrations: [Migration]
  private let clock: WallClock

  public struct Comparison: Hashable, Sendable {
    public let table: String
    public let sourceRows: Int
    public let targetRows: Int
    public let sourceSum: String
    public let targetSum: String
    public var isEqual: Bool { sourceRows == targetRows && sourceSum == targetSum }
  }

  public init(from source: any Database, to target: any Database, migrations: [Migration], clock: WallClock) {
    self.source = source
    self.target = target
    self.migrations = migrations
    self.clock = clock
  }

  /// Whether a move into this database was begun and not finished.
  public static func isUnfinished(in database: any Database) async throws -> Bool {
    try await database.read { transaction in
      try transaction.rows(transaction.dialect.tables).contains { try $0["name"] as String == marker }
    }
  }

  /// Makes the target's schema and marks it as unfinished. Throws `ArchiveFault` when the target holds anything that
  /// doesn't come from an unfinished move.
  public func prepare() async throws {
    let known = Dictionary(grouping: migrations, by: \.context).mapValues(\.count)
    let standing = try await source.read { try Backup.schema(in: $0) }
    guard standing == known else {
      throw standing.contains { $0.value > known[$0.key] ?? 0 }
        ? ArchiveFault.newerSchema(standing.keys.sorted().joined(separator: ", ")) : ArchiveFault.sourceBehind
    }
    if try await Self.isUnfinished(in: target) { return }
    guard try await ArchiveTarget.isEmpty(target) else { throw ArchiveFault.notEmpty }
    try await target.write { try $0.create(TableDefinition(Self.marker, [.integer("id")])) }
    try await Migrator(migrations).run(on: target, now: clock.now)
  }

  /// Brings the target to what the source holds.
  /// - Parameter progress: hears of each table with its rows, and of how many were written.
  public func copy(progress: @Sendable (_ table: String, _ rows: Int, _ written: Int) -> Void) async throws {
    for table in try await tables() {
      let (rows, written) = try await copy(table)
      progress(table.name, rows, written)
    }
  }

  /// Every table on both sides, each read anew from beginning to end.
  public func compare() async throws -> [Comparison] {
    var comparisons: [Comparison] = []
    for table in try await tables() {
      let (from, to) = (try await sum(of: table, in: source), try await sum(of: table, in: target))
      comparisons.append(
        Comparison(
          table: table.name, sourceRows: from.rows, targetRows: to.rows, sourceSum: from.sum, targetSum: to.sum))
    }
    return comparisons
  }

  /// From now on a shop may serve from the target, and nothing is moved into it any more.
  public func finish() async throws {
    try await target.write { try $0.execute("DROP TABLE house_move") }
  }

  private func tables() async throws -> [TableShape] {
    try await source.read { try TableShape.all(in: $0) }.filter { $0.name != Self.marker }
  }

  private func copy(_ table: TableShape) async throws -> (rows: Int, written: Int) {
    var (after, rows, written): ([SQLValue]?, Int, Int) = (nil, 0, 0)
    while true {
      try Task.checkCancellation()
      let start = after
      let wanted = try await source.read { try table.rows(after: start, limit: Self.stride, in: $0) }
      let isLast = wanted.count < Self.stride
      let end = isLast ? nil : wanted.last.map(table.keyValues)
      let standing = try await target.read { try table.rows(after: start, upTo: end, limit: Self.stride * 2, in: $0) }
      if wanted != standing {
        do {
          try await put(wanted, into: table, after: start, upTo: end)
        } catch StorageFault.duplicateKey {
          // Something unique has gone to another row meanwhile, and the old one further on still has it.
          try await target.write { try table.delete(after: start, upTo: nil, in: $0) }
          try await put(wanted, into: table, after: start, upTo: end)
        }
        written += wanted.count
      }
      rows += wanted.count
      if isLast { return (rows, written) }
      after = end
    }
  }

  private func put(
    _ rows: [[SQLValue]], into table: TableShape, after start: [SQLValue]?, upTo end: [SQLValue]?
  ) async throws {
    try await target.write { transaction in
      try table.delete(after: start, upTo: end, in: transaction)
      try table.insert(rows, in: transaction)
    }
  }

  private func sum(of table: TableShape, in database: any Database) async throws -> (rows: Int, sum: String) {
    var (after, rows): ([SQLValue]?, Int) = (nil, 0)
    var sum = SHA256()
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    while true {
      try Task.checkCancellation()
      let start = after
      let slice = try await database.read { try table.rows(after: start, limit: Self.stride, in: $0) }
      for row in slice { sum.update(data: try encoder.encode(ArchiveLine.row(row))) }
      rows += slice.count
      guard slice.count == Self.stride, let last = slice.last else { break }
      after = table.keyValues(of: last)
    }
    return (rows, sum.finalize().prefix(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
  }
}
