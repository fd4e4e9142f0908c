import Values

public struct SearchResult: Hashable, Codable, Sendable {
  public let cards: [ProductCard]
  public let total: Int
  public let next: Cursor?
  /// Whether the finds hold everything that was asked for; false when they hold only some of it.
  public let holdsAll: Bool
  /// How many finds each value would leave, counted without that facet's own filter; the largest first.
  public let brandFacet: [FacetCount<BrandID>]
  public let categoryFacet: [FacetCount<CategoryID>]
  /// The attributes that most finds have, at most 8 of them with at most 30 values each.
  public let attributeFacets: [AttributeFacet]
  /// How many finds have at least so many tenths of a star: 40, 30, 20, 10.
  public let ratingFacet: [FacetCount<Int>]
  /// Set when the finds answer other words than those typed.
  public let correction: Correction?
  /// Where a rule leads whoever asks so: a path of the shop.
  public let redirect: String?

  public init(
    cards: [ProductCard], total: Int, next: Cursor?, holdsAll: Bool = true, brandFacet: [FacetCount<BrandID>] = [],
    categoryFacet: [FacetCount<CategoryID>] = [], attributeFacets: [AttributeFacet] = [],
    ratingFacet: [FacetCount<Int>] = [], correction: Correction? = nil, redirect: String? = nil
  ) {
    self.cards = cards
    self.total = total
    self.next = next
    self.holdsAll = holdsAll
    self.brandFacet = brandFacet
    self.categoryFacet = categoryFacet
    self.attributeFacets = attributeFacets
    self.ratingFacet = ratingFacet
    self.correction = correction
    self.redirect = redirect
  }

  /// How many finds answer the words as they were typed, which is what is counted of a question: none where other words
  /// were asked for in their place, or where goods hold only some of them.
  public var totalAsTyped: Int { holdsAll && correction?.isApplied != true ? total : 0 }
}

/// Other words that were searched for, or that are worth searching for.
public struct Correction: Hashable, Codable, Sendable {
  public let text: String
  /// True when the finds are of `text`; false when they are of what was typed and `text` is only offered.
  public let isApplied: Bool

  public init(text: String, isApplied: Bool) {
    self.text = text
    self.isApplied = isApplied
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

public struct AttributeFacet: Hashable, Codable, Sendable {
  /// As in `AttributeChoice.attribute`.
  public let attribute: String
  public let name: LocalizedText
  public let values: [Value]

  public struct Value: Hashable, Codable, Sendable {
    /// As in `AttributeChoice.value`.
    public let value: String
    public let label: LocalizedText
    public let count: Int

    public init(value: String, label: LocalizedText, count: Int) {
      self.value = value
      self.label = label
      self.count = count
    }
  }

  public init(attribute: String, name: LocalizedText, values: [Value]) {
    self.attribute = attribute
    self.name = name
    self.values = values
  }
}

public struct Suggestion: Hashable, Codable, Sendable {
  public enum Target: Hashable, Codable, Sendable {
    /// Words to search for.
    case query
    case category(CategoryID)
    case brand(BrandID)
    case product(ProductID)
  }

  /// In the language asked for.
  public let text: String
  public let target: Target

  public init(text: String, target: Target) {
    self.text = text
    self.target = target
  }
}
