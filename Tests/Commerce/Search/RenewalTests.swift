import Search
import Storage
import TestKit
import Testing
import Values

/// Indexes that are made anew because somebody has asked for it.
@Suite struct RenewalTests {
  private let store: TestStore

  init() async throws { store = try await TestStore(StoredSearch.migrations) }

  private func found(_ search: StoredSearch, _ text: String) async throws -> [Int64] {
    try await search.search(SearchQuery(text: text, language: .en)).ids
  }

  @Test func `every process makes its own anew, once`() async throws {
    let engines = ["one", "two"].map { SearchFixture.engine(store, folder: $0) }
    let searches = engines.map { SearchFixture.search(store, engine: $0) }
    for search in searches { try await search.load() }
    _ = try await searches[0].index([document(1, "Lamp"), document(2, "Chair")])
    for (search, engine) in zip(searches, engines) {
      try await search.follow()
      let applied = try await engine.appliedVersion()
      // No version tells that it lacks there.
      try await engine.apply([.remove(ProductID(raw: 1), version: applied)])
    }
    let before = try await engines[0].mark()
    // A process that has no index.
    try await SearchFixture.search(store, engine: SearchFixture.engine(store, folder: "none")).renewIndexes()
    for (search, engine) in zip(searches, engines) {
      #expect(try await found(search, "lamp").isEmpty)
      #expect(try await search.follow())
      #expect(try await found(search, "lamp") == [1])
      #expect(try await found(search, "chair") == [2])
      #expect(try await !search.follow())
      #expect(try await engine.mark() != before)
    }
    let (one, two) = (try await engines[0].mark(), try await engines[1].mark())
    #expect(one == two)
    for search in searches { try await search.close() }
  }

  @Test func `an index that is empty takes over what there is, and isn't made anew`() async throws {
    let engine = WatchedEngine(SearchFixture.engine(store))
    let search = SearchFixture.search(store, engine: engine)
    try await search.load()
    let writer = SearchFixture.search(store, engine: SearchFixture.engine(store, folder: "writer"))
    _ = try await writer.index([document(1, "Lamp")])
    try await writer.renewIndexes()
    #expect(try await search.follow())
    #expect(try await found(search, "lamp") == [1])
    #expect(try await !search.follow())
    #expect(engine.replaced == 0)
    try await search.close()
  }

  @Test(.timeLimit(.minutes(5))) func `who writes neither makes the index anew nor waits for whoever does`()
    async throws
  {
    let engine = WatchedEngine(SearchFixture.engine(store))
    let search = SearchFixture.search(store, engine: engine)
    try await search.load()
    _ = try await search.index([document(1, "Lamp")])
    try await search.renewIndexes()
    _ = try await search.index([document(2, "Chair")])
    #expect(engine.replaced == 0)
    #expect(try await found(search, "lamp") == [1])
    let (arrival, release) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
    engine.onReplaced {
      arrival.continuation.finish()
      for await _ in release.stream {}
    }
    let following = Task { try await search.follow() }
    defer { release.continuation.finish() }
    for await _ in arrival.stream {}
    _ = try await search.index([document(3, "Desk")])
    // The one that answers is still the one of before.
    #expect(try await found(search, "desk").isEmpty)
    release.continuation.finish()
    let isVisible = try await following.value
    #expect(isVisible && engine.replaced == 1)
    for (id, text) in [(1, "lamp"), (2, "chair"), (3, "desk")] {
      #expect(try await found(search, text) == [Int64(id)], "\(text)")
    }
    #expect(try await search.check().isWhole)
    try await search.close()
  }

  @Test(.timeLimit(.minutes(5))) func `who wrote before another mark was seen doesn't wait for the new index either`()
    async throws
  {
    let engine = WatchedEngine(SearchFixture.engine(store))
    let search = SearchFixture.search(store, engine: engine)
    try await search.load()
    _ = try await search.index([document(1, "Lamp")])
    let (looking, look) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
    let (arrival, release) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
    defer { for gate in [look, release] { gate.continuation.finish() } }
    engine.onApplied(after: 0) {
      looking.continuation.finish()
      for await _ in look.stream {}
    }
    engine.onReplaced {
      arrival.continuation.finish()
      for await _ in release.stream {}
    }
    let following = Task { try await search.follow() }
    for await _ in looking.stream {}
    try await search.renewIndexes()
    // It shares the look after the one that is under way.
    let writing = Task { try await search.index([document(2, "Chair")]) }
    look.continuation.finish()
    for await _ in arrival.stream {}
    _ = try await writing.value
    #expect(try await found(search, "chair").isEmpty)
    release.continuation.finish()
    #expect(try await following.value)
    #expect(try await found(search, "chair") == [2])
    #expect(engine.replaced == 1)
    try await search.close()
  }

  @Test func `an index that couldn't be made anew answers as it is, and is tried again after a minute, then after two`()
    async throws
  {
    let engine = WatchedEngine(SearchFixture.engine(store))
    let search = SearchFixture.search(store, engine: engine)
    try await search.load()
    _ = try await search.index([document(1, "Lamp")])
    try await search.renewIndexes()
    for (attempt, pause) in [(1, 60), (2, 120)] {
      engine.onReplaced { throw StorageFault.unavailable("no room") }
      await #expect(throws: StorageFault.self) { try await search.follow() }
      #expect(try await !search.follow())
      #expect(engine.replaced == attempt)
      #expect(try await found(search, "lamp") == [1])
      store.clock.advance(by: .seconds(pause))
    }
    #expect(try await search.follow())
    #expect(engine.replaced == 3)
    try await search.close()
  }
}
