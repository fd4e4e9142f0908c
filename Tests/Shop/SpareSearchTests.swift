import Foundation
import Governance
import Search
import Storage
import StorageSQLite
import Synchronization
import TestKit
import Testing
import Values

@testable import App

/// Search elsewhere that comes and goes, and the index that stands in for it.
@Suite struct SpareSearchTests {
  private let clock = TestClock()
  private let remote = FickleSearch()
  private let readings = Readings()

  private func spare() -> SpareSearch {
    SpareSearch(for: remote, clock: clock.clock) { [readings] in try await readings.read() }
  }

  private func total(of search: SpareSearch) async throws -> Int {
    try await search.search(SearchQuery(language: .en)).total
  }

  // req: 3.3.6-3
  @Test func `while every other call fails, the index is read once a minute and lists are kept`() async throws {
    let search = spare()
    let before = search.revision
    for _ in 1...20 {
      remote.isAway = true
      #expect(try await total(of: search) == Readings.total)
      remote.isAway = false
      #expect(try await total(of: search) == FickleSearch.total)
    }
    #expect(readings.begun == 1)
    #expect(search.revision == before + 1)
    remote.isAway = true
    for _ in 1...12 {
      clock.advance(by: .seconds(5))
      _ = try await total(of: search)
    }
    #expect(readings.begun == 2)
  }

  // req: 3.3.6-3
  @Test func `no second index is read while one is, whatever happens meanwhile`() async throws {
    let search = spare()
    readings.hold()
    remote.isAway = true
    let first = (1...5).map { _ in Task { try await total(of: search) } }
    try await eventually("one is being read") { readings.begun == 1 && remote.failures == 5 }
    remote.isAway = false
    #expect(try await total(of: search) == FickleSearch.total)
    clock.advance(by: .minutes(2))
    #expect(try await total(of: search) == FickleSearch.total)
    remote.isAway = true
    let second = (1...5).map { _ in Task { try await total(of: search) } }
    try await eventually("all have been turned away") { remote.failures == 10 }
    readings.release()
    for task in first + second { #expect(try await task.value == Readings.total) }
    #expect(readings.begun == 1)
  }

  @Test func `the index goes when search has answered for a while`() async throws {
    let search = spare()
    remote.isAway = true
    _ = try await total(of: search)
    let during = search.revision
    remote.isAway = false
    _ = try await total(of: search)
    #expect(search.revision == during)
    clock.advance(by: .seconds(20))
    _ = try await total(of: search)
    #expect(search.revision == during + 1)
    remote.isAway = true
    _ = try await total(of: search)
    #expect(readings.begun == 2)
  }

  // req: 3.3.6-3
  @Test func `whoever has a deadline waits no longer for the index, which is read for the others`() async throws {
    let search = spare()
    readings.hold()
    remote.isAway = true
    await #expect(throws: DeadlineExceeded.self) {
      try await Deadline.run(within: .milliseconds(20)) { try await total(of: search) }
    }
    let patient = Task { try await total(of: search) }
    try await eventually("both have been turned away") { remote.failures == 2 }
    readings.release()
    #expect(try await patient.value == Readings.total)
    #expect(readings.begun == 1)
  }

  @Test func `an index that can't be read is told, and tried again by the next`() async throws {
    let search = spare()
    remote.isAway = true
    readings.isBroken = true
    await #expect(throws: FickleSearch.Broken.self) { try await total(of: search) }
    readings.isBroken = false
    #expect(try await total(of: search) == Readings.total)
    #expect(readings.begun == 2)
  }

