import Catalog
import Flows
import Merchants
import Pages
import Pricing
import Reviews
import Search
import Values

struct PictureAnswer: Encodable, Sendable {
  let url: String
  let alternative: TextAnswer

  init(_ picture: Picture?, of product: ProductID, title: LocalizedText, _ words: Wording) {
    url = Addresses.picture(picture, of: product)
    let said = picture?.alternative ?? title
    alternative = words(said.isEmpty ? title : said)
  }
}

/// What a list says of a product.
struct CardAnswer: Encodable, Sendable {
  let id: String
  let url: String
  let title: TextAnswer
  let picture: PictureAnswer
  let merchant: String
  @OrNull var category: String?
  @OrNull var brand: String?
  @OrNull var price: MoneyAnswer?
  @OrNull var listPrice: MoneyAnswer?
  let hasPriceRange: Bool
  let inStock: Bool
  let sold: Int
  let rating: Double
  let reviewCount: Int

  init(_ card: ProductCard, _ words: Wording) {
    id = card.product.description
    url = Addresses.product(card.product, card.handle)
    title = words(card.title)
    picture = PictureAnswer(card.picture, of: card.product, title: card.title, words)
    merchant = card.merchant.description
    _category = OrNull(wrappedValue: card.category?.description)
    _brand = OrNull(wrappedValue: card.brand?.description)
    _price = OrNull(wrappedValue: card.figures.price.map(MoneyAnswer.init))
    _listPrice = OrNull(wrappedValue: card.figures.listPrice.map(MoneyAnswer.init))
    hasPriceRange = card.figures.hasPriceRange
    inStock = card.figures.inStock
    sold = card.figures.sold
    rating = Double(card.figures.ratingTenths) / 10
    reviewCount = card.figures.reviewCount
  }
}

struct ProductListAnswer: Encodable, Sendable {
  struct Facet: Encodable, Sendable {
    let id: String
    let slug: String
    let name: TextAnswer
    let count: Int
  }

  /// One of several values that goods have of an attribute.
  struct Attribute: Encodable, Sendable {
    struct Value: Encodable, Sendable {
      let key: String
      let name: TextAnswer
      let count: Int
    }

    let key: String
    let name: TextAnswer
    let values: [Value]

    init(_ facet: AttributeFacet, _ words: Wording) {
      key = facet.attribute
      name = words(facet.name)
      values = facet.values.map { Value(key: $0.value, name: words($0.label), count: $0.count) }
    }
  }

  /// Goods with at least so many stars.
  struct Rating: Encodable, Sendable {
    let stars: Double
    let count: Int
  }

  struct Correction: Encodable, Sendable {
    let text: String
    let isApplied: Bool
  }

  let items: [CardAnswer]
  @OrNull var next: String?
  let total: Int
  let brands: [Facet]
  let categories: [Facet]
  let attributes: [Attribute]
  let ratings: [Rating]
  @OrNull var correction: Correction?
  @OrNull var redirect: String?
}

struct VariantAnswer: Encodable, Sendable {
  let id: String
  let sku: String
  /// One value per option, in the options' order.
  let choice: [TextAnswer]
  let price: MoneyAnswer
  @OrNull var listPrice: MoneyAnswer?
  let stock: Int
  let weightGrams: Int
}

struct RatingAnswer: Encodable, Sendable {
  let average: Double
  let count: Int
  /// How many gave 1, 2, 3, 4 and 5 stars.
  let counts: [Int]

  init(_ summary: ReviewSummary) {
    average = Double(summary.averageTenths) / 10
    count = summary.count
    counts = summary.counts
  }
}

struct AttributeAnswer: Encodable, Sendable {
  enum Value: Encodable, Sendable {
    case text(TextAnswer)
    case flag(Bool)

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .text(let text): try text.encode(to: encoder)
      case .flag(let flag): try flag.encode(to: encoder)
      }
    }
  }

  let name: TextAnswer
  let value: Value
  @OrNull var unit: String?

  init(_ attribute: ProductAttribute, _ words: Wording) {
    name = words(attribute.name)
    switch attribute.value {
    case .text(let text):
      value = .text(words(text))
    case .number(let number, let unit):
      value = .text(.plain(number))
      _unit = OrNull(wrappedValue: unit.isEmpty ? nil : unit)
      return
    case .flag(let flag):
      value = .flag(flag)
    }
    _unit = OrNull(wrappedValue: nil)
  }
}

struct OptionAnswer: Encodable, Sendable {
  let name: TextAnswer
  let values: [TextAnswer]
}

