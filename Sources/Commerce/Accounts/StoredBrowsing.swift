import Storage
import Synchronization
import Values

/// Histories and favourites over a database. A history is short and read on every product page, so it is one row, kept in
/// memory while its visitor is about. What is done to it is written behind.
public final class StoredBrowsing: BrowsingService, Sendable {
  private static let mostFavourites = 1000

  let database: any Database
  let clock: WallClock
  let histories = Mutex<[String: RememberedHistory]>([:])
  /// Changes are stored by one task at a time, in the order in which they were made.
  let storing = Mutex<Task<Void, any Error>?>(nil)
  private let favourites: ReadCache<AccountID, Set<ProductID>>

  public init(database: any Database, clock: WallClock) {
    self.database = database
    self.clock = clock
    favourites = ReadCache(capacity: 10_000, of: database)
  }

  // MARK: Favourites

  public func setFavourite(_ product: ProductID, of account: AccountID, _ isFavourite: Bool) async throws {
    try await database.write { transaction in
      if isFavourite {
        guard try self.mayKeep(product, of: account, in: transaction) else {
          throw AccountRefusal.tooManyFavourites(most: Self.mostFavourites)
        }
        try transaction.execute(
          transaction.dialect.insertIfAbsent(
            into: "favourite",
            [("account_id", account.sqlValue), ("product_id", product.sqlValue), ("at", self.clock.now.sqlValue)]))
      } else {
        try transaction.execute("DELETE FROM favourite WHERE account_id = \(account) AND product_id = \(product)")
      }
      transaction.afterCommit { [favourites = self.favourites] in favourites.forget([account]) }
    }
  }

  private func mayKeep(_ product: ProductID, of account: AccountID, in transaction: any Transaction) throws -> Bool {
    // Two requests of one account wait for each other, so that the last free place isn't given twice.
    try StoredAccounts.lockPresent(account, in: transaction)
    let kept: Int64? = try transaction.value("SELECT COUNT(*) FROM favourite WHERE account_id = \(account)")
    guard let kept, kept >= Self.mostFavourites else { return true }
    return try transaction.row(
      "SELECT at FROM favourite WHERE account_id = \(account) AND product_id = \(product)") != nil
  }

  public func isFavourite(_ product: ProductID, of account: AccountID) async throws -> Bool {
    let known = try await favourites.value(account) {
      try await self.database.read { transaction in
        Set(
          try transaction.rows(
            "SELECT product_id FROM favourite WHERE account_id = \(account) ORDER BY at DESC LIMIT \(Self.mostFavourites)"
          ).map { try $0["product_id"] as ProductID })
      }
    }
    return known?.contains(product) ?? false
  }

  public func favourites(of account: AccountID, _ page: PageRequest) async throws -> Page<ProductID> {
    let parts = page.after?.parts.compactMap { Int64($0) } ?? []
    let (at, product) = parts.count == 2 ? (parts[0], parts[1]) : (Int64.max, Int64.max)
    return try await database.read { transaction in
      let rows = try transaction.rows(
        """
        SELECT product_id, at FROM favourite
        WHERE account_id = \(account) AND (at < \(at) OR (at = \(at) AND product_id < \(product)))
        ORDER BY at DESC, product_id DESC LIMIT \(page.limit + 1)
        """)
      let items = try rows.map { (product: try $0["product_id"] as ProductID, at: try $0["at"] as Int64) }
      return Page(fetched: items, limit: page.limit) { Cursor([String($0.at), String($0.product.raw)]) }.map(\.product)
    }
  }

  public func prune(before: Timestamp) async throws -> Int {
    try await database.write { transaction in
      try transaction.execute(
        "DELETE FROM browsing_history WHERE touched_at < \(before) AND visitor LIKE 'dev!_%' ESCAPE '!'")
    }
  }
}
