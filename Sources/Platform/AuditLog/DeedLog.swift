import Storage
import Values

/// What staff did: who, when, from where, what, and how it was before and after. Each entry holds the hash of the one
/// before, so that none can be changed, taken out or put in without its being seen.
public struct DeedLog: Sendable {
  let database: any Database
  let clock: WallClock

  public init(database: any Database, clock: WallClock) {
    self.database = database
    self.clock = clock
  }

  /// Notes a deed in the transaction that does it, and so stands or falls with it. To be called last in the transaction:
  /// from here to the commit nobody else can note anything, and locks that are taken later would wait for those who wait
  /// for this one.
  /// - Parameters:
  ///   - actor: whom the verb was given. What buyers and the shop itself do is no deed of staff and isn't noted. Nil for
  ///     whoever is at work: a member of staff, a command, or the program.
  ///   - name: the actor's, where they aren't at work yet: who is just logging in.
  public static func note(
    _ deed: Deed, by actor: Actor? = nil, named name: String = "", at now: Timestamp, in transaction: any Transaction
  ) throws {
    guard let answering = AuditActor.answering(for: actor, named: name) else { return }
    let last = try lockedHead(in: transaction)
    let entry = try DeedEntry(deed, by: answering, at: now, after: last)
    do {
      try transaction.execute(DeedRows.insert(entry))
    } catch StorageFault.duplicateKey {
      // Else whoever notes would take it for a key of his own.
      throw LogFault.isTaken(entry.number)
    }
    let moved = try transaction.execute(
      """
      UPDATE deed_head SET number = \(entry.number), hash = \(entry.hash)
      WHERE id = 1 AND number = \(last.number) AND hash = \(last.hash)
      """)
    guard moved == 1 else { throw LogFault.hasMoved(last.number) }
  }

  /// Notes what no single transaction does, such as an import: before it begins, and what came of it.
  public func note(_ deed: Deed, by actor: Actor? = nil) async throws {
    let now = clock.now
    try await database.write { try Self.note(deed, by: actor, at: now, in: $0) }
  }

  /// The end of the chain, held for the rest of the transaction.
  private static func lockedHead(in transaction: any Transaction) throws -> DeedMark {
    if let head = try DeedRows.head(transaction.dialect.forUpdate, in: transaction) { return head }
    let first: Int64? = try transaction.value("SELECT number FROM deed ORDER BY number LIMIT 1")
    if first == nil {
      try transaction.execute(
        transaction.dialect.insertIfAbsent(
          into: "deed_head",
          [
            ("id", 1.sqlValue), ("number", DeedMark.start.number.sqlValue), ("hash", DeedMark.start.hash.sqlValue),
          ]))
    }
    // Also where there are entries: the first may have been noted since the end was looked for.
    guard let head = try DeedRows.head(transaction.dialect.forUpdate, in: transaction) else {
      throw LogFault.hasNoHead
    }
    return head
  }
}

/// The log isn't as it was left, so that nothing can be added to it, nor anything be done that must be noted.
public enum LogFault: Error, Hashable, Sendable, CustomStringConvertible {
  case hasNoHead
  case isTaken(Int64)
  case hasMoved(Int64)

  public var description: String {
    switch self {
    case .hasNoHead: "the log of deeds has entries and no end: its table deed_head was emptied"
    case .isTaken(let number): "the log of deeds ends before its entry \(number): deed_head was changed"
    case .hasMoved(let number): "the log of deeds was changed after its entry \(number) meanwhile"
    }
  }
}
