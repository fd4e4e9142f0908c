import Dispatch
import GRDB
import Storage
import Synchronization

/// Runs transactions one after another on the writer's connection. Bodies that wait at the same moment share one durable
/// commit: each stands in a savepoint of its own, so one that throws undoes only itself, and all hear back only after
/// the commit is on the disk.
final class GroupCommitter: Sendable {
  /// A bound on how long one commit can grow.
  private static let largestGroup = 256
  /// A bound on how many may wait; more are turned away.
  static let longestQueue = 20_000

  private struct State {
    var waiting: [PendingWrite] = []
    var isDraining = false
    var isStopped = false
    var onIdle: [CheckedContinuation<Void, Never>] = []
  }

  private let writer: DatabaseQueue
  private let queue = DispatchQueue(label: "martlet.sqlite.commit", qos: .userInitiated)
  private let state = Mutex(State())

  init(_ writer: DatabaseQueue) { self.writer = writer }

  func run<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
    let slot = Slot<Value>()
    let pending = PendingWrite { transaction in
      let value = try body(transaction)
      slot.value.withLock { $0 = value }
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        pending.attach(continuation)
        enqueue(pending)
      }
    } onCancel: {
      pending.giveUp()
    }
    guard let value = slot.value.withLock({ $0 }) else { throw StorageFault.closed }
    return value
  }

  /// Whether a group is being committed, and how many bodies wait for the next.
  var usage: (isWorking: Bool, waiting: Int) { state.withLock { ($0.isDraining, $0.waiting.count) } }

  func stop() async {
    await withCheckedContinuation { continuation in
      let isIdle = state.withLock { state in
        state.isStopped = true
        if state.isDraining { state.onIdle.append(continuation) }
        return !state.isDraining
      }
      if isIdle { continuation.resume() }
    }
  }

  private func enqueue(_ pending: PendingWrite) {
    enum Next { case drain, wait, refuse(StorageFault) }
    let next: Next = state.withLock { state in
      if state.isStopped { return .refuse(.closed) }
      if state.waiting.count >= Self.longestQueue { return .refuse(.busy) }
      state.waiting.append(pending)
      if state.isDraining { return .wait }
      state.isDraining = true
      return .drain
    }
    switch next {
    case .drain: queue.async { self.drain() }
    case .wait: break
    case .refuse(let fault): pending.finish(.failure(fault))
    }
  }

  private func drain() {
    while true {
      let (group, idle): ([PendingWrite], [CheckedContinuation<Void, Never>]) = state.withLock { state in
        let group = Array(state.waiting.prefix(Self.largestGroup))
        state.waiting.removeFirst(group.count)
        guard group.isEmpty else { return (group, []) }
        state.isDraining = false
        defer { state.onIdle = [] }
        return ([], state.onIdle)
      }
      if group.isEmpty {
        for continuation in idle { continuation.resume() }
        return
      }
      commit(group)
    }
  }

  private func commit(_ group: [PendingWrite]) {
    var outcomes: [(PendingWrite, Result<[@Sendable () -> Void], any Error>)] = []
    do {
      try writer.writeWithoutTransaction { connection in
        try connection.run("BEGIN IMMEDIATE")
        do {
          for pending in group { outcomes.append((pending, try Self.run(pending, on: connection))) }
          try connection.run("COMMIT")
        } catch {
          if connection.isInsideTransaction { try? connection.execute(sql: "ROLLBACK") }
          throw error
        }
      }
    } catch {
      // The commit itself failed, or the engine undid the whole transaction: nothing of the group is stored.
      for pending in group { pending.finish(.failure(error)) }
      return
    }
    for (pending, outcome) in outcomes {
      if case .success(let actions) = outcome { for action in actions { action() } }
      pending.finish(outcome.map { _ in })
    }
  }

  /// Answers the body's own failure as a value; throws when the engine has undone the whole transaction.
  private static func run(
    _ pending: PendingWrite, on connection: GRDB.Database
  ) throws -> Result<[@Sendable () -> Void], any Error> {
    guard pending.begin() else { return .failure(CancellationError()) }
    let transaction = SQLiteTransaction(connection: connection)
    try connection.run("SAVEPOINT body")
    do {
      try pending.body(transaction)
      try connection.run("RELEASE body")
      return .success(transaction.actions)
    } catch {
      guard connection.isInsideTransaction else { throw error }
      try connection.run("ROLLBACK TO body")
      try connection.run("RELEASE body")
      return .failure(error)
    }
  }
}

/// Where a body leaves its value for the task that waits.
private final class Slot<Value: Sendable>: Sendable {
  let value = Mutex<Value?>(nil)
}

/// One body in the queue and the task that waits for it.
private final class PendingWrite: Sendable {
  private struct State {
    var continuation: CheckedContinuation<Void, any Error>?
    var hasBegun = false
    var isGivenUp = false
  }

  let body: @Sendable (any Transaction) throws -> Void
  private let state = Mutex(State())

  init(_ body: @escaping @Sendable (any Transaction) throws -> Void) { self.body = body }

  func attach(_ continuation: CheckedContinuation<Void, any Error>) {
    state.withLock { $0.continuation = continuation }
  }

  /// False when the task was cancelled before the body could begin.
  func begin() -> Bool {
    state.withLock { state in
      if state.isGivenUp { return false }
      state.hasBegun = true
      return true
    }
  }

  /// A body that has begun is waited for: its outcome is certain only after the commit.
  func giveUp() { state.withLock { $0.isGivenUp = true } }

  func finish(_ result: Result<Void, any Error>) {
    let continuation = state.withLock { state in
      defer { state.continuation = nil }
      return state.continuation
    }
    continuation?.resume(with: result)
  }
}
