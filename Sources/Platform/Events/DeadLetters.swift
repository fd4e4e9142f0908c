import AuditLog
import Foundation
import Storage
import Values

/// An event that a subscriber could not handle, put aside with the reason.
public struct DeadLetter: Hashable, Sendable {
  public static let errorLimit = 2000

  public let envelope: EventEnvelope
  public let subscriber: String
  /// What the last attempt said, cut at 2000 characters.
  public let errorText: String
  /// Attempts so far, replays included.
  public let attempts: Int
  public let failedAt: Timestamp

  init(envelope: EventEnvelope, subscriber: String, errorText: String, attempts: Int, failedAt: Timestamp) {
    self.envelope = envelope
    self.subscriber = subscriber
    self.errorText = String(String.UnicodeScalarView(errorText.unicodeScalars.prefix(Self.errorLimit)))
    self.attempts = attempts
    self.failedAt = failedAt
  }
}

/// The events that were put aside: to be looked at, replayed or thrown away by staff.
public struct DeadLetters: Sendable {
  private let database: any Database
  private let bus: any EventBus
  private let known: [String: Subscription]
  private let clock: WallClock
  private static let pauses = Backoff(first: .minutes(1), longest: .hours(6))

  /// - Parameter known: subscriptions that events come to in another process. What they couldn't follow is replayed here
  ///   all the same.
  public init(database: any Database, bus: any EventBus, known: [Subscription] = [], clock: WallClock) {
    self.database = database
    self.bus = bus
    self.known = Dictionary(known.map { ($0.subscriber, $0) }, uniquingKeysWith: { first, _ in first })
    self.clock = clock
  }

  /// Oldest event first.
  public func letters(_ page: PageRequest = PageRequest()) async throws -> Page<DeadLetter> {
    let rows = try await database.read { transaction in
      var after: SQL = "1 = 1"
      if let parts = page.after?.parts, parts.count == 2, let event = EventID(parts[0]) {
        after = "(event_id > \(event) OR (event_id = \(event) AND subscriber > \(parts[1])))"
      }
      return try transaction.rows(
        """
        SELECT * FROM dead_letter WHERE \(after) ORDER BY event_id, subscriber LIMIT \(page.limit + 1)
        """)
    }
    return Page(fetched: try rows.map(DeadLetter.init(row:)), limit: page.limit) {
      Cursor([$0.envelope.id.description, $0.subscriber])
    }
  }

  public func count() async throws -> Int {
    try await database.read { try $0.value("SELECT COUNT(*) FROM dead_letter") ?? 0 }
  }

  /// Hands the event to its subscriber once more and forgets the letter when that succeeds; else the letter says the new
  /// reason and this throws it. Throws `EventRefusal.noSuchLetter` and, when the program no longer has the subscriber,
  /// `.noSuchSubscriber`.
  public func replay(_ event: EventID, for subscriber: String) async throws {
    let letter = try await database.read { try Self.letter(event, subscriber, in: $0) }
    guard let letter else { throw EventRefusal.noSuchLetter }
    guard let subscription = subscription(named: subscriber) else { throw EventRefusal.noSuchSubscriber }
    do {
      try await subscription.handle([letter.envelope])
    } catch {
      let now = clock.now
      let renewed = DeadLetter(
        envelope: letter.envelope, subscriber: subscriber, errorText: "\(error)", attempts: letter.attempts + 1,
        failedAt: now)
      try await database.write { transaction in
        try renewed.store(in: transaction)
        try Self.note(
          "events.replay", letter, ["outcome": "failed", "reason": renewed.errorText], at: now, in: transaction)
      }
      throw error
    }
    let now = clock.now
    try await database.write { transaction in
      if subscription.memory == .durable {
        try Inbox.remember([(Inbox.Key(event: event, subscriber: subscriber), now)], in: transaction)
      }
      try Self.delete(event, subscriber, in: transaction)
      try Self.note("events.replay", letter, ["outcome": "followed"], at: now, in: transaction)
    }
  }

