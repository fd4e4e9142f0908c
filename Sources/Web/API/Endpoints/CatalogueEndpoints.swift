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
      .query("rating", .number, "The fewest stars, 0…5, such as `4` or `4.5`.")
      .query(
        "attribute", .text(pattern: "^[^:]{1,40}:[^:]{1,40}$"),
        "The keys of an attribute and of a value as `attributes` has them, such as `colour:red`; may be given more than "
          + "once. Of one attribute any of the values will do."
      )
      .query("exact", .flag, "Finds the words as they are: nothing is corrected, and no rule leads elsewhere.")
      .query("sort", .choice(SearchQuery.Sort.allCases.map(\.rawValue)), "The order of the list.")
      .paged().worded().noting().refusing("invalidInput")
    return Endpoint(description) { call in
      let question = try await ProductQuestion(call, parts)
      let query = question.query
      guard let asked = question.key else {
        let result = try await contexts.search.search(query)
        await note(question, result, call)
        return try await listing(result, call)
      }
      let key = "list/\(contexts.search.revision)/\(call.visit.language.rawValue)/\(call.words.key)/\(asked)"
      return try await parts.answers.answer(key, topic: .lists) {
        try await listing(try await contexts.search.search(query), call)
      }
    }
  }

  /// Takes note of the words that a visitor asks with. A program that names no device asks for itself; what people ask for is
  /// counted of those who are logged in, and of who doesn't call itself a program.
  private func note(_ question: ProductQuestion, _ result: SearchResult, _ call: APICall) async {
    let text = question.query.text
    guard !text.isEmpty, call.query["after"] == nil, let visitor = call.visit.visitor else { return }
    let last = try? await contexts.browsing.recentSearches(of: visitor, limit: 1).first
    await contexts.browsing.recordSearch(text, by: visitor)
    let isPerson = call.visit.account != nil || VisitorCount.isByPerson(call.request)
    guard question.isFirst, last != text, isPerson else { return }
    await contexts.searchLedger.noteQuery(
      text, language: call.visit.language, found: result.totalAsTyped, by: visitor.searchKey)
  }

  private func listing(_ result: SearchResult, _ call: APICall) async throws -> Answer {
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
      categories: tree.gathered(result.categoryFacet.map { ($0.value, $0.count) }).prefix(50).map { category, count in
        .init(id: "\(category.id)", slug: category.slug.rawValue, name: words(category.name), count: count)
      },
      attributes: result.attributeFacets.map { .init($0, words) },
      ratings: result.ratingFacet.map { .init(stars: Double($0.value) / 10, count: $0.count) },
      correction: result.correction.map { .init(text: $0.text, isApplied: $0.isApplied) },
      redirect: localAddress(result.redirect))
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
