import Values

/// Finds goods by words and by what they are. Holds a projection of the catalogue that flows keep fed; it can be rebuilt at
/// any time. Category pages are searches without words.
public protocol SearchService: Sendable {
  func search(_ query: SearchQuery) async throws -> SearchResult
  /// What somebody who has typed so much may want: queries, categories, brands and products, the best of each first.
  func suggest(_ query: SuggestQuery) async throws -> [Suggestion]
  /// Cards of these products, in the order asked for; those not on sale are left out.
  func cards(_ products: [ProductID]) async throws -> [ProductCard]
  /// Goods much like this one: of its category first, then of its brand.
  func related(to product: ProductID, limit: Int) async throws -> [ProductCard]

  /// Adds or replaces; answers true when something a shopper can see has changed.
  func index(_ documents: [SearchDocument]) async throws -> Bool
  func remove(_ products: [ProductID]) async throws -> Bool
  /// Changes what moves often without touching words. Unknown products are passed over.
  func update(_ figures: [ProductFigures]) async throws -> Bool
  /// Grows whenever `index`, `remove` or `update` changed something visible; keys caches of lists.
  var revision: Int { get }
}
