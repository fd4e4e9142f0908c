import Search
import Synchronization
import Testing
import Values

@testable import SearchOpenSearch

/// An index that takes the place of another, held against recorded exchanges.
@Suite struct RebuildingTests {
  @Test func `an index is filled beside the live one and takes its place in one step, with the mark`() async throws {
    try await RecordedCluster.play("rebuild") { cluster in
      let engine = try engine(cluster)
      let source = Source(
        pages: [[(try document(7), 12), (try document(9), 13)]],
        // What comes once there is nothing left waits for the exchange.
        changes: [[.figures(figures(7, price: 2999), version: 15)], [], [.remove(ProductID(raw: 9), version: 16)]])
      try await source.replaceAll(of: engine, upTo: 14)
      #expect(source.asked == ["pages from the first", "pages after 9", "14", "15", "15", "16"])
    }
  }

  @Test func `where there is no index one is made to take the place of, and no document counts for more than all`()
    async throws
  {
    try await RecordedCluster.play("rebuild-first") { cluster in
      let source = Source(pages: [[(try document(7), 20)]], changes: [])
      try await source.replaceAll(of: try engine(cluster), upTo: 14)
    }
  }

  @Test func `one that breaks off is taken away, and the live one stays`() async throws {
    try await RecordedCluster.play("rebuild-broken") { cluster in
      let engine = try engine(cluster)
      _ = await #expect(throws: MissingWords.self) {
        try await engine.replaceAll(upTo: 14, mark: 5, givesWay: false) { _ in
          throw MissingWords()
        } changes: { _ in
          []
        } exchanging: {
          try await $0()
        }
      }
    }
  }

  @Test func `a switch whose answer got lost is looked after, and what serves stays`() async throws {
    try await RecordedCluster.play("rebuild-unheard") { cluster in
      try await Source(pages: [], changes: []).replaceAll(of: try engine(cluster), upTo: 14)
    }
  }

  @Test func `where another process was quicker, the index is given up before it serves`() async throws {
    try await RecordedCluster.play("rebuild-given-way") { cluster in
      let engine = try engine(cluster)
      _ = try await engine.appliedVersion()
      let words = engine.vocabulary.revision
      // The other process has the first number that was free.
      let source = Source(pages: [[(try document(7), 12)]], changes: [])
      try await source.replaceAll(of: engine, upTo: 14, givesWay: true)
      #expect(source.asked.last == "14" && engine.vocabulary.revision == words + 1)
    }
  }

  @Test func `where another process was quicker, no more pages are read`() async throws {
    try await RecordedCluster.play("rebuild-page") { cluster in
      let engine = try engine(cluster)
      _ = try await engine.appliedVersion()
      let source = Source(pages: [[(try document(7), 12)], [(try document(9), 13)]], changes: [])
      try await source.replaceAll(of: engine, upTo: 14, givesWay: true)
      #expect(source.asked == ["pages from the first"])
    }
  }

  @Test func `what another process put there since the index was looked at isn't made anew`() async throws {
    try await RecordedCluster.play("rebuild-needless") { cluster in
      let engine = try engine(cluster)
      _ = try await engine.appliedVersion()
      let source = Source(pages: [[(try document(7), 12)]], changes: [])
      try await source.replaceAll(of: engine, upTo: 14, givesWay: true)
      #expect(source.asked.isEmpty)
    }
  }

  @Test func `a person's index takes the place also of one that another process made meanwhile`() async throws {
    try await RecordedCluster.play("rebuild-asked") { cluster in
      let engine = try engine(cluster)
      _ = try await engine.appliedVersion()
      try await Source(pages: [], changes: []).replaceAll(of: engine, upTo: 14)
    }
  }

  @Test func `whose the index is stands in its mapping beside the layout, and is none before it is noted`() async throws
  {
    try await RecordedCluster.play("mark") { cluster in
      let engine = try engine(cluster)
      let before = try await engine.mark()
      try await engine.note(mark: 8_234_567_890_123_456_789)
      let noted = try await engine.mark()
      let withoutIndex = try await engine.mark()
      #expect(before == 0 && noted == 8_234_567_890_123_456_789 && withoutIndex == 0)
    }
  }
}

/// What an index is made of: pages and changes, each handed out once.
private final class Source: Sendable {
  private struct State {
    var pages: [[(SearchDocument, Int64)]]
    var changes: [[DocumentChange]]
    var asked: [String] = []
  }

  private let state: Mutex<State>

  init(pages: [[(SearchDocument, Int64)]], changes: [[DocumentChange]]) {
    state = Mutex(State(pages: pages, changes: changes))
  }

  var asked: [String] { state.withLock { $0.asked } }

  func replaceAll(
    of engine: OpenSearchEngine, upTo version: Int64, givesWay: Bool = false
  ) async throws {
    try await engine.replaceAll(upTo: version, mark: 5, givesWay: givesWay) { product in
      self.state.withLock { state in
        state.asked.append(product.map { "pages after \($0.raw)" } ?? "pages from the first")
        return state.pages.isEmpty ? [] : state.pages.removeFirst()
      }
    } changes: { after in
      self.state.withLock { state in
        state.asked.append("\(after)")
        return state.changes.isEmpty ? [] : state.changes.removeFirst()
      }
    } exchanging: {
      try await $0()
    }
  }
}
