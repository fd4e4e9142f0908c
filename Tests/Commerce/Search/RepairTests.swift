import PartKit
import Search
import Storage
import Synchronization
import TestKit
import Testing
import Values

/// Repairs while goods change, tables that came of a copy, and what is forgotten.
@Suite struct RepairTests {
  private static func product(_ id: Int64) -> ProductID { ProductID(raw: id) }

  @Test func `a repair keeps what other products became while it was made`() async throws {
    let shop = try await SearchFixture(.stored)
    let local = SearchFixture.engine(shop.store, folder: "watched")
    let engine = WatchedEngine(local)
    let search = SearchFixture.search(shop.store, engine: engine)
    try await search.load()
    _ = try await shop.stored.index([document(1, "Lamp"), document(2, "Chair")])
    try await search.follow()
    try await local.apply([.remove(Self.product(1), version: try await local.appliedVersion())])
    // Another process writes while both are compared: first another product, then the one that is missing.
    let writer = shop.stored
    engine.onHeld {
      _ = try await writer.index([document(3, "Desk")])
      _ = try await writer.update([figures(1, price: 77)])
    }
    let found = try await search.check(repairing: true)
    #expect(found.missing == [Self.product(1)] && found.extra.isEmpty)
    try await search.follow()
    for (id, text) in [(1, "lamp"), (2, "chair"), (3, "desk")] {
      #expect(try await search.search(SearchQuery(text: text, language: .en)).ids == [Int64(id)], "\(text)")
    }
    #expect(
      try await search.search(SearchQuery(text: "lamp", language: .en, sort: .priceUp)).cards.first?.figures.price
        == Money(minor: 77, currency: .cny))
    #expect(try await search.check().isWhole)
    try await search.close()
  }

  @Test func `what went while it was compared isn't taken for left over`() async throws {
    let shop = try await SearchFixture(.stored)
    let engine = WatchedEngine(SearchFixture.engine(shop.store, folder: "watched"))
    let search = SearchFixture.search(shop.store, engine: engine)
    try await search.load()
    let writer = shop.stored
    _ = try await writer.index([document(1, "Lamp"), document(2, "Chair")])
    try await search.follow()
    // The first who asks is who follows, the second who compares.
    engine.onApplied(after: 1) { _ = try await writer.remove([Self.product(2)]) }
    #expect(try await search.check(repairing: true).isWhole)
    try await search.close()
  }

  @Test func `an index of another table is made anew, though its versions would do`() async throws {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index([document(1, "Lamp")])
    try await shop.stored.close()
    // As if a backup of some time ago had gone on from there.
    try await shop.store.database.write { transaction in
      _ = try transaction.execute("UPDATE search_document SET title_en = 'Chair' WHERE product_id = 1")
    }
    try await StoredSearch.renewMark(on: shop.store.database)
    let later = SearchFixture.search(shop.store, engine: SearchFixture.engine(shop.store))
    #expect(try await later.load())
    #expect(try await later.search(SearchQuery(text: "chair", language: .en)).ids == [1])
    try await later.close()
    let last = SearchFixture.search(shop.store, engine: SearchFixture.engine(shop.store))
    #expect(try await !last.load())
  }

  @Test func `a process that runs hears that the table is another`() async throws {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index([document(1, "Lamp")])
    try await shop.store.database.write { transaction in
      _ = try transaction.execute("UPDATE search_document SET title_en = 'Chair' WHERE product_id = 1")
    }
    try await StoredSearch.renewMark(on: shop.store.database)
    #expect(try await !shop.stored.follow())
    #expect(try await shop.find("lamp") == [1])
    try await shop.stored.renewIndex()
    #expect(try await shop.find("chair") == [1])
    #expect(try await shop.find("lamp").isEmpty)
  }

  @Test func `what is gone keeps no words, is forgotten after 30 days, and old indexes are made anew`() async throws {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index([document(1, "Lamp"), document(2, "Chair"), document(3, "Desk")])
    try await shop.stored.close()
    let writer = SearchFixture.search(shop.store, engine: SearchFixture.engine(shop.store, folder: "other"))
    _ = try await writer.remove([Self.product(1)])
    let words: String? = try await shop.store.database.read {
      try $0.value("SELECT title_en FROM search_document WHERE product_id = 1")
    }
    #expect(words == "")
    shop.store.clock.advance(by: .days(29))
    try await writer.pruneRemoved()
    #expect(try await Self.rows(shop) == 3)
    shop.store.clock.advance(by: .days(2))
    _ = try await writer.index([document(4, "Rug")])
    try await writer.pruneRemoved()
    #expect(try await Self.rows(shop) == 3)
    let later = SearchFixture.search(shop.store, engine: SearchFixture.engine(shop.store))
    #expect(try await later.load())
    #expect(try await later.search(SearchQuery(text: "lamp", language: .en)).total == 0)
    #expect(try await later.search(SearchQuery(language: .en)).total == 3)
    #expect(try await later.check().isWhole)
  }

  private static func rows(_ shop: SearchFixture) async throws -> Int {
    try await shop.store.database.read { try $0.value("SELECT COUNT(*) FROM search_document") ?? 0 }
  }

  @Test func `what was written stands when the index can't take it over, and is told once`() async throws {
    let shop = try await SearchFixture(.stored)
    let engine = WatchedEngine(SearchFixture.engine(shop.store, folder: "watched"))
    let told = Mutex<[String]>([])
    let search = StoredSearch(database: shop.store.database, engine: engine, clock: shop.store.clock.clock) { text in
      told.withLock { $0.append(text) }
    }
    try await search.load()
    engine.isBroken.store(true, ordering: .releasing)
    #expect(try await search.index([document(1, "Lamp")]))
    #expect(try await search.update([figures(1, price: 5)]))
    #expect(told.withLock { $0.count } == 1)
    shop.store.clock.advance(by: .seconds(9))
    #expect(try await search.lag() == 9)
    engine.isBroken.store(false, ordering: .releasing)
    try await search.follow()
    #expect(try await search.lag() == 0)
    #expect(try await search.search(SearchQuery(text: "lamp", language: .en)).ids == [1])
    try await search.close()
  }

  @Test func `without a dictionary the typed words are answered`() async throws {
    let shop = try await SearchFixture(.stored)
    let engine = WatchedEngine(SearchFixture.engine(shop.store, folder: "watched"))
    let search = SearchFixture.search(shop.store, engine: engine)
    try await search.load()
    _ = try await search.index((1...5).map { document($0, "Lantern") })
    engine.isBroken.store(true, ordering: .releasing)
    let typed = try await search.search(SearchQuery(text: "lantren", language: .en))
    #expect(typed.total == 0 && typed.correction == nil)
    engine.isBroken.store(false, ordering: .releasing)
    #expect(try await search.search(SearchQuery(text: "lantren", language: .en)).total == 5)
    try await search.close()
  }

  @Test func `an index that is made anew is given up when the process ends`() async throws {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index((1...3000).map { document($0, "Lamp number \($0)") })
    let search = shop.stored
    let making = Task { try await search.rebuildIndex() }
    try await search.close()
    _ = await making.result
    let later = SearchFixture.search(shop.store, engine: SearchFixture.engine(shop.store))
    try await later.load()
    #expect(try await later.search(SearchQuery(text: "lamp", language: .en)).total == 3000)
    #expect(try await later.check().isWhole)
    let cancelled = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await later.rebuildIndex()
    }
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    #expect(try await later.search(SearchQuery(text: "lamp", language: .en)).total == 3000)
  }

  @Test func `whoever takes the first index keeps it, and nobody else has it`() async throws {
    let shop = try await SearchFixture(.stored)
    let beside = SearchFixture.search(shop.store, engine: SearchFixture.engine(shop.store))
    #expect(try !beside.claimIndex())
    try await shop.stored.close()
    #expect(try beside.claimIndex())
    let third = SearchFixture.search(shop.store, engine: SearchFixture.engine(shop.store))
    #expect(try !third.claimIndex())
    #expect(try await !beside.load())
  }

  @Test func `what is pinned is found by every sort, and stands first by relevance alone`() async throws {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index([
      document(1, "Lamp", figures: figures(1, price: 10)), document(2, "Chair", figures: figures(2, price: 20)),
      document(3, "Lamp", figures: figures(3, price: 30)),
    ])
    let engine = SearchFixture.engine(shop.store, folder: "asked")
    let search = SearchFixture.search(shop.store, engine: engine)
    try await search.load()
    let lamp = QueryTree([QueryTree.Want([QueryTree.Way(["lamp"])])])
    var ask = EngineAsk(tree: lamp, pinned: [Self.product(2)])
    #expect(try await engine.find(ask).products.first == Self.product(2))
    for (sort, order) in [(SearchQuery.Sort.priceUp, [Int64(1), 2, 3]), (.priceDown, [3, 2, 1])] {
      ask.sort = sort
      #expect(try await engine.find(ask).products == order.map { Self.product(Int64($0)) })
    }
  }
}
