import Storage
import Values

/// Facts that were told, kept for a while in one order, so that programs outside of the shop can follow them at their own
/// pace. A fact has a number from the moment at which it can be read, so nobody who goes on from a number misses one.
public struct FactFeed: Sendable {
  /// How long facts can be read.
  public static let memory = Duration.days(14)
  /// How far one question looks, so that none costs more the more others told.
  static let window: Int64 = 20_000

  private let database: any Database
  private let clock: WallClock

  public init(database: any Database, clock: WallClock) {
    self.database = database
    self.clock = clock
  }

  public struct Kept: Sendable {
    public let envelope: EventEnvelope
    /// Whose staff may read it; nil for what is the platform's.
    public let merchant: MerchantID?

    public init(_ envelope: EventEnvelope, of merchant: MerchantID?) {
      self.envelope = envelope
      self.merchant = merchant
    }
  }

  public struct Entry: Sendable {
    public let number: Int64
    public let envelope: EventEnvelope
    public let merchant: MerchantID?
  }

  public struct Slice: Sendable {
    public let entries: [Entry]
    /// Where to go on, also when nothing was found.
    public let next: Int64
    /// Whether there may be more already.
    public let hasMore: Bool
  }

  /// Whose facts are asked for.
  public enum Owner: Sendable {
    case everybody
    case merchant(MerchantID)
  }

  private struct Head {
    let number: Int64
    /// The last that isn't kept any more.
    let forgotten: Int64
  }

  /// Harmless to repeat.
  public func keep(_ facts: [Kept]) async throws {
    guard !facts.isEmpty else { return }
    let now = clock.now
    try await database.write { transaction in
      let head = try Self.lockedHead(in: transaction)
      var number = head.number
      for fact in facts {
        let envelope = fact.envelope
        let kept = try transaction.execute(
          transaction.dialect.insertIfAbsent(
            into: "told_fact",
            [
              ("number", (number + 1).sqlValue), ("event_id", envelope.id.sqlValue),
              ("owner", Self.owner(fact.merchant).sqlValue), ("name", envelope.name.sqlValue),
              ("version", envelope.version.sqlValue), ("subject", envelope.subject.sqlValue),
              ("occurred_at", envelope.occurredAt.sqlValue), ("kept_at", now.sqlValue),
              ("payload", envelope.payload.sqlValue),
            ]))
        if kept > 0 { number += 1 }
      }
      guard number > head.number else { return }
      try transaction.execute("UPDATE told_fact_head SET number = \(number) WHERE id = 1")
    }
  }

  /// The oldest first. Throws `FactRefusal.forgotten` when some of those asked for aren't kept any more.
  /// - Parameter number: the `next` of the slice before; nil begins with the oldest that is kept.
  public func facts(
    of owner: Owner, named names: Set<String>, after number: Int64?, limit: Int
  ) async throws -> Slice {
    try await database.read { transaction in
      let head = try Self.head(in: transaction) ?? Head(number: 0, forgotten: 0)
      let after = number ?? head.forgotten
      guard after >= head.forgotten else { throw FactRefusal.forgotten(first: head.forgotten) }
      let last = min(head.number, after + Self.window)
      guard last > after, !names.isEmpty else {
        return Slice(entries: [], next: max(after, last), hasMore: false)
      }
      var conditions: [SQL] = [
        "number > \(after)", "number <= \(last)", "name IN \(list: names.sorted())",
      ]
      if case .merchant(let id) = owner { conditions.append("owner = \(id)") }
      let found = try transaction.rows(
        "SELECT * FROM told_fact WHERE \(SQL.all(conditions)) ORDER BY number LIMIT \(limit + 1)")
      let entries = try found.prefix(limit).map(Self.entry)
      if found.count > limit, let end = entries.last?.number {
        return Slice(entries: entries, next: end, hasMore: true)
      }
      return Slice(entries: entries, next: last, hasMore: last < head.number)
    }
  }

  /// The number of the newest.
  public func end() async throws -> Int64 {
    try await database.read { try Self.head(in: $0)?.number ?? 0 }
  }

  /// Forgets what was kept for long enough, a slice at a time; answers how many.
  @discardableResult
  public func prune(slice: Int = 2000) async throws -> Int {
    let horizon = clock.now.adding(.zero - Self.memory)
    var count = 0
    while true {
      try Task.checkCancellation()
      let pruned = try await database.write { transaction -> Int in
        guard try Self.head(in: transaction) != nil else { return 0 }
        _ = try Self.lockedHead(in: transaction)
        let old = try transaction.rows(
          "SELECT number, kept_at FROM told_fact ORDER BY number LIMIT \(slice)"
        ).prefix { row in
          let keptAt: Timestamp = try row["kept_at"]
          return keptAt < horizon
        }
        guard let last = try old.last.map({ try $0["number"] as Int64 }) else { return 0 }
        try transaction.execute("UPDATE told_fact_head SET forgotten = \(last) WHERE id = 1")
        return try transaction.execute("DELETE FROM told_fact WHERE number <= \(last)")
      }
      guard pruned > 0 else { return count }
      count += pruned
    }
  }

  /// The end of the feed, held for the rest of the transaction: numbers so appear in their order.
  private static func lockedHead(in transaction: any Transaction) throws -> Head {
    if let head = try head(transaction.dialect.forUpdate, in: transaction) { return head }
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "told_fact_head",
        [("id", 1.sqlValue), ("number", Int64(0).sqlValue), ("forgotten", Int64(0).sqlValue)]))
    return try head(transaction.dialect.forUpdate, in: transaction) ?? Head(number: 0, forgotten: 0)
  }

  private static func head(_ suffix: SQL = "", in transaction: any ReadTransaction) throws -> Head? {
    try transaction.row("SELECT number, forgotten FROM told_fact_head WHERE id = 1\(suffix)").map {
      Head(number: try $0["number"], forgotten: try $0["forgotten"])
    }
  }

  /// How the owner is stored: 0 for the platform, since a null would make keys repeatable.
  private static func owner(_ merchant: MerchantID?) -> Int64 { merchant?.raw ?? 0 }

  private static func entry(_ row: Row) throws -> Entry {
    let owner: Int64 = try row["owner"]
    return Entry(
      number: try row["number"],
      envelope: EventEnvelope(
        id: try row["event_id"], name: try row["name"], version: try row["version"], subject: try row["subject"],
        occurredAt: try row["occurred_at"], payload: try row["payload"]),
      merchant: owner == 0 ? nil : MerchantID(raw: owner))
  }
}

/// Why the feed says no.
public enum FactRefusal: Refusal, Hashable {
  /// Facts after the number that was asked for aren't kept any more: read how things are now, and go on from here.
  case forgotten(first: Int64)

  public var code: String { "factsForgotten" }
  public var details: [String: String] {
    switch self {
    case .forgotten(let first): ["first": String(first)]
    }
  }
}