  // req: 3.3.6-3
  @Test func `an index that is to be made anew answers and follows on until it is`() async throws {
    let store = try await TestStore(
      StoredSearch.migrations + StoredSearchRules.migrations + StoredSearchLedger.migrations)
    func engine(_ folder: String) -> LocalEngine {
      LocalEngine(folder: store.folder.appending(path: folder).path, clock: store.clock.clock) {
        try SQLiteDatabase(path: $0, isDerived: true)
      }
    }
    let writer = StoredSearch(database: store.database, engine: engine("writer"), clock: store.clock.clock)
    let own = engine("own")
    let rules = StoredSearchRules(database: store.database, ids: store.ids, clock: store.clock.clock)
    let search = SpareSearch(for: remote, database: store.database, rules: rules, clock: store.clock.clock) { own }
    _ = try await writer.index([try Self.lamp(1)])
    remote.isAway = true
    #expect(try await total(of: search) == 1)
    _ = try await writer.index([try Self.lamp(2)])
    try await writer.askForRenewal()
    store.clock.advance(by: .seconds(61))
    #expect(try await total(of: search) == 2)
    let mark: Int64? = try await store.database.read { try $0.value("SELECT mark FROM search_clock WHERE id = 1") }
    try await eventually("it is made anew") { try await own.mark() == mark }
    #expect(try await total(of: search) == 2)
    try await own.close()
  }

  private static func lamp(_ id: Int64) throws -> SearchDocument {
    SearchDocument(
      card: ProductCard(
        product: ProductID(raw: id), handle: try #require(Slug(rawValue: "lamp-\(id)")), merchant: MerchantID(raw: 1),
        title: LocalizedText("Lamp"), picture: nil, category: nil, brand: nil,
        figures: ProductFigures(
          product: ProductID(raw: id), price: Money(minor: 100, currency: .cny), listPrice: nil, hasPriceRange: false,
          inStock: true, sold: 0, ratingTenths: 0, reviewCount: 0)),
      createdAt: Timestamp(milliseconds: 0))
  }
}

/// Makes indexes that find as many goods as no other search does, when it is let.
private final class Readings: Sendable {
  static let total = 7

  private struct State {
    var begun = 0
    var isBroken = false
    var isHeld = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  var begun: Int { state.withLock { $0.begun } }
  var isBroken: Bool {
    get { state.withLock { $0.isBroken } }
    set { state.withLock { $0.isBroken = newValue } }
  }

  func hold() { state.withLock { $0.isHeld = true } }

  func release() {
    let waiting = state.withLock { state in
      state.isHeld = false
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }

  func read() async throws -> any SearchService {
    await withCheckedContinuation { continuation in
      let isHeld = state.withLock { state in
        state.begun += 1
        if state.isHeld { state.waiting.append(continuation) }
        return state.isHeld
      }
      if !isHeld { continuation.resume() }
    }
    if isBroken { throw FickleSearch.Broken() }
    return FickleSearch(total: Self.total)
  }
}

private final class FickleSearch: SearchService {
  struct Broken: Error {}

  static let total = 1
  private let total: Int
  private let state = Mutex((isAway: false, failures: 0))

  init(total: Int = total) { self.total = total }

  var isAway: Bool {
    get { state.withLock { $0.isAway } }
    set { state.withLock { $0.isAway = newValue } }
  }
  /// How many were turned away.
  var failures: Int { state.withLock { $0.failures } }
  var revision: Int { 0 }

  private func answer<Value>(_ value: Value) throws -> Value {
    let isAway = state.withLock { state in
      if state.isAway { state.failures += 1 }
      return state.isAway
    }
    if isAway { throw TemporarilyUnavailable() }
    return value
  }

  func search(_ query: SearchQuery) async throws -> SearchResult {
    try answer(SearchResult(cards: [], total: total, next: nil, brandFacet: [], categoryFacet: []))
  }

  func suggest(_ query: SuggestQuery) async throws -> [Suggestion] { try answer([]) }
  func cards(_ products: [ProductID]) async throws -> [ProductCard] { try answer([]) }
  func related(to product: ProductID, limit: Int) async throws -> [ProductCard] { try answer([]) }
  func index(_ documents: [SearchDocument]) async throws -> Bool { try answer(true) }
  func remove(_ products: [ProductID]) async throws -> Bool { try answer(true) }
  func update(_ figures: [ProductFigures]) async throws -> Bool { try answer(true) }
}
