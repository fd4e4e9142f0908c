import Values

/// Finds goods by words and by what they are. Holds a projection of the catalogue that flows keep fed; it can be rebuilt at
/// any time. Category pages are searches without words.
public protocol SearchService: Sendable {
  func search(_ query: SearchQuery) async throws -> SearchResult
  /// Words and products that begin like the text, best first.
  func suggest(_ text: String, language: Language, limit: Int) async throws -> [Suggestion]
  /// Cards of these products, in the order asked for; those not on sale are left out.
  func cards(_ products: [ProductID]) async throws -> [ProductCard]
  /// Goods much like this one: of its category first, then of its brand.
  func related(to product: ProductID, limit: Int) async throws -> [ProductCard]

  /// Adds or replaces; answers true when something a shopper can see has changed.
  func index(_ documents: [SearchDocument]) async throws -> Bool
  func remove(_ products: [ProductID]) async throws -> Bool
  /// Changes what moves often without touching words. Unknown products are passed over.
  func update(_ figures: [ProductFigures]) async throws -> Bool
  /// Grows whenever `index`, `remove` or `update` changed something visible; keys caches of lists.
  var revision: Int { get }
}

public struct SearchQuery: Hashable, Codable, Sendable {
  public enum Sort: String, CaseIterable, Codable, Sendable {
    case relevance, newest, bestSelling, priceUp, priceDown, rating
  }

  /// Up to 100 characters; empty finds all.
  public var text: String
  public var language: Language
  /// The category and everything below it.
  public var categories: Set<CategoryID>
  public var brands: Set<BrandID>
  public var merchant: MerchantID?
  public var priceFrom: Money?
  public var priceTo: Money?
  public var inStockOnly: Bool
  public var sort: Sort
  /// 1…100.
  public var limit: Int
  public var start: Start

  public enum Start: Hashable, Codable, Sendable {
    /// Numbered pages for people, from 1.
    case page(Int)
    /// Keyset paging for programs.
    case after(Cursor)
  }

  public init(
    text: String = "", language: Language, categories: Set<CategoryID> = [], brands: Set<BrandID> = [],
    merchant: MerchantID? = nil, priceFrom: Money? = nil, priceTo: Money? = nil, inStockOnly: Bool = false,
    sort: Sort = .relevance, limit: Int = 40, start: Start = .page(1)
  ) {
    self.text = text
    self.language = language
    self.categories = categories
    self.brands = brands
    self.merchant = merchant
    self.priceFrom = priceFrom
    self.priceTo = priceTo
    self.inStockOnly = inStockOnly
    self.sort = sort
    self.limit = limit
    self.start = start
  }
}

public struct SearchResult: Hashable, Codable, Sendable {
  public let cards: [ProductCard]
  public let total: Int
  public let next: Cursor?
  /// How many finds each value would leave, counted without that facet's own filter; the largest first.
  public let brandFacet: [FacetCount<BrandID>]
  public let categoryFacet: [FacetCount<CategoryID>]

  public init(
    cards: [ProductCard], total: Int, next: Cursor?, brandFacet: [FacetCount<BrandID>],
    categoryFacet: [FacetCount<CategoryID>]
  ) {
    self.cards = cards
    self.total = total
    self.next = next
    self.brandFacet = brandFacet
    self.categoryFacet = categoryFacet
  }
}

public struct FacetCount<Value: Hashable & Codable & Sendable>: Hashable, Codable, Sendable {
  public let value: Value
  public let count: Int

  public init(value: Value, count: Int) {
    self.value = value
    self.count = count
  }
}

public struct Suggestion: Hashable, Codable, Sendable {
  public let text: String
  /// Nil for a word to search for.
  public let product: ProductID?

  public init(text: String, product: ProductID?) {
    self.text = text
    self.product = product
  }
}

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

/// A product as search knows it.
public struct SearchDocument: Hashable, Codable, Sendable {
  public let card: ProductCard
  /// Searched beside the title, at lower weight: subtitle, brand and category names, attributes, tags, SKUs.
  public let words: LocalizedText
  /// Plain text of the introduction, at the lowest weight; cut to 2000 characters.
  public let body: LocalizedText
  public let createdAt: Timestamp

  public init(card: ProductCard, words: LocalizedText, body: LocalizedText, createdAt: Timestamp) {
    self.card = card
    self.words = words
    self.body = body
    self.createdAt = createdAt
  }
}
