import Catalog
import Events
import Pricing
import Search
import Storage
import TestKit
import Testing
import Values

@testable import Flows

@Suite struct FeedingTests {
  @Test func `a product that can't be indexed keeps none of those told with it out of the search`() async throws {
    let shop = try await BuyingFixture()
    try await (try #require(shop.contexts.search as? StoredSearch)).load()
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

  // req: 3.1.4-1
  @Test func `goods of a category that is renamed or moved are found by what it is called then`() async throws {
    let shop = try await BuyingFixture()
    let (contexts, catalog) = (shop.contexts, shop.contexts.catalog)
    try await (try #require(contexts.search as? StoredSearch)).load()
    var heard = 0
    func feed() async throws {
      let told = try await shop.store.toldEvents()
      try await FeedSearch(contexts).whenGoodsChanged(Array(told.dropFirst(heard)))
      heard = told.count
    }
    func shelf(_ slug: String, _ name: String, below parent: CategoryID? = nil) async throws -> CategoryID {
      let draft = CategoryDraft(
        slug: try #require(Slug(rawValue: slug)), name: LocalizedText(en: name), parent: parent)
      return try await catalog.saveCategory(draft).id
    }
    func count(_ text: String) async throws -> Int {
      try await contexts.search.search(SearchQuery(text: text, language: .en, isExact: true)).total
    }
    let kitchen = try await shelf("kitchen", "Kitchenware")
    let pots = try await shelf("pots", "Vessels", below: kitchen)
    let (hidden, goods) = try await Self.fill(pots, contexts)
    try await feed()
    #expect(try await count("kitchenware") == goods)

    _ = try await shelf("kitchen", "Cookery")
    try await feed()
    #expect(try await count("cookery") == goods)
    #expect(try await count("kitchenware") == 0)

    _ = try await shelf("pots", "Vessels", below: try await shelf("garden", "Gardening"))
    try await feed()
    #expect(try await count("gardening") == goods)
    #expect(try await count("cookery") == 0)
    #expect(try await count("vessels") == goods)
    #expect(try await contexts.search.cards([hidden]).isEmpty)
  }

  /// Puts more goods on a shelf than are read at once, and one that shoppers don't see.
  private static func fill(_ category: CategoryID, _ contexts: Contexts) async throws -> (hidden: ProductID, count: Int)
  {
    let count = 130
    let merchant = try #require(
      try await contexts.catalog.products(PageRequest(limit: 1), of: nil).items.first?.merchant)
    let drafts = try (0...count).map { number in
      ProductDraft(
        merchant: merchant, handle: try #require(Slug(rawValue: "vessel-\(number)")),
        content: ProductContent(title: LocalizedText(en: "Thing \(number)"), category: category),
        variants: [VariantDraft(sku: "vessel-\(number)", choice: [], weightGrams: 400)], isPublished: number > 0)
    }
    let products = try await contexts.catalog.save(drafts).map { try $0.get().product }
    let price = Price(sale: Money(minor: 8800, currency: .cny))
    try await contexts.pricing.setPrices(
      products.flatMap { $0.variants.map { PriceChange(variant: $0.id, price: price) } })
    return (try #require(products.first?.id), count)
  }
}
