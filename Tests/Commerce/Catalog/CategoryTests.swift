import Catalog
import Events
import Storage
import TestKit
import Testing
import Values

@Suite struct CategoryTests {
  private func draft(_ slug: String, parent: CategoryID? = nil, position: Int = 0) throws -> CategoryDraft {
    CategoryDraft(slug: try CatalogFixture.slug(slug), name: LocalizedText(slug), parent: parent, position: position)
  }

  @Test func `categories are made and revised by their slug, and the tree in memory follows`() async throws {
    let shop = try await CatalogFixture()
    #expect(try await shop.catalog.categories().all.isEmpty)
    let tea = try await shop.catalog.saveCategory(try draft("tea"))
    let pots = try await shop.catalog.saveCategory(try draft("pots", parent: tea.id))
    #expect(try await shop.catalog.categories().children(of: tea.id) == [pots])
    let again = try await shop.catalog.saveCategory(try draft("tea"))
    #expect(again == tea)
    #expect(try await shop.told().count == 2)
    let moved = try await shop.catalog.saveCategory(try draft("tea", position: 9))
    #expect(moved.id == tea.id)
    #expect(try await shop.catalog.categories()[tea.id]?.position == 9)
    #expect(try await shop.fresh.categories().path(to: pots.id).map(\.id) == [tea.id, pots.id])
  }

  @Test func `a category can't hang below itself, nowhere, or too deep`() async throws {
    let shop = try await CatalogFixture()
    let top = try await shop.catalog.saveCategory(try draft("top"))
    let middle = try await shop.catalog.saveCategory(try draft("middle", parent: top.id))
    let low = try await shop.catalog.saveCategory(try draft("low", parent: middle.id))
    for parent in [top.id, middle.id, low.id] {
      let faults = await #expect(throws: FieldFaults.self) {
        try await shop.catalog.saveCategory(try draft("top", parent: parent))
      }
      #expect(faults?.faults.first?.code == "circular")
    }
    let unknown = await #expect(throws: FieldFaults.self) {
      try await shop.catalog.saveCategory(try draft("x", parent: CategoryID(raw: 4)))
    }
    #expect(unknown?.faults.first?.code == "unknown")
    var parent = low.id
    for level in 4...16 { parent = try await shop.catalog.saveCategory(try draft("l\(level)", parent: parent)).id }
    let deep = await #expect(throws: FieldFaults.self) {
      try await shop.catalog.saveCategory(try draft("l17", parent: parent))
    }
    #expect(deep?.faults.first?.code == "tooDeep")
    let nameless = await #expect(throws: FieldFaults.self) {
      try await shop.catalog.saveCategory(CategoryDraft(slug: try CatalogFixture.slug("n"), name: LocalizedText()))
    }
    #expect(nameless?.faults.map(\.field) == ["name"])
  }

  @Test func `a brand is one whatever its case, also when many ask at once`() async throws {
    let shop = try await CatalogFixture()
    let ids = try await withThrowingTaskGroup(of: BrandID.self) { group in
      for number in 0..<100 {
        group.addTask { try await shop.catalog.brand(named: number.isMultiple(of: 2) ? "Apple" : " apple ").id }
      }
      return try await group.reduce(into: Set<BrandID>()) { $0.insert($1) }
    }
    #expect(ids.count == 1)
    #expect(try await shop.catalog.brands().count == 1)
    // Other names that make the same slug, or none at all.
    let dotted = try await shop.catalog.brand(named: "Apple!")
    #expect(dotted.slug.rawValue != "apple")
    #expect(try await shop.catalog.brand(named: "🦜").name == "🦜")
    #expect(try await shop.catalog.brands().count == 3)
    await #expect(throws: FieldFaults.self) { try await shop.catalog.brand(named: "  ") }
    await #expect(throws: FieldFaults.self) { try await shop.catalog.brand(named: String(repeating: "b", count: 101)) }
  }
}

@Suite struct BroughtBrandTests {
  @Test func `a merchant brings so many new brands a day, and those that are there don't count`() async throws {
    let shop = try await CatalogFixture()
    let other = MerchantID(raw: 2)
    for number in 1...Brand.mostNewADay {
      _ = try await shop.catalog.brand(named: "Brand \(number)", broughtBy: shop.merchant)
    }
    let faults = await #expect(throws: FieldFaults.self) {
      try await shop.catalog.brand(named: "One more", broughtBy: shop.merchant)
    }
    #expect(faults?.faults.map(\.field) == ["brand"] && faults?.faults.map(\.code) == [Brand.tooManyNew])
    #expect(try await shop.catalog.brand(named: "BRAND 7", broughtBy: shop.merchant).name == "Brand 7")
    // Another process counts the same, and neither another merchant nor the platform is held up.
    await #expect(throws: FieldFaults.self) {
      try await shop.fresh.brand(named: "One more", broughtBy: shop.merchant)
    }
    _ = try await shop.catalog.brand(named: "Theirs", broughtBy: other)
    _ = try await shop.catalog.brand(named: "The platform's")
    shop.store.clock.advance(by: .hours(25))
    #expect(try await shop.catalog.brand(named: "One more", broughtBy: shop.merchant).name == "One more")
  }

  @Test func `of many who bring new brands at once, no more get in than there is room for`() async throws {
    let shop = try await CatalogFixture()
    let room = 3
    for number in 1...Brand.mostNewADay - room {
      _ = try await shop.catalog.brand(named: "Brand \(number)", broughtBy: shop.merchant)
    }
    let merchant = shop.merchant
    let made = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 1...12 {
        // Each as a process of its own.
        let catalog = shop.fresh
        group.addTask {
          do {
            _ = try await catalog.brand(named: "New \(number)", broughtBy: merchant)
            return true
          } catch is FieldFaults {
            return false
          }
        }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(made == room)
    #expect(try await shop.fresh.brands().count == Brand.mostNewADay)
  }
}

