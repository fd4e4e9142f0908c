import Foundation
import GRDB
import Storage

/// A snapshot on one connection. Lives only inside the body that it is handed to.
class SQLiteReadTransaction: ReadTransaction {
  /// Longer statements (rows written many at a time) vary too much to be worth keeping prepared.
  private static let longestCached = 1500

  let connection: GRDB.Database
  var dialect: any Dialect { SQLiteDialect() }

  init(connection: GRDB.Database) { self.connection = connection }

  func rows(_ sql: Storage.SQL) throws -> [Storage.Row] {
    do {
      let statement = try prepared(sql)
      let columns = statement.columnNames
      let cursor = try GRDB.Row.fetchCursor(statement, arguments: Self.arguments(sql))
      var rows: [Storage.Row] = []
      while let row = try cursor.next() { rows.append(Self.row(row, columns)) }
      return rows
    } catch {
      throw translated(error)
    }
  }

  func forEachRow(_ sql: Storage.SQL, _ body: (Storage.Row) throws -> Void) throws {
    do {
      // Not from the cache: the body may run the same statement again while this one stands open.
      let statement = try connection.makeStatement(sql: sql.text)
      let columns = statement.columnNames
      let cursor = try GRDB.Row.fetchCursor(statement, arguments: Self.arguments(sql))
      while let row = try cursor.next() { try body(Self.row(row, columns)) }
    } catch {
      throw translated(error)
    }
  }

  func prepared(_ sql: Storage.SQL) throws -> Statement {
    sql.text.utf8.count > Self.longestCached
      ? try connection.makeStatement(sql: sql.text) : try connection.cachedStatement(sql: sql.text)
  }

  static func arguments(_ sql: Storage.SQL) -> StatementArguments {
    StatementArguments(
      sql.arguments.map { argument -> DatabaseValue in
        switch argument {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .blob(let value): Data(value).databaseValue
        }
      })
  }

  private static func row(_ row: GRDB.Row, _ columns: [String]) -> Storage.Row {
    var values: [SQLValue] = []
    values.reserveCapacity(columns.count)
    for index in 0..<columns.count {
      let value: DatabaseValue = row[index]
      switch value.storage {
      case .null: values.append(.null)
      case .int64(let value): values.append(.integer(value))
      case .double(let value): values.append(.real(value))
      case .string(let value): values.append(.text(value))
      case .blob(let value): values.append(.blob([UInt8](value)))
      }
    }
    return Storage.Row(columns: columns, values: values)
  }
}

final class SQLiteTransaction: SQLiteReadTransaction, Transaction {
  private(set) var actions: [@Sendable () -> Void] = []

  @discardableResult
  func execute(_ sql: Storage.SQL) throws -> Int {
    do {
      let statement = try prepared(sql)
      try statement.execute(arguments: Self.arguments(sql))
      return connection.changesCount
    } catch {
      throw translated(error)
    }
  }

  func afterCommit(_ action: @escaping @Sendable () -> Void) { actions.append(action) }
}
