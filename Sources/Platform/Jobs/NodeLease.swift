import Logging
import Storage
import Synchronization
import Values

/// The node number of this process, which no other process on the database has at the moment: it goes into the
/// identifiers that the process makes, so that two never make the same.
public final class NodeLease: Sendable {
  public static let count = 1024
  /// How long a number stays taken after its process has gone without a word.
  static let lifetime = Duration.minutes(15)

  private let database: any Database
  private let clock: WallClock
  private let logger: Logger
  /// Distinct for every process there ever was.
  private let holder: String
  private let held: Mutex<Int>

  /// 0…1023.
  public var number: Int { held.withLock { $0 } }

  /// Takes a number that is free. Throws `NoNodeFree`.
  /// - Parameter process: for people, as in `host/pid`.
  public init(on database: any Database, process: String, clock: WallClock, logger: Logger) async throws {
    self.database = database
    self.clock = clock
    self.logger = logger
    let holder = process.prefix(80) + "/" + String(UInt64.random(in: .min ... .max), radix: 36)
    self.holder = holder
    held = Mutex(try await Self.take(on: database, holder: holder, now: clock.now))
  }

  /// Renews the lease until the task is cancelled. If it was lost, because the machine slept say, the generator goes on
  /// with another number.
  public func keep(
    _ ids: IDGenerator, sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) async {
    while (try? await sleep(Self.lifetime / 3)) != nil, !Task.isCancelled {
      do {
        try await renew(ids)
      } catch {
        logger.error("a node number wasn't renewed", metadata: ["node": "\(number)", "error": "\(error)"])
      }
    }
  }

  private func renew(_ ids: IDGenerator) async throws {
    let (node, holder, until) = (number, holder, clock.now.adding(Self.lifetime))
    let isHeld = try await database.write { transaction in
      try transaction.execute(
        "UPDATE node_lease SET lease_until = \(until) WHERE node = \(node) AND holder = \(holder)") == 1
    }
    guard !isHeld else { return }
    let other = try await Self.take(on: database, holder: holder, now: clock.now)
    held.withLock { $0 = other }
    ids.move(to: other)
  }

  /// Gives the number back; in a task of its own, so that a process that is told to stop still does.
  public func release() async {
    let (node, holder, now) = (number, holder, clock.now)
    let released = await Task.detached { [database] in
      try await database.write { transaction in
        try transaction.execute(
          "UPDATE node_lease SET lease_until = \(now) WHERE node = \(node) AND holder = \(holder)")
      }
    }.result
    if case .failure(let error) = released {
      logger.warning("a node number runs out by itself", metadata: ["node": "\(node)", "error": "\(error)"])
    }
  }

  private static func take(on database: any Database, holder: String, now: Timestamp) async throws -> Int {
    while true {
      do {
        return try await takeOnce(on: database, holder: holder, now: now)
      } catch StorageFault.duplicateKey {
        // Another process was quicker to take the same number, so this ends after as many rounds as there are numbers.
      }
    }
  }

  private static func takeOnce(on database: any Database, holder: String, now: Timestamp) async throws -> Int {
    try await database.write { transaction in
      let until = now.adding(lifetime)
      // Numbers rest as long as possible before they are used again, so that a clock set back does no harm.
      let next = (try transaction.value("SELECT MAX(node) FROM node_lease", as: Int?.self) ?? nil).map { $0 + 1 } ?? 0
      if next < count {
        try transaction.execute(
          "INSERT INTO node_lease (node, holder, lease_until) VALUES (\(next), \(holder), \(until))")
        return next
      }
      let free = try transaction.value(
        """
        SELECT node FROM node_lease WHERE lease_until <= \(now) ORDER BY lease_until, node LIMIT 1
        \(transaction.dialect.forUpdate)
        """, as: Int.self)
      guard let free else { throw NoNodeFree() }
      try transaction.execute(
        "UPDATE node_lease SET holder = \(holder), lease_until = \(until) WHERE node = \(free)")
      return free
    }
  }
}

/// All numbers are taken; those of processes that ended without a word are free again after a quarter of an hour.
public struct NoNodeFree: Error {}
