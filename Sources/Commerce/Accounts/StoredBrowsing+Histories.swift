import Storage
import Synchronization
import Values

extension StoredBrowsing {
  /// Visitors whose histories are in memory.
  private static let capacity = 10_000
  /// How long a history that other programs may change is taken as it was read.
  private static let sharedLifetime = Duration.seconds(2)

  public func recordView(of product: ProductID, by visitor: Visitor) async { note(visitor, [.viewed(product)]) }

  public func recordSearch(_ text: String, by visitor: Visitor) async {
    let text = String(
      text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.map(Character.init).prefix(100))
    if !text.isEmpty { note(visitor, [.searched(text)]) }
  }

  public func recentViews(of visitor: Visitor, limit: Int) async throws -> [ProductID] {
    Array(try await history(of: visitor).views.prefix(limit))
  }

  public func recentSearches(of visitor: Visitor, limit: Int) async throws -> [String] {
    Array(try await history(of: visitor).searches.prefix(limit))
  }

  public func forgetViews(of visitor: Visitor) async throws {
    note(visitor, [.forgotViews])
    try await flush()
  }

  public func forgetSearches(of visitor: Visitor) async throws {
    note(visitor, [.forgotSearches])
    try await flush()
  }

  public func adopt(device: DeviceToken, by account: AccountID) async throws {
    let guest = try await history(of: .device(device))
    guard !guest.isEmpty else { return }
    note(.account(account), [.adopted(guest)])
    note(.device(device), [.forgotViews, .forgotSearches])
  }

  private func note(_ visitor: Visitor, _ changes: [BrowsingHistory.Change]) {
    histories.withLock { histories in
      let key = Self.key(visitor)
      // While nothing can be stored, only so many visitors are remembered.
      guard histories[key] != nil || histories.count < Self.capacity * 2 else { return }
      histories[key, default: RememberedHistory(readAt: .now, touchedAt: clock.now)].note(changes, at: clock.now)
    }
  }

  // MARK: Reading

  private func history(of visitor: Visitor) async throws -> BrowsingHistory {
    let key = Self.key(visitor)
    while true {
      let (known, stores) = histories.withLock { histories in
        (histories[key].flatMap { isFresh($0) ? $0.known : nil }, histories[key]?.stores ?? 0)
      }
      if let known { return known }
      let began = ContinuousClock.now
      let stored = try await database.read { try Self.stored(key, in: $0) }
      let whole = histories.withLock { histories -> BrowsingHistory? in
        var remembered = histories[key] ?? RememberedHistory(readAt: began, touchedAt: clock.now)
        guard remembered.stores == stores else { return nil }
        var whole = stored
        whole.apply(remembered.unstored)
        (remembered.known, remembered.readAt) = (whole, began)
        if histories[key] != nil || histories.count < Self.capacity * 2 { histories[key] = remembered }
        return whole
      }
      if let whole { return whole }
    }
  }

  private func isFresh(_ remembered: RememberedHistory) -> Bool {
    !database.isShared || remembered.readAt.duration(to: .now) < Self.sharedLifetime
  }

  private static func stored(
    _ key: String, lock: SQL = "", in transaction: any ReadTransaction
  ) throws -> BrowsingHistory {
    guard let row = try transaction.row("SELECT * FROM browsing_history WHERE visitor = \(key)" + lock) else {
      return BrowsingHistory()
    }
    let (views, searches): (String, String) = (try row["views"], try row["searches"])
    return BrowsingHistory(
      views: views.split(separator: " ").compactMap { Int64($0) }.map(ProductID.init(raw:)),
      searches: searches.split(separator: "\n").map(String.init))
  }

  static func key(_ visitor: Visitor) -> String {
    switch visitor {
    case .account(let account): account.description
    case .device(let token): "dev_" + token.rawValue
    }
  }

  // MARK: Storing

  public func flush() async throws {
    let turn = storing.withLock { last in
      let turn = Task { [last] in
        _ = await last?.result
        try await store()
      }
      last = turn
      return turn
    }
    try await turn.value
  }

  private func store() async throws {
    let changed = histories.withLock { histories in
      forgetOld(&histories)
      return histories.filter { !$0.value.unstored.isEmpty }.sorted { $0.key < $1.key }
    }
    guard !changed.isEmpty else { return }
    // Other programs have changes of their own, so what is stored is changed and not replaced.
    try await database.write { transaction in
      let erased = try Self.erased(changed.map(\.key), in: transaction)
      for (visitor, remembered) in changed where !erased.contains(visitor) {
        var history = try Self.stored(visitor, lock: transaction.dialect.forUpdate, in: transaction)
        history.apply(remembered.unstored)
        try transaction.execute(
          transaction.dialect.upsert(
            into: "browsing_history",
            [
              ("visitor", visitor.sqlValue),
              ("views", history.views.map { String($0.raw) }.joined(separator: " ").sqlValue),
              ("searches", history.searches.joined(separator: "\n").sqlValue),
              ("touched_at", remembered.touchedAt.sqlValue),
            ], key: ["visitor"], update: ["views", "searches", "touched_at"]))
      }
    }
    histories.withLock { histories in
      for (visitor, remembered) in changed { histories[visitor]?.noteStored(remembered.unstored.count) }
    }
  }

  /// Those of the visitors who were erased. The others aren't before the transaction ends.
  private static func erased(_ visitors: [String], in transaction: any Transaction) throws -> Set<String> {
    let accounts = visitors.compactMap { AccountID($0) }.sorted()
    var erased: Set<String> = []
    for start in stride(from: 0, to: accounts.count, by: 500) {
      let batch = accounts[start..<min(start + 500, accounts.count)]
      for row in try transaction.rows(
        "SELECT id, erased_at FROM account WHERE id IN \(list: batch) ORDER BY id \(transaction.dialect.forShare)")
      {
        let (id, erasedAt): (AccountID, Timestamp?) = (try row["id"], try row["erased_at"])
        if erasedAt != nil { erased.insert(key(.account(id))) }
      }
    }
    return erased
  }

  /// The least recently touched go; they come back from the database when their visitor does.
  private func forgetOld(_ histories: inout [String: RememberedHistory]) {
    guard histories.count > Self.capacity else { return }
    let old = histories.filter(\.value.unstored.isEmpty).sorted { $0.value.touchedAt < $1.value.touchedAt }
    for entry in old.prefix(histories.count - Self.capacity / 2) { histories.removeValue(forKey: entry.key) }
  }
}
