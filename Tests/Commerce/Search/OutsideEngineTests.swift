import Search
import Synchronization
import TestKit
import Testing
import Values

/// An index that stands outside is compared, put right and made anew as one within the process is.
@Suite struct OutsideEngineTests {
  private let store: TestStore

  init() async throws { store = try await TestStore(StoredSearch.migrations) }

  @Test func `what differs from the table is found out and put right`() async throws {
    let (search, engine) = try await fed()
    #expect(try await search.check().isWhole)
    engine.lose(2)
    engine.hold(3, at: 1)
    engine.hold(900, at: 1)
    let found = try await search.check()
    #expect(found.missing.map(\.raw) == [2, 3] && found.extra.map(\.raw) == [900])
    #expect(try await !search.check(repairing: true).isWhole)
    #expect(try await search.check().isWhole)
    #expect(engine.products.count == 1500)
  }

  @Test func `it is made anew out of the table`() async throws {
    let (search, engine) = try await fed()
    engine.hold(900_000, at: 1)
    try await search.rebuildIndex()
    #expect(engine.products.count == 1500)
    #expect(try await search.check().isWhole)
  }

  @Test func `one that is of another table is noticed and made anew, once`() async throws {
    let (search, engine) = try await fed()
    engine.hold(900_000, at: 1)
    #expect(try await !search.follow())
    let mark = try await engine.mark()
    #expect(mark != 0)
    try await StoredSearch.renewMark(on: store.database)
    #expect(try await !search.follow())
    #expect(engine.products.count == 1501)
    for _ in 1...2 { try await search.renewIndex() }
    #expect(engine.products.count == 1500 && engine.replaced == 1)
    let renewed = try await engine.mark()
    #expect(renewed != 0 && renewed != mark)
    #expect(try await search.check().isWhole)
  }

  @Test func `one that all processes share is left to whoever makes it anew`() async throws {
    let (search, engine) = try await fed()
    try await search.follow()
    let mark = try await engine.mark()
    try await search.askForRenewal()
    #expect(try await !search.follow())
    try await search.renewIndex()
    #expect(try await engine.mark() == mark)
  }

  @Test func `while nothing changes it isn't asked how far it is, but every ten seconds`() async throws {
    let (search, engine) = try await fed()
    let writer = SearchFixture.search(store, engine: SearchFixture.engine(store, folder: "writer"))
    let asked = engine.asked
    for _ in 1...3 { try await search.follow() }
    #expect(engine.asked == asked)
    // Another process writes, which has its own index or none.
    _ = try await writer.remove([ProductID(raw: 8)])
    try await search.follow()
    #expect(engine.asked > asked && !engine.products.contains(ProductID(raw: 8)))
    store.clock.advance(by: .seconds(9))
    let later = engine.asked
    try await search.follow()
    #expect(engine.asked == later)
    store.clock.advance(by: .seconds(1))
    try await search.follow()
    #expect(engine.asked == later + 1)
    try await search.follow()
    #expect(engine.asked == later + 1)
  }

  @Test func `one that was lost there is filled again`() async throws {
    let (search, engine) = try await fed()
    // Its text is of before what the first steps take over, its figures are of after.
    _ = try await search.update([figures(5, price: 9)])
    engine.loseAll()
    store.clock.advance(by: .seconds(10))
    try await search.follow()
    #expect(engine.products.count == 1500)
    #expect(try await search.lag() == 0)
  }

  @Test func `one that is exchanged for another while changes are handed over is asked again and gets what it lacks`()
    async throws
  {
    let (search, engine) = try await fed()
    let writer = SearchFixture.search(store, engine: SearchFixture.engine(store, folder: "writer"))
    _ = try await writer.remove([ProductID(raw: 8)])
    engine.exchange(times: 1)
    try await search.follow()
    #expect(engine.products.count == 1499)
    #expect(try await search.check().isWhole)
    // It isn't asked for ever.
    _ = try await writer.remove([ProductID(raw: 9)])
    engine.exchange(times: 3)
    await #expect(throws: IndexExchanged.self) { try await search.follow() }
    try await search.follow()
    #expect(engine.products.count == 1498)
  }

