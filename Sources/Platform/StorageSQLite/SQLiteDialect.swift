import Storage

/// How SQLite spells what engines spell differently. Tables are STRICT, and text limits are CHECKed, so that the small
/// engine refuses what the big one would.
struct SQLiteDialect: Dialect {
  func upsert(
    into table: String, columns: [String], rows: [[SQLValue]], key: [String], renewing renewals: [Renewal]
  ) -> SQL {
    let assignments = renewals.map { renewal in
      switch renewal {
      case .set(let column): "\(column) = excluded.\(column)"
      case .add(let column): "\(column) = \(column) + excluded.\(column)"
      case .raise(let column): "\(column) = max(\(column), excluded.\(column))"
      }
    }.joined(separator: ", ")
    let conflict = "ON CONFLICT (\(key.joined(separator: ", "))) DO UPDATE SET \(assignments)"
    return insertion(into: table, columns: columns, rows: rows, suffix: conflict)
  }

  func insertIfAbsent(into table: String, columns: [String], rows: [[SQLValue]]) -> SQL {
    insertion(into: table, columns: columns, rows: rows, suffix: "ON CONFLICT DO NOTHING")
  }

  var forUpdate: SQL { "" }
  var forShare: SQL { "" }

  var tables: SQL {
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name"
  }

  func columns(of table: String) -> SQL {
    "SELECT name, pk AS position FROM pragma_table_info(\(table)) ORDER BY cid"
  }

  func createTable(_ table: TableDefinition) -> [SQL] {
    var parts = table.columns.map(definition)
    let isRowID =
      table.primaryKey.count == 1 && table.columns.contains { $0.name == table.primaryKey[0] && $0.kind == .integer }
    parts.append("PRIMARY KEY (\(table.primaryKey.joined(separator: ", ")))")
    parts += table.unique.map { "UNIQUE (\($0.joined(separator: ", ")))" }
    parts += table.checks.map { "CHECK (\($0))" }
    let options = isRowID ? "STRICT" : "STRICT, WITHOUT ROWID"
    return [SQL(text: "CREATE TABLE IF NOT EXISTS \(table.name) (\(parts.joined(separator: ", "))) \(options)")]
  }

  func addColumn(_ column: ColumnDefinition, to table: String) -> SQL {
    SQL(text: "ALTER TABLE \(table) ADD COLUMN \(definition(column))")
  }

  func createIndex(_ name: String, on table: String, columns: [String], unique: Bool) -> SQL {
    SQL(
      text:
        "CREATE \(unique ? "UNIQUE " : "")INDEX IF NOT EXISTS \(name) ON \(table) (\(columns.joined(separator: ", ")))")
  }

  private func definition(_ column: ColumnDefinition) -> String {
    var text = column.name
    switch column.kind {
    case .integer: text += " INTEGER"
    case .real: text += " REAL"
    case .text: text += " TEXT"
    case .blob: text += " BLOB"
    }
    if !column.isNullable { text += " NOT NULL" }
    if let value = column.defaultValue { text += " DEFAULT \(literal(value))" }
    switch column.kind {
    case .text(let limit), .blob(let limit): text += " CHECK (length(\(column.name)) <= \(limit))"
    case .integer, .real: break
    }
    return text
  }
}
