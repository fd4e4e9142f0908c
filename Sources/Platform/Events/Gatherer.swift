import Synchronization

/// Turns many small writes into few: what comes in while one flush is under way goes out together with the next.
final class Gatherer<Item: Sendable>: Sendable {
  /// Between two flushes, so that under load each holds many items. The first after a quiet time goes at once.
  private static var pause: Duration { .milliseconds(5) }

  typealias Answer = @Sendable ((any Error)?) -> Void

  private struct State {
    var waiting: [(item: Item, answer: Answer)] = []
    var isFlushing = false
  }

  private let limit: Int
  private let flush: @Sendable ([Item]) async throws -> Void
  private let state = Mutex(State())

  /// - Parameter limit: the most items that one flush gets.
  init(limit: Int, flush: @escaping @Sendable ([Item]) async throws -> Void) {
    self.limit = limit
    self.flush = flush
  }

  /// Answers after the flush that held the item: nil, or the error with which it failed.
  func add(_ item: Item, answer: @escaping Answer) {
    let mustStart = state.withLock { state in
      state.waiting.append((item, answer))
      defer { state.isFlushing = true }
      return !state.isFlushing
    }
    // Detached: the writes outlive the task, its deadline and its cancellation.
    if mustStart { Task.detached { await self.run() } }
  }

  private func run() async {
    while let batch = next() {
      var fault: (any Error)?
      do { try await flush(batch.map(\.item)) } catch { fault = error }
      for entry in batch { entry.answer(fault) }
      try? await Task.sleep(for: Self.pause)
    }
  }

  private func next() -> [(item: Item, answer: Answer)]? {
    state.withLock { state in
      let batch = Array(state.waiting.prefix(limit))
      state.waiting.removeFirst(batch.count)
      state.isFlushing = !batch.isEmpty
      return batch.isEmpty ? nil : batch
    }
  }
}
