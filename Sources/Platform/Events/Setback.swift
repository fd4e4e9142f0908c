import Values

/// What the bus gave back, and since when nothing else has come of what it was given.
struct Setback {
  private static let rests = Backoff(first: .milliseconds(100), longest: .seconds(5))

  /// Events given back, ever. Who reads before one and sends after it may send in the wrong order.
  private(set) var count = 0
  private(set) var error: (any Error)?
  private var since: ContinuousClock.Instant?
  private var restsUntil: ContinuousClock.Instant?
  private var rounds = 0

  /// Answers true for the first of those that are given back together.
  mutating func note(_ error: any Error, now: ContinuousClock.Instant = .now) -> Bool {
    count += 1
    self.error = error
    since = since ?? now
    if let restsUntil, now < restsUntil { return false }
    rounds += 1
    restsUntil = now.advanced(by: Self.rests.delay(afterFailures: rounds, chance: .random(in: 0.5...1)))
    return true
  }

  /// Something arrived for good.
  mutating func clear() { (since, error, rounds) = (nil, nil, 0) }

  /// How long to wait before anything is sent again.
  func rest(now: ContinuousClock.Instant = .now) -> Duration {
    restsUntil.map { max(.zero, now.duration(to: $0)) } ?? .zero
  }

  /// Whether everything has been given back for so long.
  func hasLasted(_ limit: Duration, now: ContinuousClock.Instant = .now) -> Bool {
    since.map { $0.duration(to: now) >= limit } ?? false
  }
}
