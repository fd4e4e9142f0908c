import AuditLog
import Search
import Storage
import TestKit
import Values

/// Rules on a database of their own.
struct RulesFixture {
  static let mei = Actor.staff(StaffID(raw: 7))

  let store: TestStore
  let rules: StoredSearchRules

  init() async throws {
    store = try await TestStore(
      StoredSearch.migrations + StoredSearchRules.migrations + StoredSearchLedger.migrations)
    rules = StoredSearchRules(database: store.database, ids: store.ids, clock: store.clock.clock)
  }

  /// The same rules as another process has them.
  var elsewhere: StoredSearchRules {
    StoredSearchRules(database: store.database, ids: store.ids, clock: store.clock.clock)
  }

  func deeds() async throws -> [DeedEntry] {
    try await DeedLog(database: store.database, clock: store.clock.clock)
      .entries(matching: DeedFilter(), after: 0, limit: 100)
  }
}

extension FieldFaults {
  /// `field code`, in order.
  var told: [String] { faults.map { "\($0.field) \($0.code)" } }
}

/// What is wrong with the input of a verb; nothing where it is taken.
func faults(_ body: () async throws -> Void) async throws -> [String] {
  do {
    try await body()
    return []
  } catch let faults as FieldFaults {
    return faults.told
  }
}
