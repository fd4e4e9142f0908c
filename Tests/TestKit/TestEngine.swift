import Foundation
import Storage
import StorageMySQL
import StorageSQLite

/// The engine that this run of the tests is made on: `MARTLET_TEST_ENGINE` says `sqlite` (the default) or `mysql`.
public enum TestEngine: String, Sendable {
  case sqlite
  case mysql

  public static let current: TestEngine = {
    guard let name = ProcessInfo.processInfo.environment["MARTLET_TEST_ENGINE"] else { return .sqlite }
    guard let engine = TestEngine(rawValue: name) else { fatalError("MARTLET_TEST_ENGINE is sqlite or mysql") }
    return engine
  }()

  /// Makes a statement fail from now on, as a crash or a lost connection would, until the trigger `broken` is dropped.
  public func refuse(_ verb: String, on table: String, when condition: String = "1 = 1") -> SQL {
    let trigger = "CREATE TRIGGER broken BEFORE \(verb) ON \(table)"
    return switch self {
    case .sqlite: SQL(text: "\(trigger) WHEN \(condition) BEGIN SELECT RAISE(ABORT, 'broken'); END")
    case .mysql: SQL(text: "\(trigger) FOR EACH ROW IF \(condition) THEN SIGNAL SQLSTATE '45000'; END IF")
    }
  }

  /// A database that has this schema and no rows of others, and what takes it away again.
  static func open(
    _ migrations: [Migration], in folder: URL
  ) async throws -> (database: any Database, remove: @Sendable () async -> Void) {
    switch current {
    case .sqlite:
      let file = folder.appending(path: "shop.db")
      try await SchemaFile.copy(migrations, to: file)
      return (try SQLiteDatabase(path: file.path), { try? FileManager.default.removeItem(at: folder) })
    case .mysql:
      let shelf = try await SchemaShelf.of(migrations)
      let name = try await shelf.take()
      let database = MySQLDatabase(
        try await MariaDBServer.shared.address(of: name), limits: MySQLLimits(connections: 8, statementSeconds: 60))
      return (
        database,
        {
          try? await database.close()
          await shelf.giveBack(name)
          try? FileManager.default.removeItem(at: folder)
        }
      )
    }
  }
}

/// A place for a whole program's data, as the settings that lead it there.
public enum TestStorage {
  /// With this schema already.
  /// - Parameter dataFolder: the program's, without a database so far.
  public static func arguments(
    _ migrations: [Migration], in dataFolder: URL
  ) async throws -> (arguments: [String], remove: @Sendable () async -> Void) {
    switch TestEngine.current {
    case .sqlite:
      try await SchemaFile.copy(migrations, to: dataFolder.appending(path: "shop.db"))
      return ([], {})
    case .mysql:
      let shelf = try await SchemaShelf.of(migrations)
      let name = try await shelf.take()
      return (arguments(of: name, on: try await MariaDBServer.shared), { await shelf.giveBack(name) })
    }
  }

  /// Empty.
  public static func arguments() async throws -> (arguments: [String], remove: @Sendable () async -> Void) {
    switch TestEngine.current {
    case .sqlite: return ([], {})
    case .mysql:
      let server = try await MariaDBServer.shared
      let name = try await server.makeDatabase()
      return (arguments(of: name, on: server), { try? await server.drop(name) })
    }
  }

  private static func arguments(of name: String, on server: MariaDBServer) -> [String] {
    ["--database-url", server.url(of: name), "--database-connections", "8", "--database-statement-seconds", "60"]
  }
}
