import Search
import Storage
import TestKit
import Values

/// A ledger on a database of its own.
struct LedgerFixture {
  let store: TestStore
  let ledger: StoredSearchLedger

  /// - Parameter isFilled: whether search has the whole catalogue.
  init(isFilled: Bool = true) async throws {
    store = try await TestStore(
      StoredSearch.migrations + StoredSearchRules.migrations + StoredSearchLedger.migrations)
    ledger = StoredSearchLedger(database: store.database, clock: store.clock.clock)
    if isFilled { try await search.noteCatalogue() }
  }

  var search: StoredSearch { SearchFixture.search(store, engine: SearchFixture.engine(store)) }

  /// The same books as another process adds to them.
  var elsewhere: StoredSearchLedger { StoredSearchLedger(database: store.database, clock: store.clock.clock) }

  var today: ShopDay { ShopDay(store.clock.now) }

  func counts(
    _ sort: QueryCountAsk.Sort = .asked, days: Int = 1, withoutFinds: Bool = false, containing: String = ""
  ) async throws -> [QueryCount] {
    try await ledger.flush()
    return try await ledger.queries(
      QueryCountAsk(
        from: today.adding(1 - days), to: today, withoutFinds: withoutFinds, containing: containing, sort: sort,
        page: PageRequest(limit: 100))
    ).items
  }

  func ask(_ text: String, times: Int = 1, found: Int = 5, language: Language = .en) async {
    for number in 0..<times {
      await ledger.noteQuery(text, language: language, found: found, by: "dev_\(number)")
    }
  }

  func rows(_ table: SQL) async throws -> Int {
    try await store.database.read { try $0.value("SELECT COUNT(*) FROM \(table)") ?? 0 }
  }
}
