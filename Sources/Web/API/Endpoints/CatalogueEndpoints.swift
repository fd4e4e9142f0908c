import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Reviews
import Search
import Values

/// Goods: lists, products, reviews.
struct CatalogueEndpoints: Sendable {
  private let parts: APIParts
  private var contexts: Contexts { parts.contexts }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list, product, reviews] }

  private var list: Endpoint {
    let description = APIDescription(.get, "/products", .catalogue, "Finds products", with: "ProductList")
      .query("q", .text, "Words to find, up to 100 characters.")
      .query("category", .text, "The slug of a category; everything below it counts.")
      .query("brand", .text, "The slug of a brand; may be given more than once.")
      .query("merchant", .text, "The slug of a merchant.")
      .query("priceFrom", .text, "The lowest price, such as `88.00`.")
      .query("priceTo", .text, "The highest price.")
      .query("inStock", .flag, "Only what can be bought now.")
      .query("sort", .choice(SearchQuery.Sort.allCases.map(\.rawValue)), "The order of the list.")
      .paged().worded().noting().refusing("invalidInput")
    return Endpoint(description) { call in
      let question = try await ProductQuestion(call, parts)
      let query = question.query
      if !query.text.isEmpty, call.query["after"] == nil, let visitor = call.visit.visitor {
        await contexts.browsing.recordSearch(query.text, by: visitor)
      }
      guard let asked = question.key else { return try await listing(query, call) }
      let key = "list/\(contexts.search.revision)/\(call.visit.language.rawValue)/\(call.words.key)/\(asked)"
      return try await parts.answers.answer(key, topic: .lists) { try await listing(query, call) }
    }
  }

  private func listing(_ query: SearchQuery, _ call: APICall) async throws -> Answer {
    let result = try await contexts.search.search(query)
    let brands = Dictionary(
      try await contexts.catalog.brands().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let tree = try await contexts.catalog.categories().shown
    let words = call.words
    let list = ProductListAnswer(
      items: result.cards.map { CardAnswer($0, words) }, next: result.next?.description, total: result.total,
      brands: result.brandFacet.prefix(50).compactMap { facet in
        brands[facet.value].map { brand in
          .init(id: "\(brand.id)", slug: brand.slug.rawValue, name: .plain(brand.name), count: facet.count)
        }
      },
      categories: result.categoryFacet.prefix(50).compactMap { facet in
        tree[facet.value].map { category in
          .init(
            id: "\(category.id)", slug: category.slug.rawValue, name: words(category.name), count: facet.count)
        }
      })
    return try Answer.shared(list).linking(to: result.next, call)
  }

  private var product: Endpoint {
    let description = APIDescription(.get, "/products/{id}", .catalogue, "One product", with: "Product")
      .worded().noting().refusing("unknownProduct")
    return Endpoint(description) { call in
      let id: ProductID = try call.id("id", or: CatalogRefusal.unknownProduct)
      let words = call.words
      let answer = try await parts.answers.answer("product/\(id)/\(words.key)", topic: .product(id)) {
        try Answer.shared(ProductAnswer(try await parts.flows.viewProduct.run(id), words))
      }
      if let visitor = call.visit.visitor { await contexts.browsing.recordView(of: id, by: visitor) }
      return answer
    }
  }

  private var reviews: Endpoint {
    let description = APIDescription(
      .get, "/products/{id}/reviews", .catalogue, "What buyers say of it, the newest first", with: "ReviewPage"
    ).query("stars", .integer(1...5), "Only reviews with so many stars.").paged().worded().refusing("unknownProduct")
    return Endpoint(description) { call in
      let id: ProductID = try call.id("id", or: CatalogRefusal.unknownProduct)
      guard try await contexts.catalog.product(id)?.isPublished == true else { throw CatalogRefusal.unknownProduct }
      var faults = FieldFaults()
      let stars = call.query.number("stars", in: 1...5, &faults)
      try faults.throwIfAny()
      let page = try await contexts.reviews.reviews(of: id, stars: stars, call.page())
      let words = call.words
      return try Answer.shared(
        PageAnswer(items: page.items.map { ReviewAnswer($0, words) }, next: page.next?.description)
      ).linking(to: page.next, call)
    }
  }
}

/// Reads what `/products` is asked.
struct ProductQuestion: Sendable {
  let query: SearchQuery
  /// One text for all ways to ask the same; nil for what has no end: words and prices that people type, and places within
  /// a list. Only lists without them are worth keeping.
  let key: String?

  /// Throws `FieldFaults`.
  init(_ call: APICall, _ parts: APIParts) async throws {
    var faults = FieldFaults()
    let form = call.query
    let currency = try await parts.currency()
    var query = SearchQuery(language: call.visit.language)
    query.text = faults.text(form["q"], "q", max: 100, required: false)
    query.priceFrom = form.amount("priceFrom", currency, &faults)
    query.priceTo = form.amount("priceTo", currency, &faults)
    query.inStockOnly = form.flag("inStock", &faults)
    query.limit = form.number("limit", in: 1...100, &faults) ?? 20
    if let cursor = form.cursor(&faults) { query.start = .after(cursor) }
    if let sort = form["sort"], !sort.isEmpty {
      if let known = SearchQuery.Sort(rawValue: sort) { query.sort = known } else { faults.add("sort", "unknown") }
    }
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
    var brands: [Brand] = []
    if !slugs.isEmpty {
      brands = try await parts.contexts.catalog.brands().filter { slugs.contains($0.slug.rawValue) }
      if brands.isEmpty { faults.add("brand", "unknown") }
      query.brands = Set(brands.map(\.id))
    }
    try faults.throwIfAny()
    self.query = query
    let isEndless = !query.text.isEmpty || query.priceFrom != nil || query.priceTo != nil || query.start != .page(1)
    let places = [form["category"] ?? "", form["merchant"] ?? ""] + brands.map(\.slug.rawValue)
    key = isEndless ? nil : "\(query.sort)/\(query.inStockOnly)/\(query.limit)/" + places.joined(separator: "/")
  }
}
