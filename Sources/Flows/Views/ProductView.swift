import Catalog
import Inventory
import Merchants
import Orders
import Pricing
import Reviews
import Values

/// All that a product page shows for everyone, out of five contexts.
public struct ProductView: Sendable {
  public let product: Product
  public let merchant: Merchant
  public let brand: Brand?
  /// From the root down to the product's category.
  public let path: [Catalog.Category]
  public let prices: [VariantID: Price]
  public let stock: [VariantID: StockLevel]
  public let reviews: ReviewSummary
  public let sold: Int

  /// Variants that have a price, in the product's order.
  public var offered: [Variant] { product.variants.filter { prices[$0.id] != nil } }

  public func free(_ variant: VariantID) -> Int { stock[variant]?.free ?? 0 }

  /// The variant that is asked for, else the first that can be bought, else the first.
  public func chosen(_ asked: VariantID?) -> Variant? {
    if let asked, let variant = product.variant(asked) { return variant }
    return offered.first { free($0.id) > 0 } ?? offered.first ?? product.variants.first
  }
}

/// Gathers what a product page needs.
public struct ViewProduct: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// Throws `CatalogRefusal.unknownProduct` also for one that isn't published.
  public func run(_ id: ProductID) async throws -> ProductView {
    guard let product = try await contexts.catalog.product(id), product.isPublished else {
      throw CatalogRefusal.unknownProduct
    }
    return try await view(of: product)
  }

  /// Published or not.
  func view(of product: Product) async throws -> ProductView {
    let id = product.id
    guard let merchant = try await contexts.merchants.merchant(product.merchant) else {
      throw CatalogRefusal.unknownProduct
    }
    let variants = product.variants.map(\.id)
    let prices = try await contexts.pricing.prices(of: variants, in: .main)
    let stock = try await contexts.inventory.stock(of: variants)
    let reviews = try await contexts.reviews.summaries(of: [id])[id] ?? .none
    let tree = try await contexts.catalog.categories().shown
    let brands = product.content.brand == nil ? [] : try await contexts.catalog.brands()
    return ProductView(
      product: product, merchant: merchant, brand: brands.first { $0.id == product.content.brand },
      path: product.content.category.map { tree.path(to: $0) } ?? [], prices: prices, stock: stock, reviews: reviews,
      sold: try await contexts.orders.sales(of: [id])[id] ?? 0)
  }
}

/// What sending goods to a place costs and how long it takes, as a product page promises it.
public struct DeliveryPromise: Hashable, Sendable {
  public let fee: Money
  /// From how much on the goods travel free.
  public let freeFrom: Money?
  public let days: ClosedRange<Int>

  /// Nil when the merchant doesn't deliver there.
  public static func of(
    _ view: ProductView, _ variant: Variant, to region: RegionCode, pricing: any PricingService
  ) async throws -> DeliveryPromise? {
    guard let price = view.prices[variant.id] else { return nil }
    let line = QuoteRequest.Line(
      variant: variant.id, product: view.product.id, merchant: view.merchant.id, quantity: .one,
      weightGrams: variant.weightGrams, requiresShipping: variant.requiresShipping)
    do {
      let quote = try await pricing.quote(
        QuoteRequest(channel: .main, currency: price.sale.currency, lines: [line], destination: region))
      let zone = try await pricing.freightTemplate(of: view.merchant.id)?.zone(for: region)
      return DeliveryPromise(
        fee: quote.freight, freeFrom: zone?.freeFrom, days: quote.merchants.first?.deliveryDays ?? 2...4)
    } catch PricingRefusal.notDelivered {
      return nil
    }
  }
}
