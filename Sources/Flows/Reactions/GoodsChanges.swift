import Catalog
import Events
import Inventory
import Orders
import Pricing
import Reviews
import Values

/// What facts that came together say of the goods, for everyone who keeps something made of them.
public struct GoodsChanges: Sendable {
  public static let events: Set<String> = [
    ProductsChanged.name, PriceChanged.name, FreightChanged.name, StockChanged.name, OrderPaid.name,
    ReviewPublished.name, ReviewChanged.name, CategoryChanged.name, BrandChanged.name,
  ]

  /// Products that changed themselves.
  public private(set) var products: Set<ProductID> = []
  /// Other products of which price, stock, sales or reviews changed.
  public private(set) var figures: Set<ProductID> = []
  /// Categories that are called otherwise, stand elsewhere or are gone. What is on them and below them tells nothing of it.
  public private(set) var categories: Set<CategoryID> = []
  /// Whether shelves changed: categories or brands.
  public private(set) var hasCategories = false

  public init(_ envelopes: [EventEnvelope], catalog: any CatalogService) async throws {
    var variants: Set<VariantID> = []
    for envelope in envelopes {
      switch envelope.name {
      case ProductsChanged.name: products.formUnion(try envelope.decode(ProductsChanged.self).products)
      case PriceChanged.name: variants.formUnion(try envelope.decode(PriceChanged.self).variants)
      case StockChanged.name: variants.formUnion(try envelope.decode(StockChanged.self).variants)
      case OrderPaid.name: figures.formUnion(try envelope.decode(OrderPaid.self).products)
      case ReviewPublished.name: figures.insert(try envelope.decode(ReviewPublished.self).product)
      case ReviewChanged.name: figures.insert(try envelope.decode(ReviewChanged.self).product)
      case CategoryChanged.name:
        categories.insert(try envelope.decode(CategoryChanged.self).category)
        hasCategories = true
      case BrandChanged.name: hasCategories = true
      default: break
      }
    }
    figures.formUnion(try await catalog.variants(Array(variants)).values.map(\.product))
    figures.subtract(products)
  }
}
