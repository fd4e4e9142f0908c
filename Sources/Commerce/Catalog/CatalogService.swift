import Values

/// What is for sale: categories, brands, products with their variants. Prices are Pricing's, stock is Inventory's.
public protocol CatalogService: Sendable {
  /// The whole tree, positions in order. Kept in memory.
  func categories() async throws -> CategoryTree
  /// Makes a category, or revises the one with this slug. Tells `CategoryChanged`. Throws `FieldFaults`: `name`, and
  /// `parent` with `unknown`, `circular` or `tooDeep` (16 levels).
  func saveCategory(_ draft: CategoryDraft) async throws -> Category

  func brands() async throws -> [Brand]
  /// The brand of this name (compared without case), made if it is new. Throws `FieldFaults` for `brand`.
  func brand(named name: String) async throws -> Brand

  /// Published or not; pages for shoppers must ask `isPublished`.
  func product(_ id: ProductID) async throws -> Product?
  func product(handle: Slug, of merchant: MerchantID) async throws -> Product?
  func products(_ ids: [ProductID]) async throws -> [ProductID: Product]
  /// What carts, orders and stock desks need of variants, in one statement whatever their number.
  func variants(_ ids: [VariantID]) async throws -> [VariantID: VariantSummary]
  /// What the merchant sells under this SKU; nil for one that isn't for sale.
  func variant(sku: String, of merchant: MerchantID) async throws -> VariantSummary?
  /// By id, for exports and rebuilds.
  func products(_ page: PageRequest, of merchant: MerchantID?) async throws -> Page<Product>

  /// What is published, by id and without contents: for maps of the shop. At most 50,000.
  func listings(after: ProductID?, limit: Int) async throws -> [ProductListing]
  /// The last product of every so many that are published, by id: where `listings` goes on.
  func listingMarks(every count: Int) async throws -> [ProductID]

  /// Makes the product, or revises the one with this merchant and handle; variants are matched by their option values,
  /// then by SKU, and keep their ids. Equal content changes nothing and tells nothing. Throws `FieldFaults`, and
  /// `CatalogRefusal.skuTaken`.
  func save(_ draft: ProductDraft) async throws -> Saved
  /// Many at once in one transaction; a draft that is refused doesn't stop the others.
  func save(_ drafts: [ProductDraft]) async throws -> [Result<Saved, CatalogFault>]

  /// Throws `CatalogRefusal.unknownProduct`.
  func setPublished(_ product: ProductID, _ isPublished: Bool) async throws
  /// Puts fetched bytes in the place of a stand-in. Throws `CatalogRefusal.unknownProduct` when the picture is gone.
  func attach(_ file: FileKey, to picture: PictureID, of product: ProductID) async throws
  /// Pictures that have an address and no bytes yet, oldest first.
  func picturesToFetch(limit: Int) async throws -> [PictureToFetch]
  /// Notes that fetching failed; after 5 failures a picture is no longer listed.
  func fetchFailed(_ picture: PictureID) async throws
}

public struct Saved: Hashable, Codable, Sendable {
  public enum Outcome: String, Codable, Sendable { case created, updated, unchanged }
  public let outcome: Outcome
  public let product: Product

  public init(outcome: Outcome, product: Product) {
    self.outcome = outcome
    self.product = product
  }
}

/// That a product is published, and where.
public struct ProductListing: Hashable, Codable, Sendable {
  public let id: ProductID
  public let handle: Slug
  public let changedAt: Timestamp

  public init(id: ProductID, handle: Slug, changedAt: Timestamp) {
    self.id = id
    self.handle = handle
    self.changedAt = changedAt
  }
}

public struct PictureToFetch: Hashable, Codable, Sendable {
  public let picture: PictureID
  public let product: ProductID
  public let source: String

  public init(picture: PictureID, product: ProductID, source: String) {
    self.picture = picture
    self.product = product
    self.source = source
  }
}