  private func fed() async throws -> (StoredSearch, OutsideEngine) {
    let engine = OutsideEngine(SearchFixture.engine(store).vocabulary)
    let search = SearchFixture.search(store, engine: engine)
    try await search.load()
    _ = try await search.index((1...1501).map { document(Int64($0 < 900 ? $0 : $0 + 1), "Lamp") })
    // Who writes waits only so long for it.
    try await search.follow()
    _ = try await search.remove([ProductID(raw: 7)])
    return (search, engine)
  }
}

/// Knows which version it holds of what, and finds nothing.
private final class OutsideEngine: SearchEngine {
  private let state = Mutex<(versions: [ProductID: Int64], applied: Int64)>(([:], 0))
  private let noted = Mutex<Int64>(0)
  private let questions = Atomic<Int>(0)
  private let exchanges = Mutex<Int>(0)
  private let replacements = Atomic<Int>(0)
  let vocabulary: any Vocabulary

  init(_ vocabulary: any Vocabulary) { self.vocabulary = vocabulary }

  var products: [ProductID] { state.withLock { $0.versions.keys.sorted() } }
  /// How often it was asked how far it is.
  var asked: Int { questions.load(ordering: .acquiring) }
  /// How often another index took its place.
  var replaced: Int { replacements.load(ordering: .acquiring) }
  /// So many times what is handed over finds an empty index in the place of the one that was asked.
  func exchange(times: Int) { exchanges.withLock { $0 = times } }
  func loseAll() { state.withLock { $0 = ([:], 0) } }
  func lose(_ id: Int64) { state.withLock { $0.versions[ProductID(raw: id)] = nil } }
  func hold(_ id: Int64, at version: Int64) { state.withLock { $0.versions[ProductID(raw: id)] = version } }

  func find(_ ask: EngineAsk) async throws -> EngineAnswer { EngineAnswer(products: [], total: 0, next: nil) }
  func appliedVersion() async throws -> Int64 {
    questions.wrappingAdd(1, ordering: .acquiringAndReleasing)
    return state.withLock { $0.applied }
  }
  func mark() async throws -> Int64 { noted.withLock { $0 } }
  func note(mark: Int64) async throws { noted.withLock { $0 = mark } }

  func apply(_ changes: [DocumentChange]) async throws {
    let isExchanged = exchanges.withLock { left in
      defer { left = max(0, left - 1) }
      return left > 0
    }
    if isExchanged {
      loseAll()
      throw IndexExchanged()
    }
    state.withLock { state in
      for change in changes {
        switch change {
        case .put(let document, let version):
          state.versions[document.card.product] = version
          state.applied = max(state.applied, version)
        case .figures(let figures, let version):
          if state.versions[figures.product] != nil { state.versions[figures.product] = version }
          state.applied = max(state.applied, version)
        case .remove(let product, let version):
          state.versions[product] = nil
          state.applied = max(state.applied, version)
        }
      }
    }
  }

  func held(after product: ProductID?, limit: Int) async throws -> [(product: ProductID, version: Int64)] {
    state.withLock { state in
      state.versions.sorted { $0.key < $1.key }.filter { held in product.map { held.key > $0 } ?? true }.prefix(limit)
        .map { ($0.key, $0.value) }
    }
  }

  func replaceAll(
    upTo version: Int64, mark: Int64, givesWay: Bool,
    _ page: @escaping @Sendable (_ after: ProductID?) async throws -> [(SearchDocument, Int64)],
    changes: @escaping @Sendable (_ after: Int64) async throws -> [DocumentChange],
    exchanging: @escaping @Sendable (_ exchange: @escaping @Sendable () async throws -> Void) async throws -> Void
  ) async throws {
    replacements.wrappingAdd(1, ordering: .acquiringAndReleasing)
    state.withLock { $0 = ([:], 0) }
    var last: ProductID?
    while true {
      let documents = try await page(last)
      guard let end = documents.last?.0.card.product else { break }
      try await apply(documents.map { .put($0, version: $1) })
      last = end
    }
    try await exchanging {
      try await self.apply(try await changes(version))
      try await self.note(mark: mark)
    }
  }
}
