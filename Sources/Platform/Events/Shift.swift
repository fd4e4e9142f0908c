import Synchronization

/// The time in which what came over one connection may be handled here. After it the broker hands the same events to
/// another process, so what wasn't begun must be left to that one.
package final class Shift: Sendable {
  private struct State {
    var until: ContinuousClock.Instant
    var isOver = false
    var begun = 0

    var isOn: Bool {
      mutating get {
        if ContinuousClock.now > until { isOver = true }
        return !isOver
      }
    }
  }

  private let state: Mutex<State>

  /// - Parameter until: when it's over unless it was extended before.
  package init(until: ContinuousClock.Instant) { state = Mutex(State(until: until)) }

  /// Answers false when it's over: one that ran out, because the machine slept say, doesn't come back.
  package func extend(until: ContinuousClock.Instant) -> Bool {
    state.withLock { state in
      guard state.isOn else { return false }
      state.until = until
      return true
    }
  }

  package func end() { state.withLock { $0.isOver = true } }

  /// Whether nothing that was begun is under way.
  package var isIdle: Bool { state.withLock { $0.begun == 0 } }

  /// False when it's too late to begin.
  func begin() -> Bool {
    state.withLock { state in
      guard state.isOn else { return false }
      state.begun += 1
      return true
    }
  }

  func finish() { state.withLock { $0.begun -= 1 } }
}
