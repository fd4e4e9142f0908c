import AuditLog
import Catalog
import Events
import Storage
import TestKit
import Testing
import Values

/// What comes of those who find, between two steps of their own, that somebody else was quicker.
@Suite struct OvertakenSavingTests {
  private static let mei = Actor.staff(StaffID(raw: 7))

  /// The shop's tables as they look to somebody who is overtaken.
  private func overtaken(_ shop: CatalogFixture) -> (catalog: StoredCatalog, database: OvertakenDatabase) {
    let database = OvertakenDatabase(shop.store.database)
    let catalog = StoredCatalog(
      database: database, outbox: shop.store.outbox, ids: shop.store.ids, clock: shop.store.clock.clock)
    return (catalog, database)
  }

  @Test func `a product made by another since it was looked for is revised, not refused for its own SKU`() async throws
  {
    let shop = try await CatalogFixture()
    let first = try await shop.catalog.save(try shop.draft("teapot", sku: "T")).product
    let (catalog, database) = overtaken(shop)
    database.overlookProducts()
    let second = try await catalog.save(try shop.draft("teapot", title: "Iron teapot", sku: "T"))
    #expect(database.hasOverlooked)
    #expect(second.outcome == .updated)
    #expect(second.product.id == first.id)
    #expect(second.product.version == 2)
    #expect(second.product.variants == first.variants)
    #expect(try await shop.fresh.product(first.id)?.content.title.en == "Iron teapot")
  }

  @Test func `of many drafts, those that others made meanwhile are revised, and a stranger's SKU stays taken`()
    async throws
  {
    let shop = try await CatalogFixture()
    let standing = try await shop.catalog.save([
      try shop.draft("one", sku: "A"), try shop.draft("two", sku: "B"), try shop.draft("three", sku: "C"),
    ]).map { try $0.get().product.id }
    let (catalog, database) = overtaken(shop)
    database.overlookProducts()
    let results = try await catalog.save([
      try shop.draft("one", title: "Cup", sku: "A"), try shop.draft("two", title: "Bowl", sku: "B"),
      try shop.draft("four", sku: "C"), try shop.draft("five", sku: "D"),
    ])
    #expect(database.hasOverlooked)
    #expect(try results[0].get().product.id == standing[0])
    #expect(try results[1].get().product.id == standing[1])
    guard case .failure(.refusal(.skuTaken("C"))) = results[2] else { return #expect(Bool(false), "\(results[2])") }
    #expect(try results[3].get().outcome == .created)
  }

  /// Saved beside a product that stands and whose handle comes after: whoever waits for that one has looked for the new
  /// one before.
  @Test func `savers of one new product at once, round after round, all save the same one`() async throws {
    let shop = try await CatalogFixture()
    // Of few rows an engine reads all, in the order of their ids, rather than those that are asked for, by handle.
    let others = try (0..<200).map { try shop.draft("filler-\($0)") }
    _ = try await shop.catalog.save(others + [try shop.draft("standing")])
    let savers = 8
    for round in 0..<20 {
      let made = try await withThrowingTaskGroup(of: Saved.self, returning: [Saved].self) { group in
        for number in 0..<savers {
          group.addTask {
            let results = try await shop.catalog.save([
              try shop.draft("new-\(round)", title: "Teapot \(number)", sku: "N-\(round)"),
              try shop.draft("standing", title: "Kettle \(round) \(number)"),
            ])
            return try #require(results.first).get()
          }
        }
        var made: [Saved] = []
        for try await saved in group { made.append(saved) }
        return made
      }
      #expect(Set(made.map(\.product.id)).count == 1)
      #expect(made.map(\.product.version).sorted() == Array(1...savers))
      #expect(made.filter { $0.outcome == .created }.count == 1)
    }
  }

  @Test func `a product that is begun doesn't become the next version of one that another made meanwhile`()
    async throws
  {
    let shop = try await CatalogFixture()
    let theirs = try await shop.catalog.save(try shop.draft("teapot")).product
    let (catalog, database) = overtaken(shop)
    database.overlookProducts()
    let mine = try await catalog.begin(
      try shop.draft("teapot", title: "Iron teapot"), isNamed: false, by: Self.mei)
    #expect(database.hasOverlooked)
    #expect(mine.id != theirs.id)
    #expect(mine.handle.rawValue == "teapot-2")
    database.overlookProducts()
    await #expect(throws: FieldFaults(field: "handle", code: "taken")) {
      try await catalog.begin(try shop.draft("teapot", title: "Iron teapot"), isNamed: true, by: Self.mei)
    }
    #expect(database.hasOverlooked)
    #expect(try await shop.fresh.product(theirs.id) == theirs)
  }

  @Test func `a brand that is removed while somebody looks it up isn't remembered`() async throws {
    let shop = try await CatalogFixture()
    let brand = try await shop.catalog.brand(named: "Kiln")
    let (catalog, database) = overtaken(shop)
    database.afterNextWrite { try await catalog.removeBrand(brand.id, by: Self.mei) }
    #expect(try await catalog.brand(named: "Kiln").id == brand.id)
    #expect(try await catalog.brand(named: "Kiln").id != brand.id)
  }
}
