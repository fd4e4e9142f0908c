import Catalog
import Events
import Foundation
import Storage
import TestKit
import Testing
import Values

@Suite struct SavingTests {
  @Test func `a product is made, found by id and handle, and told`() async throws {
    let shop = try await CatalogFixture()
    let saved = try await shop.catalog.save(try shop.draft("teapot", sku: "T-1"))
    #expect(saved.outcome == .created)
    #expect(saved.product.version == 1)
    #expect(try await shop.fresh.product(saved.product.id) == saved.product)
    #expect(try await shop.catalog.product(handle: CatalogFixture.slug("teapot"), of: shop.merchant) == saved.product)
    #expect(try await shop.catalog.product(handle: CatalogFixture.slug("teapot"), of: MerchantID(raw: 2)) == nil)
    let fact: ProductsChanged = try #require(try await shop.store.toldEvents().first).decode()
    #expect(fact.products == [saved.product.id])
  }

  @Test func `products that are saved together are told together, so that an import is few facts`() async throws {
    let shop = try await CatalogFixture()
    let saved = try await shop.catalog.save(
      try (1...40).map { try shop.draft("teapot-\($0)", sku: "T-\($0)") })
    let facts: [ProductsChanged] = try await shop.store.toldEvents().map { try $0.decode() }
    #expect(facts.map(\.merchant) == [shop.merchant])
    #expect(Set(facts.flatMap(\.products)) == Set(try saved.map { try $0.get().product.id }))
  }

  @Test
  func `what a file calls by a handle or a SKU is each merchant's product that has it, and a handle counts first`()
    async throws
  {
    let shop = try await CatalogFixture()
    let other = MerchantID(raw: 2)
    let own = try await shop.catalog.save(try shop.draft("teapot", sku: "cup")).product.id
    let theirs = try await shop.catalog.save(try shop.draft("teapot", merchant: other)).product.id
    let cup = try await shop.catalog.save(try shop.draft("cup", merchant: other)).product.id
    let jug = try await shop.catalog.save(try shop.draft("water-jug", sku: "jug")).product.id
    let found = try await shop.catalog.products(named: ["teapot", "cup", "jug", "bowl"], of: [shop.merchant, other])
    #expect(found == ["teapot": [own, theirs], "cup": [cup], "jug": [jug]])
    let fewer = try await shop.catalog.products(named: ["teapot", "cup"], of: [shop.merchant])
    #expect(fewer == ["teapot": [own], "cup": [own]])
  }

  @Test func `saving the same again changes nothing and tells nothing`() async throws {
    let shop = try await CatalogFixture()
    let draft = try shop.shirt(["Red", "Blue"])
    let first = try await shop.catalog.save(draft)
    shop.store.clock.advance(by: .hours(1))
    let second = try await shop.catalog.save(draft)
    #expect(second.outcome == .unchanged)
    #expect(second.product == first.product)
    #expect(try await shop.told().count == 1)
  }

  @Test func `a revision keeps the id and shows at once although the product was in memory`() async throws {
    let shop = try await CatalogFixture()
    let first = try await shop.catalog.save(try shop.draft("teapot")).product
    _ = try await shop.catalog.product(first.id)
    _ = try await shop.catalog.variants(first.variants.map(\.id))
    shop.store.clock.advance(by: .hours(1))
    let second = try await shop.catalog.save(try shop.draft("teapot", title: "Iron teapot"))
    #expect(second.outcome == .updated)
    #expect(second.product.id == first.id)
    #expect(second.product.version == 2)
    #expect(second.product.createdAt == first.createdAt)
    #expect(second.product.changedAt > first.changedAt)
    #expect(try await shop.catalog.product(first.id)?.content.title.en == "Iron teapot")
    let variant = try #require(first.variants.first?.id)
    #expect(try await shop.catalog.variants([variant])[variant]?.title.en == "Iron teapot")
  }

