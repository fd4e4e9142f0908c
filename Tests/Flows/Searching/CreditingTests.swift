import Accounts
import Catalog
import Flows
import Orders
import Search
import TestKit
import Testing
import Values

/// Orders are credited to the queries that led to their goods.
@Suite struct CreditingTests {
  private func counts(_ shop: BuyingFixture) async throws -> [String: Int] {
    let today = ShopDay(shop.store.clock.now)
    let page = try await shop.contexts.searchLedger.queries(
      QueryCountAsk(from: today.adding(-2), to: today, page: PageRequest(limit: 100)))
    return Dictionary(uniqueKeysWithValues: page.items.map { ($0.text, $0.purchases) })
  }

  /// The goods that the fixture's first variant is of.
  private func goods(_ shop: BuyingFixture) async throws -> ProductID {
    let found = try await shop.contexts.catalog.variants([shop.variants[0]])
    return try #require(found[shop.variants[0]]).product
  }

  @Test func `an order counts for the queries from which its buyer opened the goods`() async throws {
    let shop = try await BuyingFixture()
    let (ledger, goods) = (shop.contexts.searchLedger, try await goods(shop))
    let buyer = Visitor.account(shop.buyer).searchKey
    for text in ["tea pot", "kiln", "cup", "reed"] { await ledger.noteQuery(text, language: .en, found: 3) }
    await ledger.noteClick("Tea  pot", language: .en, product: goods, by: buyer)
    await ledger.noteClick("kiln", language: .en, product: goods, by: buyer)
    await ledger.noteClick("cup", language: .en, product: ProductID(raw: 1), by: buyer)
    await ledger.noteClick("reed", language: .en, product: goods, by: "dev_other")
    try await ledger.flush()
    _ = try await shop.place()
    try await shop.settle()
    #expect(try await counts(shop) == ["tea pot": 1, "kiln": 1, "cup": 0, "reed": 0])
    try await shop.settle()
    #expect(try await counts(shop)["kiln"] == 1)
  }

  @Test func `what was opened more than a day before brings nothing`() async throws {
    let shop = try await BuyingFixture()
    let (ledger, goods) = (shop.contexts.searchLedger, try await goods(shop))
    await ledger.noteQuery("kiln", language: .en, found: 3)
    await ledger.noteClick("kiln", language: .en, product: goods, by: Visitor.account(shop.buyer).searchKey)
    try await ledger.flush()
    shop.store.clock.advance(by: .hours(25))
    _ = try await shop.place()
    try await shop.settle()
    #expect(try await counts(shop) == ["kiln": 0])
  }

  @Test func `what a stranger opened counts for the account that they log in to`() async throws {
    let shop = try await BuyingFixture()
    let (ledger, goods) = (shop.contexts.searchLedger, try await goods(shop))
    let device = DeviceToken.random()
    await ledger.noteQuery("kiln", language: .en, found: 3)
    await ledger.noteClick("kiln", language: .en, product: goods, by: Visitor.device(device).searchKey)
    _ = try await EnterShop(shop.contexts).logIn(
      email: "lin@example.com", password: "correct horse", device: device, client: "192.0.2.1")
    try await ledger.flush()
    _ = try await shop.place()
    try await shop.settle()
    #expect(try await counts(shop) == ["kiln": 1])
  }
}
