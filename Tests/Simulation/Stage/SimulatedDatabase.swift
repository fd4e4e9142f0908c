import GRDB
import Storage
import Values

@testable import StorageSQLite

/// The embedded engine in memory, on one connection. A world is one transaction that is undone at its end, and each of the
/// shop's transactions a savepoint in it: thousands of worlds begin with the same goods, and none leaves anything behind.
final class WorldStorage: Sendable {
  private let queue: DatabaseQueue

  init() throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    configuration.allowsUnsafeTransactions = true
    queue = try DatabaseQueue(configuration: configuration)
  }

  /// The same tables and rows in a memory of its own, which takes no time beside that of founding a town anew.
  func copied() throws -> WorldStorage {
    let copy = try WorldStorage()
    try queue.backup(to: copy.queue)
    return copy
  }

  func beginWorld() throws { try run("BEGIN IMMEDIATE") }
  func endWorld() throws { try run("ROLLBACK") }

  func read<Value>(_ body: (any ReadTransaction) throws -> Value) throws -> Value {
    do {
      return try queue.writeWithoutTransaction { try body(SQLiteReadTransaction(connection: $0)) }
    } catch {
      throw translated(error)
    }
  }

  /// - Returns: what the body answers, and what is to follow once it's known to be stored.
  func write<Value>(_ body: (any Transaction) throws -> Value) throws -> (Value, [@Sendable () -> Void]) {
    do {
      return try queue.writeWithoutTransaction { connection in
        let transaction = SQLiteTransaction(connection: connection)
        try connection.run("SAVEPOINT body")
        do {
          let value = try body(transaction)
          try connection.run("RELEASE body")
          return (value, transaction.actions)
        } catch {
          try connection.run("ROLLBACK TO body")
          try connection.run("RELEASE body")
          throw error
        }
      }
    } catch {
      throw translated(error)
    }
  }

  func run(_ statement: String) throws { try queue.writeWithoutTransaction { try $0.run(statement) } }
}

/// The database as one process of the shop sees it: away at times, silent about a commit at others, and gone when the
/// process has ended.
struct SimulatedDatabase: Storage.Database {
  let storage: WorldStorage
  let life: Life

  var dialect: any Dialect { SQLiteDialect() }
  var isShared: Bool { life.stage.isShared }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> Value) async throws -> Value {
    try await life.turn()
    return try storage.read(body)
  }

  @discardableResult
  func write<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
    try await life.turn()
    try life.pass(.beforeCommit)
    if life.stage.happens(\.away) {
      life.stage.note("database away")
      throw StorageFault.unavailable("simulated")
    }
    let (value, actions) = try storage.write(body)
    try life.pass(.afterCommit)
    if life.stage.happens(\.unsure) {
      life.stage.note("commit unsure")
      throw StorageFault.outcomeUnknown("simulated")
    }
    for action in actions { action() }
    return value
  }

  func withSchemaLock<Value: Sendable>(
    _ body: @Sendable (any Storage.Database) async throws -> Value
  ) async throws -> Value { try await body(self) }

  func close() async throws {}
}
