import Values

/// What is for sale: categories, brands, products with their variants. Prices are Pricing's, stock is Inventory's.
public protocol CatalogService: Sendable {
  /// The whole tree, positions in order. Kept in memory.
  func categories() async throws -> CategoryTree
  /// Makes a category, or revises the one with this slug. Tells `CategoryChanged`. Throws `FieldFaults`: `name`, and
  /// `parent` with `unknown`, `circular` or `tooDeep` (16 levels).
  func saveCategory(_ draft: CategoryDraft) async throws -> Category

  func brands() async throws -> [Brand]
  /// The brand of this name (compared without case), made if it is new. Throws `FieldFaults` for `brand`, with `tooMany`
  /// where there are 50,000, and with `Brand.tooManyNew` where the merchant brought `Brand.mostNewADay` within 24 hours already.
  /// - Parameter merchant: whose staff name it; nil for the platform, which makes as many as it likes.
  func brand(named name: String, broughtBy merchant: MerchantID?) async throws -> Brand

  /// Published or not; pages for shoppers must ask `isPublished`.
  func product(_ id: ProductID) async throws -> Product?
  func product(handle: Slug, of merchant: MerchantID) async throws -> Product?
  func products(_ ids: [ProductID]) async throws -> [ProductID: Product]
  /// What carts, orders and stock desks need of variants, in one statement whatever their number.
  func variants(_ ids: [VariantID]) async throws -> [VariantID: VariantSummary]
  /// What the merchant sells under this SKU; nil for one that isn't for sale.
  func variant(sku: String, of merchant: MerchantID) async throws -> VariantSummary?
  /// Variants for sale whose SKU begins with the text, whose barcode is the text, or whose product's title has it, without
  /// regard to case, the newest first.
  /// - Parameters:
  ///   - text: up to 100 characters count.
  ///   - merchant: nil for all.
  ///   - limit: 1…500.
  func variants(matching text: String, of merchant: MerchantID?, limit: Int) async throws -> [VariantID]
  /// What the merchant sells under these SKUs, at most 500, in one statement.
  func variants(skus: [String], of merchant: MerchantID) async throws -> [String: VariantID]
  /// The products of these merchants that a file calls by these handles or SKUs, each merchant's where several have one. A
  /// handle counts before a SKU.
  func products(named names: [String], of merchants: [MerchantID]) async throws -> [String: Set<ProductID>]
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
  /// What `save` would answer now, without saving anything. Products and variants that would be made have identifiers
  /// that nothing keeps; a SKU that two drafts of different calls share isn't noticed.
  func rehearse(_ drafts: [ProductDraft]) async throws -> [Result<Saved, CatalogFault>]

  /// Takes all goods of a merchant away from shoppers, or lets them be seen again as the merchant has them. Tells
  /// `ProductsChanged` of those that are published. Repeating it is harmless, and what is older than what counts changes
  /// nothing.
  /// - Parameter version: of the merchant, with which this came to be so.
  func withhold(_ merchant: MerchantID, _ isWithheld: Bool, version: Int) async throws
  /// Whose goods shoppers don't see.
  func withheldMerchants() async throws -> Set<MerchantID>
  /// How many products each has, published or not; those without any are left out.
  func productCounts(of merchants: [MerchantID]) async throws -> [MerchantID: Int]

  /// For desks, in the order that is asked for. Statements don't grow with what is found.
  func products(_ filter: ProductFilter, _ page: PageRequest) async throws -> Page<Product>
  /// How many products of a merchant, or of all, ask to be let in; no more than 1000 are counted.
  func waitingCount(of merchant: MerchantID?) async throws -> Int

  /// Makes a product that shoppers don't see yet. Throws `FieldFaults`, among them `handle` with `taken`, and
  /// `CatalogRefusal.skuTaken`.
  /// - Parameter isNamed: somebody chose the handle; otherwise a number is put behind one that is taken.
  func begin(_ draft: ProductDraft, isNamed: Bool, by actor: Actor) async throws -> Product
  /// Makes the product what the draft says, but for merchant, handle and publication, which stay. Equal content changes
  /// nothing. Throws as `save` does, `CatalogRefusal.unknownProduct`, and `.productChanged` when its version is another.
  /// - Parameter asksAgain: what changes in a published product takes it back to those that ask to be let in.
  func revise(
    _ id: ProductID, to draft: ProductDraft, version: Int, asksAgain: Bool, by actor: Actor
  ) async throws -> Saved
  /// Throws `CatalogRefusal.unknownProduct`, `.wrongPublication` from a state where the move makes no sense,
  /// `.productChanged` when a version is named and isn't its own any more, and `FieldFaults` for `until` and `reason`.
  /// Tells `ProductJudged` where one that waited is published or refused.
  func move(_ id: ProductID, _ move: PublicationMove, version: Int?, by actor: Actor) async throws -> Product
  /// Brings `isPublished` in step with the schedules that the clock has reached; answers how many products turned.
  func turnPublications(now: Timestamp, limit: Int) async throws -> Int

  /// Publishes at once, or withdraws, by the shop's own hand. Throws `CatalogRefusal.unknownProduct`.
  func setPublished(_ product: ProductID, _ isPublished: Bool) async throws
  /// Puts fetched bytes in the place of a stand-in. Throws `CatalogRefusal.unknownProduct` when the picture is gone.
  func attach(_ file: FileKey, to picture: PictureID, of product: ProductID) async throws
  /// Those of these files, up to 100, that are shown here as pictures of goods and categories, or logos of brands.
  func shown(among files: [FileKey]) async throws -> Set<FileKey>
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

extension CatalogService {
  /// As the platform names it.
  public func brand(named name: String) async throws -> Brand { try await brand(named: name, broughtBy: nil) }
}