  /// Letters that the shop replays by itself are no deeds of anybody.
  private static func note(
    _ verb: String, _ letter: DeadLetter, _ after: DeedFields?, at now: Timestamp, in transaction: any Transaction
  ) throws {
    guard AuditActor.current != nil else { return }
    let before: DeedFields = [
      "subscriber": letter.subscriber, "event": letter.envelope.name, "subject": letter.envelope.subject,
      "attempts": letter.attempts, "reason": letter.errorText,
    ]
    let name = "\(letter.envelope.name) → \(letter.subscriber)"
    try DeedLog.note(
      Deed(verb, on: letter.envelope.id, named: name, of: nil, before: before, after: after), at: now, in: transaction)
  }

  /// Replays letters whose pause is over, the oldest event first, and answers how many were handled. The pause doubles
  /// with each failed replay, from a minute to six hours. Letters of subscribers that the program doesn't have stay.
  /// - Parameter limit: how many are replayed at most.
  public func replayDue(limit: Int = 200) async throws -> Int {
    var (tried, handled) = (0, 0)
    var next: Cursor?
    repeat {
      let page = try await letters(PageRequest(limit: 100, after: next))
      for letter in page.items where tried < limit && isDue(letter) {
        try Task.checkCancellation()
        tried += 1
        // The letter says why when it fails.
        guard (try? await replay(letter.envelope.id, for: letter.subscriber)) != nil else { continue }
        handled += 1
      }
      next = page.next
    } while next != nil && tried < limit
    return handled
  }

  private func isDue(_ letter: DeadLetter) -> Bool {
    guard subscription(named: letter.subscriber) != nil else { return false }
    let replays = max(0, letter.attempts - bus.patience.attempts)
    let pause = Self.pauses.delay(afterFailures: replays + 1, chance: 1)
    return letter.failedAt.adding(pause) <= clock.now
  }

  private func subscription(named name: String) -> Subscription? { bus.subscription(named: name) ?? known[name] }

  /// Throws the letter away unhandled. Throws `EventRefusal.noSuchLetter`.
  /// - Returns: what it was.
  @discardableResult
  public func discard(_ event: EventID, for subscriber: String) async throws -> DeadLetter {
    let now = clock.now
    return try await database.write { transaction in
      guard let letter = try Self.letter(event, subscriber, in: transaction) else { throw EventRefusal.noSuchLetter }
      guard try Self.delete(event, subscriber, in: transaction) == 1 else { throw EventRefusal.noSuchLetter }
      try Self.note("events.discard", letter, nil, at: now, in: transaction)
      return letter
    }
  }

  /// Throws away letters of events told longer ago than that, a slice of rows per transaction.
  /// - Returns: how many.
  @discardableResult
  public func prune(keeping age: Duration = .days(90), slice: Int = 500) async throws -> Int {
    let horizon = EventID.first(at: clock.now.adding(.zero - age))
    var count = 0
    while true {
      try Task.checkCancellation()
      let pruned = try await database.write { transaction in
        let last: EventID? = try transaction.value(
          "SELECT event_id FROM dead_letter WHERE event_id < \(horizon) ORDER BY event_id LIMIT 1 OFFSET \(slice)")
        return try transaction.execute("DELETE FROM dead_letter WHERE event_id < \(last ?? horizon)")
      }
      guard pruned > 0 else { return count }
      count += pruned
    }
  }

  private static func letter(
    _ event: EventID, _ subscriber: String, in transaction: any ReadTransaction
  ) throws -> DeadLetter? {
    try transaction.row("SELECT * FROM dead_letter WHERE event_id = \(event) AND subscriber = \(subscriber)")
      .map(DeadLetter.init(row:))
  }

  @discardableResult
  static func delete(_ event: EventID, _ subscriber: String, in transaction: any Transaction) throws -> Int {
    try transaction.execute("DELETE FROM dead_letter WHERE event_id = \(event) AND subscriber = \(subscriber)")
  }
}

public enum EventRefusal: String, Refusal {
  case noSuchLetter
  case noSuchSubscriber

  public var code: String { rawValue }
  public var kind: RefusalKind { self == .noSuchLetter ? .notFound : .conflict }
}
