import ContextKit
import Search
import TestKit
import Values

/// Search alone, over a database on the engine of the run and an index of its own.
struct GoldenSearch {
  let search: StoredSearch
  private let store: TestStore

  init(_ documents: [SearchDocument]) async throws {
    store = try await TestStore(StoredSearch.migrations)
    search = StoredSearch(database: store.database, engine: store.searchEngine, clock: store.clock.clock)
    try await search.load()
    for start in stride(from: 0, to: documents.count, by: 500) {
      _ = try await search.index(Array(documents[start..<min(start + 500, documents.count)]))
    }
  }
}
