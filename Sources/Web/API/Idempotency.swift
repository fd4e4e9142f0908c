import Hummingbird
import Synchronization
import Values

/// Remembers what was answered to an `Idempotency-Key`, so that a request sent twice acts once. Bounded in entries,
/// bytes and time; what it forgets is still safe where it matters, for orders are keyed by their cart's version as well.
final class Idempotency: Sendable {
  struct Key: Hashable, Sendable {
    let caller: String
    let key: String
    let path: String
  }

  enum Outcome: Sendable {
    /// Nobody did it before: do it, then `finish` or `abandon`.
    case proceed
    case replay(Answer)
  }

  private struct Entry {
    let bodyHash: Int
    let began: Timestamp
    var answer: Answer?
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    /// Keys by age, with those that were abandoned since.
    var ages: [(key: Key, began: Timestamp)] = []
    var oldest = 0
    var bytes = 0
  }

  private static let lifetime = Duration.days(1)
  private let capacity: Int
  private let byteCapacity: Int
  private let clock: WallClock
  private let state = Mutex(State())

  init(clock: WallClock, capacity: Int = 10_000, byteCapacity: Int = 32 << 20) {
    self.clock = clock
    self.capacity = capacity
    self.byteCapacity = byteCapacity
  }

  /// Throws `APIRefusal.idempotencyMismatch` for another body, `.idempotencyRunning` while the first is under way.
  func begin(_ key: Key, body: ByteBuffer) throws -> Outcome {
    // Swift's hash is seeded per process, and so nobody can make two bodies collide on purpose.
    let hash = body.hashValue
    let now = clock.now
    return try state.withLock { state in
      forget(in: &state, now: now)
      if let entry = state.entries[key] {
        guard entry.bodyHash == hash else { throw APIRefusal.idempotencyMismatch }
        guard let answer = entry.answer else { throw APIRefusal.idempotencyRunning }
        return .replay(answer)
      }
      state.entries[key] = Entry(bodyHash: hash, began: now)
      state.ages.append((key, now))
      return .proceed
    }
  }

  func finish(_ key: Key, _ answer: Answer) {
    state.withLock { state in
      guard state.entries[key] != nil else { return }
      state.entries[key]?.answer = answer
      state.bytes += answer.size
    }
  }

  /// Nothing was done, so a second try may do it.
  func abandon(_ key: Key) {
    state.withLock { state in _ = state.entries.removeValue(forKey: key) }
  }

  private func forget(in state: inout State, now: Timestamp) {
    while state.oldest < state.ages.count {
      let (key, began) = state.ages[state.oldest]
      let isFull = state.ages.count - state.oldest >= capacity || state.bytes > byteCapacity
      guard isFull || began.adding(Self.lifetime) <= now else { break }
      // A key that was abandoned and begun again has a younger entry of its own.
      if let entry = state.entries[key], entry.began == began {
        state.bytes -= entry.answer?.size ?? 0
        state.entries[key] = nil
      }
      state.oldest += 1
    }
    if state.oldest > capacity {
      state.ages.removeFirst(state.oldest)
      state.oldest = 0
    }
  }
}
