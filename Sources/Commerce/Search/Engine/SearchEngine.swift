import Values

/// Where documents are indexed and found. One in this process (`LocalEngine`) serves up to millions of goods; another may
/// stand outside. What people type is read before it gets here (`QueryReader`), and cards are put to the finds behind it.
/// Its index can be compared with the documents that it is made of, and made anew.
public protocol SearchEngine: Sendable {
  /// Throws a refusal of kind `.unavailable` while it can't answer.
  func find(_ ask: EngineAsk) async throws -> EngineAnswer
  /// Which words it knows; for correcting, completing and reading Chinese.
  var vocabulary: any Vocabulary { get }
  /// Takes over all of them in one step, in the order of their versions. Harmless when repeated. They must be what follows
  /// on the version that was asked for last: throws `IndexExchanged` where that was another index's.
  func apply(_ changes: [DocumentChange]) async throws
  /// The highest version that it has taken over; 0 when it is empty.
  func appliedVersion() async throws -> Int64
  /// Of which table its index is, as was noted last, since versions alone don't tell one table from another; 0 before.
  func mark() async throws -> Int64
  func note(mark: Int64) async throws
  /// The products after this one that it holds, in the order of their ids, each with the version that was taken over last.
  func held(after product: ProductID?, limit: Int) async throws -> [(product: ProductID, version: Int64)]
  /// Puts an index of these documents in the place of the one that it has, which answers meanwhile.
  /// - Parameters:
  ///   - version: everything up to it is among the documents.
  ///   - mark: of the table that they are of; the new index has it noted before it answers.
  ///   - givesWay: whether it is given up, without an error, where since the version was asked for last another process
  ///     has put an index of this mark in the place. Without meaning where nobody else can.
  ///   - page: the documents after a product in the order of their ids, with their versions; none at the end.
  ///   - changes: what came after a version, in the order of versions; none at the end.
  ///   - exchanging: is handed what brings the new index up to date and puts it in the old one's place, and runs it while
  ///     nothing is applied.
  func replaceAll(
    upTo version: Int64, mark: Int64, givesWay: Bool,
    _ page: @escaping @Sendable (_ after: ProductID?) async throws -> [(SearchDocument, Int64)],
    changes: @escaping @Sendable (_ after: Int64) async throws -> [DocumentChange],
    exchanging: @escaping @Sendable (_ exchange: @escaping @Sendable () async throws -> Void) async throws -> Void
  ) async throws
}

/// Another index has come into the place of the one that was asked how far it is, and may lack what that one had. To be
/// asked again.
public struct IndexExchanged: Error, Hashable, CustomStringConvertible {
  public init() {}

  public var description: String { "the index was exchanged for another meanwhile" }
}

/// What becomes of one document.
public enum DocumentChange: Sendable {
  case put(SearchDocument, version: Int64)
  case figures(ProductFigures, version: Int64)
  case remove(ProductID, version: Int64)
}

/// A question to an engine.
public struct EngineAsk: Hashable, Codable, Sendable {
  public var tree: QueryTree
  public var categories: Set<CategoryID>
  public var brands: Set<BrandID>
  public var merchant: MerchantID?
  public var priceFrom: Money?
  public var priceTo: Money?
  public var inStockOnly: Bool
  public var ratingFrom: Int?
  public var attributes: [String: Set<String>]
  public var sort: SearchQuery.Sort
  /// 1…100.
  public var limit: Int
  public var start: SearchQuery.Start
  public var weights: RankingWeights
  /// Stand first and last when sorted by relevance. By other sorts the pinned are found too, and stand where they belong.
  public var pinned: [ProductID]
  public var buried: Set<ProductID>
  /// Facets cost time; suggestions need none.
  public var wantsFacets: Bool
  /// So many finds are enough: where the newest documents have them, an engine needn't look through the others.
  public var enough: Int

  public init(
    tree: QueryTree, categories: Set<CategoryID> = [], brands: Set<BrandID> = [], merchant: MerchantID? = nil,
    priceFrom: Money? = nil, priceTo: Money? = nil, inStockOnly: Bool = false, ratingFrom: Int? = nil,
    attributes: [String: Set<String>] = [:], sort: SearchQuery.Sort = .relevance, limit: Int = 40,
    start: SearchQuery.Start = .page(1), weights: RankingWeights = RankingWeights(), pinned: [ProductID] = [],
    buried: Set<ProductID> = [], wantsFacets: Bool = true, enough: Int = .max
  ) {
    self.tree = tree
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
    self.weights = weights
    self.pinned = pinned
    self.buried = buried
    self.wantsFacets = wantsFacets
    self.enough = enough
  }
}

/// What a question found.
public struct EngineAnswer: Hashable, Codable, Sendable {
  /// In order.
  public var products: [ProductID]
  public var total: Int
  public var next: Cursor?
  /// Whether the finds hold everything that was asked for; false when they hold only some of it, those with more first.
  public var holdsAll: Bool
  public var brandFacet: [FacetCount<BrandID>]
  public var categoryFacet: [FacetCount<CategoryID>]
  public var attributeFacets: [AttributeFacet]
  public var ratingFacet: [FacetCount<Int>]

  public init(
    products: [ProductID], total: Int, next: Cursor?, holdsAll: Bool = true, brandFacet: [FacetCount<BrandID>] = [],
    categoryFacet: [FacetCount<CategoryID>] = [], attributeFacets: [AttributeFacet] = [],
    ratingFacet: [FacetCount<Int>] = []
  ) {
    self.products = products
    self.total = total
    self.next = next
    self.holdsAll = holdsAll
    self.brandFacet = brandFacet
    self.categoryFacet = categoryFacet
    self.attributeFacets = attributeFacets
    self.ratingFacet = ratingFacet
  }
}
