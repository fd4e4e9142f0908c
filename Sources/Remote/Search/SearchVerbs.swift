import Search
import Values

/// Search as it crosses between processes. All of it may be repeated: reads as ever, and feeding the same goods twice
/// leaves the same goods.
public enum SearchVerbs {
  static let contract = RemoteContract("search")

  private static func verb<Input, Output>(_ name: String, _ limit: Duration) -> RemoteMethod<Input, Revised<Output>> {
    RemoteMethod(contract, name, isIdempotent: true, limit: limit)
  }

  static let search: RemoteMethod<SearchQuery, Revised<SearchResult>> = verb("search", .seconds(2))
  static let suggest: RemoteMethod<SuggestQuery, Revised<[Suggestion]>> = verb("suggest", .seconds(1))
  static let cards: RemoteMethod<[ProductID], Revised<[ProductCard]>> = verb("cards", .seconds(2))
  static let related: RemoteMethod<Related, Revised<[ProductCard]>> = verb("related", .seconds(2))
  static let index: RemoteMethod<[SearchDocument], Revised<Bool>> = verb("index", .seconds(30))
  static let remove: RemoteMethod<[ProductID], Revised<Bool>> = verb("remove", .seconds(30))
  static let update: RemoteMethod<[ProductFigures], Revised<Bool>> = verb("update", .seconds(30))
  static let revision: RemoteMethod<Nothing, Revised<Nothing>> = verb("revision", .seconds(1))

  struct Related: Codable, Sendable {
    let product: ProductID
    let limit: Int
  }

  /// The verbs with the context behind them, for a server.
  public static func served(by context: any SearchService) -> [RemoteHandler] {
    func revised<Input, Output>(
      _ method: RemoteMethod<Input, Revised<Output>>, _ body: @escaping @Sendable (Input) async throws -> Output
    ) -> RemoteHandler {
      method.served { input in Revised(value: try await body(input), revision: context.revision) }
    }
    return [
      revised(search) { try await context.search($0) },
      revised(suggest) { try await context.suggest($0) },
      revised(cards) { try await context.cards($0) },
      revised(related) { try await context.related(to: $0.product, limit: $0.limit) },
      revised(index) { try await context.index($0) },
      revised(remove) { try await context.remove($0) },
      revised(update) { try await context.update($0) },
      revised(revision) { $0 },
    ]
  }
}

/// An answer, and the revision of the instance that gave it.
struct Revised<Value: Codable & Sendable>: Codable, Sendable {
  let value: Value
  let revision: Int
}
