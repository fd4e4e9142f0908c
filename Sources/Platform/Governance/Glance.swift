import Synchronization

/// Something that takes a while to find out, asked by many: found out once for all who ask within a second, and never waited
/// for longer than one's patience. What hangs is left to hang, once.
public final class Glance<Value: Sendable>: Sendable {
  private enum Step {
    case answer(Value?)
    case look
    case wait
  }

  private struct Asker {
    let look: Int
    let continuation: CheckedContinuation<Value?, Never>
  }

  private struct State {
    var isLooking = false
    /// How many looks were begun.
    var looks = 0
    var seen: (value: Value?, at: ContinuousClock.Instant)?
    var askers: [Int: Asker] = [:]
    var lastAsker = 0
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
      let (step, asker): (Step, Int) = state.withLock { state in
        if let seen = state.seen, seen.at.duration(to: .now) < memory { return (.answer(seen.value), 0) }
        let isFirst = !state.isLooking
        if isFirst { state.looks += 1 }
        state.isLooking = true
        state.lastAsker += 1
        state.askers[state.lastAsker] = Asker(look: state.looks, continuation: continuation)
        return (isFirst ? .look : .wait, state.lastAsker)
      }
      switch step {
      case .answer(let value): return continuation.resume(returning: value)
      // Detached: whoever asks may be cancelled or short of time, the others aren't.
      case .look: Task.detached { self.end(with: try? await self.look()) }
      case .wait: break
      }
      Task.detached {
        try? await Task.sleep(for: self.patience)
        self.giveUp(asker)
      }
    }
  }

  private func end(with value: Value?) {
    let askers = state.withLock { state in
      state.isLooking = false
      state.seen = (value, .now)
      defer { state.askers = [:] }
      return state.askers.values
    }
    for asker in askers { asker.continuation.resume(returning: value) }
  }

  /// Each has a patience of his own: those who asked later wait on.
  private func giveUp(_ number: Int) {
    let asker = state.withLock { state -> Asker? in
      guard let asker = state.askers.removeValue(forKey: number) else { return nil }
      if state.isLooking, state.looks == asker.look { state.seen = (nil, .now) }
      return asker
    }
    asker?.continuation.resume(returning: nil)
  }
}
