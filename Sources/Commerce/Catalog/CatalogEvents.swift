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

public struct CategoryChanged: Event {
  public static let name = "catalog.categoryChanged"
  public let category: CategoryID
  public var subject: String { category.description }

  public init(category: CategoryID) { self.category = category }
}
