import Catalog
import Content
import Values

/// Links by which staff let a colleague see what visitors don't see yet, without a log-in.
public struct HandOutPreviews: Sendable {
  /// How long a link counts.
  public static let days = 7

  public struct Link: Sendable {
    /// The last part of its address.
    public let pass: String
    public let until: Timestamp
  }

  private let contexts: Contexts
  private let clock: WallClock

  public init(_ contexts: Contexts, clock: WallClock) {
    self.contexts = contexts
    self.clock = clock
  }

  /// For a desk that its staff may open.
  public func link(to subject: PreviewSubject) async throws -> Link {
    let until = clock.now.adding(.days(Self.days))
    return Link(pass: try await contexts.content.previewPass(for: subject, until: until), until: until)
  }

  /// As it was saved last. Throws `ContentRefusal.unknownContent` also for a pass that isn't this entry's, or any more.
  public func entry(_ id: EntryID, pass: String) async throws -> Entry {
    guard try await contexts.content.accepts(previewPass: pass, for: .entry(id)),
      let entry = try await contexts.content.entry(id)
    else { throw ContentRefusal.unknownContent }
    return entry
  }

  /// Published or not. Throws `CatalogRefusal.unknownProduct` also for a pass that isn't this product's, or any more.
  public func product(_ id: ProductID, pass: String) async throws -> ProductView {
    guard try await contexts.content.accepts(previewPass: pass, for: .product(id)),
      let product = try await contexts.catalog.product(id)
    else { throw CatalogRefusal.unknownProduct }
    return try await ViewProduct(contexts).view(of: product)
  }
}
