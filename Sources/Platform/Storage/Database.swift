import Values

/// The small interface behind which an engine stands. Bodies are synchronous on purpose: nothing can be awaited while a
/// transaction is open.
public protocol Database: Sendable {
  var dialect: any Dialect { get }
  /// Whether several programs serve from it at the same time, each with memories of its own.
  var isShared: Bool { get }
  /// How busy it is at this moment.
  var workload: Workload { get }

  /// Runs the body in one read-only snapshot.
  func read<Value: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> Value) async throws -> Value

  /// Runs the body in one transaction and returns once it is durable. A body that throws leaves nothing behind. The body
  /// may run more than once (deadlock, lost certification), so it must have no effect outside the transaction; what must
  /// follow a commit goes into `afterCommit`.
  @discardableResult
  func write<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value

  /// Runs the body while no other program changes the schema. It is handed the database to do it on, whose statements may
  /// take as long as they need.
  func withSchemaLock<Value: Sendable>(
    _ body: @Sendable (any Database) async throws -> Value
  ) async throws -> Value

  /// What runs and waits is finished. Later calls throw `StorageFault.closed`.
  func close() async throws
}

extension Database {
  /// Of an engine that has nothing to tell.
  public var workload: Workload { Workload() }
}

public protocol ReadTransaction {
  var dialect: any Dialect { get }

  func rows(_ sql: SQL) throws -> [Row]

  /// Hands over one row at a time without holding the result in memory.
  func forEachRow(_ sql: SQL, _ body: (Row) throws -> Void) throws
}

public protocol Transaction: ReadTransaction {
  /// Answers how many rows were inserted, changed or deleted.
  @discardableResult func execute(_ sql: SQL) throws -> Int

  /// Runs once, after the transaction is durable; never when it is rolled back.
  func afterCommit(_ action: @escaping @Sendable () -> Void)
}

extension ReadTransaction {
  public func row(_ sql: SQL) throws -> Row? { try rows(sql).first }

  /// The first column of the first row.
  public func value<Value: SQLConvertible>(_ sql: SQL, as _: Value.Type = Value.self) throws -> Value? {
    guard let row = try row(sql), let first = row.columns.first else { return nil }
    return try row[first]
  }
}

/// What an engine reports in a form that contexts can act on; anything else is passed on as the engine's own error.
public enum StorageFault: Error, Hashable, Sendable {
  /// A unique key or primary key is taken. Names the constraint as the engine tells it.
  case duplicateKey(String)
  /// A CHECK, a NOT NULL or a length limit was violated.
  case constraint(String)
  /// The engine was too busy for the whole time limit.
  case busy
  /// The schema was written by a newer program.
  case unknownSchema(String)
  /// The database is closing or was closed.
  case closed
  /// The engine can't be reached, or was lost in the middle; nothing was stored.
  case unavailable(String)
  /// The engine was lost in the midst of a commit, which may stand or not: what is tried again must be harmless when it is
  /// there already.
  case outcomeUnknown(String)
  /// What lies on the disk isn't what the engine wrote there.
  case damaged(String)
}

extension StorageFault: PassingFault {
  public var mayHaveActed: Bool {
    if case .outcomeUnknown = self { true } else { false }
  }

  public var mayPass: Bool {
    switch self {
    case .busy, .unavailable, .outcomeUnknown: true
    case .duplicateKey, .constraint, .unknownSchema, .closed, .damaged: false
    }
  }
}
