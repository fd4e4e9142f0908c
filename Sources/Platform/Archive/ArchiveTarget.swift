import Storage

/// A database that something is put into. For as long as it isn't known to be whole a table stands in it as a mark, so
/// that no shop serves from half of its data.
public enum ArchiveTarget {
  private static let mark = TableDefinition("unfinished_archive", [.integer("id")])

  /// Whether a restore or a move into this database was begun and not finished.
  public static func isUnfinished(_ database: any Database) async throws -> Bool {
    try await database.read { transaction in
      try transaction.rows(transaction.dialect.tables).contains { try $0["name"] as String == mark.name }
    }
  }

  static func mark(_ database: any Database) async throws { try await database.write { try $0.create(mark) } }

  static func unmark(_ database: any Database) async throws {
    try await database.write { try $0.execute(SQL(text: "DROP TABLE \(mark.name)")) }
  }

  /// Whether there is no table at all, or none that holds a row; the journal of migrations doesn't count. What was begun
  /// and not finished isn't empty.
  static func isEmpty(_ database: any Database) async throws -> Bool {
    try await database.read { transaction in
      let tables = try TableShape.all(in: transaction)
      guard !tables.contains(where: { $0.name == mark.name }) else { return false }
      return try tables.allSatisfy { table in
        try table.name == "schema_migration" || table.rows(limit: 1, in: transaction).isEmpty
      }
    }
  }

  /// All tables but the mark.
  static func tables(of database: any Database) async throws -> [TableShape] {
    try await database.read { try TableShape.all(in: $0) }.filter { $0.name != mark.name }
  }
}
