import GRDB
import GRDBSQLite
import Storage

/// A snapshot on one connection. Lives only inside the body that it is handed to.
class SQLiteReadTransaction: ReadTransaction {
  /// Longer statements (rows written many at a time) vary too much to be worth keeping prepared.
  private static let longestCached = 1500

  let connection: GRDB.Database
  var dialect: any Dialect { SQLiteDialect() }

  init(connection: GRDB.Database) { self.connection = connection }

  func rows(_ sql: Storage.SQL) throws -> [Storage.Row] {
    var rows: [Storage.Row] = []
    try run(prepared(sql), sql) { rows.append($0) }
    return rows
  }

  func forEachRow(_ sql: Storage.SQL, _ body: (Storage.Row) throws -> Void) throws {
    try run(prepared(sql), sql, body)
  }

  func run(_ statement: @autoclosure () throws -> Statement, _ sql: Storage.SQL, _ body: (Storage.Row) throws -> Void)
    throws
  {
    do {
      try StatementRun(try statement(), sql.arguments, on: connection).forEachRow(body)
    } catch {
      throw translated(error)
    }
  }

  func prepared(_ sql: Storage.SQL) throws -> Statement {
    guard sql.text.utf8.count <= Self.longestCached else { return try connection.makeStatement(sql: sql.text) }
    let kept = try connection.cachedStatement(sql: sql.text)
    // Whoever is handed rows may run the same statement again while this one stands open.
    return sqlite3_stmt_busy(kept.sqliteStatement) == 0 ? kept : try connection.makeStatement(sql: sql.text)
  }
}

final class SQLiteTransaction: SQLiteReadTransaction, Transaction {
  private(set) var actions: [@Sendable () -> Void] = []

  @discardableResult
  func execute(_ sql: Storage.SQL) throws -> Int {
    try run(prepared(sql), sql) { _ in }
    return connection.changesCount
  }

  func afterCommit(_ action: @escaping @Sendable () -> Void) { actions.append(action) }
}
