import Storage
import Values

/// What each durable subscriber has handled, so that a repeat has no effect.
public struct Inbox: Sendable {
  struct Key: Hashable, Sendable {
    let event: EventID
    let subscriber: String
  }

  private let database: any Database
  private let clock: WallClock

  public init(database: any Database, clock: WallClock) {
    self.database = database
    self.clock = clock
  }

  /// Which of the events were handled, by whom.
  func handled(of events: [EventID]) async throws -> Set<Key> {
    guard !events.isEmpty else { return [] }
    return try await database.read { transaction in
      let rows = try transaction.rows("SELECT event_id, subscriber FROM inbox WHERE event_id IN \(list: events)")
      return Set(try rows.map { Key(event: try $0["event_id"], subscriber: try $0["subscriber"]) })
    }
  }

  static func remember(_ handled: [(key: Key, at: Timestamp)], in transaction: any Transaction) throws {
    try handled.inParts { part in
      try transaction.execute(
        transaction.dialect.insertIfAbsent(
          into: "inbox", columns: ["event_id", "subscriber", "handled_at"],
          rows: part.map { [$0.key.event.sqlValue, $0.key.subscriber.sqlValue, $0.at.sqlValue] }))
    }
  }

  /// Forgets what was handled of events told longer ago than that, a slice of rows per transaction. Events that still
  /// wait in the outbox keep their rows.
  /// - Returns: how many rows were forgotten.
  @discardableResult
  public func prune(keeping age: Duration = .days(14), slice: Int = 2000) async throws -> Int {
    let horizon = EventID.first(at: clock.now.adding(.zero - age))
    var count = 0
    while true {
      try Task.checkCancellation()
      let pruned = try await database.write { transaction in
        let waiting: EventID? = try transaction.value("SELECT id FROM outbox ORDER BY id LIMIT 1")
        let bound = min(horizon, waiting ?? horizon)
        let last: EventID? = try transaction.value(
          """
          SELECT event_id FROM inbox WHERE event_id < \(bound) ORDER BY event_id LIMIT 1 OFFSET \(slice)
          """)
        return try transaction.execute("DELETE FROM inbox WHERE event_id < \(last ?? bound)")
      }
      guard pruned > 0 else { return count }
      count += pruned
    }
  }
}
