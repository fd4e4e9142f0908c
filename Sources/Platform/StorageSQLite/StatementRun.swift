import GRDB
import GRDBSQLite
import Storage

/// One run of a prepared statement over SQLite's own interface: values go in and come out without a stop in between. Most
/// statements of a shop are so small that each stop would be felt.
struct StatementRun {
  private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  private let statement: Statement
  private let pointer: OpaquePointer
  private let connection: GRDB.Database

  /// Binds the arguments. Throws `DatabaseError` when their number isn't that of the marks.
  init(_ statement: Statement, _ arguments: [SQLValue], on connection: GRDB.Database) throws {
    self.statement = statement
    self.connection = connection
    pointer = statement.sqliteStatement
    guard sqlite3_bind_parameter_count(pointer) == Int32(arguments.count) else {
      throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "wrong number of arguments", sql: statement.sql)
    }
    for (index, argument) in arguments.enumerated() {
      let code = Self.bind(argument, at: Int32(index + 1), to: pointer)
      guard code == SQLITE_OK else { throw fault(code) }
    }
  }

  /// Hands over each row. The statement is free for the next run afterwards, also when the body throws.
  func forEachRow(_ body: (Storage.Row) throws -> Void) throws {
    defer { sqlite3_reset(pointer) }
    var columns: [String]?
    while true {
      switch sqlite3_step(pointer) {
      case SQLITE_ROW:
        let names = columns ?? columnNames()
        columns = names
        try body(Storage.Row(columns: names, values: names.indices.map(value)))
      case SQLITE_DONE: return
      case let code: throw fault(code)
      }
    }
  }

  /// To be asked for after the first step, which prepares anew what was prepared before the schema changed; those that the
  /// statement keeps are of its first preparation.
  private func columnNames() -> [String] {
    guard sqlite3_stmt_status(pointer, SQLITE_STMTSTATUS_REPREPARE, 0) > 0 else { return statement.columnNames }
    return (0..<sqlite3_column_count(pointer)).map {
      sqlite3_column_name(pointer, $0).map { String(cString: $0) } ?? ""
    }
  }

  private func fault(_ code: Int32) -> DatabaseError {
    let handle = connection.sqliteConnection
    let extended = handle.map(sqlite3_extended_errcode) ?? code
    let message = handle.flatMap(sqlite3_errmsg).map { String(cString: $0) }
    return DatabaseError(resultCode: ResultCode(rawValue: extended), message: message, sql: statement.sql)
  }

  private static func bind(_ value: SQLValue, at index: Int32, to pointer: OpaquePointer) -> Int32 {
    switch value {
    case .null: return sqlite3_bind_null(pointer, index)
    case .integer(let value): return sqlite3_bind_int64(pointer, index, value)
    case .real(let value): return sqlite3_bind_double(pointer, index, value)
    case .text(var value):
      return value.withUTF8 { text in
        // An empty string has no address, which SQLite would take for NULL.
        guard let start = text.baseAddress, !text.isEmpty else {
          return sqlite3_bind_text(pointer, index, "", 0, copied)
        }
        return start.withMemoryRebound(to: CChar.self, capacity: text.count) {
          sqlite3_bind_text(pointer, index, $0, Int32(text.count), copied)
        }
      }
    case .blob(let value):
      guard !value.isEmpty else { return sqlite3_bind_zeroblob(pointer, index, 0) }
      return value.withUnsafeBytes { sqlite3_bind_blob(pointer, index, $0.baseAddress, Int32($0.count), copied) }
    }
  }

  private func value(_ column: Int) -> SQLValue {
    let column = Int32(column)
    switch sqlite3_column_type(pointer, column) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(pointer, column))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(pointer, column))
    case SQLITE_TEXT:
      guard let text = sqlite3_column_text(pointer, column) else { return .text("") }
      let count = Int(sqlite3_column_bytes(pointer, column))
      return .text(String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
    case SQLITE_BLOB:
      let count = Int(sqlite3_column_bytes(pointer, column))
      guard count > 0, let bytes = sqlite3_column_blob(pointer, column) else { return .blob([]) }
      return .blob([UInt8](UnsafeRawBufferPointer(start: bytes, count: count)))
    default: return .null
    }
  }
}

extension GRDB.Database {
  /// Runs a statement without arguments, prepared once for each connection.
  func run(_ sql: String) throws {
    try StatementRun(try cachedStatement(sql: sql), [], on: self).forEachRow { _ in }
  }
}
