import Values

/// How hard to try before an event is put aside as a dead letter.
public struct Patience: Sendable {
  public let attempts: Int
  public let backoff: Backoff
  /// For one attempt; what takes longer is cancelled and counts as failed.
  public let timeLimit: Duration
  /// Between the times at which a process is told again what it couldn't follow.
  public let repeats: Backoff
  /// How many events are told again, in all, to one subscriber. Each takes about a kilobyte. What is missed beyond that
  /// comes back by a start anew, which `martlet_events_missed` asks for.
  public let mostRepeated: Int
  let sleep: @Sendable (Duration) async throws -> Void
  let chance: @Sendable () -> Double

  /// With the defaults a subscriber may fail for about three seconds.
  /// - Parameters:
  ///   - attempts: 1 or more.
  ///   - chance: evenly drawn from 0…1.
  public init(
    attempts: Int = 7, backoff: Backoff = Backoff(first: .milliseconds(100), longest: .seconds(5)),
    timeLimit: Duration = .seconds(60), repeats: Backoff = Backoff(first: .seconds(1), longest: .minutes(1)),
    mostRepeated: Int = 10_000,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
  ) {
    precondition(attempts >= 1, "at least one attempt")
    self.attempts = attempts
    self.backoff = backoff
    self.timeLimit = timeLimit
    self.repeats = repeats
    self.mostRepeated = mostRepeated
    self.sleep = sleep
    self.chance = chance
  }

  /// Drawn from the upper half, since processes that failed together shouldn't all come back together, nor at once.
  func pause(beforeRepeat number: Int) -> Duration {
    repeats.delay(afterFailures: number, chance: 0.5 + chance() / 2)
  }

  /// - Parameter failures: how many attempts have failed, 1 or more.
  func pause(afterFailures failures: Int) async {
    try? await sleep(backoff.delay(afterFailures: failures, chance: chance()))
  }
}
