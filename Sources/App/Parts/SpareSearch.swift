import Governance
import Remote
import Search
import Storage
import Values

/// Search elsewhere. While it can't be asked, this process finds by itself, in an index that it reads from the tables for
/// the time, and again each minute, since nobody feeds it.
struct SpareSearch: SearchService {
  private let remote: any SearchService
  private let spare: SpareIndex

  init(for remote: any SearchService, database: any Database, clock: WallClock) {
    self.init(for: remote, clock: clock) {
      let search = StoredSearch(database: database, clock: clock)
      try await search.load()
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

  func suggest(_ text: String, language: Language, limit: Int) async throws -> [Suggestion] {
    try await ask { try await $0.suggest(text, language: language, limit: limit) }
  }

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
