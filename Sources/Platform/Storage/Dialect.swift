import Values

/// The few places where engines spell things differently, as verbs.
public protocol Dialect: Sendable {
  /// Inserts the rows or, where one with the same key columns exists, renews others of its columns. No two of the rows have
  /// the same key. The values are in the order of the columns, whose names come from the program's own text.
  func upsert(
    into table: String, columns: [String], rows: [[SQLValue]], key: [String], renewing renewals: [Renewal]
  ) -> SQL

  /// Inserts those of the rows of which none with the same key exists; `execute` answers how many. The values are in the
  /// order of the columns.
  func insertIfAbsent(into table: String, columns: [String], rows: [[SQLValue]]) -> SQL

  /// The suffix of a SELECT that locks its rows until the transaction ends; empty where the engine has one writer.
  var forUpdate: SQL { get }

  /// The same against changes alone: whoever locks rows so doesn't wait for others who do.
  var forShare: SQL { get }

  /// The names of the database's own tables, as `name`, in order.
  var tables: SQL { get }
  /// A table's columns in order, as `name` and `position`, which counts from 1 within the primary key and is 0 outside.
  func columns(of table: String) -> SQL

  // On engines where each of these commits by itself, a migration that was interrupted is begun again: there they must be
  // harmless when what they make is there already.

  func createTable(_ table: TableDefinition) -> [SQL]
  /// Harmless when the column is there, on engines where a definition commits by itself.
  func addColumn(_ column: ColumnDefinition, to table: String) -> SQL
  /// Harmless when there is an index of the name, where the engine can tell.
  func createIndex(_ name: String, on table: String, columns: [String], unique: Bool) -> SQL
}

/// What becomes of a column of a row that is there already.
public enum Renewal: Hashable, Sendable {
  /// It takes the new value.
  case set(String)
  /// The new value is added to it.
  case add(String)
  /// It takes the new value where that is greater.
  case raise(String)
}

/// Pieces that engines spell alike.
extension Dialect {
  /// Inserts a row or, when one with the same key columns exists, sets the columns in `update` to the new values.
  public func upsert(
    into table: String, _ values: [(column: String, value: SQLValue)], key: [String], update: [String]
  ) -> SQL {
    upsert(
      into: table, columns: values.map(\.column), rows: [values.map(\.value)], key: key,
      renewing: update.map(Renewal.set))
  }

  /// Inserts a row unless one with the same key exists; `execute` answers 0 then.
  public func insertIfAbsent(into table: String, _ values: [(column: String, value: SQLValue)]) -> SQL {
    insertIfAbsent(into: table, columns: values.map(\.column), rows: [values.map(\.value)])
  }

  /// `INSERT INTO table (columns) VALUES (marks), … suffix`, begun with another verb where the engine has one.
  public func insertion(
    _ verb: String = "INSERT", into table: String, columns: [String], rows: [[SQLValue]], suffix: String
  ) -> SQL {
    let marks = "(" + columns.map { _ in "?" }.joined(separator: ", ") + ")"
    let values = rows.map { _ in marks }.joined(separator: ", ")
    return SQL(
      text: "\(verb) INTO \(table) (\(columns.joined(separator: ", "))) VALUES \(values) \(suffix)",
      arguments: Array(rows.joined()))
  }

  /// A value from the program's own text, for definitions.
  public func literal(_ value: SQLValue) -> String {
    switch value {
    case .null: "NULL"
    case .integer(let value): String(value)
    case .real(let value): String(value)
    case .text(let value): "'\(value.replacing("'", with: "''"))'"
    case .blob(let bytes): "x'\(Hex.text(bytes))'"
    }
  }
}
