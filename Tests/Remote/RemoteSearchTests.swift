import Foundation
import PartKit
import Remote
import Search
import Storage
import StorageSQLite
import TestKit
import Testing
import Values

/// What only a search elsewhere does.
@Suite struct RemoteSearchTests {
  @Test func `every instance is fed, and one that is down is fed again later`() async throws {
    let store = try await TestStore(StoredSearch.migrations)
    let instances = [try await instance(store), try await instance(store)]
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

  // req: 3.1.4-1
  @Test func `edits reach every instance: each finds what is called otherwise now, and not what is gone`() async throws
  {
    let store = try await TestStore(StoredSearch.migrations)
    let instances = [try await instance(store), try await instance(store)]
    let parts = [
      try await ServedPart.start(SearchVerbs.served(by: instances[0])),
      try await ServedPart.start(SearchVerbs.served(by: instances[1])),
    ]
    let caller = caller(of: "search", at: LiveList(parts[0], parts[1]))
    let search = RemoteSearch(caller)
    _ = try await search.index([document(1, "Lamp"), document(2, "Chair")])
    _ = try await search.index([document(1, "Lantern")])
    _ = try await search.update([figures(1, price: 700)])
    _ = try await search.remove([ProductID(raw: 2)])
    for instance in instances {
      func find(_ text: String) async throws -> [ProductCard] {
        try await instance.search(SearchQuery(text: text, language: .en, isExact: true)).cards
      }
      let found = try await find("lantern")
      #expect(found.map(\.product.raw) == [1] && found.first?.figures.price?.minor == 700)
      let gone = [try await find("lamp"), try await find("chair")]
      #expect(gone == [[], []])
    }
    caller.close()
    for part in parts { await part.kill() }
  }

  @Test func `large documents go in messages that the transport takes`() async throws {
    let store = try await TestStore(StoredSearch.migrations)
    let stored = try await instance(store)
    let part = try await ServedPart.start(SearchVerbs.served(by: stored))
    let caller = caller(of: "search", at: LiveList(part))
    let search = RemoteSearch(caller)
    let long = String(repeating: "茶", count: 30_000)
    let documents = (1...60).map { id in
      let plain = document(Int64(id), "Lamp")
      return SearchDocument(
        card: plain.card, words: LocalizedText(long), body: LocalizedText(long), createdAt: plain.createdAt)
    }
    #expect(try await search.index(documents))
    #expect(try await stored.search(SearchQuery(text: "lamp", language: .en)).total == 60)
    caller.close()
    await part.kill()
  }

  @Test func `the revision moves when an instance was fed by somebody else`() async throws {
    let store = try await TestStore(StoredSearch.migrations)
    let stored = try await instance(store)
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

/// With an index of its own, as a process has.
private func instance(_ store: TestStore) async throws -> StoredSearch {
  let engine = LocalEngine(folder: store.folder.appending(path: "search").path, clock: store.clock.clock) {
    try SQLiteDatabase(path: $0, isDerived: true)
  }
  let search = StoredSearch(database: store.database, engine: engine, clock: store.clock.clock)
  try await search.load()
  return search
}

private func document(_ id: Int64, _ title: String) -> SearchDocument {
  guard let handle = Slug(rawValue: "p-\(id)") else { fatalError("a slug of letters and digits") }
  return SearchDocument(
    card: ProductCard(
      product: ProductID(raw: id), handle: handle, merchant: MerchantID(raw: 1), title: LocalizedText(title),
      picture: nil, category: nil, brand: nil, figures: figures(id)),
    words: LocalizedText(), body: LocalizedText(), createdAt: Timestamp(milliseconds: 1_000_000 + id))
}

private func figures(_ id: Int64, price: Int64 = 1000) -> ProductFigures {
  ProductFigures(
    product: ProductID(raw: id), price: Money(minor: price, currency: .cny), listPrice: nil, hasPriceRange: false,
    inStock: true, sold: 0, ratingTenths: 0, reviewCount: 0)
}
