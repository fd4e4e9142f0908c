import Values

/// The moment until which the current task may work, set at the edge and carried along with the task. Whoever waits for
/// something outside of the program keeps it.
public enum Deadline {
  public static var current: ContinuousClock.Instant? { bound?.until }
  /// All the time that the task had when its first deadline was set, such as a request's; nil without a deadline.
  public static var given: Duration? { bound?.given }

  /// One value, since each that a task carries costs every request.
  private struct Bound {
    let until: ContinuousClock.Instant
    let given: Duration
  }
  @TaskLocal private static var bound: Bound?

  /// Runs the body, whose waits end when the time is up; an earlier deadline from outside stays in force.
  public static func carrying<Value>(
    _ limit: Duration, isolation: isolated (any _Concurrency.Actor)? = #isolation, _ body: () async throws -> Value
  ) async rethrows -> Value {
    let bound = Bound(until: earliest(limit), given: given ?? limit)
    return try await $bound.withValue(bound, operation: body, isolation: isolation)
  }

  /// Runs the body without any deadline, for what must be done also when the time is up.
  public static func lifted<Value>(
    isolation: isolated (any _Concurrency.Actor)? = #isolation, _ body: () async throws -> Value
  ) async rethrows -> Value { try await $bound.withValue(nil, operation: body, isolation: isolation) }

  private static func earliest(_ limit: Duration) -> ContinuousClock.Instant {
    let own = ContinuousClock.now.advanced(by: limit)
    return min(current ?? own, own)
  }

  /// Runs the body and cancels it when the time is up; an earlier deadline from outside stays in force. A body that
  /// doesn't heed cancellation is still waited for, and what it brings late is taken. Throws `DeadlineExceeded`.
  public static func run<Value: Sendable>(
    within limit: Duration, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let until = earliest(limit)
    guard ContinuousClock.now < until else { throw DeadlineExceeded() }
    return try await carrying(limit) {
      let task = Task { try await body() }
      let ticket = DeadlineWatch.shared.add(until) { task.cancel() }
      let result = await withTaskCancellationHandler {
        await task.result
      } onCancel: {
        task.cancel()
      }
      let isInTime = DeadlineWatch.shared.remove(ticket)
      if case .failure = result, !isInTime { throw DeadlineExceeded() }
      return try result.get()
    }
  }

  /// Runs the body, and cancels it when the time of the current task is up, if it has a deadline. Throws
  /// `DeadlineExceeded`.
  public static func heeding<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    guard let current else { return try await body() }
    return try await run(within: ContinuousClock.now.duration(to: current), body)
  }

  /// What is left for a call of at most `limit`.
  public static func remaining(atMost limit: Duration) -> Duration {
    guard let current else { return limit }
    return max(.zero, min(limit, ContinuousClock.now.duration(to: current)))
  }
}

public struct DeadlineExceeded: Refusal, Codable {
  public init() {}
  public var code: String { "deadlineExceeded" }
  public var kind: RefusalKind { .unavailable }
}
