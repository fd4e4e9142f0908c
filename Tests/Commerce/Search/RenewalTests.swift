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
    let engines = ["one", "two"].map { WatchedEngine(SearchFixture.engine(store, folder: $0)) }
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
    try await SearchFixture.search(store, engine: SearchFixture.engine(store, folder: "none")).askForRenewal()
    for (search, engine) in zip(searches, engines) {
      #expect(try await !search.follow())
      #expect(try await found(search, "lamp").isEmpty)
      try await search.renewIndex()
      #expect(try await found(search, "lamp") == [1])
      #expect(try await found(search, "chair") == [2])
      try await search.follow()
      try await search.renewIndex()
      #expect(engine.replaced == 1)
    }
    let marks = [try await engines[0].mark(), try await engines[1].mark()]
    #expect(marks[0] == marks[1] && marks[0] != before)
    for search in searches { try await search.close() }
  }

  @Test func `an index that is empty takes over what there is, and isn't made anew`() async throws {
    let engine = WatchedEngine(SearchFixture.engine(store))
    let search = SearchFixture.search(store, engine: engine)
    try await search.load()
    let writer = SearchFixture.search(store, engine: SearchFixture.engine(store, folder: "writer"))
    _ = try await writer.index([document(1, "Lamp")])
    try await writer.askForRenewal()
    #expect(try await search.follow())
    #expect(try await found(search, "lamp") == [1])
    try await search.renewIndex()
    #expect(engine.replaced == 0)
    try await search.close()
  }

  @Test func `no two times that it is asked for are the same, also after a copy of the table was put back`()
    async throws
  {
    let engine = WatchedEngine(SearchFixture.engine(store))
    let search = SearchFixture.search(store, engine: engine)
    try await search.load()
    _ = try await search.index([document(1, "Lamp")])
    let first = try await engine.mark()
    var marks: Set<Int64> = [first]
    for times in 1...3 {
      try await store.database.write { transaction in
        _ = try transaction.execute("UPDATE search_clock SET mark = \(first)")
      }
      try await search.askForRenewal()
      try await search.follow()
      try await search.renewIndex()
      #expect(engine.replaced == times)
      marks.insert(try await engine.mark())
    }
    #expect(marks.count == 4 && marks.allSatisfy { $0 > 0 })
    try await search.close()
  }

  @Test(.timeLimit(.minutes(5))) func `what is written while the index is made anew is found at once, and after`()
    async throws
  {
    let engine = WatchedEngine(SearchFixture.engine(store))
    let search = SearchFixture.search(store, engine: engine)
    try await search.load()
    _ = try await search.index([document(1, "Lamp")])
    try await search.askForRenewal()
    _ = try await search.index([document(2, "Chair")])
    #expect(engine.replaced == 0)
    let (renewing, release) = try await held(search, engine)
    defer { release.finish() }
    _ = try await search.index([document(3, "Desk"), document(2, "Armchair")])
    _ = try await search.remove([ProductID(raw: 1)])
    // Somebody asks once more, when the new one is already made.
    try await search.askForRenewal()
    for isDone in [false, true] {
      for (ids, text) in [([], "lamp"), ([], "chair"), ([2], "armchair"), ([3], "desk")] as [([Int64], String)] {
        #expect(try await found(search, text) == ids, "\(text)")
      }
      guard !isDone else { break }
      release.finish()
      try await renewing.value
      #expect(engine.replaced == 1)
    }
    #expect(try await search.check().isWhole)
    try await search.renewIndex()
    #expect(engine.replaced == 2)
    try await search.renewIndex()
    #expect(engine.replaced == 2)
    try await search.close()
  }

  @Test(.timeLimit(.minutes(5)))
  func `one of another table takes nothing over, and nobody who writes waits for the new`()
    async throws
  {
    let engine = WatchedEngine(SearchFixture.engine(store))
    let search = SearchFixture.search(store, engine: engine)
    try await search.load()
    _ = try await search.index([document(1, "Lamp")])
    try await StoredSearch.renewMark(on: store.database)
    _ = try await search.index([document(2, "Chair")])
    let (renewing, release) = try await held(search, engine)
    defer { release.finish() }
    _ = try await search.index([document(3, "Desk")])
    // The one that answers is still the one of before.
    #expect(try await found(search, "lamp") == [1])
    #expect(try await found(search, "chair").isEmpty)
    #expect(try await found(search, "desk").isEmpty)
    release.finish()
    try await renewing.value
    #expect(engine.replaced == 1)
    for (id, text) in [(1, "lamp"), (2, "chair"), (3, "desk")] {
      #expect(try await found(search, text) == [Int64(id)], "\(text)")
    }
    #expect(try await search.check().isWhole)
    try await search.close()
  }

  /// Begins to make the index anew, and stops before the new one takes its place.
  private func held(
    _ search: StoredSearch, _ engine: WatchedEngine
  ) async throws -> (Task<Void, any Error>, AsyncStream<Void>.Continuation) {
    let (arrival, release) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
    engine.onReplaced {
      arrival.continuation.finish()
      for await _ in release.stream {}
    }
    let renewing = Task { try await search.renewIndex() }
    for await _ in arrival.stream {}
    return (renewing, release.continuation)
  }

  @Test func `an index that couldn't be made anew answers as it is, and is tried again after a minute, then after two`()
    async throws
  {
    let engine = WatchedEngine(SearchFixture.engine(store))
    let search = SearchFixture.search(store, engine: engine)
    try await search.load()
    _ = try await search.index([document(1, "Lamp")])
    try await search.askForRenewal()
    try await search.follow()
    for (attempt, pause) in [(1, 60), (2, 120)] {
      engine.onReplaced { throw StorageFault.unavailable("no room") }
      await #expect(throws: StorageFault.self) { try await search.renewIndex() }
      try await search.renewIndex()
      #expect(engine.replaced == attempt)
      #expect(try await found(search, "lamp") == [1])
      store.clock.advance(by: .seconds(pause))
    }
    try await search.renewIndex()
    #expect(engine.replaced == 3)
    try await search.close()
  }
}
