import Governance
import Values

/// What must be asked before a notice can be taken: in little time, since its sender waits, and for a while not at all after
/// several questions had no answer. Apart from the breaker of the provider's other calls, which a notice that came would
/// otherwise be shut out by.
struct NoticeCalls: Sendable {
  private static let limit = Duration.seconds(3)

  private let breaker: CircuitBreaker

  init(_ method: PaymentMethod, clock: WallClock) {
    breaker = CircuitBreaker("payments.\(method.rawValue).notices", clock: clock)
  }

  /// Throws `NoticeFault.notYet` where there is no answer, or a "no".
  func ask<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws(NoticeFault) -> Value {
    do {
      return try await breaker.run(countingWhen: ProviderFault.speaksAgainst) {
        try await Deadline.run(within: Self.limit, body)
      }
    } catch {
      throw .notYet("what it tells of can't be asked for")
    }
  }
}
