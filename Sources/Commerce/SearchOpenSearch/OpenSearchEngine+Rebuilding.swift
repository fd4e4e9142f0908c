import Foundation
import Logging
import NIOHTTP1
import Search
import Values

extension OpenSearchEngine: RenewableEngine {
  public func held(after product: ProductID?, limit: Int) async throws -> [(product: ProductID, version: Int64)] {
    try await versions(after: product, limit: limit)
  }

  /// Other processes feed the index too, so that nobody is kept from it for the exchange: what came meanwhile is
  /// followed afterwards.
  public func replaceAll(
    upTo version: Int64,
    _ page: @escaping @Sendable (_ after: ProductID?) async throws -> [(SearchDocument, Int64)],
    changes: @escaping @Sendable (_ after: Int64) async throws -> [DocumentChange],
    exchanging: @escaping @Sendable (_ exchange: @escaping @Sendable () async throws -> Void) async throws -> Void
  ) async throws {
    try await rebuild { apply in
      var last: ProductID?
      while true {
        let documents = try await page(last)
        guard let end = documents.last?.0.card.product else { break }
        // Read at different moments, so that none counts for more than what all of them hold.
        try await apply(documents.map { .put($0, version: min($1, version)) })
        last = end
      }
      var taken = version
      while true {
        let next = try await changes(taken)
        guard let end = next.last?.version else { break }
        try await apply(next)
        taken = end
      }
    }
  }

  /// Fills an index beside the live one, which serves and is fed meanwhile, and switches to it at the end; the old one
  /// goes in the same step. What was changed since it was filled is missing then: follow from `appliedVersion()`
  /// afterwards.
  /// Throws `OpenSearchFault`, or what `fill` throws, and takes the unfinished index away.
  /// - Parameter fill: hands over all documents, in the order of their versions, with what it is given.
  public func rebuild(
    _ fill: (_ apply: ([DocumentChange]) async throws -> Void) async throws -> Void
  ) async throws {
    let standing = try await indices()
    let index = layout.index((standing.compactMap(layout.number(of:)).max() ?? 0) + 1)
    try await call(.PUT, "/\(index)", layout.creation(isServing: false))
    do {
      try await fill { try await self.feed($0, into: index) }
      try await call(.PUT, "/\(index)/_settings", layout.serving)
      try await call(.POST, "/\(index)/_refresh")
      let served = try await served()
      let actions: [JSON] = served.map { ["remove_index": ["index": .text($0)]] }
      try await call(
        .POST, "/_aliases",
        ["actions": .list(actions + [["add": ["index": .text(index), "alias": .text(layout.alias)]]])])
    } catch {
      _ = try? await call(.DELETE, "/\(index)")
      throw error
    }
    logger.notice("Search is answered by the index \(index) in OpenSearch")
    words.forget()
  }

  /// All that belong to the layout, unfinished ones of rebuilds that were broken off among them.
  private func indices() async throws -> [String] {
    let data = try await call(.GET, "/_cat/indices/\(layout.alias)-*?format=json&h=index")
    return try Self.read([IndexLine].self, data).map(\.index)
  }

  /// Where the alias leads to; none where it isn't there.
  private func served() async throws -> [String] {
    do {
      let data = try await call(.GET, "/_alias/\(layout.alias)")
      return try Self.read([String: JSON].self, data).keys.sorted()
    } catch let fault as OpenSearchFault where fault.kind == .missing {
      return []
    }
  }

  @discardableResult
  private func call(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) async throws -> Data {
    try await client.call(
      method, path, body.map { .json($0) } ?? .none, within: Self.feedPatience, retry: feedRetry)
  }
}
