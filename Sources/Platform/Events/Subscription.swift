public struct Subscription: Sendable {
  public enum Memory: Sendable {
    /// The inbox remembers what was handled, so a repeat has no effect.
    case durable
    /// For what lives in this process only (a cache to clear): a repeat is harmless and a restart starts empty, so
    /// nothing is remembered.
    case transient
  }

  /// `flow.reaction`, as in `orders.whenOrderPlaced`; at most 80 characters.
  public let subscriber: String
  /// Event names that it hears.
  public let events: Set<String>
  public let memory: Memory
  /// Must be idempotent: after a crash between the handling and the note of it, the event comes again.
  public let handle: @Sendable (EventEnvelope) async throws -> Void

  public init(
    _ subscriber: String, events: Set<String>, memory: Memory = .durable,
    handle: @escaping @Sendable (EventEnvelope) async throws -> Void
  ) {
    self.subscriber = subscriber
    self.events = events
    self.memory = memory
    self.handle = handle
  }

  /// Hears one kind of event, decoded.
  public init<Fact: Event>(
    _ subscriber: String, to _: Fact.Type, memory: Memory = .durable,
    handle: @escaping @Sendable (Fact) async throws -> Void
  ) {
    self.init(subscriber, events: [Fact.name], memory: memory) { try await handle($0.decode()) }
  }
}
