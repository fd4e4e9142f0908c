import Governance
import Remote
import Search
import Storage
import Synchronization
import Values

/// Search elsewhere. While it can't be asked, this process finds by itself, in an index of its own that follows the table of
/// documents for the time, each minute, since nobody feeds it.
struct SpareSearch: SearchService {
  private let remote: any SearchService
  private let spare: SpareIndex

  /// - Parameters:
  ///   - database: where the documents are.
  ///   - engine: makes one with an index of this process's own, which is opened when it is needed first.
  init(
    for remote: any SearchService, database: any Database, rules: StoredSearchRules, clock: WallClock,
    engine: @escaping @Sendable () -> any SearchEngine
  ) {
    let last = LastSearch()
    self.init(for: remote, clock: clock) {
      if let search = last.search {
        try await search.follow()
        // The one that is there answers meanwhile. Where it breaks off, the next minute's reading tries again.
        Task.detached { try? await search.renewIndex() }
        return search
      }
      // Documents may come from a replica that is late, and rules come from the main database: what the one tells of tuning
      // says nothing of what the other holds.
      let search = StoredSearch(
        database: database, engine: engine(), rules: rules, heedsTuning: false, clock: clock)
      try await search.load()
      last.search = search
      return search
    }
  }

  /// - Parameter read: makes an index out of the tables.
  init(
    for remote: any SearchService, clock: WallClock,
    reading read: @escaping @Sendable () async throws -> any SearchService
  ) {
    self.remote = remote
    spare = SpareIndex(clock: clock, reading: read)
  }

  /// Moves also when the answers begin to come from elsewhere.
  var revision: Int { remote.revision + spare.changes }

  func search(_ query: SearchQuery) async throws -> SearchResult { try await ask { try await $0.search(query) } }

  func suggest(_ query: SuggestQuery) async throws -> [Suggestion] { try await ask { try await $0.suggest(query) } }

  func cards(_ products: [ProductID]) async throws -> [ProductCard] { try await ask { try await $0.cards(products) } }

  func related(to product: ProductID, limit: Int) async throws -> [ProductCard] {
    try await ask { try await $0.related(to: product, limit: limit) }
  }

  func index(_ documents: [SearchDocument]) async throws -> Bool { try await remote.index(documents) }
  func remove(_ products: [ProductID]) async throws -> Bool { try await remote.remove(products) }
  func update(_ figures: [ProductFigures]) async throws -> Bool { try await remote.update(figures) }

  private func ask<Answer>(_ question: (any SearchService) async throws -> Answer) async throws -> Answer {
    do {
      let answer = try await question(remote)
      spare.rest()
      return answer
    } catch let error where Self.isAway(error) {
      return try await question(try await spare.index())
    }
  }

  private static func isAway(_ error: any Error) -> Bool {
    error is RemoteFault || (error as? any Refusal)?.kind == .unavailable
  }
}

/// The search of the last time, as long as somebody holds it.
private final class LastSearch: Sendable {
  private struct Held { weak var search: StoredSearch? }

  private let held = Mutex(Held())

  var search: StoredSearch? {
    get { held.withLock { $0.search } }
    set { held.withLock { $0.search = newValue } }
  }
}
