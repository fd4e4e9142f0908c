import Foundation
import Storage
import Values

/// Writes everything that a database holds into one file, as it was in one moment, while others go on writing.
public struct Backup: Sendable {
  private static let stride = 1000

  private let database: any Database
  private let clock: WallClock

  public init(of database: any Database, clock: WallClock) {
    self.database = database
    self.clock = clock
  }

  /// The file is readable for its owner alone, since it holds what customers entrusted to the shop. It appears under its
  /// name only when it is whole.
  /// - Parameter progress: hears of each table with its rows.
  /// - Returns: how many rows it holds.
  public func write(to file: URL, progress: @escaping @Sendable (_ table: String, _ rows: Int) -> Void) async throws
    -> Int
  {
    let part = file.appendingPathExtension("part")
    let moment = clock.now
    do {
      let count = try await database.read { transaction in
        guard try ArchiveTarget.standing(in: transaction) != .unfinished else { throw ArchiveFault.unfinished }
        // Anew each time, since a read may be run again.
        let writer = try ArchiveWriter(part)
        try writer.write(.head(ArchiveHead(schema: try Self.schema(in: transaction), madeAt: moment.milliseconds)))
        for table in try ArchiveTarget.tables(in: transaction) {
          progress(table.name, try Self.write(table, to: writer, in: transaction))
        }
        return try writer.finish()
      }
      // In one step, so that an older backup of the name isn't lost before this one stands.
      guard rename(part.path, file.path) == 0 else {
        throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: file.path])
      }
      return count
    } catch {
      try? FileManager.default.removeItem(at: part)
      throw error
    }
  }

  private static func write(
    _ table: TableShape, to writer: ArchiveWriter, in transaction: any ReadTransaction
  ) throws -> Int {
    try writer.write(.table(table.name, columns: table.columns))
    var (after, count): ([SQLValue]?, Int) = (nil, 0)
    while true {
      try Task.checkCancellation()
      let rows = try table.rows(after: after, limit: stride, in: transaction)
      for row in rows { try writer.write(.row(row)) }
      count += rows.count
      guard rows.count == stride, let last = rows.last else { return count }
      after = table.keyValues(of: last)
    }
  }

  static func schema(in transaction: any ReadTransaction) throws -> [String: Int] {
    var schema: [String: Int] = [:]
    for row in try transaction.rows("SELECT context, MAX(number) AS number FROM schema_migration GROUP BY context") {
      schema[try row["context"]] = try row["number"]
    }
    return schema
  }
}
