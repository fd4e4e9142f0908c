import Storage

/// How MariaDB spells what engines spell differently. Texts are compared byte by byte in UTF-8, spaces at the end
/// included.
struct MySQLDialect: Dialect {
  /// How `insertIfAbsent` begins.
  static let tolerantInsert = "INSERT IGNORE"
  /// The longest text, in characters, that can stand in an index.
  private static let longestIndexed = 768

  func upsert(
    into table: String, columns: [String], rows: [[SQLValue]], key: [String], renewing renewals: [Renewal]
  ) -> SQL {
    let assignments = renewals.map { renewal in
      switch renewal {
      case .set(let column): "\(column) = VALUES(\(column))"
      case .add(let column): "\(column) = \(column) + VALUES(\(column))"
      case .raise(let column): "\(column) = GREATEST(\(column), VALUES(\(column)))"
      }
    }.joined(separator: ", ")
    return insertion(into: table, columns: columns, rows: rows, suffix: "ON DUPLICATE KEY UPDATE \(assignments)")
  }

  func insertIfAbsent(into table: String, columns: [String], rows: [[SQLValue]]) -> SQL {
    insertion(Self.tolerantInsert, into: table, columns: columns, rows: rows, suffix: "")
  }

  var forUpdate: SQL { " FOR UPDATE" }
  var forShare: SQL { " LOCK IN SHARE MODE" }

  var tables: SQL {
    """
    SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY name
    """
  }

  func columns(of table: String) -> SQL {
    // Not by a join: for that the server opens every table of every database that it has.
    """
    SELECT c.column_name AS name, COALESCE((
      SELECT MAX(s.seq_in_index) FROM information_schema.statistics s WHERE s.table_schema = DATABASE()
        AND s.table_name = \(table) AND s.index_name = 'PRIMARY' AND s.column_name = c.column_name), 0) AS position
    FROM information_schema.columns c
    WHERE c.table_schema = DATABASE() AND c.table_name = \(table) ORDER BY c.ordinal_position
    """
  }

  func createTable(_ table: TableDefinition) -> [SQL] {
    var parts = table.columns.map(definition)
    parts.append("PRIMARY KEY (\(table.primaryKey.joined(separator: ", ")))")
    parts += table.unique.map { "UNIQUE (\($0.joined(separator: ", ")))" }
    parts += table.checks.map { "CHECK (\($0))" }
    return [
      SQL(
        text: """
          CREATE TABLE IF NOT EXISTS \(table.name) (\(parts.joined(separator: ", "))) \
          ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin
          """)
    ]
  }

  func addColumn(_ column: ColumnDefinition, to table: String) -> SQL {
    SQL(text: "ALTER TABLE \(table) ADD COLUMN \(definition(column))")
  }

  func createIndex(_ name: String, on table: String, columns: [String], unique: Bool) -> SQL {
    SQL(text: "CREATE \(unique ? "UNIQUE " : "")INDEX \(name) ON \(table) (\(columns.joined(separator: ", ")))")
  }

  private func definition(_ column: ColumnDefinition) -> String {
    var text = "\(column.name) \(type(column.kind))"
    if !column.isNullable { text += " NOT NULL" }
    if let value = column.defaultValue { text += " DEFAULT (\(literal(value)))" }
    switch column.kind {
    case .text(let limit) where limit > Self.longestIndexed: text += " CHECK (char_length(\(column.name)) <= \(limit))"
    case .blob(let limit): text += " CHECK (octet_length(\(column.name)) <= \(limit))"
    case .integer, .real, .text: break
    }
    return text
  }

  private func type(_ kind: ColumnDefinition.Kind) -> String {
    switch kind {
    case .integer: "BIGINT"
    case .real: "DOUBLE"
    case .text(let limit) where limit <= Self.longestIndexed: "VARCHAR(\(limit))"
    case .text(let limit) where limit * 4 <= 65_535: "TEXT"
    case .text: "MEDIUMTEXT"
    case .blob(let limit) where limit <= 3072: "VARBINARY(\(limit))"
    case .blob(let limit) where limit <= 65_535: "BLOB"
    case .blob: "LONGBLOB"
    }
  }
}
