import Search
import Values

/// Search in another process. Any instance finds; all of them are fed, since each has the index in its own memory.
public struct RemoteSearch: SearchService {
  /// Documents and figures that one message carries.
  private static let batch = 50

  private let caller: RemoteCaller
  private let revisions = RevisionBook()

  public init(_ caller: RemoteCaller) { self.caller = caller }

  /// Moves whenever any instance's does, as far as this process has heard.
  public var revision: Int { revisions.current }

  public func search(_ query: SearchQuery) async throws -> SearchResult { try await ask(SearchVerbs.search, query) }

  public func suggest(_ text: String, language: Language, limit: Int) async throws -> [Suggestion] {
    try await ask(SearchVerbs.suggest, SearchVerbs.Suggest(text: text, language: language, limit: limit))
  }

  public func cards(_ products: [ProductID]) async throws -> [ProductCard] {
    products.isEmpty ? [] : try await ask(SearchVerbs.cards, products)
  }

  public func related(to product: ProductID, limit: Int) async throws -> [ProductCard] {
    try await ask(SearchVerbs.related, SearchVerbs.Related(product: product, limit: limit))
  }

  public func index(_ documents: [SearchDocument]) async throws -> Bool {
    try await feed(SearchVerbs.index, documents)
  }

  public func remove(_ products: [ProductID]) async throws -> Bool { try await feed(SearchVerbs.remove, products) }

  public func update(_ figures: [ProductFigures]) async throws -> Bool { try await feed(SearchVerbs.update, figures) }

  /// Asks the instances for their revisions, so that lists kept here grow old no longer than the time between two calls.
  public func refreshRevision() async {
    let replies = try? await caller.replies(to: SearchVerbs.revision, Nothing())
    for case .success(let reply) in replies ?? [] { revisions.note(reply.output.revision, of: reply.from) }
  }

  private func ask<Input, Output>(
    _ method: RemoteMethod<Input, Revised<Output>>, _ input: Input
  ) async throws -> Output {
    let reply = try await caller.reply(to: method, input)
    revisions.note(reply.output.revision, of: reply.from)
    return reply.output.value
  }

  /// Throws the first failure once all have been asked, so that one that is down is fed again later.
  private func feed<Item>(_ method: RemoteMethod<[Item], Revised<Bool>>, _ items: [Item]) async throws -> Bool {
    var isVisible = false
    for start in stride(from: 0, to: items.count, by: Self.batch) {
      let replies = try await caller.replies(to: method, Array(items[start..<min(start + Self.batch, items.count)]))
      guard !replies.isEmpty else { throw PartUnavailable(part: caller.part, mayHaveRun: false) }
      for case .success(let reply) in replies {
        revisions.note(reply.output.revision, of: reply.from)
        isVisible = isVisible || reply.output.value
      }
      for reply in replies { _ = try reply.get() }
    }
    return isVisible
  }
}
