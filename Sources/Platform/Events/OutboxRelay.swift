import Logging
import Storage
import Synchronization
import Values

/// Carries events from the outbox to the bus: woken by each commit, at least once, in order per subject. One relay per
/// database runs at a time; `run(givingUpAfter:)` is for those that take turns by a lease. What a crash left in the outbox
/// goes out at the next start.
public final class OutboxRelay: Sendable {
  /// Between two looks, so that under load each finds many events. The first after a quiet time leaves at once.
  private static let pause = Duration.milliseconds(5)

  private struct State {
    /// Sent and not yet gone from the outbox.
    var underWay: Set<EventID> = []
    /// The highest id sent.
    var frontier = EventID(raw: -1)
    var mustSweep = true
    var setback = Setback()
    var idle: [CheckedContinuation<Void, Never>] = []
    var bell: AsyncStream<Void>.Continuation?
  }

  private let database: any Database
  private let outbox: Outbox
  private let bus: any EventBus
  private let logger: Logger
  private let batch: Int
  let capacity: Int
  private let pollInterval: Duration
  private let sleep: @Sendable (Duration) async throws -> Void
  private let removal: Gatherer<EventID>
  private let state = Mutex(State())

  /// - Parameters:
  ///   - batch: how many events are read at once.
  ///   - capacity: how many events may be under way.
  ///   - pollInterval: how often to look without being woken, for events that another process told and for those that
  ///     the bus gave back.
  public init(
    database: any Database, outbox: Outbox, bus: any EventBus, logger: Logger, batch: Int = 500, capacity: Int = 8000,
    pollInterval: Duration = .seconds(3),
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.database = database
    self.outbox = outbox
    self.bus = bus
    self.logger = logger
    self.batch = batch
    self.capacity = capacity
    self.pollInterval = pollInterval
    self.sleep = sleep
    removal = Gatherer(limit: 1000) { ids in
      try await database.write { transaction in
        _ = try transaction.execute("DELETE FROM outbox WHERE id IN \(list: ids)")
      }
    }
  }

  /// Relays until the task is cancelled, then waits for what is under way, so handlers should keep a deadline.
  public func run() async { _ = await relay(givingUpAfter: nil) }

  /// Relays like `run`, but ends with the bus's error when it has given everything back for so long: another process may
  /// reach the broker when this one can't.
  public func run(givingUpAfter limit: Duration) async throws {
    if let error = await relay(givingUpAfter: limit) { throw error }
  }

