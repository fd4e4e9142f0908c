import Catalog
import Events
import Storage
import TestKit
import Testing
import Values

/// Goods of a merchant that are kept from shoppers, and come back as they were.
@Suite struct WithholdingTests {
  // req: 2.3.2.4-1
  @Test func `withheld goods are for nobody, whatever is saved meanwhile, and come back as they were`() async throws {
    let it = try await CatalogFixture()
    let other = MerchantID(raw: 2)
    let shown = try await it.catalog.save(try it.draft("pot")).product
    var hidden = try it.draft("lid")
    hidden.isPublished = false
    let draft = try await it.catalog.save(hidden).product
    let theirs = try await it.catalog.save(try it.draft("bowl", merchant: other)).product
    _ = try await it.catalog.variants(shown.variants.map(\.id))
    try await it.catalog.withhold(it.merchant, true, version: 2)
    for catalog in [it.catalog, it.fresh] {
      let product = try #require(try await catalog.product(shown.id))
      #expect(!product.isPublished && product.isWithheld)
      #expect(try await catalog.product(draft.id)?.isWithheld == false)
      #expect(try await catalog.product(theirs.id)?.isPublished == true)
      #expect(try await catalog.variants(shown.variants.map(\.id)).values.allSatisfy { !$0.isPublished })
      #expect(try await catalog.listings(after: nil, limit: 10).map(\.id) == [theirs.id])
      #expect(try await catalog.listingMarks(every: 1) == [theirs.id])
    }
    let late = try await it.catalog.save(try it.draft("cup"))
    #expect(late.outcome == .created && !late.product.isPublished && late.product.isWithheld)
    #expect(try await it.catalog.save(try it.draft("pot")).outcome == .unchanged)
    #expect(try await it.catalog.withheldMerchants() == [it.merchant])
    try await it.catalog.withhold(it.merchant, false, version: 3)
    #expect(try await it.catalog.product(shown.id)?.isPublished == true)
    #expect(try await it.catalog.product(draft.id)?.isPublished == false)
    #expect(try await it.fresh.product(late.product.id)?.isPublished == true)
    #expect(try await it.catalog.productCounts(of: [it.merchant, other]) == [it.merchant: 3, other: 1])
  }

  @Test func `what is older than what counts changes nothing, and the same is told once`() async throws {
    let it = try await CatalogFixture()
    let product = try await it.catalog.save(try it.draft("pot")).product
    let before = try await it.told().count
    try await it.catalog.withhold(it.merchant, false, version: 5)
    try await it.catalog.withhold(it.merchant, true, version: 4)
    #expect(try await it.catalog.product(product.id)?.isPublished == true)
    try await it.catalog.withhold(it.merchant, true, version: 6)
    try await it.catalog.withhold(it.merchant, true, version: 6)
    #expect(try await it.catalog.product(product.id)?.isPublished == false)
    #expect(try await it.told().count == before + 2)
  }

  @Test func `all of many goods are told of`() async throws {
    let it = try await CatalogFixture()
    _ = try await it.catalog.save(try (1...1203).map { try it.draft("pot-\($0)", title: "Pot \($0)") })
    let before = try await it.store.toldEvents().count
    try await it.catalog.withhold(it.merchant, true, version: 2)
    let told = try await it.store.toldEvents().dropFirst(before)
      .flatMap { try $0.decode(ProductsChanged.self).products }
    #expect(told.count == 1203 && Set(told).count == 1203)
  }
}
