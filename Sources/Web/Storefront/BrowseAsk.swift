import Catalog
import Merchants
import Pages
import Search
import Values

/// What the address of a list of goods asks for; what can't be read is left out, and a faulty price is said beside its field.
struct BrowseAsk: Hashable {
  static let perPage = 40
  static let lastPage = 250
  /// Of one filter, and of attributes that are filtered by.
  static let mostValues = 20
  static let mostAttributes = 10
  /// Tenths of a star from which on goods can be asked for.
  static let ratings = [40, 30, 20, 10]
  /// What the name of an attribute's field begins with; its key follows.
  static let attributePrefix = "a."
  private static let longestKey = 40

  var text: String
  /// Finds the words as they are typed.
  var isExact: Bool
  var category: Slug?
  var brands: [Slug]
  var priceFrom: String
  var priceTo: String
  var inStock: Bool
  var rating: Int?
  /// Values by attribute, both by their keys; the values in order.
  var attributes: [String: [String]]
  var sort: SearchQuery.Sort
  var page: Int
  private let path: String
  private let currency: Currency

  /// - Parameters:
  ///   - tree: where `category` must stand; so each list that is kept is one that there is.
  ///   - known: the same for `brand`.
  init(_ query: Form, place: BrowseModel.Place, tree: CategoryTree, brands known: [Brand], currency: Currency) {
    text = String((query["q"] ?? "").unicodeScalars.prefix(SearchQuery.longestText).map(Character.init)).trimmed
    isExact = !text.isEmpty && query["exact"] == "1"
    category = query["category"].flatMap(Slug.init(rawValue:)).flatMap { tree[$0]?.slug }
    let asked = Set(query.all("brand").prefix(Self.mostValues))
    brands = asked.isEmpty ? [] : known.map(\.slug).filter { asked.contains($0.rawValue) }
    priceFrom = String((query["priceFrom"] ?? "").prefix(20)).trimmed
    priceTo = String((query["priceTo"] ?? "").prefix(20)).trimmed
    inStock = query["inStock"] == "1"
    rating = query["rating"].flatMap { Int($0) }.flatMap { Self.ratings.contains($0) ? $0 : nil }
    attributes = Self.attributes(of: query)
    sort = query["sort"].flatMap(SearchQuery.Sort.init(rawValue:)) ?? .relevance
    // One further than there can be stays one too far.
    page = min(max(query["page"].flatMap { Int($0) } ?? 1, 1), Self.lastPage + 1)
    path = place.path
    self.currency = currency
  }

  private static func attributes(of query: Form) -> [String: [String]] {
    let names = query.values.keys.filter { $0.hasPrefix(attributePrefix) }.sorted()
    var found: [String: [String]] = [:]
    for name in names where found.count < mostAttributes {
      let key = String(name.dropFirst(attributePrefix.count))
      let values = Set(query.all(name).prefix(mostValues).filter(isKey))
      if isKey(key), !values.isEmpty { found[key] = values.sorted() }
    }
    return found
  }

  /// As keys of attributes and their values are made: letters and digits between single hyphens.
  private static func isKey(_ text: String) -> Bool {
    (1...longestKey).contains(text.count) && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
  }

  var lowest: Money? { priceFrom.isEmpty ? nil : Money(decimalText: priceFrom, currency: currency) }
  var highest: Money? { priceTo.isEmpty ? nil : Money(decimalText: priceTo, currency: currency) }

  var isFiltered: Bool {
    category != nil || !brands.isEmpty || !priceFrom.isEmpty || !priceTo.isEmpty || inStock || rating != nil
      || !attributes.isEmpty
  }

  /// A question as somebody types it: not narrowed, not sorted, its first page.
  var isQuestion: Bool { !text.isEmpty && !isFiltered && sort == .relevance && page == 1 }

  /// All there is, as one sees it who hasn't asked for anything yet.
  var isBare: Bool { text.isEmpty && !isFiltered && sort == .relevance && page == 1 }

  /// What people type has no end, and keys of attributes aren't known beforehand; only lists without them are worth keeping.
  var isWorthKeeping: Bool { text.isEmpty && priceFrom.isEmpty && priceTo.isEmpty && attributes.isEmpty }

  var key: String { Addresses.with(pairs(page: page), path) }

  func pairs(page: Int = 1) -> [(String, String)] {
    var pairs: [(String, String)] = []
    if !text.isEmpty { pairs.append(("q", text)) }
    if isExact { pairs.append(("exact", "1")) }
    if let category { pairs.append(("category", category.rawValue)) }
    pairs += brands.map { ("brand", $0.rawValue) }
    for (attribute, values) in attributes.sorted(by: { $0.key < $1.key }) {
      pairs += values.map { (Self.attributePrefix + attribute, $0) }
    }
    if !priceFrom.isEmpty { pairs.append(("priceFrom", priceFrom)) }
    if !priceTo.isEmpty { pairs.append(("priceTo", priceTo)) }
    if let rating { pairs.append(("rating", String(rating))) }
    if inStock { pairs.append(("inStock", "1")) }
    if sort != .relevance { pairs.append(("sort", sort.rawValue)) }
    if page > 1 { pairs.append(("page", String(page))) }
    return pairs
  }

  /// The same words without any filter.
  var wordsAlone: [(String, String)] {
    text.isEmpty ? [] : [("q", text)] + (isExact ? [("exact", "1")] : [])
  }

  func query(
    _ place: BrowseModel.Place, tree: CategoryTree, brands all: [Brand], language: Language
  ) -> SearchQuery {
    var query = SearchQuery(
      text: text, language: language, brands: Set(all.filter { brands.contains($0.slug) }.map(\.id)),
      priceFrom: lowest, priceTo: highest, inStockOnly: inStock, ratingFrom: rating,
      attributes: attributes.mapValues { Set($0) }, sort: sort, limit: Self.perPage, start: .page(page),
      // A shelf says of no other words, and leads nowhere else.
      isExact: isExact || !place.isSearch)
    if case .category(let category) = place { query.categories = tree.subtree(of: category.id) }
    if case .merchant(let merchant) = place { query.merchant = merchant.id }
    if let slug = category, let chosen = tree[slug] {
      let below = tree.subtree(of: chosen.id)
      query.categories = query.categories.isEmpty ? below : query.categories.intersection(below)
    }
    return query
  }
}

extension String {
  var trimmed: String {
    let start = firstIndex { !$0.isWhitespace } ?? endIndex
    guard let end = lastIndex(where: { !$0.isWhitespace }), start <= end else { return "" }
    return String(self[start...end])
  }
}
