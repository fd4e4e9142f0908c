import PartKit
import Remote
import Search
import Storage
import TestKit
import Testing
import Values

/// What only a search elsewhere does.
@Suite struct RemoteSearchTests {
  @Test func `every instance is fed, and one that is down is fed again later`() async throws {
    let store = try await TestStore(StoredSearch.migrations)
    let instances = (0..<2).map { _ in StoredSearch(database: store.database, clock: store.clock.clock) }
    let first = try await ServedPart.start(SearchVerbs.served(by: instances[0]))
    let second = try await ServedPart.start(SearchVerbs.served(by: instances[1]))
    let list = LiveList(first, second)
    let caller = caller(of: "search", at: list)
    let search = RemoteSearch(caller)
    #expect(try await search.index([document(1, "Lamp")]))
    for instance in instances { #expect(try await instance.search(SearchQuery(language: .en)).total == 1) }
    await second.kill()
    await #expect(throws: PartUnavailable.self) { try await search.index([document(2, "Chair")]) }
    #expect(try await instances[0].search(SearchQuery(language: .en)).total == 2)
    list.set([first.address])
    #expect(try await !search.index([document(2, "Chair")]))
    caller.close()
    await first.kill()
  }

  @Test func `the revision moves when an instance was fed by somebody else`() async throws {
    let store = try await TestStore(StoredSearch.migrations)
    let stored = StoredSearch(database: store.database, clock: store.clock.clock)
    let part = try await ServedPart.start(SearchVerbs.served(by: stored))
    let caller = caller(of: "search", at: LiveList(part))
    let search = RemoteSearch(caller)
    await search.refreshRevision()
    let before = search.revision
    await search.refreshRevision()
    #expect(search.revision == before)
    _ = try await stored.index([document(1, "Lamp")])
    await search.refreshRevision()
    #expect(search.revision > before)
    caller.close()
    await part.kill()
  }
}

private func document(_ id: Int64, _ title: String) -> SearchDocument {
  guard let handle = Slug(rawValue: "p-\(id)") else { fatalError("a slug of letters and digits") }
  let figures = ProductFigures(
    product: ProductID(raw: id), price: Money(minor: 1000, currency: .cny), listPrice: nil, hasPriceRange: false,
    inStock: true, sold: 0, ratingTenths: 0, reviewCount: 0)
  return SearchDocument(
    card: ProductCard(
      product: ProductID(raw: id), handle: handle, merchant: MerchantID(raw: 1), title: LocalizedText(title),
      picture: nil, category: nil, brand: nil, figures: figures),
    words: LocalizedText(), body: LocalizedText(), createdAt: Timestamp(milliseconds: 1_000_000 + id))
}
