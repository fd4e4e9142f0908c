import Governance
import Storage
import Synchronization
import Values

/// A database over the MySQL protocol: MariaDB 10.6 and newer.
///
/// A write runs at READ COMMITTED, so bodies lock the rows that they decide by (`Dialect.forUpdate`) or change them by one
/// guarded statement. It runs again from the start, a bounded number of times and with growing random pauses, when
/// another transaction was first (deadlock, lock wait, failed certification, a key that it took meanwhile) or the server
/// was lost before the commit was sent. A read is one snapshot.
public final class MySQLDatabase: Storage.Database {
  public let dialect: any Dialect = MySQLDialect()
  public let isShared = true
  private let writers: ConnectionPool
  private let readers: ConnectionPool
  private let address: MySQLAddress
  private let limits: MySQLLimits
  private let counts = Mutex(Retries())

  /// How often transactions had to run again since the start, by reason.
  public struct Retries: Hashable, Sendable {
    public var deadlocks = 0
    public var lockTimeouts = 0
    /// Commits that a cluster refused since another node had changed the same rows.
    public var certifications = 0
    public var lostServers = 0
  }

  /// Connects to nothing yet.
  public init(_ address: MySQLAddress, limits: MySQLLimits = MySQLLimits()) {
    self.address = address
    self.limits = limits
    writers = ConnectionPool(Connector(address, limits: limits, role: .write), size: limits.connections)
    readers = ConnectionPool(Connector(address, limits: limits, role: .read), size: limits.connections)
  }

  public var retries: Retries { counts.withLock { $0 } }

  /// Of each kind of connection: how many work, of how many, and how much waits for one.
  public var usage: [(pool: String, working: Int, size: Int, waiting: Int)] {
    [("write", writers), ("read", readers)].map { name, pool in
      let usage = pool.usage
      return (name, usage.working, pool.size, usage.waiting)
    }
  }

  public var workload: Workload {
    let retries = retries
    return Workload(
      pools: usage.map {
        Workload.Pool(name: $0.pool, working: $0.working, size: $0.size, waiting: $0.waiting)
      },
      retries: [
        "deadlock": retries.deadlocks, "lock_timeout": retries.lockTimeouts, "certification": retries.certifications,
        "lost_server": retries.lostServers,
      ])
  }

  /// Connects once and asks for the server's version. Throws `MySQLFault` with the server's own number, such as 1045 for
  /// a wrong password, 1049 for a database that isn't there, 2002 for a host that doesn't answer.
  @discardableResult
  public func check() async throws -> String {
    try await writers.run { connection in
      let statement = try connection.prepare("SELECT VERSION() AS version")
      return try statement.rows([]).first?["version"] ?? ""
    }
  }

  public func read<Value: Sendable>(
    _ body: @escaping @Sendable (any ReadTransaction) throws -> Value
  ) async throws -> Value {
    try await again { try await self.readers.run { try Self.snapshot($0, body) } }
  }

  /// A read for those who can turn to another server: it isn't tried again, and waits no longer than the task may.
  /// - Parameter isWanted: asked when a connection is free; false is `StorageFault.busy`.
  func readOnce<Value: Sendable>(
    while isWanted: @escaping @Sendable () -> Bool, _ body: @escaping @Sendable (any ReadTransaction) throws -> Value
  ) async throws -> Value {
    do {
      return try await Deadline.heeding {
        try await self.readers.run { connection in
          guard isWanted() else { throw StorageFault.busy }
          return try Self.snapshot(connection, body)
        }
      }
    } catch {
      throw Self.translated(error)
    }
  }

  @discardableResult
  public func write<Value: Sendable>(
    _ body: @escaping @Sendable (any Transaction) throws -> Value
  ) async throws -> Value {
    let (trace, actor) = (TraceParent.current, AuditActor.current)
    return try await again {
      try await self.writers.run { connection in
        // The thread of the connection knows nothing of the task that waits.
        try TraceParent.$current.withValue(trace) {
          try AuditActor.$current.withValue(actor) { try Self.transact(connection, body) }
        }
      }
    }
  }

