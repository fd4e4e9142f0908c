import Accounts
import Catalog
import Flows
import Hummingbird
import Merchants
import Pages
import Search
import Values

/// `/account/favourites`, and the heart on product pages that fills it.
public struct FavouritesPage: Sendable {
  private static let perPage = 24

  private let maker: PageMaker

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/account/favourites") { request, context in
      let account = try context.visit.requireAccount()
      return try await show(account, request, context)
    }
    router.post("/products/:id/favourite") { request, context in
      let account = try context.visit.requireAccount()
      let form = try await Form(body: request, context: context)
      let isFavourite = form["favourite"] == "1"
      guard let id = context.parameters.get("id").flatMap({ ProductID($0) }) else { throw HTTPError(.notFound) }
      // What was taken from the shop can still be taken off the list.
      if isFavourite, try await maker.contexts.catalog.product(id) == nil { throw HTTPError(.notFound) }
      let back = localAddress(form["to"]) ?? Addresses.favourites
      do {
        try await maker.contexts.browsing.setFavourite(id, of: account.id, isFavourite)
        return maker.go(back, saying: Flash(.good, isFavourite ? "favourited" : "unfavourited"))
      } catch let refusal as AccountRefusal {
        return maker.go(back, saying: Flash(.bad, refusal.code, refusal.details))
      }
    }
  }

  private func show(_ account: Account, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let after = Form(query: request)["after"].flatMap { Cursor($0) }
    let page = try await maker.contexts.browsing.favourites(
      of: account.id, PageRequest(limit: Self.perPage, after: after))
    let models = CardModels(words: words, merchants: try await maker.contexts.merchants.merchants())
    let cards = try await maker.contexts.search.cards(page.items).map(models.model)
    var model: Model = ["hasCards": !cards.isEmpty || page.next != nil, "cards": cards]
    if let next = page.next { model["nextURL"] = Addresses.with([("after", next.description)], Addresses.favourites) }
    let head = PageFrame.Head(title: words["account.favourites"] ?? "")
    return try await maker.page("favourites", head, model, request, context)
  }
}
