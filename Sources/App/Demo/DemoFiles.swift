import Catalog
import Merchants
import Pricing
import Values

// The shapes of the files in `Demo/`.

struct DemoMerchant: Decodable {
  let slug: String
  let name: LocalizedText
  let introduction: LocalizedText
  let email: String
  let warehouses: [String]
  let freight: DemoFreight

  func draft() throws -> MerchantDraft {
    guard let slug = Slug(rawValue: slug) else { throw DemoFault.unusable("merchant \(slug)") }
    return MerchantDraft(slug: slug, name: name, introduction: introduction, email: email)
  }
}

struct DemoApplication: Decodable {
  let name: LocalizedText
  let slug: String
  let contact: String
  let phone: String
  let email: String
  let goods: String
  let licence: String
  /// The licence, a name in `papers/`.
  let paper: String
  let language: Language

  func draft(_ paper: FileKey) -> ApplicationDraft {
    ApplicationDraft(
      name: name, slug: slug, contact: contact, phone: phone, email: email, goods: goods, licence: licence,
      licencePicture: paper, language: language)
  }
}

struct DemoFreight: Decodable {
  struct Zone: Decodable {
    let regions: [String]
    let firstGrams: Int
    let firstFee: String
    let nextGrams: Int
    let nextFee: String
    let freeFrom: String?
    let delivers: Bool
    let deliveryDays: [Int]
  }

  let zones: [Zone]

  func template(of merchant: Merchant, currency: Currency) throws -> FreightTemplate {
    let zones = try zones.map { zone in
      guard let first = Money(decimalText: zone.firstFee, currency: currency),
        let next = Money(decimalText: zone.nextFee, currency: currency), zone.deliveryDays.count == 2,
        zone.deliveryDays[0] <= zone.deliveryDays[1]
      else { throw DemoFault.unusable("freight of \(merchant.slug)") }
      return FreightZone(
        regions: zone.regions, firstGrams: zone.firstGrams, firstFee: first, nextGrams: zone.nextGrams, nextFee: next,
        freeFrom: zone.freeFrom.flatMap { Money(decimalText: $0, currency: currency) }, delivers: zone.delivers,
        deliveryDays: zone.deliveryDays[0]...zone.deliveryDays[1])
    }
    return FreightTemplate(merchant: merchant.id, name: merchant.name, zones: zones)
  }
}

struct DemoCategory: Decodable {
  let slug: String
  let name: LocalizedText
  let parent: String?
  let position: Int
  let picture: String?
}

struct DemoProduct: Decodable {
  struct Option: Decodable {
    let name: LocalizedText
    let values: [LocalizedText]
  }

  struct Attribute: Decodable {
    struct Value: Decodable {
      let text: LocalizedText?
      let number: String?
      let unit: String?
      let flag: Bool?
    }
    let name: LocalizedText
    let value: Value
  }

  struct Picture: Decodable {
    let file: String
    let alternative: LocalizedText
  }

  struct Variant: Decodable {
    let sku: String
    let choice: [Int]
    let weightGrams: Int
    let price: String
    let listPrice: String?
    let stock: [Int]
    let picture: Int?
  }

  let merchant: String
  let handle: String
  let title: LocalizedText
  let subtitle: LocalizedText
  let introduction: LocalizedText
  let category: String
  let brand: String
  let options: [Option]
  let attributes: [Attribute]
  let tags: [String]
  let pictures: [Picture]
  let variants: [Variant]
  let published: Bool

  func draft(
    merchant: MerchantID, category: CategoryID?, brand: BrandID, pictures keys: [String: FileKey]
  ) throws -> ProductDraft {
    guard let handle = Slug(rawValue: handle) else { throw DemoFault.unusable("product \(handle)") }
    let content = ProductContent(
      title: title, subtitle: subtitle, introduction: introduction, category: category, brand: brand,
      options: options.map { ProductOption(name: $0.name, values: $0.values) },
      attributes: attributes.map { ProductAttribute(name: $0.name, value: $0.value.value) }, tags: tags)
    return ProductDraft(
      merchant: merchant, handle: handle, content: content,
      variants: variants.map {
        VariantDraft(sku: $0.sku, choice: $0.choice, weightGrams: $0.weightGrams, picture: $0.picture)
      },
      pictures: try pictures.map { picture in
        guard let key = keys[picture.file] else { throw DemoFault.unusable("picture \(picture.file)") }
        return PictureDraft(file: key, alternative: picture.alternative)
      },
      isPublished: published)
  }
}

extension DemoProduct.Attribute.Value {
  var value: AttributeValue {
    if let text { return .text(text) }
    if let number { return .number(number, unit: unit ?? "") }
    return .flag(flag ?? false)
  }
}

/// Goods that shoppers don't see yet, each made after one that they do.
struct DemoComing: Decodable {
  /// `merchant/handle` of the one that it is made after.
  let like: String
  let handle: String
  let title: LocalizedText
  let subtitle: LocalizedText
  /// `draft`, `waiting`, `scheduled` or `refused`.
  let state: String
  let reason: LocalizedText?

  func draft(after product: Product) throws -> ProductDraft {
    guard let handle = Slug(rawValue: handle) else { throw DemoFault.unusable("product \(handle)") }
    var draft = ProductDraft(keeping: product)
    draft.handle = handle
    draft.content.title = title
    draft.content.subtitle = subtitle
    draft.isPublished = false
    for index in draft.variants.indices {
      draft.variants[index].id = nil
      draft.variants[index].sku += "-C"
    }
    return draft
  }
}

struct DemoReview: Decodable {
  let product: String
  let merchant: String
  let stars: Int
  let author: LocalizedText
  let language: Language
  let text: String
  let daysAgo: Int
}

struct DemoBanner: Decodable {
  let title: LocalizedText
  let text: LocalizedText
  let action: LocalizedText
  let link: String
  let picture: String
  let picturePhone: String?
}
