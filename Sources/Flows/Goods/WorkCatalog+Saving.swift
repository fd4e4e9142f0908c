import Accounts
import Catalog
import Files
import Merchants
import Pricing
import Values

/// A product as the form of a desk says it.
public struct GoodsDraft: Sendable {
  /// Wanted in the address; empty makes one of the title. Counts for new products alone.
  public var handle: String
  /// Brand and extras of it don't count.
  public var content: ProductContent
  /// Made if it is new, by a merchant's staff up to `Brand.mostNewADay` times a day; empty for none.
  public var brand: String
  public var variants: [VariantDraft]
  /// Beside each variant; nil takes it off sale.
  public var prices: [Price?]
  public var pictures: [PictureDraft]

  public init(
    handle: String = "", content: ProductContent, brand: String = "", variants: [VariantDraft], prices: [Price?],
    pictures: [PictureDraft] = []
  ) {
    self.handle = handle
    self.content = content
    self.brand = brand
    self.variants = variants
    self.prices = prices
    self.pictures = pictures
  }
}

extension WorkCatalog {
  /// 100,000,000.00 in a currency of two decimals, as Pricing has it.
  private static let largestPrice: Int64 = 10_000_000_000

  /// Makes a product that shoppers don't see yet. Throws `FieldFaults`, also for `merchant` where staff of the platform
  /// name none, and `CatalogRefusal.skuTaken`.
  public func begin(_ draft: GoodsDraft, of asked: MerchantID?, by staff: Staff) async throws -> Product {
    try staff.require(.catalogEdit)
    let merchant = try await owner(asked, for: staff)
    try Self.check(draft.prices)
    let handle = try Self.handle(draft)
    var content = draft.content
    content.brand = try await brand(draft.brand, by: staff)
    let product = try await catalog.begin(
      ProductDraft(
        merchant: merchant, handle: handle, content: content, variants: draft.variants, pictures: draft.pictures,
        isPublished: false), isNamed: !draft.handle.isEmpty, by: .staff(staff.id))
    try await price(product, draft, by: staff)
    return product
  }

  /// Throws `FieldFaults`, `CatalogRefusal.skuTaken`, and `.productChanged` when somebody saved it meanwhile. Saving what
  /// stands changes nothing.
  public func save(
    _ draft: GoodsDraft, over id: ProductID, version: Int, by staff: Staff
  ) async throws -> Product {
    let standing = try await editable(id, by: staff)
    try Self.check(draft.prices)
    var product = ProductDraft(keeping: standing)
    product.content = draft.content
    product.content.extras = standing.content.extras
    product.content.brand = try await brand(draft.brand, by: staff)
    product.variants = draft.variants
    product.pictures = draft.pictures
    let saved = try await catalog.revise(
      id, to: product, version: version, asksAgain: asksAgain(staff), by: .staff(staff.id))
    try await price(saved.product, draft, by: staff)
    return saved.product
  }

  /// Keeps pictures that were sent, behind those that it has. Throws `FieldFaults` for `pictures`.
  /// - Parameter pictures: looked at and cleaned already.
  public func add(
    _ pictures: [(bytes: [UInt8], kind: FileKind)], to id: ProductID, version: Int, by staff: Staff
  ) async throws -> Product {
    let standing = try await editable(id, by: staff)
    guard !pictures.isEmpty else { throw FieldFaults(field: "pictures", code: "missing") }
    var draft = ProductDraft(keeping: standing)
    let most = DraftLimits.standard.pictures
    guard draft.pictures.count + pictures.count <= most else {
      throw FieldFaults(field: "pictures", code: "tooMany", details: ["max": String(most)])
    }
    for picture in pictures {
      let file = try await files.put(picture.bytes, fileExtension: picture.kind.fileExtension)
      if draft.pictures.contains(where: { $0.file == file }) { continue }
      draft.pictures.append(PictureDraft(file: file))
    }
    return try await catalog.revise(
      id, to: draft, version: version, asksAgain: asksAgain(staff), by: .staff(staff.id)
    ).product
  }

  private func owner(_ asked: MerchantID?, for staff: Staff) async throws -> MerchantID {
    if let own = staff.merchant {
      guard asked == nil || asked == own else { throw CatalogRefusal.unknownProduct }
      return own
    }
    guard let asked else { throw FieldFaults(field: "merchant", code: "missing") }
    guard try await contexts.merchants.merchant(asked) != nil else {
      throw FieldFaults(field: "merchant", code: "unknownValue")
    }
    return asked
  }

  private func brand(_ name: String, by staff: Staff) async throws -> BrandID? {
    if name.allSatisfy(\.isWhitespace) { return nil }
    return try await catalog.brand(named: name, broughtBy: staff.merchant).id
  }

  private static func handle(_ draft: GoodsDraft) throws -> Slug {
    if !draft.handle.isEmpty {
      guard let handle = Slug(rawValue: draft.handle) else { throw FieldFaults(field: "handle", code: "notASlug") }
      return handle
    }
    // Without a title saving is refused for that.
    guard let handle = Slug(from: String(draft.content.title[.en].prefix(100))) ?? Slug(rawValue: "product") else {
      throw FieldFaults(field: "handle", code: "missing")
    }
    return handle
  }

  /// Before anything is stored, since prices are stored last.
  /// - Parameters:
  ///   - place: what the faults' fields begin with.
  ///   - list: what a list price is called there.
  static func check(_ prices: [Price?], _ place: String = "variants", list: String = "list") throws {
    var faults = FieldFaults()
    let (amounts, range) = (0...largestPrice, ["min": "0", "max": "100000000"])
    for (index, price) in prices.enumerated() {
      guard let price else { continue }
      if !amounts.contains(price.sale.minor) { faults.add("\(place).\(index).price", "outOfRange", range) }
      if let most = price.list, !amounts.contains(most.minor) {
        faults.add("\(place).\(index).\(list)", "outOfRange", range)
      }
    }
    try faults.throwIfAny()
  }

  private func price(_ product: Product, _ draft: GoodsDraft, by staff: Staff) async throws {
    let asked = Dictionary(
      zip(draft.variants, draft.prices).map { ($0.choice, $1) }, uniquingKeysWith: { first, _ in first })
    try await save(
      product.variants.compactMap { variant in asked[variant.choice].map { (variant, $0) } }, of: product, by: staff)
  }

  /// - Parameter seen: what must still stand; nil where it doesn't matter.
  func save(
    _ prices: [(variant: Variant, price: Price?)], of product: Product, seen: [VariantID: Price]? = nil, by staff: Staff
  ) async throws {
    guard !prices.isEmpty else { return }
    let entries = prices.map { variant, price in
      PriceList.Entry(
        variant: variant.id, name: variant.sku.isEmpty ? variant.id.description : variant.sku, price: price)
    }
    try await contexts.pricing.savePrices(
      PriceList(
        product: product.id, merchant: product.merchant, name: product.content.title[.en], entries: entries, seen: seen),
      by: .staff(staff.id))
  }
}
