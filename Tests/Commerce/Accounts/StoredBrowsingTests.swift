import Accounts
import Events
import TestKit
import Testing
import Values

@Suite struct StoredBrowsingTests {
  /// The store is handed out too: its folder lives as long as someone holds it.
  private func browsing() async throws -> (TestStore, StoredBrowsing) {
    let store = try await TestStore(Outbox.migrations + StoredAccounts.migrations)
    return (store, StoredBrowsing(database: store.database, clock: store.clock.clock))
  }

  private func registered(in store: TestStore) async throws -> AccountID {
    let accounts = StoredAccounts(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock,
      hashing: PasswordHashing(cost: 4), regions: RegionDirectory(lines: ""))
    let form = Registration(email: "lin@example.com", password: "correct horse", name: "Lin", language: .en)
    return try await accounts.register(form).id
  }

  private let device = DeviceToken(rawValue: String(repeating: "d", count: 40))

  @Test func `views are kept newest first, each once, and survive a restart once stored`() async throws {
    let (store, browsing) = try await browsing()
    let visitor = Visitor.account(AccountID(raw: 5))
    for id in [1, 2, 3, 1] { await browsing.recordView(of: ProductID(raw: Int64(id)), by: visitor) }
    #expect(try await browsing.recentViews(of: visitor, limit: 10).map(\.raw) == [1, 3, 2])
    try await browsing.flush()
    let again = StoredBrowsing(database: store.database, clock: store.clock.clock)
    #expect(try await again.recentViews(of: visitor, limit: 2).map(\.raw) == [1, 3])
    try await again.forgetViews(of: visitor)
    #expect(try await again.recentViews(of: visitor, limit: 2).isEmpty)
  }

  @Test func `a history is bounded, and nasty searches are kept as words`() async throws {
    let (store, browsing) = try await browsing()
    defer { withExtendedLifetime(store) {} }
    let visitor = Visitor.account(AccountID(raw: 5))
    for id in 1...80 { await browsing.recordView(of: ProductID(raw: Int64(id)), by: visitor) }
    for number in 1...30 { await browsing.recordSearch("search \(number)", by: visitor) }
    await browsing.recordSearch("茶\n壶'; DROP TABLE x", by: visitor)
    #expect(try await browsing.recentViews(of: visitor, limit: 100).count == 50)
    let searches = try await browsing.recentSearches(of: visitor, limit: 100)
    #expect(searches.count == 20)
    #expect(searches.first == "茶壶'; DROP TABLE x")
  }

