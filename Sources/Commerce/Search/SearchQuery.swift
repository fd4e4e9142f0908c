import Values

public struct SearchQuery: Hashable, Codable, Sendable {
  public enum Sort: String, CaseIterable, Codable, Sendable {
    case relevance, newest, bestSelling, priceUp, priceDown, rating
  }

  /// What is read of a longer text, in Unicode scalars.
  public static let longestText = 100

  /// Empty finds all. What is longer than `longestText` is cut.
  public var text: String
  public var language: Language
  /// The category and everything below it.
  public var categories: Set<CategoryID>
  public var brands: Set<BrandID>
  public var merchant: MerchantID?
  public var priceFrom: Money?
  public var priceTo: Money?
  public var inStockOnly: Bool
  /// Tenths of a star, 0…50.
  public var ratingFrom: Int?
  /// Of one attribute any of the values will do; all attributes that are named must hold. Keys as `AttributeChoice` has them.
  public var attributes: [String: Set<String>]
  public var sort: Sort
  /// 1…100.
  public var limit: Int
  public var start: Start
  /// Finds the words as they are typed: nothing is corrected, and a rule's redirect is left alone.
  public var isExact: Bool
  /// Tried in place of what is in force, for previews and comparisons.
  public var tuning: SearchTuning?

  public enum Start: Hashable, Codable, Sendable {
    /// Numbered pages for people, from 1.
    case page(Int)
    /// Keyset paging for programs.
    case after(Cursor)
  }

  public init(
    text: String = "", language: Language, categories: Set<CategoryID> = [], brands: Set<BrandID> = [],
    merchant: MerchantID? = nil, priceFrom: Money? = nil, priceTo: Money? = nil, inStockOnly: Bool = false,
    ratingFrom: Int? = nil, attributes: [String: Set<String>] = [:], sort: Sort = .relevance, limit: Int = 40,
    start: Start = .page(1), isExact: Bool = false, tuning: SearchTuning? = nil
  ) {
    self.text = text
    self.language = language
    self.categories = categories
    self.brands = brands
    self.merchant = merchant
    self.priceFrom = priceFrom
    self.priceTo = priceTo
    self.inStockOnly = inStockOnly
    self.ratingFrom = ratingFrom
    self.attributes = attributes
    self.sort = sort
    self.limit = limit
    self.start = start
    self.isExact = isExact
    self.tuning = tuning
  }
}

public struct SuggestQuery: Hashable, Codable, Sendable {
  /// As far as it is typed; cut to `SearchQuery.longestText`.
  public var text: String
  public var language: Language
  /// 1…20 over all kinds.
  public var limit: Int

  public init(text: String, language: Language, limit: Int = 10) {
    self.text = text
    self.language = language
    self.limit = limit
  }
}
