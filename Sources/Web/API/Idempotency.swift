import Hummingbird
import Synchronization
import Values

/// Remembers what was answered to an `Idempotency-Key`, so that a request sent twice acts once. What it forgets is still
/// safe where it matters, for orders are keyed by their cart's version as well, and payments by their order.
public protocol AnswerBook: Sendable {
  /// - Parameter holder: on whose account it is kept. Callers can make up as many devices as they like, so those without
  ///   an account share what their network address may keep.
  /// Throws `APIRefusal.idempotencyMismatch` for another body, `.idempotencyRunning` while the first is under way.
  func begin(_ key: Idempotency.Key, holder: String, body: ByteBuffer) async throws -> Idempotency.Outcome

  /// What was answered, from now on to whoever asks the same again. An attempt that was taken for lost meanwhile, and made
  /// good by another, has nothing more to say.
  func finish(_ key: Idempotency.Key, attempt: Int64, body: ByteBuffer, _ answer: Answer) async throws

  /// Nothing was done, so a second try may do it.
  func abandon(_ key: Idempotency.Key, attempt: Int64) async throws
}

/// The answer book of one process, in memory. Bounded in entries, bytes and time, each holder for itself before all
/// together.
public final class Idempotency: AnswerBook {
  public struct Key: Hashable, Sendable {
    public let caller: String
    public let key: String
    /// Path and query.
    public let address: String

    public init(caller: String, key: String, address: String) {
      self.caller = caller
      self.key = key
      self.address = address
    }
  }

  /// How much one holder may keep, and all of them.
  struct Bounds: Sendable {
    var entries = 10_000
    var bytes = 32 << 20
    var entriesEach = 200
    var bytesEach = 1 << 20
  }

  public enum Outcome: Sendable {
    /// Nobody did it before: do it, then `finish`, or `abandon` if it was refused.
    case proceed(attempt: Int64)
    case replay(Answer)
  }

  private struct Entry {
    let holder: String
    let bodyHash: Int
    let began: Timestamp
    let attempt: Int64
    var answer: Answer?
  }

  private struct Holding {
    /// The oldest first.
    var keys: [Key] = []
    var bytes = 0
  }

  private struct State {
    var entries: [Key: Entry] = [:]
    var holdings: [String: Holding] = [:]
    /// Keys by age, with those that were dropped since.
    var ages: [(key: Key, began: Timestamp)] = []
    var oldest = 0
    var bytes = 0

    mutating func drop(_ key: Key) {
      guard let entry = entries.removeValue(forKey: key) else { return }
      let size = entry.answer?.size ?? 0
      bytes -= size
      holdings[entry.holder]?.bytes -= size
      holdings[entry.holder]?.keys.removeAll { $0 == key }
      if holdings[entry.holder]?.keys.isEmpty == true { holdings[entry.holder] = nil }
    }
  }

  private static let lifetime = Duration.days(1)
  private let bounds: Bounds
  private let clock: WallClock
  private let state = Mutex(State())

  init(clock: WallClock, bounds: Bounds = Bounds()) {
    self.clock = clock
    self.bounds = bounds
  }

  public func begin(_ key: Key, holder: String, body: ByteBuffer) throws -> Outcome {
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
      if let own = state.holdings[holder], own.keys.count >= bounds.entriesEach, let first = own.keys.first {
        state.drop(first)
      }
      let attempt = Int64.random(in: .min ... .max)
      state.entries[key] = Entry(holder: holder, bodyHash: hash, began: now, attempt: attempt)
      state.holdings[holder, default: Holding()].keys.append(key)
      state.ages.append((key, now))
      return .proceed(attempt: attempt)
    }
  }

  public func finish(_ key: Key, attempt: Int64, body: ByteBuffer, _ answer: Answer) {
    state.withLock { state in
      guard let entry = state.entries[key], entry.attempt == attempt else { return }
      let holder = entry.holder
      state.entries[key]?.answer = answer
      state.bytes += answer.size
      state.holdings[holder]?.bytes += answer.size
      while let own = state.holdings[holder], own.bytes > bounds.bytesEach, let first = own.keys.first {
        state.drop(first)
      }
    }
  }

  public func abandon(_ key: Key, attempt: Int64) {
    state.withLock { state in
      if state.entries[key]?.attempt == attempt { state.drop(key) }
    }
  }

  private func forget(in state: inout State, now: Timestamp) {
    while state.oldest < state.ages.count {
      let (key, began) = state.ages[state.oldest]
      let isFull = state.ages.count - state.oldest >= bounds.entries || state.bytes > bounds.bytes
      guard isFull || began.adding(Self.lifetime) <= now else { break }
      // A key that was abandoned and begun again has a younger entry of its own.
      if state.entries[key]?.began == began { state.drop(key) }
      state.oldest += 1
    }
    if state.oldest > bounds.entries {
      state.ages.removeFirst(state.oldest)
      state.oldest = 0
    }
  }
}
