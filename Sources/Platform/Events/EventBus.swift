import Values

/// Carries events to subscribers at least once, in order per subject.
public protocol EventBus: Sendable {
  /// Adds a subscriber before the bus starts. Its name keys the inbox and, on a broker, the queue: it must be unique and
  /// must not change once in use.
  func subscribe(_ subscription: Subscription)

  /// Returns once every subscriber has the event for good. Throws to have it delivered again.
  func publish(_ envelope: EventEnvelope) async throws
}

public struct Subscription: Sendable {
  public enum Memory: Sendable {
    /// The inbox remembers what was handled, so a repeat has no effect.
    case durable
    /// For what lives in this process only (a cache to clear): a repeat is harmless and a restart starts empty, so
    /// nothing is remembered.
    case transient
  }

  /// `flow.reaction`, as in `orders.whenOrderPlaced`.
  public let subscriber: String
  /// Event names that it hears.
  public let events: Set<String>
  public let memory: Memory
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
    _ subscriber: String, to _: Fact.Type, memory: Memory = .durable, handle: @escaping @Sendable (Fact) async throws -> Void
  ) {
    self.init(subscriber, events: [Fact.name], memory: memory) { try await handle($0.decode()) }
  }
}
