import Search
import Values

/// What finds must be. What has a facet is asked after the counting, so that each facet can be counted without its own.
struct Filters: Sendable {
  enum Facet: Hashable, Sendable {
    case category
    case brand
    case rating
    case attribute(String)
  }

  /// Whatever is counted passes these.
  let fixed: [JSON]
  /// In a fixed order.
  let faceted: [(facet: Facet, filter: JSON)]

  /// Nil where nothing passes: bounds that contradict each other, or prices in two currencies.
  init?(_ ask: EngineAsk) {
    var fixed: [JSON] = [["term": ["isListed": true]]]
    if let merchant = ask.merchant { fixed.append(["term": ["merchantID": .number(merchant.raw)]]) }
    if ask.inStockOnly { fixed.append(["term": ["inStock": true]]) }
    let currencies = Set([ask.priceFrom, ask.priceTo].compactMap { $0?.currency.code })
    guard currencies.count < 2 else { return nil }
    if let currency = currencies.first {
      var range: [String: JSON] = [:]
      if let from = ask.priceFrom { range["gte"] = .number(from.minor) }
      if let to = ask.priceTo { range["lte"] = .number(to.minor) }
      if let from = ask.priceFrom, let to = ask.priceTo, from.minor > to.minor { return nil }
      fixed += [["term": ["currency": .text(currency)]], ["range": ["price": .object(range)]]]
    }
    self.fixed = fixed
    var faceted: [(Facet, JSON)] = []
    if !ask.categories.isEmpty { faceted.append((.category, Self.terms("categoryID", ask.categories))) }
    if !ask.brands.isEmpty { faceted.append((.brand, Self.terms("brandID", ask.brands))) }
    if let rating = ask.ratingFrom {
      faceted.append((.rating, ["range": ["rating": ["gte": .number(Int64(rating))]]]))
    }
    for (attribute, values) in ask.attributes.sorted(by: { $0.key < $1.key }) {
      let keys = values.map { ChoiceLabel.key(attribute, $0) }.sorted()
      faceted.append((.attribute(attribute), ["terms": ["choices": .texts(keys)]]))
    }
    self.faceted = faceted
  }

  private static func terms<Tag>(_ field: String, _ values: Set<ID<Tag>>) -> JSON {
    ["terms": .object([field: .list(values.map(\.raw).sorted().map { .number($0) })])]
  }

  /// Those of all facets save one.
  func without(_ facet: Facet?) -> [JSON] { faceted.filter { $0.facet != facet }.map(\.filter) }

  static func all(_ filters: [JSON]) -> JSON { ["bool": ["filter": .list(filters)]] }
}
