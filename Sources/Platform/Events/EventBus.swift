import Values

/// Carries events to subscribers at least once, in order per subject.
public protocol EventBus: Sendable {
  /// How hard its subscribers try before an event is put aside.
  var patience: Patience { get }

  /// Adds a subscriber before the bus starts. Its name keys the inbox and, on a broker, the queue: it must be unique and
  /// must not change once in use.
  func subscribe(_ subscription: Subscription)

  /// The subscriber of this process with the name.
  func subscription(named name: String) -> Subscription?

  /// Begins to deliver to the subscribers of this process. What is told from the moment that this is called on reaches
  /// them, after the preparation. Throws what the preparation throws, and when the broker can't be used.
  func start(after prepare: @Sendable () async throws -> Void) async throws

  /// Takes the events for delivery in this order and returns at once; events taken earlier go first.
  /// - Parameter settled: called once per event after this method has returned: with nil when every subscriber has the
  ///   event for good, or with the error that asks for it to be sent again.
  func send(_ envelopes: [EventEnvelope], settled: @escaping @Sendable (EventID, (any Error)?) -> Void)

  /// How many events transient and mirrored subscribers of this process couldn't follow yet. They're told again, after
  /// pauses that grow.
  var missed: Int { get }

  /// How many events wait at the broker for each subscriber of this process, as of some seconds ago; those that were handed
  /// to a process wait no more. Without those whose queue can't be asked; empty without a broker, and while it can't be
  /// asked at all. What waits for a subscriber whom no process has is in nobody's answer.
  var waiting: [String: Int] { get }

  /// Called when transient subscribers may have missed events, so that what they keep in memory can be made anew. Tried
  /// again until it succeeds. All that are given are called.
  func onGap(_ renew: @escaping @Sendable () async throws -> Void)

  /// Ends within ten seconds: what subscribers are at is finished, what they haven't begun comes again elsewhere or at
  /// the next start.
  func close() async
}

extension EventBus {
  public func start() async throws { try await start {} }

  /// Returns once every subscriber has the event for good. Throws to have it delivered again.
  public func publish(_ envelope: EventEnvelope) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      send([envelope]) { _, error in
        if let error { continuation.resume(throwing: error) } else { continuation.resume() }
      }
    }
  }
}