  /// Programs wait for one another; on a cluster, those that use the same node.
  public func withSchemaLock<Value: Sendable>(
    _ body: @Sendable (any Storage.Database) async throws -> Value
  ) async throws -> Value {
    // A change of the schema takes as long as its tables are large.
    let patient = MySQLLimits(connections: 1, statementSeconds: 86_400, lockSeconds: 60)
    let worker = MySQLDatabase(address, limits: patient)
    // A pool of one keeps its connection, which holds the lock, from one piece of work to the next.
    let keeper = ConnectionPool(Connector(address, limits: patient, role: .write), size: 1, longestIdle: nil)
    let name = "martlet.schema.\(address.database)"
    let outcome: Result<Value, any Error>
    do {
      let isTaken = try await keeper.run { connection in
        // The server would take the lock from a connection that says nothing for eight hours.
        try connection.run("SET SESSION wait_timeout = \(patient.statementSeconds)")
        return try connection.prepare("SELECT GET_LOCK(?, 600) AS taken").rows([.text(name)])
      }
      guard try isTaken.first?["taken"] == 1 else { throw StorageFault.busy }
      outcome = .success(try await body(worker))
    } catch {
      outcome = .failure((error as? MySQLFault)?.translated ?? error)
    }
    // The server lets go of the lock with the connection.
    await keeper.close()
    try? await worker.close()
    return try outcome.get()
  }

  /// What runs and waits is finished. Later calls throw `StorageFault.closed`.
  public func close() async throws {
    await writers.close()
    await readers.close()
  }

  // MARK: One attempt

  private static func snapshot<Value>(
    _ connection: MySQLConnection, _ body: (any ReadTransaction) throws -> Value
  ) throws -> Value {
    let transaction = MySQLReadTransaction(connection: connection)
    let outcome = Result { try body(transaction) }
    if let broken = transaction.broken {
      connection.rollBack()
      throw broken
    }
    try connection.run("COMMIT")
    return try outcome.get()
  }

  private static func transact<Value>(
    _ connection: MySQLConnection, _ body: (any Transaction) throws -> Value
  ) throws -> Value {
    let transaction = MySQLTransaction(connection: connection)
    let outcome = Result { try body(transaction) }
    guard case .success(let value) = outcome, transaction.broken == nil, transaction.mangled == nil else {
      connection.rollBack()
      if let broken = transaction.broken { throw broken }
      if let mangled = transaction.mangled { throw mangled }
      return try outcome.get()
    }
    do {
      try connection.run("COMMIT")
    } catch let fault as MySQLFault {
      connection.rollBack()
      throw fault.kind == .lostServer ? CommitFault.unknown(fault) : CommitFault.refused(fault)
    }
    for action in transaction.actions { action() }
    return value
  }

  // MARK: Again

  private static let pauses = Backoff(first: .milliseconds(2), longest: .milliseconds(250))

  /// Faults translated, attempts that another can make good repeated. Whoever waits for a connection or for the next
  /// attempt when his time is up is told so; what has begun is finished.
  private func again<Value: Sendable>(_ attempt: @escaping @Sendable () async throws -> Value) async throws -> Value {
    try await Deadline.heeding { try await self.repeating(attempt) }
  }

  private func repeating<Value>(_ attempt: () async throws -> Value) async throws -> Value {
    var (failures, duplicates) = (0, 0)
    while true {
      do {
        return try await attempt()
      } catch {
        failures += 1
        // However many deadlocks came before, a row that another made meanwhile is found the next time.
        var told = failures
        if case StorageFault.duplicateKey = error {
          duplicates += 1
          told = duplicates
        }
        guard let mostFailures = noted(error), told < mostFailures else { throw Self.translated(error) }
        try await Task.sleep(for: Self.pauses.delay(afterFailures: failures, chance: Double.random(in: 0...1)))
      }
    }
  }

  /// Counts the reason and answers how many attempts it is worth; nil when another would be no better.
  private func noted(_ error: any Error) -> Int? {
    if case CommitFault.refused(let fault) = error {
      guard fault.kind == .deadlock else { return nil }
      counts.withLock { $0.certifications += 1 }
      return 40
    }
    // Whoever looked first and found nothing may find the row now: this is what one after the other would have done.
    if case StorageFault.duplicateKey = error { return 4 }
    guard let fault = error as? MySQLFault else { return nil }
    switch fault.kind {
    case .deadlock:
      counts.withLock { $0.deadlocks += 1 }
      return 40
    case .lockTimeout:
      counts.withLock { $0.lockTimeouts += 1 }
      return 3
    case .lostServer:
      counts.withLock { $0.lostServers += 1 }
      return 4
    case .duplicateKey, .constraint, .busy, .other: return nil
    }
  }

  private static func translated(_ error: any Error) -> any Error {
    switch error {
    case let fault as MySQLFault: fault.translated
    case CommitFault.unknown(let fault): StorageFault.outcomeUnknown(fault.description)
    case CommitFault.refused(let fault): fault.translated
    default: error
    }
  }
}

/// What went wrong with a commit itself.
enum CommitFault: Error {
  /// The transaction never was.
  case refused(MySQLFault)
  /// The server was lost meanwhile: nobody here knows whether the transaction stands, so it isn't tried again.
  case unknown(MySQLFault)

  var fault: MySQLFault {
    switch self {
    case .refused(let fault), .unknown(let fault): fault
    }
  }
}