  @Test func `variants are found again by their values, then by SKU, and removed ones still resolve`() async throws {
    let shop = try await CatalogFixture()
    let first = try await shop.catalog.save(try shop.shirt(["Red", "Blue", "Green"])).product
    let ids = first.variants.map(\.id)
    // Red stays by its value under a new SKU, Blue is renamed and found by SKU, Green goes.
    let second = try await shop.catalog.save(try shop.shirt(["Navy", "Red"], skus: ["S-Blue", "R-2"])).product
    #expect(second.variants.map(\.id) == [ids[1], ids[0]])
    let summaries = try await shop.catalog.variants(ids)
    #expect(summaries[ids[0]]?.sku == "R-2")
    #expect(summaries[ids[1]]?.choice.en == "Navy")
    #expect(summaries[ids[2]]?.isPublished == false)
    #expect(summaries[ids[2]]?.choice.en == "Green")
    #expect(try await shop.fresh.product(first.id) == second)
    // Green comes back as itself.
    let third = try await shop.catalog.save(try shop.shirt(["Green"])).product
    #expect(third.variants.map(\.id) == [ids[2]])
    #expect(try await shop.catalog.variants(ids)[ids[2]]?.isPublished == true)
  }

  @Test func `two variants can exchange their SKUs`() async throws {
    let shop = try await CatalogFixture()
    let first = try await shop.catalog.save(try shop.shirt(["Red", "Blue"], skus: ["A", "B"])).product
    let second = try await shop.catalog.save(try shop.shirt(["Red", "Blue"], skus: ["B", "A"])).product
    #expect(second.variants.map(\.id) == first.variants.map(\.id))
    #expect(second.variants.map(\.sku) == ["B", "A"])
  }

  @Test func `a SKU is unique within its merchant only, and free again once given up`() async throws {
    let shop = try await CatalogFixture()
    _ = try await shop.catalog.save(try shop.draft("one", sku: "A"))
    await #expect(throws: CatalogRefusal.skuTaken("A")) { try await shop.catalog.save(try shop.draft("two", sku: "A")) }
    _ = try await shop.catalog.save(try shop.draft("two", sku: "A", merchant: MerchantID(raw: 2)))
    _ = try await shop.catalog.save(try shop.draft("one", sku: "B"))
    #expect(try await shop.catalog.save(try shop.draft("two", sku: "A")).outcome == .created)
  }