  @Test func `an account keeps a thousand favourites and no more, whoever is quickest`() async throws {
    let (store, browsing) = try await browsing()
    defer { withExtendedLifetime(store) {} }
    let account = try await registered(in: store)
    for id in 1...995 { try await browsing.setFavourite(ProductID(raw: Int64(id)), of: account, true) }
    let kept = await withTaskGroup { group in
      for id in 2001...2020 {
        group.addTask {
          do {
            try await browsing.setFavourite(ProductID(raw: Int64(id)), of: account, true)
            return true
          } catch {
            #expect(error as? AccountRefusal == .tooManyFavourites(most: 1000))
            return false
          }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(kept == 5)
    // What is kept already stays so, and one that goes makes a place; others have places of their own.
    try await browsing.setFavourite(ProductID(raw: 1), of: account, true)
    try await browsing.setFavourite(ProductID(raw: 1), of: account, false)
    try await browsing.setFavourite(ProductID(raw: 3000), of: account, true)
    #expect(try await browsing.isFavourite(ProductID(raw: 3000), of: account))
    try await browsing.setFavourite(ProductID(raw: 3001), of: AccountID(raw: 6), true)
  }

  @Test func `what a device has seen becomes the account's that logs in on it`() async throws {
    let (store, browsing) = try await browsing()
    defer { withExtendedLifetime(store) {} }
    let device = try #require(device)
    let account = AccountID(raw: 9)
    await browsing.recordView(of: ProductID(raw: 1), by: .account(account))
    await browsing.recordView(of: ProductID(raw: 2), by: .device(device))
    await browsing.recordSearch("lamp", by: .device(device))
    try await browsing.adopt(device: device, by: account)
    #expect(try await browsing.recentViews(of: .account(account), limit: 9).map(\.raw) == [2, 1])
    #expect(try await browsing.recentSearches(of: .account(account), limit: 9) == ["lamp"])
    #expect(try await browsing.recentViews(of: .device(device), limit: 9).isEmpty)
  }

  @Test func `favourites are set and taken off, repeats included`() async throws {
    let (store, browsing) = try await browsing()
    defer { withExtendedLifetime(store) {} }
    let (account, product) = (AccountID(raw: 9), ProductID(raw: 3))
    #expect(try await browsing.isFavourite(product, of: account) == false)
    for _ in 1...2 { try await browsing.setFavourite(product, of: account, true) }
    #expect(try await browsing.isFavourite(product, of: account))
    #expect(try await browsing.favourites(of: account, PageRequest()).items == [product])
    for _ in 1...2 { try await browsing.setFavourite(product, of: account, false) }
    #expect(try await browsing.isFavourite(product, of: account) == false)
  }

  @Test func `a history that can't be read at the moment isn't overwritten`() async throws {
    let (store, browsing) = try await browsing()
    let visitor = Visitor.account(AccountID(raw: 5))
    await browsing.recordView(of: ProductID(raw: 1), by: visitor)
    try await browsing.flush()
    let database = InterruptedDatabase(store.database)
    let again = StoredBrowsing(database: database, clock: store.clock.clock)
    database.setReadable(false)
    await again.recordView(of: ProductID(raw: 2), by: visitor)
    database.setReadable(true)
    try await again.flush()
    #expect(try await again.recentViews(of: visitor, limit: 9).map(\.raw).contains(1))
  }

  @Test func `what two programs note of one visitor is stored together`() async throws {
    let (store, browsing) = try await browsing()
    let other = StoredBrowsing(database: store.database, clock: store.clock.clock)
    let visitor = Visitor.account(AccountID(raw: 5))
    _ = try await (browsing.recentViews(of: visitor, limit: 9), other.recentViews(of: visitor, limit: 9))
    await browsing.recordView(of: ProductID(raw: 1), by: visitor)
    await other.recordView(of: ProductID(raw: 2), by: visitor)
    await other.recordSearch("lamp", by: visitor)
    try await browsing.flush()
    try await other.flush()
    let third = StoredBrowsing(database: store.database, clock: store.clock.clock)
    #expect(try await third.recentViews(of: visitor, limit: 9).map(\.raw) == [2, 1])
    #expect(try await third.recentSearches(of: visitor, limit: 9) == ["lamp"])
    try await other.forgetViews(of: visitor)
    await browsing.recordView(of: ProductID(raw: 3), by: visitor)
    try await browsing.flush()
    let fourth = StoredBrowsing(database: store.database, clock: store.clock.clock)
    #expect(try await fourth.recentViews(of: visitor, limit: 9).map(\.raw) == [3])
  }

  @Test func `many that store at once lose nothing and bring nothing back`() async throws {
    let (store, browsing) = try await browsing()
    let visitor = Visitor.account(AccountID(raw: 5))
    await withTaskGroup { group in
      for id in 1...40 {
        group.addTask {
          await browsing.recordView(of: ProductID(raw: Int64(id)), by: visitor)
          try? await browsing.flush()
        }
      }
    }
    let again = StoredBrowsing(database: store.database, clock: store.clock.clock)
    let seen = try await browsing.recentViews(of: visitor, limit: 99)
    #expect(seen.count == 40)
    #expect(try await again.recentViews(of: visitor, limit: 99) == seen)
  }
}
