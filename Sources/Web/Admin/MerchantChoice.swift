import Accounts
import Flows
import Inventory
import Merchants
import Pages
import Values

/// Whose goods a desk is about: the staff's own merchant's, or those of the one whom staff of the platform choose.
struct MerchantChoice: Sendable {
  private let maker: PageMaker

  init(_ maker: PageMaker) { self.maker = maker }

  /// Nil when staff of the platform haven't chosen.
  /// - Parameter slug: whom the address names.
  func merchant(_ slug: String?, for staff: Staff) async throws -> Merchant? {
    if let own = staff.merchant { return try await maker.contexts.merchants.merchant(own) }
    guard let slug, !slug.isEmpty else { return nil }
    guard let known = Slug(rawValue: slug), let merchant = try await maker.contexts.merchants.merchant(slug: known)
    else { throw InventoryRefusal.unknownLocation }
    return merchant
  }

  /// The address of a desk with the choice in it.
  static func address(_ desk: String, _ merchant: Merchant?, for staff: Staff) -> String {
    guard staff.merchant == nil, let merchant else { return desk }
    return Addresses.with([("merchant", merchant.slug.rawValue)], desk)
  }

  /// The merchants to choose from, for staff of the platform; none for others.
  func links(to desk: String, chosen: Merchant?, for staff: Staff, _ words: Words) async throws -> [Model] {
    guard staff.merchant == nil else { return [] }
    return try await maker.contexts.merchants.merchants().map { merchant in
      [
        "name": merchant.name[words.language], "address": Self.address(desk, merchant, for: staff),
        "isCurrent": merchant.id == chosen?.id,
      ]
    }
  }
}
