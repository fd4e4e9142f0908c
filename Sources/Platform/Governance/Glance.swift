import Synchronization

/// Something that takes a while to find out, asked by many: found out once for all who ask within a second, and never waited
/// for longer than one's patience. What hangs is left to hang, once.
public final class Glance<Value: Sendable>: Sendable {
  private enum Step {
    case answer(Value?)
    case look
    case wait
  }

  private struct State {
    var isLooking = false
    var seen: (value: Value?, at: ContinuousClock.Instant)?
    var waiting: [CheckedContinuation<Value?, Never>] = []
  }

  private let memory: Duration
  private let patience: Duration
  private let look: @Sendable () async throws -> Value
  private let state = Mutex(State())

  public init(
    memory: Duration = .seconds(1), patience: Duration = .seconds(2),
    look: @escaping @Sendable () async throws -> Value
  ) {
    self.memory = memory
    self.patience = patience
    self.look = look
  }

  /// Nil when it couldn't be found out.
  public func value() async -> Value? {
    await withCheckedContinuation { continuation in
      let step: Step = state.withLock { state in
        if let seen = state.seen, seen.at.duration(to: .now) < memory { return .answer(seen.value) }
        state.waiting.append(continuation)
        defer { state.isLooking = true }
        return state.isLooking ? .wait : .look
      }
      switch step {
      case .answer(let value): return continuation.resume(returning: value)
      // Detached: whoever asks may be cancelled or short of time, the others aren't.
      case .look: Task.detached { self.settle(try? await self.look(), isEnd: true) }
      case .wait: break
      }
      Task.detached {
        try? await Task.sleep(for: self.patience)
        self.settle(nil, isEnd: false)
      }
    }
  }

  private func settle(_ value: Value?, isEnd: Bool) {
    let waiting = state.withLock { state in
      if isEnd { state.isLooking = false }
      guard isEnd || !state.waiting.isEmpty else { return state.waiting }
      state.seen = (value, .now)
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume(returning: value) }
  }
}
