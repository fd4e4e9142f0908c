import Storage

/// A database for those who may read what was true some seconds ago: its reads go to a replica of the server, as long as
/// one is fit, and all else to the server itself. A replica is fit while it answers, takes no writes and is at most
/// `mostLag` behind; one that fails in the midst of a read is passed over, and the read goes on elsewhere.
///
/// Not for those who keep what they read until an event says that it changed, nor for those who must see what they have
/// just written: they would read, and keep, what was there before.
public final class ReplicatedDatabase: Storage.Database {
  public let dialect: any Dialect = MySQLDialect()
  public let isShared = true
  private let main: any Storage.Database
  private let watch: ReplicaWatch
  private let firstLook: Task<Void, Never>
  private let keeper: Task<Void, Never>

  /// Needs none of the replicas to be there.
  /// - Parameters:
  ///   - main: isn't closed with this one.
  ///   - replicas: each a server with one host.
  ///   - limits: for each replica.
  ///   - say: hears in a sentence when a replica begins to be read, and why it ceases to be.
  public init(
    _ main: any Storage.Database, replicas: [MySQLAddress], limits: MySQLLimits = MySQLLimits(),
    mostLag: Duration = .seconds(5), say: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.main = main
    let watch = ReplicaWatch(
      replicas.map { Replica($0, limits: limits, mostLag: mostLag, say: say) }, of: main)
    let firstLook = Task { await watch.look() }
    (self.watch, self.firstLook) = (watch, firstLook)
    keeper = Task {
      await firstLook.value
      await watch.keep()
    }
  }

  /// That of the server, and that of the replicas.
  public var workload: Workload {
    let own = main.workload
    let pools = watch.replicas.flatMap { replica in
      replica.database.usage.filter { $0.pool == "read" }.map { usage in
        Workload.Pool(
          name: "replica \(replica.name)", working: usage.working, size: usage.size, waiting: usage.waiting)
      }
    }
    return Workload(
      pools: own.pools + pools, retries: own.retries,
      replicas: watch.replicas.map { Workload.Replica(name: $0.name, isFit: $0.isFit, lag: $0.lag) })
  }

  public func read<Value: Sendable>(
    _ body: @escaping @Sendable (any ReadTransaction) throws -> Value
  ) async throws -> Value {
    await firstLook.value
    for replica in watch.fit {
      do {
        let value = try await replica.database.readOnce(while: { replica.isFit }, body)
        watch.prefer(replica)
        return value
      } catch let fault as StorageFault {
        // Lost, or too busy: perhaps only this one is.
        if case .unavailable(let words) = fault { replica.note(words) }
      } catch is MySQLFault {
        // It may not have followed a change of the schema yet. Where the server says the same, that counts.
      }
    }
    return try await main.read(body)
  }

  @discardableResult
  public func write<Value: Sendable>(
    _ body: @escaping @Sendable (any Transaction) throws -> Value
  ) async throws -> Value { try await main.write(body) }

  public func withSchemaLock<Value: Sendable>(
    _ body: @Sendable (any Storage.Database) async throws -> Value
  ) async throws -> Value { try await main.withSchemaLock(body) }

  /// The connections to the replicas end; the server goes on.
  public func close() async throws {
    keeper.cancel()
    await keeper.value
    for replica in watch.replicas { await replica.close() }
  }
}
