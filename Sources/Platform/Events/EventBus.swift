import Values

/// Carries events to subscribers at least once, in order per subject.
public protocol EventBus: Sendable {
  /// Adds a subscriber before the bus starts. Its name keys the inbox and, on a broker, the queue: it must be unique and
  /// must not change once in use.
  func subscribe(_ subscription: Subscription)

  /// Takes the events for delivery in this order and returns at once; events taken earlier go first.
  /// - Parameter settled: called once per event after this method has returned: with nil when every subscriber has the
  ///   event for good, or with the error that asks for it to be sent again.
  func send(_ envelopes: [EventEnvelope], settled: @escaping @Sendable (EventID, (any Error)?) -> Void)
}

extension EventBus {
  /// Returns once every subscriber has the event for good. Throws to have it delivered again.
  public func publish(_ envelope: EventEnvelope) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      send([envelope]) { _, error in
        if let error { continuation.resume(throwing: error) } else { continuation.resume() }
      }
    }
  }
}
