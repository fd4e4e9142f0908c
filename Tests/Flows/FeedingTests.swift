import Catalog
import Events
import Search
import Storage
import TestKit
import Testing
import Values

@testable import Flows

@Suite struct FeedingTests {
  @Test func `a product that can't be indexed keeps none of those told with it out of the search`() async throws {
    let shop = try await BuyingFixture()
    let summaries = try await shop.contexts.catalog.variants(shop.variants)
    let products = try shop.variants.map { try #require(summaries[$0]).product }
    let broken = products[0].raw
    try await shop.store.database.write { transaction in
      _ = try transaction.execute(
        TestEngine.current.refuse("INSERT", on: "search_document", when: "NEW.product_id = \(broken)"))
    }
    let fact = ProductsChanged(merchant: MerchantID(raw: 1), products: products)
    try await shop.store.database.write { [outbox = shop.store.outbox] in try outbox.tell(fact, in: $0) }
    let told = try await shop.store.toldEvents().filter { $0.name == ProductsChanged.name }
    await #expect(throws: (any Error).self) {
      try await FeedSearch(shop.contexts).whenGoodsChanged([try #require(told.last)])
    }
    let found = try await shop.contexts.search.search(SearchQuery(language: .en))
    #expect(found.cards.map(\.product) == [products[1]])
  }
}