  @Test func `refused drafts of a batch don't stop the others, and the batch keeps its order`() async throws {
    let shop = try await CatalogFixture()
    let drafts = [
      try shop.draft("one", sku: "A"), try shop.draft("two", sku: "A"), try shop.draft("three", title: ""),
      try shop.draft("one", title: "Later", sku: "A"),
      try shop.draft("four", title: String(repeating: "x", count: 201)),
    ]
    let results = try await shop.catalog.save(drafts)
    #expect(results.count == 5)
    #expect(try results[0].get().outcome == .created)
    guard case .failure(.refusal(.skuTaken("A"))) = results[1] else { return #expect(Bool(false), "\(results[1])") }
    #expect(try results[3].get().outcome == .updated)
    #expect(try results[3].get().product.id == results[0].get().product.id)
    guard case .failure(.fields(let faults)) = results[4] else { return #expect(Bool(false), "\(results[4])") }
    #expect(faults.faults.map(\.field) == ["title"])
    #expect(faults.faults.map(\.code) == ["tooLong"])
    // A title in Chinese alone is a title.
    #expect(try results[2].get().product.content.title[.en] == "茶壶")
  }

  @Test func `a batch moves a SKU from one product to another`() async throws {
    let shop = try await CatalogFixture()
    _ = try await shop.catalog.save(try shop.draft("one", sku: "A"))
    let results = try await shop.catalog.save([try shop.draft("one", sku: "B"), try shop.draft("two", sku: "A")])
    #expect(try results.map { try $0.get().outcome } == [.updated, .created])
  }

  @Test func `what breaks a limit is named by its field`() async throws {
    let shop = try await CatalogFixture()
    var draft = try shop.shirt(["Red", "Red"], skus: [String(repeating: "s", count: 101), "x\u{0}"])
    draft.content.title = LocalizedText()
    draft.content.subtitle = LocalizedText(String(repeating: "é", count: 301))
    draft.content.category = CategoryID(raw: 77)
    draft.variants[0].weightGrams = -1
    draft.variants[1].weightGrams = 1_000_001
    draft.variants[1].choice = [7]
    draft.variants[1].picture = 3
    draft.pictures = [PictureDraft(source: "javascript:alert(1)"), PictureDraft()]
    draft.content.attributes = [ProductAttribute(name: LocalizedText("Width"), value: .number("1.2.3", unit: "cm"))]
    let faults = await #expect(throws: FieldFaults.self) { try await shop.catalog.save(draft) }
    let found = Set((faults?.faults ?? []).map { "\($0.field) \($0.code)" })
    #expect(
      found == [
        "title missing", "subtitle tooLong", "options.0.values repeated", "variants.0.sku tooLong",
        "variants.1.sku unprintable",
        "variants.0.weightGrams outOfRange", "variants.1.weightGrams outOfRange", "variants.1.choice unknown",
        "variants.1.picture unknown", "pictures.0.source notAnAddress", "pictures.1 missing",
        "attributes.0.value notANumber",
      ])
    draft = try shop.draft("teapot")
    draft.variants = []
    let empty = await #expect(throws: FieldFaults.self) { try await shop.catalog.save(draft) }
    #expect(empty?.faults.first?.field == "variants")
    draft = try shop.draft("teapot")
    draft.content.category = CategoryID(raw: 77)
    let unknown = await #expect(throws: FieldFaults.self) { try await shop.catalog.save(draft) }
    #expect(unknown?.faults.first?.field == "category")
    #expect(try await shop.told().isEmpty)
  }

  @Test func `nasty text is stored as it is and markup is made harmless`() async throws {
    let shop = try await CatalogFixture()
    var draft = try shop.draft("nasty", title: "'; DROP TABLE product; -- <script>🦜 مرحبا")
    draft.content.introduction = LocalizedText(en: "<p onclick=x>Hi<script>alert(1)</script>", zhHans: "<b>好")
    draft.content.extras = ["Google Shopping / Age": "adult"]
    let saved = try await shop.catalog.save(draft).product
    let read = try #require(try await shop.fresh.product(saved.id))
    #expect(read.content.title.en == "'; DROP TABLE product; -- <script>🦜 مرحبا")
    #expect(read.content.introduction == LocalizedText(en: "<p>Hi</p>", zhHans: "<b>好</b>"))
    #expect(read.content.extras == draft.content.extras)
    draft.content.introduction = LocalizedText(en: String(repeating: "x", count: 200_001))
    let faults = await #expect(throws: FieldFaults.self) { try await shop.catalog.save(draft) }
    #expect(faults?.faults.first?.field == "introduction")
  }

  @Test func `publishing and withdrawing is told once and hides the variants`() async throws {
    let shop = try await CatalogFixture()
    let product = try await shop.catalog.save(try shop.draft("teapot")).product
    let variant = try #require(product.variants.first?.id)
    #expect(try await shop.catalog.variants([variant])[variant]?.isPublished == true)
    try await shop.catalog.setPublished(product.id, false)
    try await shop.catalog.setPublished(product.id, false)
    #expect(try await shop.catalog.variants([variant])[variant]?.isPublished == false)
    #expect(try await shop.catalog.product(product.id)?.isPublished == false)
    #expect(try await shop.catalog.product(product.id)?.version == 2)
    #expect(try await shop.told().count == 2)
    await #expect(throws: CatalogRefusal.unknownProduct) {
      try await shop.catalog.setPublished(ProductID(raw: 5), true)
    }
  }

  @Test func `a hundred savers of one product leave one product`() async throws {
    let shop = try await CatalogFixture()
    try await withThrowingTaskGroup(of: ProductID.self) { group in
      for number in 0..<100 {
        group.addTask {
          try await shop.catalog.save(try shop.draft("teapot", title: "Teapot \(number)", sku: "T")).product.id
        }
      }
      let ids = try await group.reduce(into: Set<ProductID>()) { $0.insert($1) }
      #expect(ids.count == 1)
    }
    let stored = try await shop.fresh.product(handle: CatalogFixture.slug("teapot"), of: shop.merchant)
    #expect(stored?.version == 100)
  }

  @Test func `pages walk all products of a merchant in order of id`() async throws {
    let shop = try await CatalogFixture()
    let drafts = try (0..<1203).map { try shop.draft("p-\($0)", sku: "SKU-\($0)") }
    let results = try await shop.catalog.save(drafts)
    #expect(results.count == 1203)
    _ = try await shop.catalog.save(try shop.draft("other", merchant: MerchantID(raw: 2)))
    var seen: [ProductID] = []
    var cursor: Cursor?
    repeat {
      let page = try await shop.catalog.products(PageRequest(limit: 100, after: cursor), of: shop.merchant)
      seen += page.items.map(\.id)
      cursor = page.next
    } while cursor != nil
    #expect(seen.count == 1203)
    #expect(seen == Array(Set(seen)).sorted())
    #expect(try await shop.catalog.products(seen).count == 1203)
    let again = try await shop.catalog.save(drafts)
    #expect(try again.allSatisfy { try $0.get().outcome == .unchanged })
  }
}
