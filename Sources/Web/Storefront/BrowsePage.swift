import Accounts
import Catalog
import Content
import Flows
import Foundation
import Hummingbird
import Merchants
import Pages
import Search
import Values

/// Lists of goods: `/search`, `/c/{category}`, `/m/{merchant}`. One template, one set of filters.
public struct BrowsePage: Sendable {
  private let maker: PageMaker
  private let pages: PageCache<PreparedPage>
  private let currency: Currency

  public init(_ maker: PageMaker, pages: PageCache<PreparedPage>, currency: Currency) {
    self.maker = maker
    self.pages = pages
    self.currency = currency
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/search") { request, context in
      try await show(.search, request, context)
    }
    router.get("/c/:slug") { request, context in
      guard let slug = context.parameters.get("slug")?.removingPercentEncoding.flatMap(Slug.init(rawValue:)),
        let category = try await maker.contexts.catalog.categories().shown[slug]
      else { throw CatalogRefusal.unknownCategory }
      return try await show(.category(category), request, context)
    }
    router.get("/m/:slug") { request, context in
      guard let slug = context.parameters.get("slug")?.removingPercentEncoding.flatMap(Slug.init(rawValue:)),
        let merchant = try await maker.contexts.merchants.merchant(slug: slug), merchant.isOpen
      else { throw HTTPError(.notFound) }
      context.shownMerchant.note(merchant.id)
      return try await show(.merchant(merchant), request, context)
    }
  }

  private func show(
    _ place: BrowseModel.Place, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let list = try await list(place, Form(query: request), context.visit.language)
    guard list.ask.isWorthKeeping else { return try await asked(list, request, context) }
    let around = "\(maker.contexts.search.revision)/\(try await maker.frame.contentMark())"
    let key = "browse/\(list.ask.key)/\(list.language.rawValue)/\(around)"
    let page = try await pages.item(key, topic: .lists, size: \.byteCount) {
      try await shared(list, try await find(list))
    }
    return try await filled(page, list, request, context)
  }

  private func list(_ place: BrowseModel.Place, _ query: Form, _ language: Language) async throws -> BrowseModel {
    let tree = try await maker.contexts.catalog.categories().shown
    let brands = try await maker.contexts.catalog.brands()
    return BrowseModel(
      place: place, ask: BrowseAsk(query, place: place, tree: tree, brands: brands, currency: currency), tree: tree,
      brands: brands, words: maker.frame.words(language), fragments: maker.frame.fragments)
  }

  /// A list that isn't kept, since people type what it is asked for.
  private func asked(
    _ list: BrowseModel, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let found = try await find(list)
    await note(list, found, request, context.visit)
    if let path = redirect(list, found) { return .seeOther(path) }
    return try await filled(try await shared(list, found), list, request, context)
  }

  private func filled(
    _ page: PreparedPage, _ list: BrowseModel, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    // Where nothing is asked for yet, what was searched for stands on top and not once more below.
    let isBare = list.place.isSearch && list.ask.isBare
    return try await maker.filled(page, request, context) { visit in
      var own = [Hole.history: try await maker.parts.history(visit, showsSearches: !isBare)]
      if isBare { own[.searches] = try await maker.parts.searches(visit) }
      return own
    }
  }

  /// Where a rule leads to, unless that is the question itself.
  private func redirect(_ list: BrowseModel, _ found: SearchResult) -> String? {
    guard list.place.isSearch, !list.ask.isExact, let path = localAddress(found.redirect) else { return nil }
    return RedirectPath.leads(path, backTo: list.ask.text) ? nil : path
  }

  private func find(_ list: BrowseModel) async throws -> SearchResult {
    let query = list.ask.query(list.place, tree: list.tree, brands: list.brands, language: list.language)
    return try await maker.contexts.search.search(query)
  }

  /// Takes note of a question for its visitor, and for those who see to what people ask for. A page that is fetched again,
  /// or come back to, is no further question.
  private func note(_ list: BrowseModel, _ found: SearchResult, _ request: Request, _ visit: Visit) async {
    let ask = list.ask
    guard !ask.text.isEmpty, ask.page == 1, !request.isAhead else { return }
    var isAskedAgain = false
    if let visitor = visit.visitor {
      let last = try? await maker.contexts.browsing.recentSearches(of: visitor, limit: 1).first
      isAskedAgain = last == ask.text
      await maker.contexts.browsing.recordSearch(ask.text, by: visitor)
    }
    guard list.place.isSearch, ask.isQuestion, !isAskedAgain, VisitorCount.isByPerson(request) else { return }
    await maker.contexts.searchLedger.noteQuery(
      ask.text, language: list.language, found: found.totalAsTyped, by: visit.visitor?.searchKey ?? "")
  }

  private func shared(_ list: BrowseModel, _ found: SearchResult) async throws -> PreparedPage {
    let (contexts, ask, language) = (maker.contexts, list.ask, list.language)
    guard ask.page <= BrowseModel.pages(of: found) else { throw HTTPError(.notFound) }
    let merchants = try await contexts.merchants.merchants()
    var model = try await maker.frame.model(list.head(found), language: language, path: list.address())
    let cards = CardModels(words: list.words, merchants: merchants)
    model.merge(try list.model(found))
    model["cardList"] = try maker.frame.fragments.cards(found.cards, cards, language)
    if !list.place.isMerchant, ask.page == 1, let banner = try await contexts.content.shown().banners[.lists]?.first {
      model["banner"] = BannerModel.shown(banner, language)
    }
    if found.cards.isEmpty {
      let popular = try await contexts.search.search(
        SearchQuery(language: language, inStockOnly: true, sort: .bestSelling, limit: 4))
      model["hasPopular"] = !popular.cards.isEmpty
      model["popular"] = popular.cards.map(cards.model)
      if list.place.isSearch {
        model.merge(BrowseModel.hotWords(await maker.parts.hotWords(language), without: ask.text))
      }
    }
    return try maker.frame.theme.prepare("browse", model, language)
  }
}
