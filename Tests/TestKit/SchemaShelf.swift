import Storage
import StorageMySQL
import Synchronization

/// Databases of one schema on the server that tests share. The schema is made once and copied; a test's database goes to
/// a later test, emptied.
final class SchemaShelf: Sendable {
  private static let shelves = Mutex<[SchemaName: Task<SchemaShelf, any Error>]>([:])

  private let server: MariaDBServer
  /// Is never lent.
  private let template: String
  private let tables: [String]
  /// Tables in which the schema itself leaves rows.
  private let filled: [String]
  private let shape: [[SQLValue]]
  private let free = Mutex<[String]>([])

  static func of(_ migrations: [Migration]) async throws -> SchemaShelf {
    try await shelves.withLock { shelves in
      let name = SchemaName(migrations)
      let shelf = shelves[name] ?? Task { try await SchemaShelf(migrations) }
      shelves[name] = shelf
      return shelf
    }.value
  }

  private init(_ migrations: [Migration]) async throws {
    server = try await MariaDBServer.shared
    template = try await server.makeDatabase()
    let database = MySQLDatabase(server.address(of: template), limits: MySQLLimits(connections: 1))
    try await Migrator(migrations).run(on: database, now: TestClock.start)
    (tables, filled) = try await database.read { transaction in
      let tables = try transaction.rows(transaction.dialect.tables).map { try $0["name"] as String }
      return (
        tables, try tables.filter { try transaction.row(SQL(text: "SELECT 1 AS one FROM `\($0)` LIMIT 1")) != nil }
      )
    }
    try await database.close()
    shape = try await server.administer { [template] in try Self.shape(template, $0) }
  }

  func take() async throws -> String {
    if let name = free.withLock({ $0.popLast() }) { return name }
    let name = try await server.makeDatabase()
    try await server.administer { [self] transaction in
      for table in tables {
        try transaction.execute(SQL(text: "CREATE TABLE `\(name)`.`\(table)` LIKE `\(template)`.`\(table)`"))
      }
      try fill(name, transaction)
    }
    return name
  }

  /// Nobody is connected to it any more.
  func giveBack(_ name: String) async {
    let isWhole = try? await server.administer { [self] transaction in
      guard try Self.shape(name, transaction) == shape else { return false }
      for table in tables { try transaction.execute(SQL(text: "DELETE FROM `\(name)`.`\(table)`")) }
      try fill(name, transaction)
      return true
    }
    if isWhole == true {
      free.withLock { $0.append(name) }
    } else {
      // What a test has changed beyond its rows is of no use to another.
      try? await server.drop(name)
    }
  }

  private func fill(_ name: String, _ transaction: any Transaction) throws {
    for table in filled {
      try transaction.execute(SQL(text: "INSERT INTO `\(name)`.`\(table)` SELECT * FROM `\(template)`.`\(table)`"))
    }
  }

  /// Columns, keys and triggers.
  private static func shape(_ name: String, _ transaction: any Transaction) throws -> [[SQLValue]] {
    try transaction.rows(
      """
      SELECT table_name AS place, column_name AS name, column_type AS kind
      FROM information_schema.columns WHERE table_schema = \(name)
      UNION ALL SELECT table_name, index_name, column_name
      FROM information_schema.statistics WHERE table_schema = \(name)
      UNION ALL SELECT event_object_table, trigger_name, action_timing
      FROM information_schema.triggers WHERE trigger_schema = \(name)
      ORDER BY place, name, kind
      """
    ).map(\.values)
  }
}
