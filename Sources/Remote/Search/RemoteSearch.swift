import Search
import Values

/// Search in another process. Any instance finds; all of them are fed, since each has the index in its own memory.
public struct RemoteSearch: SearchService {
  /// Documents and figures that one message carries at most.
  private static let batch = 50
  /// Bytes of one message at most, with room below what the transport takes.
  private static let messageBytes = 2 * 1024 * 1024

  private let caller: RemoteCaller
  private let revisions = RevisionBook()

  public init(_ caller: RemoteCaller) { self.caller = caller }

  /// Moves whenever any instance's does, as far as this process has heard.
  public var revision: Int { revisions.current }

  public func search(_ query: SearchQuery) async throws -> SearchResult { try await ask(SearchVerbs.search, query) }

  public func suggest(_ query: SuggestQuery) async throws -> [Suggestion] { try await ask(SearchVerbs.suggest, query) }

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
    for part in try Self.parts(of: items) {
      let replies = try await caller.replies(to: method, part)
      guard !replies.isEmpty else { throw PartUnavailable(part: caller.part, mayHaveRun: false) }
      for case .success(let reply) in replies {
        revisions.note(reply.output.revision, of: reply.from)
        isVisible = isVisible || reply.output.value
      }
      for reply in replies { _ = try reply.get() }
    }
    return isVisible
  }

  /// Parts that a message has room for; what is too large alone goes alone.
  static func parts<Item: Encodable>(of items: [Item]) throws -> [[Item]] {
    var parts: [[Item]] = []
    var bytes = 0
    for item in items {
      let size = try JSONBytes.encode(item).count + 1
      if let last = parts.last, last.count < batch, bytes + size <= messageBytes {
        parts[parts.count - 1].append(item)
        bytes += size
      } else {
        parts.append([item])
        bytes = size
      }
    }
    return parts
  }
}
