import Storage

/// A database that something is put into. A table stands in it as a mark until it belongs to a shop: without a row for as
/// long as it isn't known to be whole, so that no shop serves from half of its data; with one once a move is done, so that
/// another move may go over it until somebody works there.
public enum ArchiveTarget {
  enum Standing { case unmarked, unfinished, whole }

  private static let mark = TableDefinition("unfinished_archive", [.integer("id")])

  /// Whether a restore or a move into this database was begun and not finished.
  public static func isUnfinished(_ database: any Database) async throws -> Bool {
    try await standing(of: database) == .unfinished
  }

  /// From now on the database is a shop's, and nothing is moved into it any more. To be called before the first work on it
  /// by whoever found it whole.
  public static func takeUp(_ database: any Database) async throws {
    if try await standing(of: database) == .whole { try await unmark(database) }
  }

  static func standing(of database: any Database) async throws -> Standing {
    try await database.read { transaction in
      guard try isMarked(in: transaction) else { return .unmarked }
      return try transaction.rows(SQL(text: "SELECT id FROM \(mark.name)")).isEmpty ? .unfinished : .whole
    }
  }

  static func mark(_ database: any Database) async throws { try await database.write { try $0.create(mark) } }

  static func unmark(_ database: any Database) async throws {
    try await database.write { try $0.execute(SQL(text: "DROP TABLE IF EXISTS \(mark.name)")) }
  }

  /// What bears the mark is whole from now on, or isn't any more.
  static func note(isWhole: Bool, of database: any Database) async throws {
    let change = isWhole ? "INSERT INTO \(mark.name) (id) VALUES (1)" : "DELETE FROM \(mark.name)"
    try await database.write { try $0.execute(SQL(text: change)) }
  }

  /// Whether there is no table at all, or none that holds a row; the journal of migrations doesn't count. What bears the
  /// mark isn't empty.
  static func isEmpty(_ database: any Database) async throws -> Bool {
    try await database.read { transaction in
      guard try !isMarked(in: transaction) else { return false }
      return try tables(in: transaction).allSatisfy { table in
        try table.name == "schema_migration" || table.rows(limit: 1, in: transaction).isEmpty
      }
    }
  }

  /// All tables but the mark.
  static func tables(of database: any Database) async throws -> [TableShape] {
    try await database.read { try tables(in: $0) }
  }

  /// All tables but the mark, which no copy of the database takes along.
  static func tables(in transaction: any ReadTransaction) throws -> [TableShape] {
    try TableShape.all(in: transaction).filter { $0.name != mark.name }
  }

  private static func isMarked(in transaction: any ReadTransaction) throws -> Bool {
    try transaction.rows(transaction.dialect.tables).contains { try $0["name"] as String == mark.name }
  }
}
