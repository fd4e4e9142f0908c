import Storage

/// A table as it stands in a database: its columns in order, and those of its primary key.
struct TableShape: Hashable, Sendable {
  let name: String
  let columns: [String]
  let key: [String]

  /// All tables of the database, by name.
  static func all(in transaction: any ReadTransaction) throws -> [TableShape] {
    try transaction.rows(transaction.dialect.tables).map { row in
      let name: String = try row["name"]
      let columns = try transaction.rows(transaction.dialect.columns(of: name)).map { column in
        (name: try column["name"] as String, position: try column["position"] as Int)
      }
      let key = columns.filter { $0.position > 0 }.sorted { $0.position < $1.position }.map(\.name)
      return TableShape(name: name, columns: columns.map(\.name), key: key.isEmpty ? columns.map(\.name) : key)
    }
  }

  /// Rows in the order of the key.
  /// - Parameters:
  ///   - after: the key that they come after; nil from the beginning.
  ///   - last: the greatest key that they may have; nil to the end.
  ///   - limit: how many at most; nil for all in between.
  func rows(
    after: [SQLValue]? = nil, upTo last: [SQLValue]? = nil, limit: Int? = nil, in transaction: any ReadTransaction
  ) throws -> [[SQLValue]] {
    var sql = SQL(text: "SELECT \(columns.joined(separator: ", ")) FROM \(name) WHERE ") + range(after, last)
    sql = sql + SQL(text: " ORDER BY \(key.joined(separator: ", "))")
    if let limit { sql = sql + " LIMIT \(limit)" }
    return try transaction.rows(sql).map(\.values)
  }

  func delete(after: [SQLValue]?, upTo last: [SQLValue]?, in transaction: any Transaction) throws {
    try transaction.execute(SQL(text: "DELETE FROM \(name) WHERE ") + range(after, last))
  }

  /// Many rows to a statement, as far as an engine takes them.
  func insert(_ rows: [[SQLValue]], in transaction: any Transaction) throws {
    var slice = Slice()
    for row in rows {
      slice.add(row)
      if slice.isFull { try insert(&slice, in: transaction) }
    }
    try insert(&slice, in: transaction)
  }

  func keyValues(of row: [SQLValue]) -> [SQLValue] {
    key.compactMap { column in columns.firstIndex(of: column).map { row[$0] } }
  }

  private func insert(_ slice: inout Slice, in transaction: any Transaction) throws {
    guard !slice.rows.isEmpty else { return }
    let marks = "(" + columns.map { _ in "?" }.joined(separator: ", ") + ")"
    let text =
      "INSERT INTO \(name) (\(columns.joined(separator: ", "))) VALUES "
      + slice.rows.map { _ in marks }.joined(separator: ", ")
    try transaction.execute(SQL(text: text, arguments: slice.rows.flatMap(\.self)))
    slice = Slice()
  }

  private func range(_ after: [SQLValue]?, _ last: [SQLValue]?) -> SQL {
    SQL.all(
      [after.map { bound($0, ">", orEqual: false) }, last.map { bound($0, "<", orEqual: true) }].compactMap(\.self))
  }

  /// `a > ? OR (a = ? AND b > ?)`, which every engine can follow along the key.
  private func bound(_ values: [SQLValue], _ sign: String, orEqual: Bool) -> SQL {
    let clauses = key.indices.map { index in
      var parts = (0..<index).map { SQL(text: "\(key[$0]) = ?", arguments: [values[$0]]) }
      let mark = orEqual && index == key.count - 1 ? sign + "=" : sign
      parts.append(SQL(text: "\(key[index]) \(mark) ?", arguments: [values[index]]))
      return SQL.all(parts)
    }
    return clauses.dropFirst().reduce(clauses[0]) { $0 + " OR " + $1 }
  }

  private struct Slice {
    var rows: [[SQLValue]] = []
    private var marks = 0
    private var bytes = 0

    /// Engines bound both what a statement may hold and how large it may be.
    var isFull: Bool { marks > 10_000 || bytes > 1 << 20 }

    mutating func add(_ row: [SQLValue]) {
      rows.append(row)
      marks += row.count
      for value in row {
        switch value {
        case .text(let text): bytes += text.utf8.count
        case .blob(let blob): bytes += blob.count
        case .null, .integer, .real: bytes += 8
        }
      }
    }
  }
}
