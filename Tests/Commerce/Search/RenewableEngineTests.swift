import Search
import Synchronization
import TestKit
import Testing
import Values

/// An index that stands outside is compared, put right and made anew as one within the process is.
@Suite struct RenewableEngineTests {
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

  private func fed() async throws -> (StoredSearch, OutsideEngine) {
    let engine = OutsideEngine(SearchFixture.engine(store).vocabulary)
    let search = SearchFixture.search(store, engine: engine)
    try await search.load()
    _ = try await search.index((1...1501).map { document(Int64($0 < 900 ? $0 : $0 + 1), "Lamp") })
    _ = try await search.remove([ProductID(raw: 7)])
    return (search, engine)
  }
}

/// Knows which version it holds of what, and finds nothing.
private final class OutsideEngine: RenewableEngine {
  private let state = Mutex<(versions: [ProductID: Int64], applied: Int64)>(([:], 0))
  let vocabulary: any Vocabulary

  init(_ vocabulary: any Vocabulary) { self.vocabulary = vocabulary }

  var products: [ProductID] { state.withLock { $0.versions.keys.sorted() } }
  func lose(_ id: Int64) { state.withLock { $0.versions[ProductID(raw: id)] = nil } }
  func hold(_ id: Int64, at version: Int64) { state.withLock { $0.versions[ProductID(raw: id)] = version } }

  func find(_ ask: EngineAsk) async throws -> EngineAnswer { EngineAnswer(products: [], total: 0, next: nil) }
  func appliedVersion() async throws -> Int64 { state.withLock { $0.applied } }

  func apply(_ changes: [DocumentChange]) async throws {
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
    upTo version: Int64,
    _ page: @escaping @Sendable (_ after: ProductID?) async throws -> [(SearchDocument, Int64)],
    changes: @escaping @Sendable (_ after: Int64) async throws -> [DocumentChange],
    exchanging: @escaping @Sendable (_ exchange: @escaping @Sendable () async throws -> Void) async throws -> Void
  ) async throws {
    state.withLock { $0 = ([:], 0) }
    var last: ProductID?
    while true {
      let documents = try await page(last)
      guard let end = documents.last?.0.card.product else { break }
      try await apply(documents.map { .put($0, version: $1) })
      last = end
    }
    try await apply(try await changes(version))
  }
}
