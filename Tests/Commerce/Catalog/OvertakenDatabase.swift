import Storage
import Synchronization

/// A database in which others are quicker: what they make, or remove, comes between two steps of whoever uses it.
final class OvertakenDatabase: Database {
  private struct State {
    var overlooksProducts = false
    var hasOverlooked = false
    var afterWrite: (@Sendable () async throws -> Void)?
  }

  private let inner: any Database
  private let state = Mutex(State())

  init(_ inner: any Database) { self.inner = inner }

  var dialect: any Dialect { inner.dialect }
  var isShared: Bool { inner.isShared }

  /// Whether a look for products has missed those that are there, since it was told to.
  var hasOverlooked: Bool { state.withLock { $0.hasOverlooked } }

  /// The next write to look for products by handle finds none, once: as if they were made right after it looked.
  func overlookProducts() { state.withLock { ($0.overlooksProducts, $0.hasOverlooked) = (true, false) } }

  /// Something else happens between the end of the next write and what follows on it.
  func afterNextWrite(_ action: @escaping @Sendable () async throws -> Void) {
    state.withLock { $0.afterWrite = action }
  }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> Value) async throws -> Value {
    try await inner.read(body)
  }

  func write<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
    let action = state.withLock { state in
      defer { state.afterWrite = nil }
      return state.afterWrite
    }
    let value = try await inner.write { [self] in try body(Writing(base: $0, database: self)) }
    try await action?()
    return value
  }

  func withSchemaLock<Value: Sendable>(
    _ body: @Sendable (any Database) async throws -> Value
  ) async throws -> Value {
    try await inner.withSchemaLock(body)
  }

  func close() async throws { try await inner.close() }

  private func overlooks(_ sql: SQL) -> Bool {
    guard sql.text.contains("FROM product WHERE merchant_id = ? AND handle") else { return false }
    return state.withLock { state in
      guard state.overlooksProducts else { return false }
      state.overlooksProducts = false
      state.hasOverlooked = true
      return true
    }
  }

  private struct Writing: Transaction {
    let base: any Transaction
    let database: OvertakenDatabase
    var dialect: any Dialect { base.dialect }

    func rows(_ sql: SQL) throws -> [Row] { try database.overlooks(sql) ? [] : base.rows(sql) }
    func forEachRow(_ sql: SQL, _ body: (Row) throws -> Void) throws { try base.forEachRow(sql, body) }
    func execute(_ sql: SQL) throws -> Int { try base.execute(sql) }
    func afterCommit(_ action: @escaping @Sendable () -> Void) { base.afterCommit(action) }
  }
}
