import Foundation
import Storage
import Values

/// Brings a backup into an empty database, of whichever engine.
public struct Restore: Sendable {
  private static let batch = 500
  /// A bound on one line: the largest blob as base64, and more.
  private static let longestLine = 64 << 20

  private let database: any Database
  private let migrations: [Migration]
  private let clock: WallClock

  /// - Parameter migrations: all that the program knows; those after the backup's are applied at the end.
  public init(into database: any Database, migrations: [Migration], clock: WallClock) {
    self.database = database
    self.migrations = migrations
    self.clock = clock
  }

  /// The whole file is read and its sum compared before anything is stored. Throws `ArchiveFault`.
  /// - Returns: how many rows were stored.
  public func read(from file: URL, progress: @escaping @Sendable (_ table: String, _ rows: Int) -> Void) async throws
    -> Int
  {
    let head = try check(file)
    guard try await ArchiveTarget.isEmpty(database) else { throw ArchiveFault.notEmpty }
    try await ArchiveTarget.mark(database)
    try await Migrator(migrations.filter { $0.number <= head.schema[$0.context] ?? 0 })
      .run(on: database, now: clock.now)
    try await clearJournal()
    let count = try await store(file, progress)
    try await Migrator(migrations).run(on: database, now: clock.now)
    try await ArchiveTarget.unmark(database)
    return count
  }

  /// The backup brings its own entries.
  private func clearJournal() async throws {
    try await database.write { try $0.execute("DELETE FROM schema_migration WHERE number > 0") }
  }

  private func store(_ file: URL, _ progress: @Sendable (String, Int) -> Void) async throws -> Int {
    let shapes = try await database.read { try TableShape.all(in: $0) }
    var (table, pending, count): (TableShape?, [[SQLValue]], Int) = (nil, [], 0)
    var inTable = 0
    func flush() async throws {
      guard let table, !pending.isEmpty else { return }
      let rows = pending
      try await database.write { try table.insert(rows, in: $0) }
      inTable += rows.count
      count += rows.count
      pending = []
    }
    let lines = try ArchiveLines(file, longest: Self.longestLine)
    while let line = try lines.next() {
      try Task.checkCancellation()
      switch line {
      case .head: break
      case .table(let name, let columns):
        try await flush()
        if let table { progress(table.name, inTable) }
        inTable = 0
        guard let shape = shapes.first(where: { $0.name == name }) else { throw ArchiveFault.unknownTable(name) }
        table = TableShape(name: name, columns: columns, key: shape.key)
      case .row(let values):
        pending.append(values)
        if pending.count >= Self.batch { try await flush() }
      case .end:
        try await flush()
        if let table { progress(table.name, inTable) }
      }
    }
    return count
  }

  /// Reads the file to its end without storing anything.
  private func check(_ file: URL) throws -> ArchiveHead {
    let lines = try ArchiveLines(file, longest: Self.longestLine)
    guard case .head(let head) = try lines.next(), head.martlet == 1 else { throw ArchiveFault.noBackup }
    let known = Dictionary(grouping: migrations, by: \.context).mapValues(\.count)
    for (context, number) in head.schema where number > known[context] ?? 0 {
      throw ArchiveFault.newerSchema(context)
    }
    var (rows, columns) = (0, 0)
    while true {
      guard let line = try lines.next() else { throw ArchiveFault.cutOff }
      switch line {
      case .head: throw ArchiveFault.damaged(line: lines.number)
      case .table(_, let names): columns = names.count
      case .row(let values):
        guard values.count == columns else { throw ArchiveFault.damaged(line: lines.number) }
        rows += 1
      case .end(let stated, let sha256):
        guard stated == rows, sha256 == lines.sumBefore else { throw ArchiveFault.damaged(line: lines.number) }
        return head
      }
    }
  }
}
