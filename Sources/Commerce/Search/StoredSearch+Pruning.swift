import Storage
import Values

extension StoredSearch {
  /// How long a row says of a product that it is gone.
  static let removalTime = Duration.days(30)
  private static let rowsLooked = 1000

  /// Takes away the rows of products that went more than 30 days ago. An index that hasn't come so far since is made anew.
  /// Each row is looked at once for each of its changes.
  public func pruneRemoved() async throws {
    let limit = clock.now.adding(.zero - Self.removalTime)
    while true {
      try Task.checkCancellation()
      let rows = try await database.read { transaction in
        let standing = try SearchClock.standing(in: transaction)
        return try SearchDocumentTable.ages(after: standing.prunedTo, limit: Self.rowsLooked, in: transaction)
      }
      let old = rows.prefix { $0.changedAt < limit }
      guard let last = old.last else { return }
      try await database.write { transaction in
        _ = try SearchClock.lock(in: transaction)
        try SearchDocumentTable.forget(old.filter(\.isGone).map(\.product), upTo: last.version, in: transaction)
        try SearchClock.notePruned(to: last.version, in: transaction)
      }
      if old.count < Self.rowsLooked { return }
    }
  }

  /// The table came out of a copy: indexes of the one that it was copied from aren't its own. To be called before any
  /// process serves from it.
  public static func renewMark(on database: any Database) async throws {
    try await database.write { try SearchClock.renewMark(in: $0) }
  }

  /// Has every process that keeps an index of its own make it anew (`renewIndex`), beside the one that answers. Does
  /// nothing where the index stands elsewhere: whoever makes that anew does so for all.
  public func askForRenewal() async throws {
    guard lasting != nil else { return }
    try await database.write { try SearchClock.askForRenewal(in: $0) }
  }
}
