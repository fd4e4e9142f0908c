import Governance
import Remote
import Search
import Storage
import Synchronization
import Values

/// Search elsewhere. While it can't be asked, this process finds by itself, in an index that it reads from the tables for
/// the time, and again each minute, since nobody feeds it.
struct SpareSearch: SearchService {
  private let remote: RemoteSearch
  private let spare: Spare

  init(for remote: RemoteSearch, database: any Database, clock: WallClock) {
    self.remote = remote
    spare = Spare {
      let search = StoredSearch(database: database, clock: clock)
      try await search.load()
      return search
    }
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
      spare.putAway()
      return answer
    } catch let error where Self.isAway(error) {
      return try await question(try await spare.search())
    }
  }

  private static func isAway(_ error: any Error) -> Bool {
    error is RemoteFault || (error as? any Refusal)?.kind == .unavailable
  }
}

/// An index for the time in which the real one is away.
private final class Spare: Sendable {
  private struct State {
    var index: Task<any SearchService, any Error>?
    var readAt: ContinuousClock.Instant = .now
    var changes = 0
  }

  private let read: @Sendable () async throws -> any SearchService
  private let state = Mutex(State())

  init(_ read: @escaping @Sendable () async throws -> any SearchService) { self.read = read }

  var changes: Int { state.withLock { $0.changes } }

  func search() async throws -> any SearchService {
    let index = state.withLock { state in
      if let index = state.index, state.readAt.duration(to: .now) < .minutes(1) { return index }
      // Detached: it's read for all who ask, whatever time the first has.
      let index = Task.detached { [read] in try await read() }
      state.index = index
      state.readAt = .now
      state.changes += 1
      return index
    }
    do {
      return try await index.value
    } catch {
      putAway()
      throw error
    }
  }

  func putAway() {
    state.withLock { state in
      guard state.index != nil else { return }
      state.index = nil
      state.changes += 1
    }
  }
}
