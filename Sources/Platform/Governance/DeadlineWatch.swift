import Synchronization

/// Looks after all deadlines that are running, twenty times a second and only while there are any. A timer for each would
/// stay in memory until its time even when the work was done long before, which under load is half a million timers.
final class DeadlineWatch: Sendable {
  static let shared = DeadlineWatch()
  private static var tick: Duration { .milliseconds(50) }

  private struct Entry: Sendable {
    let until: ContinuousClock.Instant
    let expire: @Sendable () -> Void
  }

  private struct State {
    var entries: [UInt64: Entry] = [:]
    var last: UInt64 = 0
    var isTicking = false
  }

  private let state = Mutex(State())

  /// Calls `expire` once, soon after the moment, unless the ticket is taken back before.
  func add(_ until: ContinuousClock.Instant, expire: @escaping @Sendable () -> Void) -> UInt64 {
    let (ticket, mustStart) = state.withLock { state in
      state.last += 1
      state.entries[state.last] = Entry(until: until, expire: expire)
      defer { state.isTicking = true }
      return (state.last, !state.isTicking)
    }
    if mustStart { Task.detached { await self.run() } }
    return ticket
  }

  /// Takes the ticket back; false when it has expired.
  func remove(_ ticket: UInt64) -> Bool { state.withLock { $0.entries.removeValue(forKey: ticket) != nil } }

  private func run() async {
    while true {
      try? await Task.sleep(for: Self.tick)
      let now = ContinuousClock.now
      let (expired, isDone) = state.withLock { state -> ([Entry], Bool) in
        let due = state.entries.filter { $0.value.until <= now }
        for ticket in due.keys { state.entries[ticket] = nil }
        if state.entries.isEmpty { state.isTicking = false }
        return (Array(due.values), state.entries.isEmpty)
      }
      for entry in expired { entry.expire() }
      if isDone { return }
    }
  }
}
