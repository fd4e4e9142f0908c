import Crypto
import Foundation
import Storage
import Values

/// Copies one database into another, of whichever engines, and proves that both hold the same.
///
/// It goes through each table along its key and writes the stretches that differ. So it can be broken off and begun
/// again, and can run while the shop goes on selling from the source: a second run after the shop has stopped brings only
/// what has changed since, also where the first one left a copy that was whole. It's the target's first work as a shop
/// (`ArchiveTarget.takeUp`) that ends this.
public struct Move: Sendable {
  private static let stride = 1000

  private let source: any Database
  private let target: any Database
  private let migrations: [Migration]
  private let clock: WallClock
  /// What this move is known by at the target.
  private let number = Int64.random(in: 1...Int64.max)

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

  /// Makes the target's schema and claims it; a move that was under way there stops. Throws `ArchiveFault` when the target
  /// holds anything else than what a move has left there, or when somebody has worked on that meanwhile.
  public func prepare() async throws {
    let known = Dictionary(grouping: migrations, by: \.context).mapValues(\.count)
    let standing = try await source.read { transaction in
      guard try ArchiveTarget.standing(in: transaction) != .unfinished else { throw ArchiveFault.unfinished }
      return try Backup.schema(in: transaction)
    }
    if let newer = standing.keys.sorted().first(where: { standing[$0] ?? 0 > known[$0] ?? 0 }) {
      throw ArchiveFault.newerSchema(newer)
    }
    guard standing == known else { throw ArchiveFault.sourceBehind }
    if try await ArchiveTarget.standing(of: target) == .unmarked {
      guard try await ArchiveTarget.isEmpty(target) else { throw ArchiveFault.notEmpty }
      try await ArchiveTarget.mark(target)
    }
    try await ArchiveTarget.claim(target, for: number)
    // The program may have been upgraded since the last move, or that one may have broken off before this.
    try await Migrator(migrations).run(on: target, now: clock.now)
  }

  /// Brings the target to what the source holds.
  /// - Parameter progress: hears of each table with its rows, and of how many were written.
  public func copy(progress: @Sendable (_ table: String, _ rows: Int, _ written: Int) -> Void) async throws {
    for table in try await ArchiveTarget.tables(of: source) {
      let (rows, written) = try await copy(table)
      progress(table.name, rows, written)
    }
  }

  /// Every table on both sides, each read anew from beginning to end.
  public func compare() async throws -> [Comparison] {
    var comparisons: [Comparison] = []
    for table in try await ArchiveTarget.tables(of: source) {
      let (from, to) = (try await sum(of: table, in: source), try await sum(of: table, in: target))
      comparisons.append(
        Comparison(
          table: table.name, sourceRows: from.rows, targetRows: to.rows, sourceSum: from.sum, targetSum: to.sum))
    }
    return comparisons
  }

  /// From now on a shop may serve from the target. Until one does, a move may go over it again. Throws
  /// `ArchiveFault.takenOver`, as `copy` does.
  public func finish() async throws { try await ArchiveTarget.finish(target, by: number) }

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
          try await target.write { transaction in
            try ArchiveTarget.hold(number, in: transaction)
            try table.delete(after: start, upTo: nil, in: transaction)
          }
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
      try ArchiveTarget.hold(number, in: transaction)
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
    return (rows, Hex.text(sum.finalize().prefix(8)))
  }
}
