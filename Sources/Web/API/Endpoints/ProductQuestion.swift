import Catalog
import Flows
import Merchants
import Pages
import Search
import Values

/// Reads what `/products` is asked.
struct ProductQuestion: Sendable {
  /// Different attributes that may be asked for, and values in all.
  private static let mostAttributes = 10
  private static let mostChoices = 100
  private static let longestKey = 40

  let query: SearchQuery
  /// One text for all ways to ask the same; nil for what has no end: words, prices and attributes that people type, and places
  /// within a list. Only lists without them are worth keeping.
  let key: String?
  /// Words as somebody types them: not narrowed, not sorted, the first page.
  var isFirst: Bool {
    !query.text.isEmpty && query.start == .page(1) && query.sort == .relevance && query.categories.isEmpty
      && query.brands.isEmpty && query.merchant == nil && query.priceFrom == nil && query.priceTo == nil
      && !query.inStockOnly && query.ratingFrom == nil && query.attributes.isEmpty
  }

  /// Throws `FieldFaults`.
  init(_ call: APICall, _ parts: APIParts) async throws {
    var faults = FieldFaults()
    let form = call.query
    var query = SearchQuery(language: call.visit.language)
    query.text = faults.text(form["q"], "q", max: SearchQuery.longestText, required: false)
    query.isExact = form.flag("exact", &faults)
    let currency = try await parts.currency()
    query.priceFrom = form.amount("priceFrom", currency, &faults)
    query.priceTo = form.amount("priceTo", currency, &faults)
    query.inStockOnly = form.flag("inStock", &faults)
    query.ratingFrom = Self.rating(form, &faults)
    query.attributes = Self.attributes(form, &faults)
    query.limit = form.number("limit", in: 1...100, &faults) ?? 20
    if let cursor = form.cursor(&faults) { query.start = .after(cursor) }
    if let sort = form["sort"], !sort.isEmpty {
      if let known = SearchQuery.Sort(rawValue: sort) { query.sort = known } else { faults.add("sort", "unknown") }
    }
    let brands = try await Self.shelves(&query, form, parts, &faults)
    try faults.throwIfAny()
    self.query = query
    let isEndless =
      !query.text.isEmpty || query.priceFrom != nil || query.priceTo != nil || query.start != .page(1)
      || !query.attributes.isEmpty
    let places = [form["category"] ?? "", form["merchant"] ?? ""] + brands.map(\.slug.rawValue)
    let filters = "\(query.sort)/\(query.inStockOnly)/\(query.ratingFrom ?? 0)/\(query.limit)/"
    key = isEndless ? nil : filters + places.joined(separator: "/")
  }

  /// Reads on what the goods are to stand; answers the brands.
  private static func shelves(
    _ query: inout SearchQuery, _ form: Form, _ parts: APIParts, _ faults: inout FieldFaults
  ) async throws -> [Brand] {
    if let slug = form["category"], !slug.isEmpty {
      let tree = try await parts.contexts.catalog.categories().shown
      if let category = Slug(rawValue: slug).flatMap({ tree[$0] }) {
        query.categories = tree.subtree(of: category.id)
      } else {
        faults.add("category", "unknown")
      }
    }
    if let slug = form["merchant"], !slug.isEmpty {
      if let known = Slug(rawValue: slug), let merchant = try await parts.contexts.merchants.merchant(slug: known) {
        query.merchant = merchant.id
      } else {
        faults.add("merchant", "unknown")
      }
    }
    let slugs = form.all("brand").filter { !$0.isEmpty }
    guard !slugs.isEmpty else { return [] }
    let brands = try await parts.contexts.catalog.brands().filter { slugs.contains($0.slug.rawValue) }
    if brands.isEmpty { faults.add("brand", "unknown") }
    query.brands = Set(brands.map(\.id))
    return brands
  }

  /// Tenths of a star, of stars with a decimal place at most: `4` or `4.5`.
  private static func rating(_ form: Form, _ faults: inout FieldFaults) -> Int? {
    guard let text = form["rating"], !text.isEmpty else { return nil }
    guard let match = text.wholeMatch(of: /(-?)([0-9]{1,9})(?:\.([0-9]))?/), let stars = Int(match.2),
      let tenths = match.3.map({ Int($0) }) ?? 0
    else {
      faults.add("rating", "notANumber")
      return nil
    }
    let rating = (stars * 10 + tenths) * (match.1.isEmpty ? 1 : -1)
    guard (0...50).contains(rating) else {
      faults.add("rating", "outOfRange", ["min": "0", "max": "5"])
      return nil
    }
    return rating
  }

  /// Values by attribute, of `colour:red`.
  private static func attributes(_ form: Form, _ faults: inout FieldFaults) -> [String: Set<String>] {
    let choices = form.all("attribute").filter { !$0.isEmpty }
    var attributes: [String: Set<String>] = [:]
    for choice in choices.prefix(mostChoices) {
      let parts = choice.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, parts.allSatisfy({ (1...longestKey).contains($0.count) }) else {
        faults.add("attribute", "unreadable")
        return [:]
      }
      attributes[parts[0], default: []].insert(parts[1])
    }
    if choices.count > mostChoices || attributes.count > mostAttributes {
      faults.add("attribute", "outOfRange", ["min": "0", "max": String(mostAttributes)])
    }
    return attributes
  }
}