struct ProductAnswer: Encodable, Sendable {
  let id: String
  let url: String
  let title: TextAnswer
  let subtitle: TextAnswer
  /// HTML.
  let introduction: TextAnswer
  let merchant: NamedAnswer
  @OrNull var brand: NamedAnswer?
  /// From the root down.
  let categories: [NamedAnswer]
  let options: [OptionAnswer]
  let variants: [VariantAnswer]
  let attributes: [AttributeAnswer]
  let pictures: [PictureAnswer]
  let rating: RatingAnswer
  let sold: Int
  let changedAt: String

  init(_ view: ProductView, _ words: Wording) {
    let product = view.product
    let content = product.content
    id = product.id.description
    url = Addresses.product(product.id, product.handle)
    title = words(content.title)
    subtitle = words(content.subtitle)
    introduction = words(content.introduction)
    merchant = NamedAnswer(view.merchant, words)
    _brand = OrNull(wrappedValue: view.brand.map { NamedAnswer($0) })
    categories = view.path.map { NamedAnswer($0, words) }
    options = content.options.map { OptionAnswer(name: words($0.name), values: $0.values.map { words($0) }) }
    variants = view.offered.compactMap { Self.variant($0, view, words) }
    attributes = content.attributes.map { AttributeAnswer($0, words) }
    let pictures = product.pictures.isEmpty ? [nil] : product.pictures.map(Optional.some)
    self.pictures = pictures.map { PictureAnswer($0, of: product.id, title: content.title, words) }
    rating = RatingAnswer(view.reviews)
    sold = view.sold
    changedAt = product.changedAt.description
  }

  private static func variant(_ variant: Variant, _ view: ProductView, _ words: Wording) -> VariantAnswer? {
    guard let price = view.prices[variant.id] else { return nil }
    let options = view.product.content.options
    let choice = zip(options, variant.choice).compactMap { option, index in
      option.values.indices.contains(index) ? words(option.values[index]) : nil
    }
    return VariantAnswer(
      id: variant.id.description, sku: variant.sku, choice: choice, price: MoneyAnswer(price.sale),
      listPrice: price.list.map(MoneyAnswer.init), stock: view.free(variant.id), weightGrams: variant.weightGrams)
  }
}

struct CategoryAnswer: Encodable, Sendable {
  let id: String
  let slug: String
  let name: TextAnswer
  @OrNull var parent: String?
  @OrNull var picture: String?

  init(_ category: Catalog.Category, _ words: Wording) {
    id = category.id.description
    slug = category.slug.rawValue
    name = words(category.name)
    _parent = OrNull(wrappedValue: category.parent?.description)
    _picture = OrNull(wrappedValue: category.picture.map { "/media/\($0)" })
  }
}

struct MerchantAnswer: Encodable, Sendable {
  let id: String
  let slug: String
  let name: TextAnswer
  let introduction: TextAnswer
  let openedAt: String

  init(_ merchant: Merchant, _ words: Wording) {
    id = merchant.id.description
    slug = merchant.slug.rawValue
    name = words(merchant.name)
    introduction = words(merchant.introduction)
    openedAt = merchant.openedAt.description
  }
}

extension NamedAnswer {
  init(_ merchant: Merchant, _ words: Wording) {
    self.init(id: merchant.id.description, slug: merchant.slug.rawValue, name: words(merchant.name))
  }

  init(_ category: Catalog.Category, _ words: Wording) {
    self.init(id: category.id.description, slug: category.slug.rawValue, name: words(category.name))
  }

  /// A brand has one name in all languages.
  init(_ brand: Brand) { self.init(id: brand.id.description, slug: brand.slug.rawValue, name: .plain(brand.name)) }
}

/// What a merchant says to a review.
struct ReviewReplyAnswer: Encodable, Sendable {
  let text: String
  let writtenAt: String
}

struct ReviewAnswer: Encodable, Sendable {
  let id: String
  let author: String
  let stars: Int
  let text: String
  let pictures: [String]
  let choice: TextAnswer
  let writtenAt: String
  @OrNull var reply: ReviewReplyAnswer?

  init(_ review: Review, _ words: Wording) {
    id = review.id.description
    author = review.maskedAuthor
    stars = review.stars
    text = review.text
    pictures = review.pictures.map { "/media/\($0)" }
    choice = words(review.choice)
    writtenAt = review.writtenAt.description
    _reply = OrNull(
      wrappedValue: review.reply.map { ReviewReplyAnswer(text: $0.text, writtenAt: $0.at.description) })
  }
}
