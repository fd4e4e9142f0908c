import Foundation
import GRDB
import Storage
import Synchronization

/// Read-only connections, each lent to one read at a time. Whoever finds none free waits without holding a thread.
///
/// A read that finds a place runs on its caller's thread, which saves two changes of thread for what takes microseconds.
/// The places are fewer than the program's threads, so that slow reads can't hold them all; where there is but one thread
/// there is no place.
final class ReaderPool: Sendable {
  /// A bound on how many may wait; more are turned away.
  static let longestQueue = 20_000

  private struct Waiter {
    let number: Int
    let continuation: CheckedContinuation<DatabaseQueue, any Error>
  }

  private struct State {
    /// The one used last is lent first: its cache is the warmest.
    var free: [DatabaseQueue]
    var waiting: [Waiter] = []
    var lastNumber = 0
    var here = 0
    var isClosed = false
    /// Whoever closes, while reads still run.
    var closing: [CheckedContinuation<Void, Never>] = []
  }

  private let readers: [DatabaseQueue]
  private let places: Int
  private let state: Mutex<State>

  /// - Parameters:
  ///   - count: how many connections, 1 or more.
  ///   - places: how many reads may run on their callers' threads.
  init(
    path: String, configuration: Configuration, count: Int,
    places: Int = ProcessInfo.processInfo.activeProcessorCount / 2
  ) throws {
    self.places = places
    var configuration = configuration
    configuration.readonly = true
    readers = try (0..<max(1, count)).map { _ in try DatabaseQueue(path: path, configuration: configuration) }
    state = Mutex(State(free: readers))
  }

  func read<Value: Sendable>(_ body: @escaping @Sendable (GRDB.Database) throws -> Value) async throws -> Value {
    try Task.checkCancellation()
    let reader = try await borrow()
    defer { giveBack(reader) }
    guard takePlace() else { return try await reader.unsafeRead(body) }
    defer { state.withLock { $0.here -= 1 } }
    return try Self.readHere(reader, body)
  }

  var usage: (working: Int, size: Int, waiting: Int) {
    state.withLock { (readers.count - $0.free.count, readers.count, $0.waiting.count) }
  }

  /// How many reads wait for a connection.
  var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// Reads that run are waited for; those that wait are turned away. Throws the first error after closing all.
  func close() async throws {
    let waiting = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiter in waiting { waiter.continuation.resume(throwing: StorageFault.closed) }
    await withCheckedContinuation { continuation in
      let isIdle = state.withLock { state in
        if state.free.count < readers.count { state.closing.append(continuation) }
        return state.free.count == readers.count
      }
      if isIdle { continuation.resume() }
    }
    let outcomes = readers.map { reader in Result { try reader.close() } }
    for outcome in outcomes { try outcome.get() }
  }

  private static func readHere<Value>(
    _ reader: DatabaseQueue, _ body: (GRDB.Database) throws -> Value
  ) throws -> Value {
    try reader.unsafeRead(body)
  }

  private func takePlace() -> Bool {
    state.withLock { state in
      guard state.here < places else { return false }
      state.here += 1
      return true
    }
  }

  private func borrow() async throws -> DatabaseQueue {
    if let reader = try state.withLock({ state in
      if state.isClosed { throw StorageFault.closed }
      return state.free.popLast()
    }) {
      return reader
    }
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { wait(Waiter(number: number, continuation: $0)) }
    } onCancel: {
      giveUp(number)
    }
  }

  private func wait(_ waiter: Waiter) {
    let answer: Result<DatabaseQueue, any Error>? = state.withLock { state in
      if state.isClosed { return .failure(StorageFault.closed) }
      // Cancelled before it stood in the queue, where nobody would find it.
      if Task.isCancelled { return .failure(CancellationError()) }
      if let reader = state.free.popLast() { return .success(reader) }
      if state.waiting.count >= Self.longestQueue { return .failure(StorageFault.busy) }
      state.waiting.append(waiter)
      return nil
    }
    if let answer { waiter.continuation.resume(with: answer) }
  }

  private func giveUp(_ number: Int) {
    let waiter = state.withLock { state in
      state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
    }
    waiter?.continuation.resume(throwing: CancellationError())
  }

  private func giveBack(_ reader: DatabaseQueue) {
    let (next, closing) = state.withLock { state -> (Waiter?, [CheckedContinuation<Void, Never>]) in
      guard state.waiting.isEmpty else { return (state.waiting.removeFirst(), []) }
      state.free.append(reader)
      guard state.isClosed, state.free.count == readers.count else { return (nil, []) }
      defer { state.closing = [] }
      return (nil, state.closing)
    }
    next?.continuation.resume(returning: reader)
    for continuation in closing { continuation.resume() }
  }
}
