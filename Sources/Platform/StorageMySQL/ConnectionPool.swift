import Dispatch
import Foundation
import Storage
import Synchronization

/// Connections of one role, each with a thread of its own, since the client library waits for the server without letting
/// go of its thread. Work goes to the connection used last; connections are made when there is work for them and ended
/// when there has been none for a while.
final class ConnectionPool: Sendable {
  /// A bound on how many may wait; more are turned away.
  static let longestQueue = 20_000

  private struct State {
    var waiting: [any PoolWork] = []
    /// The one used last is at the end.
    var idle: [PoolWorker] = []
    var living = 0
    var isClosed = false
    var closing: [CheckedContinuation<Void, Never>] = []
  }

  let size: Int
  private let longestIdle: Int?
  private let connector: Connector
  private let state = Mutex(State())

  /// - Parameter longestIdle: after so many seconds without work a connection is closed; nil keeps it to the end.
  init(_ connector: Connector, size: Int, longestIdle: Int? = 300) {
    self.connector = connector
    self.size = size
    self.longestIdle = longestIdle
  }

  /// How many connections work, and how much work waits for one.
  var usage: (working: Int, waiting: Int) {
    state.withLock { ($0.living - $0.idle.count, $0.waiting.count) }
  }

  /// Runs the body on a connection. Whoever is cancelled while waiting for one is told at once; a body that has begun is
  /// waited for.
  func run<Value: Sendable>(_ body: @escaping @Sendable (MySQLConnection) throws -> Value) async throws -> Value {
    let work = Work(body)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard work.attach(continuation) else { return }
        enqueue(work)
      }
    } onCancel: {
      work.giveUp()
    }
  }

  /// What runs and waits is finished; later work is refused.
  func close() async {
    let idle = state.withLock { state in
      state.isClosed = true
      defer { state.idle = [] }
      return state.idle
    }
    for worker in idle { worker.wake(with: nil) }
    await withCheckedContinuation { continuation in
      let isEnded = state.withLock { state in
        if state.living > 0 { state.closing.append(continuation) }
        return state.living == 0
      }
      if isEnded { continuation.resume() }
    }
  }

  private func enqueue(_ work: any PoolWork) {
    enum Next { case wake(PoolWorker), start, wait, refuse(StorageFault) }
    let next: Next = state.withLock { state in
      if state.isClosed { return .refuse(.closed) }
      if let worker = state.idle.popLast() { return .wake(worker) }
      if state.living < size {
        state.living += 1
        return .start
      }
      if state.waiting.count >= Self.longestQueue { return .refuse(.busy) }
      state.waiting.append(work)
      return .wait
    }
    switch next {
    case .wake(let worker): worker.wake(with: work)
    case .start:
      let thread = Thread { [self] in serve(first: work) }
      thread.name = "martlet.mysql"
      thread.stackSize = 2 << 20
      thread.start()
    case .wait: break
    case .refuse(let fault): work.refuse(fault)
    }
  }

  /// The life of one thread and its connection.
  private func serve(first: any PoolWork) {
    let worker = PoolWorker()
    var seat = Seat(connector: connector)
    var next: (any PoolWork)? = first
    while let work = next {
      work.perform(on: &seat)
      next = nextWork(for: worker)
    }
    seat.leave()
    let closing = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      state.living -= 1
      guard state.isClosed, state.living == 0 else { return [] }
      defer { state.closing = [] }
      return state.closing
    }
    for continuation in closing { continuation.resume() }
  }

  private func nextWork(for worker: PoolWorker) -> (any PoolWork)? {
    let (work, mustEnd) = state.withLock { state -> ((any PoolWork)?, Bool) in
      if !state.waiting.isEmpty { return (state.waiting.removeFirst(), false) }
      if state.isClosed { return (nil, true) }
      state.idle.append(worker)
      return (nil, false)
    }
    if work != nil || mustEnd { return work }
    if let woken = worker.wait(seconds: longestIdle) { return woken.work }
    let isGone = state.withLock { state in
      guard let index = state.idle.firstIndex(where: { $0 === worker }) else { return false }
      state.idle.remove(at: index)
      return true
    }
    // Somebody took it from the list in that very moment and is about to wake it.
    return isGone ? nil : worker.wait(seconds: nil)?.work
  }
}

/// The place where an idle thread sleeps until there is work.
private final class PoolWorker: Sendable {
  struct Wake: Sendable { let work: (any PoolWork)? }

  private let bell = DispatchSemaphore(value: 0)
  private let wake = Mutex<Wake?>(nil)

  /// - Parameter work: nil ends the thread.
  func wake(with work: (any PoolWork)?) {
    wake.withLock { $0 = Wake(work: work) }
    bell.signal()
  }

  /// Nil when nobody rang within the time.
  func wait(seconds: Int?) -> Wake? {
    guard let seconds else {
      bell.wait()
      return take()
    }
    return bell.wait(timeout: .now() + .seconds(seconds)) == .success ? take() : nil
  }

  private func take() -> Wake? {
    wake.withLock { wake in
      defer { wake = nil }
      return wake
    }
  }
}

/// Work of any kind of value.
private protocol PoolWork: Sendable {
  func perform(on seat: inout Seat)
  func refuse(_ fault: StorageFault)
}

/// One body in the queue and the task that waits for it.
private final class Work<Value: Sendable>: PoolWork {
  private enum Phase {
    case new
    case waiting(CheckedContinuation<Value, any Error>)
    case givenUp
    case done
  }

  private let body: @Sendable (MySQLConnection) throws -> Value
  private let phase = Mutex(Phase.new)

  init(_ body: @escaping @Sendable (MySQLConnection) throws -> Value) { self.body = body }

  /// False when the task was cancelled before.
  func attach(_ continuation: CheckedContinuation<Value, any Error>) -> Bool {
    let isTooLate = phase.withLock { phase in
      if case .givenUp = phase { return true }
      phase = .waiting(continuation)
      return false
    }
    if isTooLate { continuation.resume(throwing: CancellationError()) }
    return !isTooLate
  }

  func giveUp() {
    let continuation = take(leaving: .givenUp)
    continuation?.resume(throwing: CancellationError())
  }

  func refuse(_ fault: StorageFault) { take(leaving: .done)?.resume(throwing: fault) }

  func perform(on seat: inout Seat) {
    guard let continuation = take(leaving: .done) else { return }
    continuation.resume(with: seat.use(body))
  }

  private func take(leaving next: Phase) -> CheckedContinuation<Value, any Error>? {
    phase.withLock { phase in
      switch phase {
      case .waiting(let continuation):
        phase = next
        return continuation
      case .new:
        phase = next
        return nil
      case .givenUp, .done: return nil
      }
    }
  }
}
