import AuditLog
import Catalog
import Events
import Storage
import TestKit
import Testing
import Values

/// Categories and brands as staff of the platform arrange them.
@Suite struct ShelfTests {
  private static let mei = Actor.staff(StaffID(raw: 7))

  private func add(
    _ name: String, below parent: CategoryID? = nil, _ shop: CatalogFixture
  ) async throws -> Catalog.Category {
    try await shop.catalog.addCategory(CategoryFace(name: LocalizedText(en: name)), below: parent, by: Self.mei)
  }

  private func names(below parent: CategoryID?, _ shop: CatalogFixture) async throws -> [String] {
    let tree = try await shop.fresh.categories()
    return (parent.map { tree.children(of: $0) } ?? tree.roots).map(\.name.en)
  }

  private func deeds(_ shop: CatalogFixture) async throws -> [DeedEntry] {
    try await DeedLog(database: shop.store.database, clock: shop.store.clock.clock)
      .entries(matching: DeedFilter(), after: 0, limit: 100)
  }

  @Test func `categories are added at the end, moved among and into others, and keep their addresses`() async throws {
    let shop = try await CatalogFixture()
    let tea = try await add("Tea", shop)
    let kitchen = try await add("Kitchen", shop)
    let garden = try await add("Garden", shop)
    #expect(try await names(below: nil, shop) == ["Tea", "Kitchen", "Garden"])
    try await shop.catalog.move(garden.id, to: CategoryPlace(below: nil, before: kitchen.id), by: Self.mei)
    #expect(try await names(below: nil, shop) == ["Tea", "Garden", "Kitchen"])
    try await shop.catalog.move(garden.id, to: CategoryPlace(below: tea.id), by: Self.mei)
    #expect(try await names(below: nil, shop) == ["Tea", "Kitchen"])
    #expect(try await names(below: tea.id, shop) == ["Garden"])
    let faults = await #expect(throws: FieldFaults.self) {
      try await shop.catalog.move(tea.id, to: CategoryPlace(below: garden.id), by: Self.mei)
    }
    #expect(faults?.faults.first?.code == "circular")
    // A second of the name gets an address of its own.
    let second = try await add("Garden", below: kitchen.id, shop)
    #expect(second.slug.rawValue == "kitchen-garden")
    #expect(try await deeds(shop).map(\.verb).filter { $0 == "catalog.moveCategory" }.count == 2)
    let nameless = await #expect(throws: FieldFaults.self) { try await add("  ", shop) }
    #expect(nameless?.faults.map(\.field) == ["nameEn"])
  }

  @Test func `a shelf that goes while goods are saved onto it has none of them`() async throws {
    let shop = try await CatalogFixture()
    for round in 1...15 {
      let shelf = try await add("Shelf \(round)", shop)
      let brand = try await shop.catalog.addBrand(BrandFace(name: "Brand \(round)"), by: Self.mei)
      var draft = try shop.draft("goods-\(round)")
      (draft.content.category, draft.content.brand) = (shelf.id, brand.id)
      let goods = draft
      await withTaskGroup(of: Void.self) { group in
        group.addTask { _ = try? await shop.catalog.save([goods]) }
        group.addTask { try? await shop.catalog.removeCategory(shelf.id, by: Self.mei) }
        group.addTask { try? await shop.catalog.removeBrand(brand.id, by: Self.mei) }
      }
    }
    let lost = try await shop.store.database.read { transaction in
      try transaction.value(
        """
        SELECT COUNT(*) FROM product
        WHERE category_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM category WHERE category.id = product.category_id)
          OR brand_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM brand WHERE brand.id = product.brand_id)
        """, as: Int.self)
    }
    #expect(lost == 0)
  }

  @Test func `of two who change a category at once one is told, and what was there is in the log`() async throws {
    let shop = try await CatalogFixture()
    let tea = try await add("Tea", shop)
    let face = CategoryFace(name: LocalizedText(en: "Teaware", zhHans: "茶具"), isHidden: true)
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (try? await shop.catalog.change(tea.id, to: face, version: tea.version, by: Self.mei)) != nil
        }
      }
      return await group.reduce(into: [Bool]()) { $0.append($1) }
    }
    #expect(outcomes.filter(\.self).count == 1)
    let changed = try #require(try await shop.fresh.categories()[tea.id])
    #expect(changed.isHidden && changed.version == 2 && changed.slug == tea.slug)
    let deed = try #require(try await deeds(shop).last)
    #expect(deed.verb == "catalog.changeCategory" && deed.fieldsBefore["nameEn"] == "Tea")
    #expect(deed.fieldsAfter["nameZh"] == "茶具" && deed.fieldsAfter["isHidden"] == "true")
    // An import that names it again leaves it hidden.
    let again = try await shop.catalog.saveCategory(CategoryDraft(slug: tea.slug, name: face.name, position: 4))
    #expect(again.isHidden)
  }

  @Test func `what is hidden hides what lies in it, and the rest stays`() async throws {
    let shop = try await CatalogFixture()
    let tea = try await add("Tea", shop)
    let pots = try await add("Pots", below: tea.id, shop)
    let kitchen = try await add("Kitchen", shop)
    _ = try await shop.catalog.change(
      tea.id, to: CategoryFace(name: tea.name, isHidden: true), version: 1, by: Self.mei)
    let shown = try await shop.catalog.categories().shown
    #expect(shown.all.map(\.id) == [kitchen.id])
    #expect(shown[tea.slug] == nil && shown[pots.id] == nil && shown.path(to: pots.id).isEmpty)
  }

  @Test func `goods move to another category in slices, and only an empty one is removed`() async throws {
    let shop = try await CatalogFixture()
    let (tea, kitchen) = (try await add("Tea", shop), try await add("Kitchen", shop))
    let drafts = try (0..<7).map { number in
      var draft = try shop.draft("pot-\(number)", sku: "P-\(number)")
      draft.content.category = tea.id
      return draft
    }
    _ = try await shop.catalog.save(drafts)
    #expect(try await shop.catalog.goodsPerCategory() == [tea.id: 7])
    await #expect(throws: CatalogRefusal.shelfInUse) {
      try await shop.catalog.removeCategory(tea.id, by: Self.mei)
    }
    let known = try #require(
      try await shop.catalog.product(handle: try CatalogFixture.slug("pot-0"), of: shop.merchant))
    #expect(try await shop.catalog.refile(from: tea.id, to: kitchen.id, limit: 5, by: Self.mei) == 5)
    #expect(try await shop.catalog.refile(from: tea.id, to: kitchen.id, limit: 5, by: Self.mei) == 2)
    #expect(try await shop.catalog.goodsPerCategory() == [kitchen.id: 7])
    let moved = try #require(try await shop.catalog.product(known.id))
    #expect(moved.content.category == kitchen.id && moved.version == known.version + 1)
    // Saving the same content again finds it as it is.
    var same = drafts[0]
    same.content.category = kitchen.id
    #expect(try await shop.catalog.save(same).outcome == .unchanged)
    try await shop.catalog.removeCategory(tea.id, by: Self.mei)
    #expect(try await shop.fresh.categories()[tea.id] == nil)
    await #expect(throws: CatalogRefusal.unknownCategory) {
      try await shop.catalog.removeCategory(tea.id, by: Self.mei)
    }
    await #expect(throws: FieldFaults.self) {
      try await shop.catalog.refile(from: kitchen.id, to: kitchen.id, limit: 5, by: Self.mei)
    }
  }

  @Test func `a brand is renamed for all of its goods, and two become one`() async throws {
    let shop = try await CatalogFixture()
    let apple = try await shop.catalog.addBrand(BrandFace(name: "Aple"), by: Self.mei)
    let other = try await shop.catalog.addBrand(BrandFace(name: "Apple"), by: Self.mei)
    await #expect(throws: FieldFaults.self) { try await shop.catalog.addBrand(BrandFace(name: "APPLE"), by: Self.mei) }
    _ = try await shop.catalog.save(
      try (0..<4).map { number in
        var draft = try shop.draft("phone-\(number)", sku: "F-\(number)")
        draft.content.brand = apple.id
        return draft
      })
    await #expect(throws: FieldFaults.self) {
      try await shop.catalog.change(apple.id, to: BrandFace(name: "apple"), version: 1, by: Self.mei)
    }
    let before = try await shop.told().count
    let renamed = try await shop.catalog.change(apple.id, to: BrandFace(name: "Appel"), version: 1, by: Self.mei)
    #expect(renamed.slug == apple.slug && renamed.version == 2)
    #expect(try await shop.told().dropFirst(before) == [BrandChanged.name, ProductsChanged.name])
    #expect(try await shop.catalog.tellRenamedBrands(limit: 10) == 0)
    await #expect(throws: CatalogRefusal.shelfChanged) {
      try await shop.catalog.change(apple.id, to: BrandFace(name: "Pear"), version: 1, by: Self.mei)
    }
    await #expect(throws: CatalogRefusal.shelfInUse) { try await shop.catalog.removeBrand(apple.id, by: Self.mei) }
    #expect(try await shop.catalog.merge(apple.id, into: other.id, limit: 3, by: Self.mei) == false)
    #expect(try await shop.catalog.merge(apple.id, into: other.id, limit: 3, by: Self.mei))
    #expect(try await shop.catalog.goods(of: [apple.id, other.id]) == [other.id: 4])
    #expect(try await shop.fresh.brand(apple.id) == nil)
    // Its name is free again, and nobody remembers the one that is gone.
    #expect(try await shop.catalog.brand(named: "Appel").id != apple.id)
    #expect(
      try await deeds(shop).map(\.verb) == [
        "catalog.addBrand", "catalog.addBrand", "catalog.changeBrand", "catalog.mergingBrand", "catalog.mergeBrand",
      ])
  }

  @Test func `goods of a renamed brand that weren't told of are, slice by slice`() async throws {
    let shop = try await CatalogFixture()
    let brand = try await shop.catalog.addBrand(BrandFace(name: "Aple"), by: Self.mei)
    _ = try await shop.catalog.save(
      try (0..<1100).map { number in
        var draft = try shop.draft("phone-\(number)")
        draft.content.brand = brand.id
        return draft
      })
    _ = try await shop.catalog.change(brand.id, to: BrandFace(name: "Apple"), version: 1, by: Self.mei)
    #expect(try await shop.catalog.tellRenamedBrands(limit: 10) == 0)
    // As a program that ends behind the change leaves it.
    try await shop.store.database.write { transaction in
      try transaction.execute("UPDATE brand SET is_told = 0 WHERE id = \(brand.id)")
    }
    let before = try await shop.store.toldEvents().count
    #expect(try await shop.catalog.tellRenamedBrands(limit: 10) == 1)
    let told = try await shop.store.toldEvents().dropFirst(before)
    #expect(Set(try told.flatMap { try $0.decode(ProductsChanged.self).products }).count == 1100)
    #expect(told.count == 3)
    #expect(try await shop.catalog.tellRenamedBrands(limit: 10) == 0)
  }

  @Test func `brands are found by a part of their name, page by page`() async throws {
    let shop = try await CatalogFixture()
    for number in 1...5 { _ = try await shop.catalog.brand(named: "Kiln \(number)") }
    _ = try await shop.catalog.brand(named: "100%_pure")
    let first = try await shop.catalog.brands(named: "KILN", PageRequest(limit: 3))
    #expect(first.items.map(\.name) == ["Kiln 1", "Kiln 2", "Kiln 3"])
    let second = try await shop.catalog.brands(named: "KILN", PageRequest(limit: 3, after: first.next))
    #expect(second.items.map(\.name) == ["Kiln 4", "Kiln 5"] && second.next == nil)
    #expect(try await shop.catalog.brands(named: "%_", PageRequest()).items.map(\.name) == ["100%_pure"])
  }

  @Test func `a rehearsal says what saving would do, and saves nothing`() async throws {
    let shop = try await CatalogFixture()
    let kept = try await shop.catalog.save(try shop.draft("teapot", sku: "T-1")).product
    let drafts = [
      try shop.draft("teapot", sku: "T-1"), try shop.draft("teapot", title: "Kettle", sku: "T-1"),
      try shop.draft("cup", sku: "C-1"), try shop.draft("mug", sku: "T-1"), try shop.draft("bowl", title: ""),
    ]
    let told = try await shop.told().count
    let results = try await shop.catalog.rehearse(drafts)
    let outcomes = results.map { result in
      switch result {
      case .success(let saved): saved.outcome.rawValue
      case .failure(.refusal(let refusal)): refusal.code
      case .failure(.fields): "fields"
      }
    }
    #expect(outcomes.prefix(4) == ["unchanged", "updated", "created", "skuTaken"])
    #expect(try await shop.told().count == told)
    #expect(try await shop.fresh.product(kept.id) == kept)
    #expect(try await shop.fresh.product(handle: try CatalogFixture.slug("cup"), of: shop.merchant) == nil)
  }
}
