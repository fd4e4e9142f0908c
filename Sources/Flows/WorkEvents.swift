import Accounts
import Events
import Logging
import Values

/// What staff of the platform do with events that a subscriber couldn't follow: look, hand over again, throw away.
public struct WorkEvents: Sendable {
  private let letters: DeadLetters
  private let logger: Logger
  private let waiting: @Sendable () async throws -> OutboxLag

  /// - Parameter waiting: how much hasn't left the outbox.
  public init(_ letters: DeadLetters, logger: Logger, waiting: @escaping @Sendable () async throws -> OutboxLag) {
    self.letters = letters
    self.logger = logger
    self.waiting = waiting
  }

  /// Whether the staff may work here at all.
  public static func opens(to staff: Staff) -> Bool {
    staff.merchant == nil && staff.rights.contains(.systemOperate)
  }

  /// Throws `StaffRefusal.notAllowed`, as everything below does.
  public func state(for staff: Staff) async throws -> EventsState {
    try allow(staff)
    let lag = try await waiting()
    return EventsState(waiting: lag.count, oldest: lag.age, stuck: try await letters.count())
  }

  /// How many subscribers couldn't follow an event.
  public func stuckCount(for staff: Staff) async throws -> Int {
    try allow(staff)
    return try await letters.count()
  }

  /// The oldest event first.
  public func stuck(_ page: PageRequest, for staff: Staff) async throws -> Page<StuckEvent> {
    try allow(staff)
    return try await letters.letters(page).map(StuckEvent.init)
  }

  /// Throws `EventRefusal`, or `StillStuck` with what the subscriber said.
  public func handOver(_ key: StuckEvent.Key, by staff: Staff) async throws {
    try allow(staff)
    do {
      try await letters.replay(key.event, for: key.subscriber)
    } catch let refusal as EventRefusal {
      throw refusal
    } catch let cancellation as CancellationError {
      throw cancellation
    } catch {
      throw StillStuck(reason: "\(error)")
    }
  }

  /// Nothing is left of the event but a line in the log, with who threw it away. Throws `EventRefusal`.
  public func discard(_ key: StuckEvent.Key, by staff: Staff) async throws {
    try allow(staff)
    let letter = try await letters.discard(key.event, for: key.subscriber)
    logger.notice(
      "an event was thrown away unhandled",
      metadata: [
        "event": "\(key.event)", "subscriber": "\(key.subscriber)", "name": "\(letter.envelope.name)",
        "subject": "\(letter.envelope.subject)", "by": "\(staff.id)", "email": "\(staff.email)",
      ])
  }

  private func allow(_ staff: Staff) throws {
    guard Self.opens(to: staff) else { throw StaffRefusal.notAllowed(.systemOperate) }
  }
}

/// How events get on.
public struct EventsState: Hashable, Sendable {
  /// Told and not yet on their way.
  public let waiting: Int
  /// Of those, since when the oldest waits.
  public let oldest: Duration
  public let stuck: Int
}

/// An event, and the subscriber that couldn't follow it.
public struct StuckEvent: Hashable, Sendable {
  public struct Key: Hashable, Sendable {
    public let event: EventID
    public let subscriber: String

    public init(event: EventID, subscriber: String) {
      self.event = event
      self.subscriber = subscriber
    }
  }

  public let key: Key
  /// As in `orders.orderPlaced`.
  public let name: String
  /// Whom or what it's about, as in `ord_…`.
  public let subject: String
  public let payload: String
  public let occurredAt: Timestamp
  public let attempts: Int
  public let failedAt: Timestamp
  /// What the last attempt said.
  public let reason: String

  init(_ letter: DeadLetter) {
    key = Key(event: letter.envelope.id, subscriber: letter.subscriber)
    name = letter.envelope.name
    subject = letter.envelope.subject
    payload = letter.envelope.payload
    occurredAt = letter.envelope.occurredAt
    attempts = letter.attempts
    failedAt = letter.failedAt
    reason = letter.errorText
  }
}

/// The subscriber failed again.
public struct StillStuck: Refusal, Hashable {
  public let reason: String
  public var code: String { "stillStuck" }
  public var details: [String: String] { ["reason": reason] }
  public var kind: RefusalKind { .conflict }
}
