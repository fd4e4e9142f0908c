import Values

/// Tries again what failed for a passing reason: a bounded number of attempts with growing, jittered waits, and never
/// beyond the deadline of the task.
public struct Retry: Sendable {
  public let attempts: Int
  public let backoff: Backoff
  private let sleep: @Sendable (Duration) async throws -> Void
  private let chance: @Sendable () -> Double

  /// - Parameters:
  ///   - attempts: 1 or more, the first included.
  ///   - chance: evenly drawn from 0…1.
  public init(
    attempts: Int = 3, backoff: Backoff = Backoff(first: .milliseconds(50), longest: .seconds(2)),
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    chance: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
  ) {
    precondition(attempts >= 1, "at least one attempt")
    self.attempts = attempts
    self.backoff = backoff
    self.sleep = sleep
    self.chance = chance
  }

  /// Answers the first success, or throws the last error. Gives up early when the error isn't a passing one, or when the
  /// deadline would come before the next attempt.
  public func run<Value>(
    when isPassing: (any Error) -> Bool = Retry.isPassing, _ body: () async throws -> Value
  ) async throws -> Value {
    var failures = 0
    while true {
      do {
        return try await body()
      } catch {
        failures += 1
        guard failures < attempts, isPassing(error), !Task.isCancelled else { throw error }
        let wait = backoff.delay(afterFailures: failures, chance: chance())
        if let deadline = Deadline.current, ContinuousClock.now.advanced(by: wait) >= deadline { throw error }
        try await sleep(wait)
      }
    }
  }

  /// Faults pass; refusals don't, except that something didn't answer. Cancellation, an exceeded deadline and an open
  /// breaker say that trying again is pointless now.
  public static func isPassing(_ error: any Error) -> Bool {
    switch error {
    case is CancellationError, is DeadlineExceeded, is CircuitOpen: false
    case let refusal as any Refusal: refusal.kind == .unavailable
    default: true
    }
  }
}
