import Search
import Synchronization
import TestKit
import Testing
import Values

/// An index elsewhere that doesn't answer keeps nobody from anything else.
@Suite struct AwayEngineTests {
  private let store: TestStore
  private let engine: HangingEngine
  private let search: StoredSearch

  init() async throws {
    store = try await TestStore(StoredSearch.migrations)
    engine = HangingEngine(SearchFixture.engine(store).vocabulary)
    search = SearchFixture.search(store, engine: engine)
    try await search.load()
  }

  // req: 3.3.6-3
  @Test func `whoever writes goes on while the index hangs, and it gets everything once it answers`() async throws {
    let (search, engine) = (search, engine)
    engine.hang()
    defer { engine.answer() }
    let hasWritten = Flag()
    let writing = Task {
      // If each waited for the index, the last would wait too long.
      for id in 1...40 { _ = try await search.index([document(Int64(id), "Lamp")]) }
      hasWritten.raise()
    }
    try await eventually("all are written", within: .seconds(40)) { hasWritten.isRaised }
    try await writing.value
    #expect(engine.taken.isEmpty)
    engine.answer()
    try await search.follow()
    #expect(engine.taken.count == 40)
    // From now on it is waited for again.
    _ = try await search.index([document(41, "Lamp")])
    #expect(engine.taken.count == 41)
  }

  @Test func `whoever is cancelled waits no longer for an index that hangs, and neither does the end`() async throws {
    let (search, engine) = (search, engine)
    engine.hang()
    defer { engine.answer() }
    let (hasLeft, hasClosed) = (Flag(), Flag())
    let following = Task { try await search.follow() }
    let watching = Task {
      _ = await following.result
      hasLeft.raise()
    }
    try await eventually("it is asked") { engine.isAsked }
    following.cancel()
    try await eventually("it has left", within: .seconds(20)) { hasLeft.isRaised }
    await watching.value
    let closing = Task {
      try await search.close()
      hasClosed.raise()
    }
    try await eventually("it has closed", within: .seconds(20)) { hasClosed.isRaised }
    try await closing.value
  }

  @Test func `whoever leaves doesn't end the following for those who stay`() async throws {
    let (search, engine) = (search, engine)
    engine.hang()
    defer { engine.answer() }
    let first = Task { try await search.follow() }
    try await eventually("it is asked") { engine.isAsked }
    let second = Task { try await search.follow() }
    first.cancel()
    await #expect(throws: CancellationError.self) { _ = try await first.value }
    engine.answer()
    _ = try await second.value
  }
}

private final class Flag: Sendable {
  private let state = Mutex(false)

  var isRaised: Bool { state.withLock { $0 } }
  func raise() { state.withLock { $0 = true } }
}

/// Takes over what it gets, and answers nothing while it hangs. It finds nothing.
private final class HangingEngine: SearchEngine {
  private struct State {
    var gate: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)?
    var isAsked = false
    var taken: Set<ProductID> = []
    var applied: Int64 = 0
    var mark: Int64 = 0
  }

  let vocabulary: any Vocabulary
  private let state = Mutex(State())

  init(_ vocabulary: any Vocabulary) { self.vocabulary = vocabulary }

  var isAsked: Bool { state.withLock { $0.isAsked } }
  var taken: Set<ProductID> { state.withLock { $0.taken } }

  func hang() { state.withLock { $0.gate = AsyncStream.makeStream() } }

  func answer() {
    state.withLock { state in
      state.gate?.continuation.finish()
      state.gate = nil
    }
  }

  func appliedVersion() async throws -> Int64 {
    let gate = state.withLock { state in
      state.isAsked = true
      return state.gate?.stream
    }
    if let gate { for await _ in gate {} }
    try Task.checkCancellation()
    return state.withLock { $0.applied }
  }

  func apply(_ changes: [DocumentChange]) async throws {
    state.withLock { state in
      for case .put(let document, let version) in changes {
        state.taken.insert(document.card.product)
        state.applied = max(state.applied, version)
      }
    }
  }

  func find(_ ask: EngineAsk) async throws -> EngineAnswer { EngineAnswer(products: [], total: 0, next: nil) }
  func mark() async throws -> Int64 { state.withLock { $0.mark } }
  func note(mark: Int64) async throws { state.withLock { $0.mark = mark } }
  func held(after product: ProductID?, limit: Int) async throws -> [(product: ProductID, version: Int64)] { [] }

  func replaceAll(
    upTo version: Int64, mark: Int64, givesWay: Bool,
    _ page: @escaping @Sendable (_ after: ProductID?) async throws -> [(SearchDocument, Int64)],
    changes: @escaping @Sendable (_ after: Int64) async throws -> [DocumentChange],
    exchanging: @escaping @Sendable (_ exchange: @escaping @Sendable () async throws -> Void) async throws -> Void
  ) async throws {}
}
