import Synchronization
import Values

/// Keeps for a moment what many pages ask for and what may be a little old. What was being read when it was told to forget
/// isn't kept.
public final class ShortMemory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private struct Kept {
    let value: Value
    let since: Timestamp
  }

  private struct State {
    var kept: [Key: Kept] = [:]
    /// Counts calls of `forgetAll`.
    var changes: UInt64 = 0
  }

  private let life: Duration
  private let capacity: Int
  private let clock: WallClock
  private let state = Mutex(State())

  /// - Parameters:
  ///   - life: how old a value is at most.
  ///   - capacity: how many keys are known at once, at most.
  public init(life: Duration, capacity: Int, clock: WallClock) {
    self.life = life
    self.capacity = capacity
    self.clock = clock
  }

  public func value(_ key: Key, read: () async throws -> Value) async throws -> Value {
    let now = clock.now
    let (known, changes) = state.withLock { state -> (Value?, UInt64) in
      (state.kept[key].flatMap { isFresh($0, at: now) ? $0.value : nil }, state.changes)
    }
    if let known { return known }
    let value = try await read()
    state.withLock { state in
      guard state.changes == changes else { return }
      if state.kept.count >= capacity { state.kept = state.kept.filter { isFresh($0.value, at: now) } }
      if state.kept.count >= capacity { state.kept = [:] }
      state.kept[key] = Kept(value: value, since: now)
    }
    return value
  }

  public func forgetAll() {
    state.withLock { state in
      state.kept = [:]
      state.changes += 1
    }
  }

  /// A clock that was set back makes nothing younger.
  private func isFresh(_ kept: Kept, at now: Timestamp) -> Bool { kept.since <= now && now < kept.since.adding(life) }
}