  private func relay(givingUpAfter limit: Duration?) async -> (any Error)? {
    let (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    state.withLock { state in
      state.bell = bell
      state.mustSweep = true
      state.setback.clear()
    }
    outbox.onCommit { bell.yield() }
    bell.yield()
    let error = await withTaskGroup(of: Void.self) { group -> (any Error)? in
      group.addTask { await self.poll() }
      defer { group.cancelAll() }
      for await _ in bells {
        await relayAll()
        if let limit, let error = state.withLock({ $0.setback.hasLasted(limit) ? $0.setback.error : nil }) {
          return error
        }
        try? await Task.sleep(for: Self.pause)
      }
      return nil
    }
    state.withLock { $0.bell = nil }
    outbox.onCommit {}
    await untilIdle()
    return error
  }

  /// Relays on the spot and returns once the outbox is empty, also when `run` isn't running: for a clean end and for
  /// tests. Throws when the database fails.
  public func drain() async throws {
    repeat {
      let (setbacks, rest) = state.withLock { state in
        state.mustSweep = true
        return (state.setback.count, state.setback.rest())
      }
      if rest > .zero { try await Task.sleep(for: rest) }
      while try await relayBatch(since: setbacks) > 0 {}
      await untilIdle()
      try Task.checkCancellation()
    } while try await lag().count > 0
  }

  /// What waits now. `age` is that of the oldest event.
  public func lag() async throws -> OutboxLag {
    try await database.read { try self.outbox.lag(in: $0) }
  }

  private func poll() async {
    while (try? await sleep(pollInterval)) != nil, !Task.isCancelled {
      let bell = state.withLock { state in
        state.mustSweep = true
        return state.bell
      }
      bell?.yield()
    }
  }

  private func relayAll() async {
    let (setbacks, isResting) = state.withLock { ($0.setback.count, $0.setback.rest() > .zero) }
    guard !isResting else { return }
    do {
      while try await relayBatch(since: setbacks) > 0, !Task.isCancelled {}
    } catch is CancellationError {
    } catch {
      logger.error("the outbox can't be read", metadata: ["error": "\(error)"])
    }
  }

  /// Sends the next events and answers how many; 0 when there are none, no room for more, or more setbacks than before.
  private func relayBatch(since setbacks: Int) async throws -> Int {
    let (room, isSweep, frontier) = state.withLock { state in
      // Where several write at once, an event can be told before one with a smaller id.
      (capacity - state.underWay.count, state.mustSweep || database.isShared, state.frontier)
    }
    guard room > 0 else { return 0 }
    let count = min(room, batch)
    let found = isSweep ? try await sweep(count) : try await read(after: frontier, count)
    return state.withLock { state in
      // What was given back meanwhile must go before what was read.
      guard state.setback.count == setbacks else { return 0 }
      // Filtered and sent under the lock: two that relay at once neither double an event nor change the order.
      let fresh = found.filter { !state.underWay.contains($0.id) && (isSweep || $0.id > state.frontier) }
      if isSweep { state.mustSweep = fresh.count == count }
      guard let last = fresh.last else { return 0 }
      state.frontier = max(state.frontier, last.id)
      state.underWay.formUnion(fresh.map(\.id))
      bus.send(fresh) { [weak self] in self?.settle($0, error: $1) }
      return fresh.count
    }
  }

  private func read(after frontier: EventID, _ count: Int) async throws -> [EventEnvelope] {
    try await database.read { transaction in
      try transaction.rows("SELECT * FROM outbox WHERE id > \(frontier) ORDER BY id LIMIT \(count)")
        .map { try EventEnvelope(row: $0) }
    }
  }

  /// Finds also what lies behind the frontier: events of other processes that committed late, and what the bus gave
  /// back.
  private func sweep(_ count: Int) async throws -> [EventEnvelope] {
    let underWay = state.withLock { $0.underWay }
    return try await database.read { transaction in
      let ids = try transaction.rows("SELECT id FROM outbox ORDER BY id LIMIT \(underWay.count + count)")
        .map { row -> EventID in try row["id"] }
      let fresh = ids.filter { !underWay.contains($0) }.prefix(count)
      guard !fresh.isEmpty else { return [] }
      return try transaction.rows("SELECT * FROM outbox WHERE id IN \(list: Array(fresh)) ORDER BY id")
        .map { try EventEnvelope(row: $0) }
    }
  }

  private func settle(_ id: EventID, error: (any Error)?) {
    guard let error else {
      return removal.add(id) { [weak self] in self?.removed(id, error: $0) }
    }
    removed(id, error: error)
  }

  private func removed(_ id: EventID, error: (any Error)?) {
    let (isNews, idle, bell) = state.withLock {
      state -> (Bool, [CheckedContinuation<Void, Never>], AsyncStream<Void>.Continuation?) in
      let wasFull = state.underWay.count >= capacity
      state.underWay.remove(id)
      var isNews = false
      if let error {
        state.mustSweep = true
        isNews = state.setback.note(error)
      } else {
        state.setback.clear()
      }
      let bell = wasFull ? state.bell : nil
      guard state.underWay.isEmpty else { return (isNews, [], bell) }
      defer { state.idle = [] }
      return (isNews, state.idle, bell)
    }
    if let error, isNews {
      logger.error("events stay in the outbox", metadata: ["first": "\(id)", "error": "\(error)"])
    }
    bell?.yield()
    for continuation in idle { continuation.resume() }
  }

  private func untilIdle() async {
    await withCheckedContinuation { continuation in
      let isIdle = state.withLock { state in
        if !state.underWay.isEmpty { state.idle.append(continuation) }
        return state.underWay.isEmpty
      }
      if isIdle { continuation.resume() }
    }
  }
}
