import TestKit
import Testing
import Values

@testable import Search

/// What is kept in memory of the file says what the file says, whatever becomes of that.
@Suite struct KeptPiecesTests {
  private let store: TestStore
  private let engine: LocalEngine
  private let search: StoredSearch

  init() async throws {
    store = try await TestStore(StoredSearch.migrations)
    engine = SearchFixture.engine(store)
    search = SearchFixture.search(store, engine: engine)
    try await search.load()
  }

  private func index() throws -> IndexStore { try #require(engine.current) }

  private func flush() async throws {
    let index = try index()
    try await index.pieceTurns.run { try await index.flush() }
    #expect(index.snapshot.freshDocuments == 0)
  }

  /// Each is asked for twice: of the file, and of what is kept of it then.
  private func expect(
    _ held: KeyValuePairs<String, Int>, _ when: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    for (word, count) in held {
      for _ in 1...2 {
        let counts = try await engine.vocabulary.counts([word])
        let found = try await engine.find(EngineAsk(tree: QueryTree([QueryTree.Want([QueryTree.Way([word])])])))
        #expect(counts == [count] && found.total == count, "\(word) \(when)", sourceLocation: sourceLocation)
      }
    }
  }

  private static func pieces(_ sizes: Int...) -> [KeptPieces.Piece] {
    sizes.enumerated().map { place, size in
      KeptPieces.Piece(start: place * 10_000, count: 9, bytes: Array(repeating: 64, count: size))
    }
  }

  @Test func `what is too large, in one segment or in all together, isn't kept`() {
    let half = KeptPieces.largest / 2
    var kept = KeptPieces()
    kept.keep(Self.pieces(half, half), of: [1])
    kept.keep(Self.pieces(KeptPieces.largest + 1), of: [2])
    kept.keep(Self.pieces(half, half, 1), of: [3])
    let (rare, common, spread) = (kept.pieces(of: [1]), kept.pieces(of: [2]), kept.pieces(of: [3]))
    #expect(rare?.count == 2 && common == nil && spread == nil)
  }

  @Test func `what was read of pieces that aren't those any more is neither given nor kept`() async throws {
    let index = try index()
    // As high as no file has come here.
    func count(of token: UInt8, at generation: Int) -> Int? { index.kept({ $0.count(of: [token]) }, at: generation) }
    index.keep(at: 1004) { $0.keep(counts: [[1]: 9]) }
    #expect(count(of: 1, at: 1004) == 9 && count(of: 1, at: 1005) == nil)
    index.keep(at: 1005) { $0.keep(counts: [[2]: 9]) }
    #expect(count(of: 2, at: 1005) == 9 && count(of: 1, at: 1005) == nil && count(of: 2, at: 1004) == nil)
    // Whoever began to read before comes late.
    index.keep(at: 1004) {
      $0.keep(counts: [[1]: 9])
      $0.keep(Self.pieces(1), of: [1])
    }
    let pieces = index.kept({ $0.pieces(of: [1]) }, at: 1005)
    #expect(count(of: 1, at: 1005) == nil && pieces == nil)
  }

  @Test func `counts and finds stay right while documents go into segments, these into one, and all is made anew`()
    async throws
  {
    for round in 1...6 {
      let id = Int64(round) * 10
      _ = try await search.index([
        document(id, "Lamp"), document(id + 1, "Oak lamp"), document(id + 2, "Chair \(round)"),
      ])
      try await expect(["lamp": round * 2, "oak": round, "chair": round, "rug": 0], "before flush \(round)")
      try await flush()
      try await expect(["lamp": round * 2, "oak": round, "chair": round, "rug": 0], "after flush \(round)")
    }
    _ = try await search.index([document(1, "Oak rug")])
    try await expect(["lamp": 12, "oak": 7, "chair": 6, "rug": 1], "before segments become one")
    let index = try index()
    try await eventually("segments become one") {
      index.tidyBeside()
      return index.snapshot.segments.count == 1
    }
    try await expect(["lamp": 12, "oak": 7, "chair": 6, "rug": 1], "after segments have become one")
    _ = try await search.remove([ProductID(raw: 1), ProductID(raw: 11)])
    _ = try await search.index([document(2, "Walnut chair")])
    try await search.rebuildIndex()
    try await expect(["lamp": 11, "oak": 5, "chair": 7, "rug": 0, "walnut": 1], "after it is made anew")
    try await flush()
    try await expect(["lamp": 11, "oak": 5, "chair": 7, "rug": 0, "walnut": 1], "in the new file")
  }

  @Test func `a word of more goods than are kept is counted from memory, and read from the file each time`()
    async throws
  {
    // A document takes a byte at least.
    let many = KeptPieces.largest + 1
    try await engine.apply(
      (1...Int64(many)).map { .put(document($0, $0 == 7 ? "Oak lamp" : "Lamp"), version: $0) })
    try await flush()
    try await expect(["lamp": many, "oak": 1], "in the file")
    let index = try index()
    let (lamp, oak) = (Array("lamp".utf8), Array("oak".utf8))
    let generation = index.snapshot.generation
    #expect(index.keptCounts([lamp, oak], at: generation) == [lamp: many, oak: 1])
    let kept = [oak, lamp].map { word in index.kept({ $0.pieces(of: word) }, at: generation)?.map(\.count) }
    #expect(kept == [[1], nil])
    let both = try await engine.find(
      EngineAsk(tree: QueryTree(["oak", "lamp"].map { QueryTree.Want([QueryTree.Way([$0])]) }, allowsPart: false)))
    #expect(both.products == [ProductID(raw: 7)])
  }
}
