import Values

public struct Product: Hashable, Codable, Sendable {
  public let id: ProductID
  public let merchant: MerchantID
  /// Unique within the merchant.
  public let handle: Slug
  public var content: ProductContent
  public var variants: [Variant]
  public var pictures: [Picture]
  /// Whether shoppers see it.
  /// Whether shoppers see it now.
  public var isPublished: Bool
  /// Published by its merchant, and kept from shoppers because the merchant's goods are withheld.
  public let isWithheld: Bool
  public var publication: Publication
  /// Grows by one with every change.
  public let version: Int
  public let createdAt: Timestamp
  public let changedAt: Timestamp

  public init(
    id: ProductID, merchant: MerchantID, handle: Slug, content: ProductContent, variants: [Variant],
    pictures: [Picture],
    isPublished: Bool, isWithheld: Bool = false, publication: Publication? = nil, version: Int, createdAt: Timestamp,
    changedAt: Timestamp
  ) {
    self.id = id
    self.merchant = merchant
    self.handle = handle
    self.content = content
    self.variants = variants
    self.pictures = pictures
    self.isPublished = isPublished
    self.isWithheld = isWithheld
    self.publication = publication ?? (isPublished ? .published : .draft)
    self.version = version
    self.createdAt = createdAt
    self.changedAt = changedAt
  }

  public func variant(_ id: VariantID) -> Variant? { variants.first { $0.id == id } }
}

/// What is said about a product.
public struct ProductContent: Hashable, Codable, Sendable {
  /// 1…200 characters in each language.
  public var title: LocalizedText
  /// One line under the title, up to 300 characters.
  public var subtitle: LocalizedText
  /// HTML that was sanitised when it was saved, up to 200,000 characters in each language.
  public var introduction: LocalizedText
  public var category: CategoryID?
  public var brand: BrandID?
  /// Up to 3, each with up to 100 values.
  public var options: [ProductOption]
  /// The table of parameters.
  public var attributes: [ProductAttribute]
  public var tags: [String]
  /// Columns of an imported file that the shop has no place for, kept so that an export gives them back.
  public var extras: [String: String]

  public init(
    title: LocalizedText, subtitle: LocalizedText = LocalizedText(), introduction: LocalizedText = LocalizedText(),
    category: CategoryID? = nil, brand: BrandID? = nil, options: [ProductOption] = [],
    attributes: [ProductAttribute] = [],
    tags: [String] = [], extras: [String: String] = [:]
  ) {
    self.title = title
    self.subtitle = subtitle
    self.introduction = introduction
    self.category = category
    self.brand = brand
    self.options = options
    self.attributes = attributes
    self.tags = tags
    self.extras = extras
  }
}

public struct ProductOption: Hashable, Codable, Sendable {
  public var name: LocalizedText
  public var values: [LocalizedText]

  public init(name: LocalizedText, values: [LocalizedText]) {
    self.name = name
    self.values = values
  }
}

public struct ProductAttribute: Hashable, Codable, Sendable {
  public var name: LocalizedText
  public var value: AttributeValue

  public init(name: LocalizedText, value: AttributeValue) {
    self.name = name
    self.value = value
  }
}

public enum AttributeValue: Hashable, Codable, Sendable {
  case text(LocalizedText)
  /// Decimal text as entered, so that `1.50` stays `1.50`, and a unit such as `cm`.
  case number(String, unit: String)
  case flag(Bool)
}

/// One choice of a product that can be bought.
public struct Variant: Hashable, Codable, Sendable {
  public let id: VariantID
  /// Unique within the merchant when not empty; up to 100 characters.
  public var sku: String
  public var barcode: String
  /// One value per option of the product, as an index into its values; empty for a product without options.
  public var choice: [Int]
  /// Grams, 0…1,000,000.
  public var weightGrams: Int
  public var picture: PictureID?
  public var requiresShipping: Bool

  public init(
    id: VariantID, sku: String = "", barcode: String = "", choice: [Int] = [], weightGrams: Int = 0,
    picture: PictureID? = nil, requiresShipping: Bool = true
  ) {
    self.id = id
    self.sku = sku
    self.barcode = barcode
    self.choice = choice
    self.weightGrams = weightGrams
    self.picture = picture
    self.requiresShipping = requiresShipping
  }
}

/// What other parts of the shop need to know of a variant.
public struct VariantSummary: Hashable, Codable, Sendable {
  public let id: VariantID
  public let product: ProductID
  public let merchant: MerchantID
  public let title: LocalizedText
  /// The chosen values, as in `Red, XL`; empty without options.
  public let choice: LocalizedText
  public let sku: String
  public let weightGrams: Int
  public let requiresShipping: Bool
  public let picture: Picture?
  public let category: CategoryID?
  public let isPublished: Bool

  public init(
    id: VariantID, product: ProductID, merchant: MerchantID, title: LocalizedText, choice: LocalizedText, sku: String,
    weightGrams: Int, requiresShipping: Bool, picture: Picture?, category: CategoryID?, isPublished: Bool
  ) {
    self.id = id
    self.product = product
    self.merchant = merchant
    self.title = title
    self.choice = choice
    self.sku = sku
    self.weightGrams = weightGrams
    self.requiresShipping = requiresShipping
    self.picture = picture
    self.category = category
    self.isPublished = isPublished
  }
}
