import Events
import Values

/// Products of a merchant were made, revised, published or withdrawn: together, so that a large import doesn't stand in
/// the way of other facts.
public struct ProductsChanged: Event {
  public static let name = "catalog.productsChanged"
  public let merchant: MerchantID
  /// Up to 500. A product may stand in several facts, whose order says nothing: read how it is now.
  public let products: [ProductID]
  public var subject: String { products.first?.description ?? "" }

  public init(merchant: MerchantID, products: [ProductID]) {
    self.merchant = merchant
    self.products = products
  }
}

/// The platform let a merchant's product into the shop, or didn't.
public struct ProductJudged: Event {
  public static let name = "catalog.productJudged"
  public let product: ProductID
  public let merchant: MerchantID
  public let isLetIn: Bool
  /// Why not; empty for one that was let in.
  public let reason: String
  /// The product's version then, which tells this word from others on it.
  public let version: Int
  public var subject: String { product.description }

  public init(product: ProductID, merchant: MerchantID, isLetIn: Bool, reason: String, version: Int) {
    self.product = product
    self.merchant = merchant
    self.isLetIn = isLetIn
    self.reason = reason
    self.version = version
  }
}

public struct CategoryChanged: Event {
  public static let name = "catalog.categoryChanged"
  public let category: CategoryID
  public var subject: String { category.description }

  public init(category: CategoryID) { self.category = category }
}

/// A brand was made at its desk, renamed, or became part of another.
public struct BrandChanged: Event {
  public static let name = "catalog.brandChanged"
  public let brand: BrandID
  public var subject: String { brand.description }

  public init(brand: BrandID) { self.brand = brand }
}
