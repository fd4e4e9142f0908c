import Search
import Storage
import TestKit
import Testing
import Values

/// The one look by which a process hears what others changed.
@Suite struct PulseTests {
  private let fixture: RulesFixture
  private let counter = StatementCounter()
  private let rules: StoredSearchRules
  private let search: StoredSearch
  private var store: TestStore { fixture.store }

  init() async throws {
    fixture = try await RulesFixture()
    let store = fixture.store
    let database = counter.over(store.database)
    rules = StoredSearchRules(database: database, ids: store.ids, clock: store.clock.clock)
    search = StoredSearch(
      database: database, engine: SearchFixture.engine(store), rules: rules, clock: store.clock.clock)
    try await search.load()
  }

  /// A process that writes and has no index.
  private var writer: StoredSearch {
    SearchFixture.search(store, engine: SearchFixture.engine(store, folder: "writer"))
  }

  private func found(_ text: String) async throws -> [Int64] {
    try await search.search(SearchQuery(text: text, language: .en)).ids
  }

  @Test func `while nothing changes it is one statement`() async throws {
    _ = try await search.index([document(1, "Lamp")])
    try await search.follow()
    let before = counter.statements
    for _ in 1...3 {
      let isVisible = try await search.follow()
      #expect(!isVisible)
    }
    #expect(counter.statements == before + 3)
    // What is fed again costs the look at what differs, and no more than that look.
    _ = try await search.index([document(1, "Lamp")])
    #expect(counter.statements == before + 5)
  }

  @Test func `what another process wrote is taken over with the next look`() async throws {
    _ = try await search.index([document(1, "Lamp")])
    _ = try await writer.index([document(1, "Lantern"), document(2, "Chair")])
    #expect(try await found("chair").isEmpty)
    let isVisible = try await search.follow()
    #expect(isVisible)
    #expect(try await found("lantern") == [1])
    #expect(try await found("chair") == [2])
    _ = try await writer.remove([ProductID(raw: 2)])
    try await search.follow()
    #expect(try await found("chair").isEmpty)
    #expect(try await search.check().isWhole)
  }

  @Test func `an index that was made anew, or closed and opened, goes on from where it is`() async throws {
    _ = try await search.index([document(1, "Lamp")])
    _ = try await writer.index([document(2, "Chair")])
    try await search.rebuildIndex()
    #expect(try await found("chair") == [2])
    _ = try await writer.index([document(3, "Desk")])
    try await search.close()
    _ = try await writer.index([document(4, "Rug")])
    let isAnew = try await search.load()
    #expect(!isAnew)
    #expect(try await found("desk") == [3])
    #expect(try await found("rug") == [4])
  }

  @Test func `another process's synonyms are heard of, and the revision moves once, though nobody searches`()
    async throws
  {
    _ = try await search.index([document(1, "Sofa")])
    try await search.follow()
    let (before, pages) = (rules.revision, search.revision)
    try await fixture.elsewhere.saveSynonyms(
      SynonymDraft(words: ["sofa", "davenport"]), over: nil, by: RulesFixture.mei)
    #expect(rules.revision == before)
    try await search.follow()
    #expect(rules.revision == before + 1 && search.revision == pages + 1)
    try await search.follow()
    #expect(rules.revision == before + 1)
    #expect(try await found("davenport") == [1])
  }

  @Test func `rules are heard of before there is a document`() async throws {
    try await search.follow()
    let before = rules.revision
    try await fixture.elsewhere.saveRule(
      QueryRuleDraft(queries: ["tea"], redirect: "/c/tea"), over: nil, by: RulesFixture.mei)
    try await search.follow()
    #expect(rules.revision == before + 1)
    let counted = counter.statements
    #expect(try await search.search(SearchQuery(text: "tea", language: .en)).redirect == "/c/tea")
    // Nothing of the tuning is read again for whoever asks.
    #expect(counter.statements == counted)
  }

  @Test func `the revision moves when a rule begins and ends, and nothing is read for it`() async throws {
    _ = try await search.index([document(1, "Tea")])
    let clock = store.clock
    try await rules.saveRule(
      QueryRuleDraft(
        queries: ["tea"], pinned: [ProductID(raw: 1)], from: clock.now.adding(.minutes(5)),
        until: clock.now.adding(.minutes(10))), over: nil, by: RulesFixture.mei)
    try await search.follow()
    let (before, counted) = (rules.revision, counter.statements)
    for moved in [0, 1, 1, 2, 2] {
      try await search.follow()
      #expect(rules.revision == before + moved)
      // The rule has begun by the second look, and has ended by the fourth.
      clock.advance(by: moved == 0 ? .minutes(6) : .minutes(3))
    }
    #expect(counter.statements == counted + 5)
  }

  @Test func `rules are heard of while following waits for the index`() async throws {
    let engine = WatchedEngine(SearchFixture.engine(store, folder: "slow"))
    let slow = StoredSearch(
      database: store.database, engine: engine, rules: rules, clock: store.clock.clock)
    try await slow.load()
    let (arrival, release) = (AsyncStream<Void>.makeStream(), AsyncStream<Void>.makeStream())
    engine.onApplied(after: 0) {
      arrival.continuation.finish()
      for await _ in release.stream {}
    }
    let following = Task { try await slow.follow() }
    defer { release.continuation.finish() }
    for await _ in arrival.stream {}
    let before = rules.revision
    try await fixture.elsewhere.saveRule(
      QueryRuleDraft(queries: ["tea"], redirect: "/c/tea", from: store.clock.now.adding(.minutes(5))), over: nil,
      by: RulesFixture.mei)
    store.clock.advance(by: .seconds(4))
    try await slow.heedTuning()
    #expect(rules.revision == before + 1)
    let counted = counter.statements
    try await slow.heedTuning()
    #expect(rules.revision == before + 1 && counter.statements == counted)
    // The rule begins.
    store.clock.advance(by: .minutes(5))
    try await slow.heedTuning()
    #expect(rules.revision == before + 2)
    release.continuation.finish()
    _ = try await following.value
    #expect(rules.revision == before + 2)
    try await slow.close()
  }

  @Test func `what a late copy of the database says of rules doesn't keep them from being looked at`() async throws {
    let late = try await RulesFixture()
    let copied = StoredSearch(
      database: late.store.database, engine: SearchFixture.engine(late.store), rules: rules, heedsTuning: false,
      clock: store.clock.clock)
    try await copied.load()
    try await search.follow()
    let before = rules.revision
    try await fixture.elsewhere.saveRule(
      QueryRuleDraft(queries: ["tea"], redirect: "/c/tea"), over: nil, by: RulesFixture.mei)
    store.clock.advance(by: .seconds(4))
    // The copy counts as many changes as were known here.
    try await copied.follow()
    _ = try await rules.tuning()
    #expect(rules.revision == before + 1)
  }
}
