import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Search
import Values

/// Favourites and histories.
struct BrowsingEndpoints: Sendable {
  private let parts: APIParts
  private var contexts: Contexts { parts.contexts }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [favourites, keep, letGo, history, forget] }

  private var favourites: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/account/favourites", .account, "Kept products, the newest first; those not on sale are left out",
        access: .account, with: "CardPage"
      ).paged().worded()
    ) { call in
      let page = try await contexts.browsing.favourites(of: try call.account().id, call.page())
      let words = call.words
      let cards = try await contexts.search.cards(page.items)
      return try Answer(PageAnswer(items: cards.map { CardAnswer($0, words) }, next: page.next?.description))
        .linking(to: page.next, call)
    }
  }

  private var keep: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/account/favourites/{product}", .account, "Keeps a product", access: .account, answers: .noContent
      ).refusing("unknownProduct", "tooManyFavourites")
    ) { call in
      let id: ProductID = try call.id("product", or: CatalogRefusal.unknownProduct)
      guard try await contexts.catalog.product(id)?.isPublished == true else { throw CatalogRefusal.unknownProduct }
      try await contexts.browsing.setFavourite(id, of: try call.account().id, true)
      return .noContent
    }
  }

  private var letGo: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/account/favourites/{product}", .account, "Lets go of a product; harmless when it wasn't kept",
        access: .account, answers: .noContent
      ).refusing("unknownProduct")
    ) { call in
      let id: ProductID = try call.id("product", or: CatalogRefusal.unknownProduct)
      try await contexts.browsing.setFavourite(id, of: try call.account().id, false)
      return .noContent
    }
  }

  private var history: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/account/history", .account, "Products last seen and questions last asked, of the account or the device",
        access: .visitor, with: "History"
      ).worded()
    ) { call in
      let visitor = try call.visitor()
      let seen = try await contexts.browsing.recentViews(of: visitor, limit: 50)
      let words = call.words
      return try Answer(
        HistoryAnswer(
          views: try await contexts.search.cards(seen).map { CardAnswer($0, words) },
          searches: try await contexts.browsing.recentSearches(of: visitor, limit: 20)))
    }
  }

  private var forget: Endpoint {
    let description = APIDescription(
      .delete, "/account/history", .account, "Forgets both histories, or one of them", access: .visitor,
      answers: .noContent
    ).query("of", .choice(["views", "searches"]), "Which; both when it isn't given.").refusing("invalidInput")
    return Endpoint(description) { call in
      let visitor = try call.visitor()
      let which = call.query["of"]
      guard which == nil || which == "views" || which == "searches" else {
        throw FieldFaults(field: "of", code: "unknown")
      }
      if which != "searches" { try await contexts.browsing.forgetViews(of: visitor) }
      if which != "views" {
        try await contexts.browsing.forgetSearches(of: visitor)
        try await contexts.searchLedger.forgetClicks(of: visitor.searchKey)
      }
      return .noContent
    }
  }
}
