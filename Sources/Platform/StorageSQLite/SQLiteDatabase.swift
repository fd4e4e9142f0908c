import Foundation
import GRDB
import GRDBSQLite
import Governance
import Storage
import Synchronization
import Values

/// The embedded engine: one file in WAL mode, many readers, one writer that commits in groups.
public final class SQLiteDatabase: Storage.Database {
  public let dialect: any Dialect = SQLiteDialect()
  public let isShared = false
  private let writer: DatabaseQueue
  private let committer: GroupCommitter
  private let readers: ReaderPool
  private let isClosed = Atomic(false)

  /// Opens or makes the file and its folder.
  /// - Parameters:
  ///   - path: the database file; `-wal` and `-shm` stand beside it.
  ///   - isDerived: what it holds can be made again out of elsewhere, from the last commit that it has on. Then commits
  ///     aren't flushed to the disk one by one (`synchronous=NORMAL`): a machine that fails takes the last ones with it and
  ///     leaves the file whole. Otherwise every commit is flushed (`FULL`).
  ///   - readers: how many reads run at once.
  ///   - busyTimeout: how long to wait for another process that writes.
  public init(path: String, isDerived: Bool = false, readers: Int = 4, busyTimeout: Duration = .seconds(10)) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var configuration = Configuration()
    configuration.busyMode = .timeout(Double(busyTimeout.milliseconds) / 1000)
    configuration.foreignKeysEnabled = false
    configuration.journalMode = .wal
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
      try db.execute(sql: "PRAGMA cache_size = -8000")
      // Of a page that is written again and again only the last goes into the file, by a commit that all others wait for. So
      // many pages are 32 and 16 MiB.
      try db.execute(sql: "PRAGMA wal_autocheckpoint = \(isDerived ? 8192 : 4096)")
    }
    writer = try DatabaseQueue(path: path, configuration: configuration)
    // GRDB sets NORMAL together with WAL, after `prepareDatabase`; a commit that isn't flushed can be lost.
    if !isDerived { try writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") } }
    committer = GroupCommitter(writer)
    self.readers = try ReaderPool(path: path, configuration: configuration, count: readers)
  }

  public func read<Value: Sendable>(
    _ body: @escaping @Sendable (any ReadTransaction) throws -> Value
  ) async throws -> Value {
    do {
      return try await readers.read { try Self.snapshot($0, body) }
    } catch {
      throw translated(error)
    }
  }

  @discardableResult
  public func write<Value: Sendable>(
    _ body: @escaping @Sendable (any Transaction) throws -> Value
  ) async throws -> Value {
    do {
      let (trace, actor) = (TraceParent.current, AuditActor.current)
      return try await committer.run { transaction in
        // The thread that commits knows nothing of the task that waits.
        try TraceParent.$current.withValue(trace) {
          try AuditActor.$current.withValue(actor) { try body(transaction) }
        }
      }
    } catch {
      throw translated(error)
    }
  }

  /// Writes share one connection.
  public var workload: Workload {
    let (reads, writes) = (readers.usage, committer.usage)
    return Workload(pools: [
      Workload.Pool(name: "read", working: reads.working, size: reads.size, waiting: reads.waiting),
      Workload.Pool(name: "write", working: writes.isWorking ? 1 : 0, size: 1, waiting: writes.waiting),
    ])
  }

  /// Needs no lock beyond the writer's: definitions are part of their transaction.
  public func withSchemaLock<Value: Sendable>(
    _ body: @Sendable (any Storage.Database) async throws -> Value
  ) async throws -> Value {
    try await body(self)
  }

  /// One read-only transaction, closed on every way out.
  private static func snapshot<Value>(
    _ connection: GRDB.Database, _ body: (any ReadTransaction) throws -> Value
  ) throws -> Value {
    try connection.run("BEGIN")
    defer {
      do { try connection.run("COMMIT") } catch { sqlite3_exec(connection.sqliteConnection, "ROLLBACK", nil, nil, nil) }
    }
    return try body(SQLiteReadTransaction(connection: connection))
  }

  /// Waits for what is queued, moves the log into the file and closes it. Later calls throw `StorageFault.closed`; closing
  /// again does nothing.
  public func close() async throws {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    await committer.stop()
    try await readers.close()
    try await writer.writeWithoutTransaction { db in
      _ = try db.checkpoint(.truncate)
    }
    try writer.close()
  }
}

/// Turns the engine's errors into the few that contexts act on.
func translated(_ error: any Error) -> any Error {
  guard let error = error as? DatabaseError else { return error }
  let message = error.message ?? ""
  switch error.extendedResultCode {
  case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
    return StorageFault.duplicateKey(message)
  default: break
  }
  switch error.resultCode {
  case .SQLITE_CONSTRAINT: return StorageFault.constraint(message)
  case .SQLITE_BUSY, .SQLITE_LOCKED: return StorageFault.busy
  case .SQLITE_INTERRUPT: return CancellationError()
  case .SQLITE_CORRUPT, .SQLITE_NOTADB: return StorageFault.damaged(message)
  case .SQLITE_MISUSE where message.contains("closed"): return StorageFault.closed
  default: return error
  }
}
