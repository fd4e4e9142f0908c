import Governance
import Values

public struct Subscription: Sendable {
  public enum Memory: Sendable {
    /// The inbox remembers what was handled, so a repeat has no effect.
    case durable
    /// For what lives in this process only (a cache to clear): a repeat is harmless and a restart starts empty, so
    /// nothing is remembered. What this process couldn't follow is told to it again until it can.
    case transient
    /// The same for what each process keeps in its own memory and all of them in the database, where a restart finds it.
    /// What a process couldn't follow leaves a letter besides, until one could.
    case mirrored
  }

  /// For subscribers to whom many events at once cost little more than one.
  public struct Gathering: Sendable {
    /// How long events may come together before the next are handed over. The first after a quiet time don't wait, nor
    /// those that are left when `limit` were handed over.
    public let pause: Duration
    /// The most that are handed over at once.
    public let limit: Int

    public init(pause: Duration, limit: Int = 500) {
      self.pause = pause
      self.limit = limit
    }
  }

  /// `flow.reaction`, as in `orders.whenOrderPlaced`; at most 80 characters.
  public let subscriber: String
  /// Event names that it hears.
  public let events: Set<String>
  public let memory: Memory
  /// Nil for those who hear events one by one.
  public let gathering: Gathering?
  private let hear: @Sendable ([EventEnvelope]) async throws -> Void

  /// Hears events one by one, those of different subjects beside one another.
  /// - Parameter handle: must be idempotent: after a crash between the handling and the note of it, the event comes
  ///   again.
  public init(
    _ subscriber: String, events: Set<String>, memory: Memory = .durable,
    handle: @escaping @Sendable (EventEnvelope) async throws -> Void
  ) {
    self.init(subscriber, events, memory, nil) { for one in $0 { try await handle(one) } }
  }

  /// Hears one kind of event, decoded.
  public init<Fact: Event>(
    _ subscriber: String, to _: Fact.Type, memory: Memory = .durable,
    handle: @escaping @Sendable (Fact) async throws -> Void
  ) {
    self.init(subscriber, events: [Fact.name], memory: memory) { try await handle($0.decode()) }
  }

  /// Hears all that has come together, in the order in which it was told, one batch after another.
  /// - Parameter handle: must be idempotent, and for a durable subscriber that shares its events with other processes
  ///   bear two batches at once.
  public init(
    _ subscriber: String, events: Set<String>, gathering: Gathering, memory: Memory = .transient,
    handle: @escaping @Sendable ([EventEnvelope]) async throws -> Void
  ) {
    self.init(subscriber, events, memory, gathering, handle)
  }

  private init(
    _ subscriber: String, _ events: Set<String>, _ memory: Memory, _ gathering: Gathering?,
    _ hear: @escaping @Sendable ([EventEnvelope]) async throws -> Void
  ) {
    self.subscriber = subscriber
    self.events = events
    self.memory = memory
    self.gathering = gathering
    self.hear = hear
  }

  /// Works in the trace in which the events were told, where that is one.
  public func handle(_ envelopes: [EventEnvelope]) async throws {
    let traces = Set(envelopes.map(\.trace))
    let trace = traces.count == 1 ? envelopes.first?.trace : nil
    try await TraceParent.$current.withValue(TraceParent.received(trace).map(TraceParent.step)) {
      try await hear(envelopes)
    }
  }

  /// The same subscription, hearing only after the preparation.
  public func after(_ prepare: @escaping @Sendable ([EventEnvelope]) async throws -> Void) -> Subscription {
    Subscription(subscriber, events, memory, gathering) {
      try await prepare($0)
      try await hear($0)
    }
  }
}
