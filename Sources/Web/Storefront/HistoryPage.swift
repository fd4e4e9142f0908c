import Accounts
import Flows
import Hummingbird
import Merchants
import Pages
import Search
import Values

/// `/account/history`: what a visitor looked at and searched for. Browsers that never logged in have one too.
public struct HistoryPage: Sendable {
  private static let mostViews = 48
  private static let mostSearches = 20

  private let maker: PageMaker

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/account/history") { request, context in try await show(request, context) }
    router.post("/account/history/views/clear") { _, context in
      if let visitor = context.visit.visitor { try await maker.contexts.browsing.forgetViews(of: visitor) }
      return maker.go(Addresses.history, saying: Flash(.good, "historyCleared"))
    }
    router.post("/account/history/searches/clear") { _, context in
      if let visitor = context.visit.visitor {
        try await maker.contexts.browsing.forgetSearches(of: visitor)
        try await maker.contexts.searchLedger.forgetClicks(of: visitor.searchKey)
      }
      return maker.go(Addresses.history, saying: Flash(.good, "historyCleared"))
    }
  }

  private func show(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    var views: [ProductID] = []
    var searches: [String] = []
    if let visitor = context.visit.visitor {
      views = try await maker.contexts.browsing.recentViews(of: visitor, limit: Self.mostViews)
      searches = try await maker.contexts.browsing.recentSearches(of: visitor, limit: Self.mostSearches)
    }
    let models = CardModels(words: words, merchants: try await maker.contexts.merchants.merchants())
    let cards = try await maker.contexts.search.cards(views).map(models.model)
    let model: Model = [
      "hasCards": !cards.isEmpty, "cards": cards, "hasSearches": !searches.isEmpty,
      "searches": searches.map { text -> Model in
        ["text": text, "address": Addresses.with([("q", text)], Addresses.search)]
      },
    ]
    let head = PageFrame.Head(title: words["account.history"] ?? "")
    return try await maker.page("history", head, model, request, context)
  }
}
