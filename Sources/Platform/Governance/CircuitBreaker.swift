import Synchronization
import Values

/// Stops calling something that keeps failing, so that callers get their answer at once and it gets time to recover.
/// Closed, calls go through. After `failures` in a row it opens and refuses for `openFor`. Then one call at a time goes
/// through as a probe: success closes the breaker, failure opens it again.
public final class CircuitBreaker: Sendable {
  public enum State: Hashable, Sendable {
    case closed
    case open
    case halfOpen
  }

  private enum Phase {
    case closed(failures: Int)
    case open(since: Timestamp)
    case probing
  }

  private enum Pass {
    case ordinary
    case probe
  }

  /// What it guards, for logs: `payments.sandbox`.
  public let name: String
  /// How many failures in a row open it, and for how long.
  public let failures: Int
  public let openFor: Duration
  private let clock: WallClock
  private let phase = Mutex<Phase>(.closed(failures: 0))

  public init(_ name: String, failures: Int = 5, openFor: Duration = .seconds(10), clock: WallClock) {
    precondition(failures >= 1, "a breaker opens after at least one failure")
    self.name = name
    self.failures = failures
    self.openFor = openFor
    self.clock = clock
  }

  public var state: State {
    let now = clock.now
    return phase.withLock { phase in
      switch phase {
      case .closed: .closed
      case .open(let since): isOver(since, now) ? .halfOpen : .open
      case .probing: .halfOpen
      }
    }
  }

  /// Runs the body unless the breaker is open. Throws `CircuitOpen`, or what the body throws.
  /// - Parameter isFailure: whether an error speaks against the thing called; by default a "no" that isn't
  ///   `unavailable`, and the caller's own cancellation, don't.
  public func run<Value>(
    countingWhen isFailure: (any Error) -> Bool = CircuitBreaker.isFailure, _ body: () async throws -> Value
  ) async throws -> Value {
    try await run(
      judging: { error in
        if error is CancellationError { return .none }
        return isFailure(error) ? .failure : .success
      }, body)
  }

  /// The same, where an error may also say nothing: then the count of failures stays as it was, and a probe is another's.
  /// - Parameter outcome: what an error says of the thing called.
  public func run<Value>(
    judging outcome: (any Error) -> CallOutcome, _ body: () async throws -> Value
  ) async throws -> Value {
    let pass = try enter()
    do {
      let value = try await body()
      succeed(pass)
      return value
    } catch {
      switch outcome(error) {
      case .success: succeed(pass)
      case .failure, .hang: fail(pass)
      case .none: withdraw(pass)
      }
      throw error
    }
  }

  public static func isFailure(_ error: any Error) -> Bool {
    guard let refusal = error as? any Refusal else { return true }
    return refusal.kind == .unavailable
  }

  private func enter() throws(CircuitOpen) -> Pass {
    let now = clock.now
    let pass = phase.withLock { phase -> Pass? in
      switch phase {
      case .closed: return .ordinary
      case .probing: return nil
      case .open(let since):
        guard isOver(since, now) else { return nil }
        phase = .probing
        return .probe
      }
    }
    guard let pass else { throw CircuitOpen(name: name) }
    return pass
  }

  private func succeed(_ pass: Pass) {
    phase.withLock { phase in
      switch (phase, pass) {
      case (.closed, _), (.probing, .probe): phase = .closed(failures: 0)
      // News of calls that began before the breaker opened.
      case (.open, _), (.probing, .ordinary): break
      }
    }
  }

  private func fail(_ pass: Pass) {
    let now = clock.now
    phase.withLock { phase in
      switch (phase, pass) {
      case (.closed(let before), _):
        phase = before + 1 >= failures ? .open(since: now) : .closed(failures: before + 1)
      case (.probing, .probe): phase = .open(since: now)
      case (.open, _), (.probing, .ordinary): break
      }
    }
  }

  /// A probe that says nothing: the next call may probe at once.
  private func withdraw(_ pass: Pass) {
    guard case .probe = pass else { return }
    let past = clock.now.adding(.zero - openFor)
    phase.withLock { if case .probing = $0 { $0 = .open(since: past) } }
  }

  /// Also when the clock was set back behind the moment at which the breaker opened.
  private func isOver(_ since: Timestamp, _ now: Timestamp) -> Bool {
    now >= since.adding(openFor) || now < since.adding(.zero - openFor)
  }
}

/// The breaker is open: the thing called keeps failing and isn't bothered now.
public struct CircuitOpen: Refusal, Codable {
  public let name: String

  public init(name: String) { self.name = name }
  public var code: String { "temporarilyUnavailable" }
  public var details: [String: String] { ["name": name] }
  public var kind: RefusalKind { .unavailable }
}
