import Catalog
import Search
import Values

/// Compares what search has with what shoppers may see.
public struct CheckSearch: Sendable {
  public struct Found: Sendable {
    /// Of the catalogue.
    public var products = 0
    /// Search hasn't got them, or has them otherwise.
    public var stale: [ProductID] = []
    /// Search has them, and shoppers don't see them.
    public var extra: [ProductID] = []

    public var isWhole: Bool { stale.isEmpty && extra.isEmpty }
  }

  private let contexts: Contexts
  private let feed: FeedSearch
  private let search: StoredSearch

  /// - Parameter search: the table of documents.
  public init(_ contexts: Contexts, _ feed: FeedSearch, _ search: StoredSearch) {
    self.contexts = contexts
    self.feed = feed
    self.search = search
  }

  /// - Parameter repairs: puts right what is found.
  public func run(repairing repairs: Bool) async throws -> Found {
    var found = Found()
    var next: Cursor?
    repeat {
      let page = try await contexts.catalog.products(PageRequest(limit: 100, after: next), of: nil)
      found.products += page.items.count
      let documents = try await feed.documents(of: page.items.filter(\.isPublished))
      let stale = Set(try await search.differing(documents))
      found.stale += documents.map(\.card.product).filter(stale.contains)
      if repairs, !stale.isEmpty {
        _ = try await search.index(documents.filter { stale.contains($0.card.product) })
      }
      next = page.next
    } while next != nil
    var last: ProductID?
    while true {
      let part = try await search.products(after: last, limit: 100)
      guard let end = part.last else { return found }
      let products = try await contexts.catalog.products(part)
      let extra = part.filter { products[$0]?.isPublished != true }
      found.extra += extra
      if repairs, !extra.isEmpty { _ = try await search.remove(extra) }
      last = end
    }
  }
}