@Suite struct BrandBoundTests {
  @Test func `of many who bring brands where one more may be there, one gets in`() async throws {
    let shop = try await CatalogFixture()
    let first = try await shop.catalog.brand(named: "First")
    try await shop.store.database.write { transaction in
      // With the first one, one fewer than there may be.
      let numbers = Array(1...49_998)
      for start in stride(from: 0, to: numbers.count, by: 1000) {
        let rows = numbers[start..<min(start + 1000, numbers.count)].map { number -> [any SQLConvertible] in
          [Int64(number), "b-\(number)", "B \(number)", "b \(number)"]
        }
        try transaction.execute("INSERT INTO brand (id, slug, name, folded_name) VALUES \(rows: rows)")
      }
    }
    let merchant = shop.merchant
    let outcomes = try await withThrowingTaskGroup(of: String?.self) { group in
      for number in 1...4 {
        // Each as a process of its own, two of them the platform's.
        let catalog = shop.fresh
        group.addTask {
          do {
            _ = try await catalog.brand(named: "New \(number)", broughtBy: number > 2 ? merchant : nil)
            return nil
          } catch let faults as FieldFaults {
            return faults.faults.map { "\($0.field) \($0.code)" }.joined(separator: ",")
          }
        }
      }
      return try await group.reduce(into: [String?]()) { $0.append($1) }
    }
    #expect(outcomes.filter { $0 == nil }.count == 1)
    #expect(outcomes.compactMap(\.self) == Array(repeating: "brand tooMany", count: 3))
    #expect(try await shop.catalog.brand(named: "FIRST", broughtBy: merchant).id == first.id)
  }
}

@Suite struct PictureTests {
  @Test func `pictures wait for their bytes, and fetched bytes stay when the product is saved again`() async throws {
    let shop = try await CatalogFixture()
    var draft = try shop.draft("teapot")
    draft.pictures = [
      PictureDraft(source: "https://pictures.example/1.png"), PictureDraft(source: "https://pictures.example/2.png"),
      PictureDraft(file: try fileKey("a")),
    ]
    draft.variants[0].picture = 1
    let product = try await shop.catalog.save(draft).product
    let waiting = try await shop.catalog.picturesToFetch(limit: 10)
    #expect(waiting.map(\.source) == ["https://pictures.example/1.png", "https://pictures.example/2.png"])
    let fetched = try fileKey("b")
    try await shop.catalog.attach(fetched, to: waiting[0].picture, of: product.id)
    #expect(try await shop.catalog.product(product.id)?.pictures[0].file == fetched)
    #expect(try await shop.catalog.picturesToFetch(limit: 10).map(\.picture) == [waiting[1].picture])
    #expect(try await shop.catalog.save(draft).outcome == .unchanged)
    draft.pictures.remove(at: 1)
    draft.variants[0].picture = nil
    let revised = try await shop.catalog.save(draft).product
    #expect(revised.pictures.map(\.id) == [product.pictures[0].id, product.pictures[2].id])
    #expect(revised.pictures[0].file == fetched)
    #expect(try await shop.catalog.picturesToFetch(limit: 10).isEmpty)
    await #expect(throws: CatalogRefusal.unknownProduct) {
      try await shop.catalog.attach(fetched, to: waiting[1].picture, of: product.id)
    }
  }

  @Test func `a picture that failed five times is no longer listed`() async throws {
    let shop = try await CatalogFixture()
    var draft = try shop.draft("teapot")
    draft.pictures = [PictureDraft(source: "https://pictures.example/1.png")]
    _ = try await shop.catalog.save(draft)
    for _ in 1...5 {
      let waiting = try #require(try await shop.catalog.picturesToFetch(limit: 1).first)
      try await shop.catalog.fetchFailed(waiting.picture)
    }
    #expect(try await shop.catalog.picturesToFetch(limit: 1).isEmpty)
    #expect(try await shop.catalog.save(draft).outcome == .unchanged)
  }

  @Test func `a variant without a picture of its own shows the product's first`() async throws {
    let shop = try await CatalogFixture()
    var draft = try shop.shirt(["Red", "Blue"])
    draft.pictures = [PictureDraft(file: try fileKey("a")), PictureDraft(file: try fileKey("b"))]
    draft.variants[1].picture = 1
    let product = try await shop.catalog.save(draft).product
    let ids = product.variants.map(\.id)
    let summaries = try await shop.catalog.variants(ids + [VariantID(raw: 3)])
    #expect(summaries.count == 2)
    #expect(summaries[ids[0]]?.picture?.file == draft.pictures[0].file)
    #expect(summaries[ids[1]]?.picture?.file == draft.pictures[1].file)
    #expect(summaries[ids[1]]?.choice == LocalizedText("Blue"))
  }
}
