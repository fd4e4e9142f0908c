import Storage

/// A database that something is put into. A table stands in it as a mark. Without a row, or while a move has claimed it, the
/// data isn't known to be whole, and no shop serves from it. Once a move is done another one may go over it, until somebody
/// works there.
///
/// Moves and shops don't look at the mark and act later: each changes its row in the transaction that it matters for, so that
/// of two one comes first, on a cluster too, where locks count on one server alone and changes of one row are compared.
public enum ArchiveTarget {
  enum Standing { case unmarked, unfinished, whole, taken }

  private static let mark = TableDefinition(
    "unfinished_archive", [.integer("id"), .integer("claim"), .integer("changes")])
  private static let name = SQL(text: mark.name)

  // What stands as the claim; anything above is a move's own number.
  private static let whole: Int64 = 0
  private static let taken: Int64 = -1

  /// Throws `ArchiveFault.unfinished` when a restore or a move into this database was begun and isn't finished.
  public static func expectWhole(_ database: any Database) async throws {
    if try await standing(of: database) == .unfinished { throw ArchiveFault.unfinished }
  }

  /// From now on the database is a shop's, and nothing is moved into it any more. To be called before the first work on
  /// it. Answers whether it was a copy that nobody had taken up before. Throws `ArchiveFault.unfinished`.
  @discardableResult
  public static func takeUp(_ database: any Database) async throws -> Bool {
    guard try await standing(of: database) != .unmarked else { return false }
    return try await database.write { transaction in
      if try change(from: whole, to: taken, in: transaction) { return true }
      if try claim(in: transaction) == taken { return false }
      throw ArchiveFault.unfinished
    }
  }

  static func standing(of database: any Database) async throws -> Standing {
    try await database.read { try standing(in: $0) }
  }

  static func standing(in transaction: any ReadTransaction) throws -> Standing {
    guard try isMarked(in: transaction) else { return .unmarked }
    return switch try claim(in: transaction) {
    case whole: .whole
    case taken: .taken
    default: .unfinished
    }
  }

  static func mark(_ database: any Database) async throws { try await database.write { try $0.create(mark) } }

  static func unmark(_ database: any Database) async throws {
    try await database.write { try $0.execute(SQL(text: "DROP TABLE IF EXISTS \(mark.name)")) }
  }

  /// What bears the mark is this move's from now on, and no other's. Throws `ArchiveFault.notEmpty` when it is a shop's.
  static func claim(_ database: any Database, for move: Int64) async throws {
    try await database.write { transaction in
      let standing = try claim(in: transaction)
      guard standing != taken else { throw ArchiveFault.notEmpty }
      if let standing {
        guard try change(from: standing, to: move, in: transaction) else { throw ArchiveFault.takenOver }
      } else {
        try transaction.execute("INSERT INTO \(name) (id, claim, changes) VALUES (1, \(move), 0)")
      }
    }
  }

  /// To be called in each transaction in which a move changes something. Throws `ArchiveFault.takenOver` when another move has
  /// claimed the database since.
  static func hold(_ move: Int64, in transaction: any Transaction) throws {
    guard try change(from: move, to: move, in: transaction) else { throw ArchiveFault.takenOver }
  }

  /// What the move has claimed is whole from now on.
  static func finish(_ database: any Database, by move: Int64) async throws {
    try await database.write { transaction in
      guard try change(from: move, to: whole, in: transaction) else { throw ArchiveFault.takenOver }
    }
  }

  /// The count makes it a change in any case.
  private static func change(from: Int64, to: Int64, in transaction: any Transaction) throws -> Bool {
    try transaction.execute(
      "UPDATE \(name) SET claim = \(to), changes = changes + 1 WHERE id = 1 AND claim = \(from)") == 1
  }

  private static func claim(in transaction: any ReadTransaction) throws -> Int64? {
    try transaction.value("SELECT claim FROM \(name) WHERE id = 1")
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
