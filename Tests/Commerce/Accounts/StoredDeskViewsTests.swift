import Accounts
import Storage
import TestKit
import Testing
import Values

@Suite struct StoredDeskViewsTests {
  private func fixture() async throws -> (TestStore, StoredDeskViews) {
    let store = try await TestStore(StoredAccounts.migrations + StoredDeskViews.migrations)
    return (store, StoredDeskViews(database: store.database, ids: store.ids))
  }

  @Test func `views are kept by name, each person's own`() async throws {
    let (store, views) = try await fixture()
    let (mei, bo): (StaffID, StaffID) = (store.ids.next(), store.ids.next())
    let big = try await views.keep("dueFrom=1000", as: " Big ", list: "review", of: mei)
    _ = try await views.keep("", as: "All", list: "review", of: mei)
    _ = try await views.keep("number=2026", as: "Big", list: "orders", of: mei)
    let bigger = try await views.keep("dueFrom=5000", as: "Big", list: "review", of: mei)
    #expect(bigger.id == big.id)
    #expect(try await views.views(of: mei, list: "review").map(\.name) == ["All", "Big"])
    #expect(try await views.views(of: mei, list: "review").map(\.query) == ["", "dueFrom=5000"])
    #expect(try await views.views(of: bo, list: "review").isEmpty)
    try await views.forget(big.id, of: bo)
    #expect(try await views.views(of: mei, list: "review").count == 2)
    try await views.forget(big.id, of: mei)
    try await views.forget(big.id, of: mei)
    #expect(try await views.views(of: mei, list: "review").map(\.name) == ["All"])
  }

  @Test func `there are twenty of a list at most, however many are kept at once`() async throws {
    let (store, views) = try await fixture()
    let mei: StaffID = store.ids.next()
    try await store.database.write { transaction in
      _ = try transaction.execute(
        "INSERT INTO staff (id, email, password, name, rights) VALUES (\(mei), 'm@example.com', '', 'Mei', '')")
    }
    await withTaskGroup(of: Void.self) { group in
      for index in 1...30 {
        group.addTask { _ = try? await views.keep("number=\(index)", as: "View \(index)", list: "orders", of: mei) }
      }
    }
    #expect(try await views.views(of: mei, list: "orders").count == 20)
    await #expect(throws: DeskViewRefusal.tooManyViews(most: 20)) {
      try await views.keep("", as: "One more", list: "orders", of: mei)
    }
  }

  @Test func `what can't be a view is refused`() async throws {
    let (store, views) = try await fixture()
    let mei: StaffID = store.ids.next()
    for (query, name, list) in [
      ("a=1", "", "orders"), ("a=1", String(repeating: "x", count: 41), "orders"), ("a b", "x", "orders"),
      (String(repeating: "x", count: 2001), "x", "orders"), ("a=\r\nSet-Cookie", "x", "orders"), ("", "x", "Orders!"),
    ] {
      await #expect(throws: FieldFaults.self) { try await views.keep(query, as: name, list: list, of: mei) }
    }
  }
}
