import Storage
import Synchronization

/// Takes a database away and gives it back, as a server does that is lost and found: what is asked meanwhile is told so at
/// once, and reaches no table.
public final class Outage: Sendable {
  private enum Extent: Equatable {
    case none
    /// So many more writes are done before one is lost, and all after it.
    case writes(after: Int)
    case all
  }

  private let extent = Mutex(Extent.none)

  public init() {}

  /// The same database, for as long as there is no outage.
  public func over(_ database: any Database) -> any Database { LosableDatabase(database: database, outage: self) }

  /// Nothing can be read or written from now on.
  public func begin() { extent.withLock { $0 = .all } }

  /// Reads go on.
  /// - Parameter writes: so many more are done.
  public func beginWriting(after writes: Int = 0) { extent.withLock { $0 = .writes(after: writes) } }

  public func end() { extent.withLock { $0 = .none } }

  fileprivate func check(writes: Bool) throws {
    let isLost = extent.withLock { extent in
      switch extent {
      case .none: return false
      case .all: return true
      case .writes(let left):
        guard writes else { return false }
        if left > 0 { extent = .writes(after: left - 1) }
        return left == 0
      }
    }
    if isLost { throw StorageFault.unavailable("taken away by the test") }
  }
}

private struct LosableDatabase: Database {
  let database: any Database
  let outage: Outage

  var dialect: any Dialect { database.dialect }
  var isShared: Bool { database.isShared }
  var workload: Workload { database.workload }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> Value) async throws -> Value {
    try outage.check(writes: false)
    return try await database.read(body)
  }

  func write<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
    try outage.check(writes: true)
    return try await database.write(body)
  }

  func withSchemaLock<Value: Sendable>(_ body: @Sendable (any Database) async throws -> Value) async throws -> Value {
    try outage.check(writes: true)
    return try await database.withSchemaLock(body)
  }

  func close() async throws { try await database.close() }
}
