import Storage
import Synchronization
import Values

/// Histories and favourites over a database. A history is short and read on every product page, so it is one row, kept in
/// memory while its visitor is about and written behind.
public final class StoredBrowsing: BrowsingService, Sendable {
  private static let mostFavourites = 1000
  private static let mostViews = 50
  private static let mostSearches = 20
  private static let capacity = 10_000

  private struct History {
    var views: [ProductID] = []
    var searches: [String] = []
    /// Changes since it was stored.
    var isChanged = false
    var touchedAt: Timestamp
  }

  private let database: any Database
  private let clock: WallClock
  private let histories = Mutex<[String: History]>([:])
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
    _ = try transaction.row("SELECT id FROM account WHERE id = \(account)" + transaction.dialect.forUpdate)
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

  // MARK: Histories

  public func recordView(of product: ProductID, by visitor: Visitor) async {
    await change(visitor) { history in
      history.views.removeAll { $0 == product }
      history.views.insert(product, at: 0)
      history.views = Array(history.views.prefix(Self.mostViews))
    }
  }

  public func recordSearch(_ text: String, by visitor: Visitor) async {
    let text = String(
      text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.map(Character.init).prefix(100))
    guard !text.isEmpty else { return }
    await change(visitor) { history in
      history.searches.removeAll { $0 == text }
      history.searches.insert(text, at: 0)
      history.searches = Array(history.searches.prefix(Self.mostSearches))
    }
  }

  public func recentViews(of visitor: Visitor, limit: Int) async throws -> [ProductID] {
    Array(try await history(of: visitor).views.prefix(limit))
  }

  public func recentSearches(of visitor: Visitor, limit: Int) async throws -> [String] {
    Array(try await history(of: visitor).searches.prefix(limit))
  }

  public func forgetViews(of visitor: Visitor) async throws {
    await change(visitor) { $0.views = [] }
    try await flush()
  }

  public func forgetSearches(of visitor: Visitor) async throws {
    await change(visitor) { $0.searches = [] }
    try await flush()
  }

  public func adopt(device: DeviceToken, by account: AccountID) async throws {
    let guest = try await history(of: .device(device))
    guard !guest.views.isEmpty || !guest.searches.isEmpty else { return }
    await change(.account(account)) { history in
      history.views = Array((guest.views + history.views.filter { !guest.views.contains($0) }).prefix(Self.mostViews))
      history.searches = Array(
        (guest.searches + history.searches.filter { !guest.searches.contains($0) }).prefix(Self.mostSearches))
    }
    await change(.device(device)) { history in
      history.views = []
      history.searches = []
    }
  }

  public func flush() async throws {
    let changed = histories.withLock { histories -> [(String, History)] in
      let changed = histories.filter(\.value.isChanged)
      for key in changed.keys { histories[key]?.isChanged = false }
      if histories.count > Self.capacity {
        // The least recently touched go; they come back from the database when their visitor does.
        let old = histories.filter { !$0.value.isChanged }.sorted { $0.value.touchedAt < $1.value.touchedAt }
        for entry in old.prefix(histories.count - Self.capacity / 2) where changed[entry.key] == nil {
          histories.removeValue(forKey: entry.key)
        }
      }
      return changed.sorted { $0.key < $1.key }
    }
    guard !changed.isEmpty else { return }
    do {
      try await database.write { transaction in
        for (visitor, history) in changed {
          let views = history.views.map { String($0.raw) }.joined(separator: " ")
          let searches = history.searches.joined(separator: "\n")
          try transaction.execute(
            transaction.dialect.upsert(
              into: "browsing_history",
              [
                ("visitor", visitor.sqlValue), ("views", views.sqlValue), ("searches", searches.sqlValue),
                ("touched_at", history.touchedAt.sqlValue),
              ], key: ["visitor"], update: ["views", "searches", "touched_at"]))
        }
      }
    } catch {
      histories.withLock { histories in for (key, _) in changed { histories[key]?.isChanged = true } }
      throw error
    }
  }

  public func prune(before: Timestamp) async throws -> Int {
    try await database.write { transaction in
      try transaction.execute(
        "DELETE FROM browsing_history WHERE touched_at < \(before) AND visitor LIKE 'dev!_%' ESCAPE '!'")
    }
  }

  private func change(_ visitor: Visitor, _ body: (inout History) -> Void) async {
    // A history that can't be read now must not be replaced by one that knows this change alone.
    guard let known = try? await history(of: visitor) else { return }
    let key = Self.key(visitor)
    histories.withLock { histories in
      var history = histories[key] ?? known
      body(&history)
      history.isChanged = true
      history.touchedAt = clock.now
      histories[key] = history
    }
  }

  private func history(of visitor: Visitor) async throws -> History {
    let key = Self.key(visitor)
    if let known = histories.withLock({ $0[key] }) { return known }
    let row = try await database.read { try $0.row("SELECT * FROM browsing_history WHERE visitor = \(key)") }
    var stored = History(touchedAt: clock.now)
    if let row {
      stored.views = (try row["views"] as String).split(separator: " ").compactMap { Int64($0) }.map(
        ProductID.init(raw:))
      stored.searches = (try row["searches"] as String).split(separator: "\n").map(String.init)
    }
    return histories.withLock { histories in
      if let known = histories[key] { return known }
      histories[key] = stored
      return stored
    }
  }

  private static func key(_ visitor: Visitor) -> String {
    switch visitor {
    case .account(let account): account.description
    case .device(let token): "dev_" + token.rawValue
    }
  }
}
