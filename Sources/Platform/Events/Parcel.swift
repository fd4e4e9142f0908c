import Values

/// An event as it comes to this process, and whom to tell what became of it.
package struct Parcel: Sendable {
  package typealias Settled = @Sendable (EventID, (any Error)?) -> Void

  let envelope: EventEnvelope
  /// Nil stands for everyone who hears it.
  let subscriber: String?
  let shift: Shift?
  let settled: Settled

  /// - Parameters:
  ///   - shift: when it's over, what wasn't begun is dropped and not settled.
  ///   - settled: called once: with nil when the subscribers have the event for good, or with the error that asks for it
  ///     to be delivered again.
  package init(
    _ envelope: EventEnvelope, to subscriber: String? = nil, during shift: Shift? = nil, settled: @escaping Settled
  ) {
    self.envelope = envelope
    self.subscriber = subscriber
    self.shift = shift
    self.settled = settled
  }
}
