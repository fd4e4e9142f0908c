import Storage
import Synchronization

/// Counts the statements that reach a database, of reads and of writes.
public final class StatementCounter: Sendable {
  private let count = Mutex(0)

  public init() {}

  public var statements: Int { count.withLock { $0 } }

  /// The same database, counted.
  public func over(_ database: any Database) -> any Database { CountedDatabase(database: database, counter: self) }

  fileprivate func note() { count.withLock { $0 += 1 } }
}

private struct CountedDatabase: Database {
  let database: any Database
  let counter: StatementCounter

  var dialect: any Dialect { database.dialect }
  var isShared: Bool { database.isShared }
  var workload: Workload { database.workload }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> Value) async throws -> Value {
    try await database.read { [counter] in try body(CountedReading(base: $0, counter: counter)) }
  }

  func write<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
    try await database.write { [counter] in try body(CountedWriting(base: $0, counter: counter)) }
  }

  func withSchemaLock<Value: Sendable>(_ body: @Sendable (any Database) async throws -> Value) async throws -> Value {
    try await database.withSchemaLock(body)
  }

  func close() async throws { try await database.close() }
}

private struct CountedReading: ReadTransaction {
  let base: any ReadTransaction
  let counter: StatementCounter
  var dialect: any Dialect { base.dialect }

  func rows(_ sql: SQL) throws -> [Row] {
    counter.note()
    return try base.rows(sql)
  }

  func forEachRow(_ sql: SQL, _ body: (Row) throws -> Void) throws {
    counter.note()
    try base.forEachRow(sql, body)
  }
}

private struct CountedWriting: Transaction {
  let base: any Transaction
  let counter: StatementCounter
  var dialect: any Dialect { base.dialect }

  func rows(_ sql: SQL) throws -> [Row] {
    counter.note()
    return try base.rows(sql)
  }

  func forEachRow(_ sql: SQL, _ body: (Row) throws -> Void) throws {
    counter.note()
    try base.forEachRow(sql, body)
  }

  func execute(_ sql: SQL) throws -> Int {
    counter.note()
    return try base.execute(sql)
  }

  func afterCommit(_ action: @escaping @Sendable () -> Void) { base.afterCommit(action) }
}
