import Catalog
import Content
import Inventory
import Merchants
import Pricing
import Values

/// What a new merchant has done of what it takes to sell.
public struct FirstSteps: Hashable, Sendable {
  /// Says something of itself in both languages, and has a logo.
  public let hasProfile: Bool
  /// Said where it can be written to.
  public let hasNoticeAddress: Bool
  public let hasProduct: Bool
  /// Has looked at what sending costs.
  public let hasFreight: Bool
  public let hasStock: Bool

  public var areDone: Bool { hasProfile && hasNoticeAddress && hasProduct && hasFreight && hasStock }
}

/// What there is of what it takes to open a shop for several merchants.
public struct PlatformSteps: Hashable, Sendable {
  public let hasGoods: Bool
  public let hasMerchants: Bool
  /// A banner, an article or an announcement.
  public let hasContent: Bool

  public var areDone: Bool { hasGoods && hasMerchants && hasContent }
}

extension Contexts {
  /// How many of its products are asked for stock.
  private static let lookedAt = 20

  public func firstSteps(of merchant: Merchant, currency: Currency) async throws -> FirstSteps {
    let products = try await catalog.products(PageRequest(limit: Self.lookedAt), of: merchant.id).items
    let stock = try await inventory.stock(of: products.flatMap { $0.variants.map(\.id) })
    let freight = try await pricing.freightTemplate(of: merchant.id)
    let introduction = merchant.introduction
    return FirstSteps(
      hasProfile: merchant.logo != nil && !introduction.en.isEmpty && !introduction.zhHans.isEmpty,
      hasNoticeAddress: !merchant.email.isEmpty, hasProduct: !products.isEmpty,
      hasFreight: freight.map { $0.zones != FurnishMerchant.freight(currency) } ?? false,
      hasStock: stock.values.contains { $0.free > 0 })
  }

  public func platformSteps() async throws -> PlatformSteps {
    var hasContent = try await !content.banners().isEmpty
    for kind in [EntryKind.article, .announcement] where !hasContent {
      hasContent = try await !content.published(kind, PageRequest(limit: 1)).items.isEmpty
    }
    return PlatformSteps(
      hasGoods: try await !catalog.products(PageRequest(limit: 1), of: nil).items.isEmpty,
      hasMerchants: try await !merchants.merchants().isEmpty, hasContent: hasContent)
  }
}
