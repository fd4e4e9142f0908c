import Foundation
import Governance
import Logging
import NIOHTTP1
import Search
import Synchronization
import Values

/// Search in an OpenSearch cluster, for catalogues that one machine is too small for. All processes ask and feed the
/// same index; feeding is harmless when repeated and in any order, since each document carries its version.
public final class OpenSearchEngine: SearchEngine {
  /// How long one step of the feed may take, all attempts together.
  static let feedPatience = Duration.seconds(60)

  let client: OpenSearchClient
  let layout: IndexLayout
  let clock: WallClock
  let logger: Logger
  let words: OpenSearchVocabulary
  let feedRetry: Retry
  let askRetry: Retry
  /// Of which index it was told last how far it is; nil before.
  let askedIndex = Mutex<String?>(nil)
  /// Opens when the cluster keeps failing, so that shoppers get what stands in for it at once.
  public let breaker: CircuitBreaker

  public var address: OpenSearchAddress { client.address }

  /// Nothing is asked yet.
  /// - Parameter sleep: waits between attempts.
  /// Throws `OpenSearchFault` where the file of authorities can't be used.
  public init(
    _ address: OpenSearchAddress, clock: WallClock, logger: Logger,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) throws(OpenSearchFault) {
    client = try OpenSearchClient(address)
    layout = IndexLayout(address)
    self.clock = clock
    self.logger = logger
    feedRetry = Retry(
      attempts: 10, backoff: Backoff(first: .milliseconds(200), longest: .seconds(10)), sleep: sleep)
    // Twice at most at each node: who waits is a person.
    askRetry = Retry(
      attempts: min(4, max(2, address.nodes.count)),
      backoff: Backoff(first: .milliseconds(20), longest: .milliseconds(200)), sleep: sleep)
    breaker = CircuitBreaker("openSearch", clock: clock)
    words = OpenSearchVocabulary(client, layout, retry: askRetry, breaker: breaker, clock: clock)
  }

  public var vocabulary: any Vocabulary { words }

  public func find(_ ask: EngineAsk) async throws -> EngineAnswer {
    guard let question = Question(ask) else { return EngineAnswer(products: [], total: 0, next: nil) }
    if let body = question.body(question.first) {
      let answer = try await search(body)
      if !question.allowsSome || question.holds(answer) { return question.read(answer, question.first) }
    }
    guard question.allowsSome, let body = question.body(.some) else {
      return EngineAnswer(products: [], total: 0, next: nil)
    }
    return question.read(try await search(body), .some)
  }

  private func search(_ body: JSON) async throws -> FindsAnswer {
    try await asking {
      // The same question goes to the same copies, whose scores agree from page to page; others go to others.
      let copies = Self.mark(try body["query"]?.data ?? Data())
      let path =
        "/\(layout.alias)/_search?search_type=dfs_query_then_fetch&allow_partial_search_results=false"
        + "&cancel_after_time_interval=\(client.address.patience.milliseconds)ms&preference=m\(copies)"
      let data = try await client.call(
        .POST, path, .json(body), within: client.address.patience, retry: askRetry)
      return try Self.read(FindsAnswer.self, data)
    }
  }

  /// How many goods are on sale in the index.
  public func count() async throws -> Int {
    try await asking {
      let data = try await client.call(
        .POST, "/\(layout.alias)/_count", .json(["query": ["term": ["isListed": true]]]),
        within: client.address.patience, retry: askRetry)
      return try Self.read(CountAnswer.self, data).count
    }
  }

  /// Which products are in the index, with their versions, by number.
  /// - Parameters:
  public func versions(after product: ProductID?, limit: Int) async throws -> [(product: ProductID, version: Int64)] {
    try await asking {
      var body: [String: JSON] = [
        "query": ["exists": ["field": "product"]], "size": .number(Int64(min(max(limit, 1), 1000))), "_source": false,
        "docvalue_fields": ["version"], "sort": [["product": "asc"]],
      ]
      if let product { body["search_after"] = [.number(product.raw)] }
      let data = try await client.call(
        .POST, "/\(layout.alias)/_search", .json(.object(body)), within: Self.feedPatience, retry: feedRetry)
      return try Self.read(FindsAnswer.self, data).hits.hits.compactMap { hit in
        guard let raw = Int64(hit.id), case .number(let version)? = hit.fields?["version"]?.first else { return nil }
        return (ProductID(raw: raw), version)
      }
    }
  }

  /// Runs a question of a shopper. Whatever is wrong with the cluster is told as unavailable, and logged.
  private func asking<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
    do {
      return try await breaker.run(countingWhen: Self.speaksAgainst, body)
    } catch let fault as OpenSearchFault {
      if !fault.mayPass { logger.error("\(fault)") } else { logger.warning("\(fault)") }
      throw TemporarilyUnavailable()
    }
  }

  /// A question that it can't answer says nothing of the others.
  static func speaksAgainst(_ error: any Error) -> Bool {
    (error as? OpenSearchFault)?.kind != .other && CircuitBreaker.isFailure(error)
  }

  static func read<Answer: Decodable>(_: Answer.Type, _ data: Data) throws(OpenSearchFault) -> Answer {
    do {
      return try JSONDecoder().decode(Answer.self, from: data)
    } catch {
      throw OpenSearchFault(.other, "this isn't an answer of OpenSearch 2 or newer")
    }
  }

  /// A number that equal bytes share in every process (FNV-1a).
  private static func mark(_ data: Data) -> UInt64 {
    data.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  }
}

extension JSON {
  /// The member of an object.
  subscript(_ name: String) -> JSON? { if case .object(let members) = self { members[name] } else { nil } }
}
