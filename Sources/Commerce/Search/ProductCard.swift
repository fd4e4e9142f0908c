import Values

/// What a list shows of a product.
public struct ProductCard: Hashable, Codable, Sendable {
  public let product: ProductID
  public let handle: Slug
  public let merchant: MerchantID
  public let title: LocalizedText
  public let picture: Picture?
  public let category: CategoryID?
  public let brand: BrandID?
  public let figures: ProductFigures

  public init(
    product: ProductID, handle: Slug, merchant: MerchantID, title: LocalizedText, picture: Picture?,
    category: CategoryID?,
    brand: BrandID?, figures: ProductFigures
  ) {
    self.product = product
    self.handle = handle
    self.merchant = merchant
    self.title = title
    self.picture = picture
    self.category = category
    self.brand = brand
    self.figures = figures
  }
}

/// What moves often.
public struct ProductFigures: Hashable, Codable, Sendable {
  public let product: ProductID
  /// The lowest price over the variants; nil when none has a price, and then the product isn't listed.
  public let price: Money?
  /// The struck price of that variant.
  public let listPrice: Money?
  /// True when variants differ in price, so the card says "from".
  public let hasPriceRange: Bool
  public let inStock: Bool
  public let sold: Int
  /// Tenths of a star; 0 without reviews.
  public let ratingTenths: Int
  public let reviewCount: Int

  public init(
    product: ProductID, price: Money?, listPrice: Money?, hasPriceRange: Bool, inStock: Bool, sold: Int,
    ratingTenths: Int,
    reviewCount: Int
  ) {
    self.product = product
    self.price = price
    self.listPrice = listPrice
    self.hasPriceRange = hasPriceRange
    self.inStock = inStock
    self.sold = sold
    self.ratingTenths = ratingTenths
    self.reviewCount = reviewCount
  }
}
