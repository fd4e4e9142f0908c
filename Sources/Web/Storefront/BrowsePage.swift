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
    let language = context.visit.language
    let ask = BrowseModel.Ask(
      Form(query: request), place: place, tree: try await maker.contexts.catalog.categories().shown,
      brands: try await maker.contexts.catalog.brands(), currency: currency)
    let own = { (visit: Visit) in [Hole.history: try await maker.parts.history(visit)] }
    if !ask.text.isEmpty, ask.page == 1, let visitor = context.visit.visitor {
      await maker.contexts.browsing.recordSearch(ask.text, by: visitor)
    }
    guard ask.isWorthKeeping else {
      return try await maker.filled(try await shared(place, ask, language), request, context, own: own)
    }
    let around = "\(maker.contexts.search.revision)/\(try await maker.frame.contentMark())"
    let key = "browse/\(ask.key)/\(language.rawValue)/\(around)"
    let page = try await pages.item(key, topic: .lists, size: \.byteCount) { try await shared(place, ask, language) }
    return try await maker.filled(page, request, context, own: own)
  }

  private func shared(
    _ place: BrowseModel.Place, _ ask: BrowseModel.Ask, _ language: Language
  ) async throws -> PreparedPage {
    let contexts = maker.contexts
    let tree = try await contexts.catalog.categories().shown
    let brands = try await contexts.catalog.brands()
    let merchants = try await contexts.merchants.merchants()
    let words = maker.frame.words(language)
    let found = try await contexts.search.search(ask.query(place, tree: tree, brands: brands, language: language))
    guard ask.page <= BrowseModel.pages(of: found) else { throw HTTPError(.notFound) }
    let builder = BrowseModel(
      place: place, ask: ask, tree: tree, brands: brands, words: words, fragments: maker.frame.fragments)
    var model = try await maker.frame.model(builder.head(), language: language, path: builder.address())
    let cards = CardModels(words: words, merchants: merchants)
    model.merge(try builder.model(found))
    model["cardList"] = try maker.frame.fragments.cards(found.cards, cards, language)
    if !place.isMerchant, ask.page == 1, let banner = try await contexts.content.shown().banners[.lists]?.first {
      model["banner"] = BannerModel.shown(banner, language)
    }
    if found.cards.isEmpty {
      let popular = try await contexts.search.search(
        SearchQuery(language: language, inStockOnly: true, sort: .bestSelling, limit: 4))
      model["hasPopular"] = !popular.cards.isEmpty
      model["popular"] = popular.cards.map(cards.model)
    }
    return try maker.frame.theme.prepare("browse", model, language)
  }
}
