import Catalog
import Flows
import Foundation
import Inventory
import Pricing
import Values

/// A product as it is kept, published or not, in both languages: what `PUT` takes, with what the shop adds.
struct StaffProductAnswer: Encodable, Sendable {
  struct Option: Encodable, Sendable {
    let name: LocalizedText
    let values: [LocalizedText]
  }

  struct Attribute: Encodable, Sendable {
    let name: LocalizedText
    /// One of the three.
    @OrNull var text: LocalizedText?
    @OrNull var number: String?
    @OrNull var flag: Bool?
    let unit: String

    init(_ attribute: ProductAttribute) {
      name = attribute.name
      var (text, number, flag, unit): (LocalizedText?, String?, Bool?, String) = (nil, nil, nil, "")
      switch attribute.value {
      case .text(let value): text = value
      case .number(let value, let its):
        number = value
        unit = its
      case .flag(let value): flag = value
      }
      _text = OrNull(wrappedValue: text)
      _number = OrNull(wrappedValue: number)
      _flag = OrNull(wrappedValue: flag)
      self.unit = unit
    }
  }

  struct Variant: Encodable, Sendable {
    let id: String
    let sku: String
    let barcode: String
    /// The place of the chosen value of each option.
    let choice: [Int]
    let weightGrams: Int
    let requiresShipping: Bool
    /// The place of its picture among the product's.
    @OrNull var picture: Int?
    @OrNull var price: MoneyAnswer?
    @OrNull var listPrice: MoneyAnswer?

    init(_ variant: Catalog.Variant, _ price: Price?, pictures: [Picture]) {
      id = variant.id.description
      sku = variant.sku
      barcode = variant.barcode
      choice = variant.choice
      weightGrams = variant.weightGrams
      requiresShipping = variant.requiresShipping
      _picture = OrNull(wrappedValue: pictures.firstIndex { $0.id == variant.picture })
      _price = OrNull(wrappedValue: price.map { MoneyAnswer($0.sale) })
      _listPrice = OrNull(wrappedValue: price?.list.map(MoneyAnswer.init))
    }
  }

  struct Shown: Encodable, Sendable {
    let id: String
    @OrNull var url: String?
    @OrNull var source: String?
    let alternative: LocalizedText

    init(_ picture: Picture) {
      id = picture.id.description
      _url = OrNull(wrappedValue: picture.file.map { "/media/\($0)" })
      _source = OrNull(wrappedValue: picture.source)
      alternative = picture.alternative
    }
  }

  let id: String
  let merchant: String
  let handle: String
  let version: Int
  let isPublished: Bool
  /// How far it is on its way to shoppers, who see it in its time once it is published.
  let state: String
  let title: LocalizedText
  let subtitle: LocalizedText
  /// HTML.
  let introduction: LocalizedText
  @OrNull var category: String?
  @OrNull var brand: String?
  let options: [Option]
  let attributes: [Attribute]
  let tags: [String]
  let variants: [Variant]
  let pictures: [Shown]
  let changedAt: String

  init(_ product: Product, _ prices: [VariantID: Price]) {
    let content = product.content
    id = product.id.description
    merchant = product.merchant.description
    handle = product.handle.rawValue
    version = product.version
    isPublished = product.isPublished
    state = product.publication.state.rawValue
    title = content.title
    subtitle = content.subtitle
    introduction = content.introduction
    _category = OrNull(wrappedValue: content.category?.description)
    _brand = OrNull(wrappedValue: content.brand?.description)
    options = content.options.map { Option(name: $0.name, values: $0.values) }
    attributes = content.attributes.map(Attribute.init)
    tags = content.tags
    variants = product.variants.map { Variant($0, prices[$0.id], pictures: product.pictures) }
    pictures = product.pictures.map(Shown.init)
    changedAt = product.changedAt.description
  }
}

struct LocationAnswer: Encodable, Sendable {
  let id: String
  let merchant: String
  let name: String
  let isClosed: Bool

  init(_ location: Location) {
    id = location.id.description
    merchant = location.merchant.description
    name = location.name
    isClosed = location.isClosed
  }
}

struct StockAnswer: Encodable, Sendable {
  struct Level: Encodable, Sendable {
    let location: String
    /// Nil for what is sold without counting.
    @OrNull var onHand: Int?
    let held: Int

    init(_ stock: LocatedStock) {
      location = stock.location.id.description
      _onHand = OrNull(wrappedValue: stock.level.isUnlimited ? nil : stock.level.onHand)
      held = stock.level.held
    }
  }

  let variant: String
  let sku: String
  let free: Int
  let levels: [Level]

  init(_ line: WorkStock.Line) {
    variant = line.item.variant.description
    sku = line.variant?.sku ?? ""
    free = line.item.level.free
    levels = line.places.map(Level.init)
  }
}

struct StockEntryAnswer: Encodable, Sendable {
  let location: String
  let reason: String
  let onHandChange: Int
  let heldChange: Int
  let cause: String
  let actor: String
  let at: String

  init(_ entry: StockEntry) {
    location = entry.location.description
    reason = entry.reason.rawValue
    onHandChange = entry.onHandChange
    heldChange = entry.heldChange
    cause = entry.cause
    actor = entry.actor.text
    at = entry.at.description
  }
}

struct FactAnswer: Encodable, Sendable {
  let id: String
  let name: String
  let version: Int
  let subject: String
  @OrNull var merchant: String?
  let at: String
  /// What the fact says.
  let data: JSONValue

  init(_ fact: FollowFacts.Fact) throws {
    id = fact.id.description
    name = fact.name
    version = fact.version
    subject = fact.subject
    _merchant = OrNull(wrappedValue: fact.merchant?.description)
    at = fact.at.description
    data = try JSONDecoder().decode(JSONValue.self, from: Data(fact.payload.utf8))
  }
}

struct FactPageAnswer: Encodable, Sendable {
  let items: [FactAnswer]
  /// Where to go on, also when there was nothing.
  let next: String
  let hasMore: Bool
}
