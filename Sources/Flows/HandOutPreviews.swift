import Accounts
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

  /// Throws `StaffRefusal.notAllowed` for staff who don't edit content.
  public func link(to entry: Entry, by staff: Staff) async throws -> Link {
    guard EditContent.opens(to: staff) else { throw StaffRefusal.notAllowed(.contentEdit) }
    return try await link(to: .entry(entry.id), named: entry.text.title[.en], of: nil, by: staff)
  }

  /// For staff who work on goods: those of a merchant on their own. Throws `StaffRefusal.notAllowed`,
  /// `CatalogRefusal.unknownProduct`.
  public func link(to product: Product, by staff: Staff) async throws -> Link {
    guard WorkCatalog.opens(to: staff) else { throw StaffRefusal.notAllowed(.catalogEdit) }
    guard staff.merchant == nil || staff.merchant == product.merchant else { throw CatalogRefusal.unknownProduct }
    return try await link(to: .product(product.id), named: product.content.title[.en], of: product.merchant, by: staff)
  }

  /// All links that were handed out count no more. Throws `StaffRefusal.notAllowed`.
  public func endAll(by staff: Staff) async throws {
    guard EditContent.opens(to: staff) else { throw StaffRefusal.notAllowed(.contentEdit) }
    try await contexts.content.endPreviews(by: .staff(staff.id))
  }

  private func link(
    to subject: PreviewSubject, named name: String, of merchant: MerchantID?, by staff: Staff
  ) async throws -> Link {
    let until = clock.now.adding(.days(Self.days))
    let pass = try await contexts.content.handOutPreview(
      of: subject, named: name, of: merchant, until: until, by: .staff(staff.id))
    return Link(pass: pass, until: until)
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
