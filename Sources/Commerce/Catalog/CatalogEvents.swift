import Events
import Values

/// A product was made, revised, published or withdrawn.
public struct ProductChanged: Event {
  public static let name = "catalog.productChanged"
  public let product: ProductID
  public let merchant: MerchantID
  public let version: Int
  public let isPublished: Bool
  public var subject: String { product.description }

  public init(product: ProductID, merchant: MerchantID, version: Int, isPublished: Bool) {
    self.product = product
    self.merchant = merchant
    self.version = version
    self.isPublished = isPublished
  }
}

public struct CategoryChanged: Event {
  public static let name = "catalog.categoryChanged"
  public let category: CategoryID
  public var subject: String { category.description }

  public init(category: CategoryID) { self.category = category }
}
