import Accounts
import Flows
import Hummingbird
import Merchants
import Orders
import Pages
import Search
import Values

/// `/account`: where everything of a buyer begins: the orders by state, the newest ones, favourites, what was seen.
public struct AccountPage: Sendable {
  private static let newestOrders = 3
  private static let cardsPerRow = 12

  private let maker: PageMaker

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/account") { request, context in
      let account = try context.visit.requireAccount()
      let words = maker.frame.words(context.visit.language)
      let head = PageFrame.Head(title: words["nav.account"] ?? "")
      return try await maker.page("account", head, try await model(account, words), request, context)
    }
  }

  private func model(_ account: Account, _ words: Words) async throws -> Model {
    let contexts = maker.contexts
    let format = Format(words.language)
    let scope = OrderScope.buyer(account.id)
    let counts = try await contexts.orders.counts(scope)
    let orders = try await contexts.orders.orders(
      scope, matching: OrderFilter(), PageRequest(limit: Self.newestOrders)
    ).items
    let kept = try await contexts.browsing.favourites(of: account.id, PageRequest(limit: Self.cardsPerRow)).items
    let seen = try await contexts.browsing.recentViews(of: .account(account.id), limit: Self.cardsPerRow)
    let cards = CardModels(words: words, merchants: [])
    let favourites = try await contexts.search.cards(kept).map(cards.model)
    let views = try await contexts.search.cards(seen).map(cards.model)
    return [
      "account": [
        "initial": String(account.profile.name.prefix(1)).uppercased(), "email": account.email,
        "since": words.phrase("account.since", ["date": format.date(account.registeredAt)]),
      ] as Model,
      "greeting": words.phrase("account.hello", ["name": account.profile.name]),
      "tiles": tiles(
        counts, try await points(of: account), unread: try await maker.flows.readMessages.unreadCount(of: account.id),
        words),
      "hasOrders": !orders.isEmpty,
      "orders": orders.map { OrderSummary.model($0, address: Addresses.order($0.number), words: words) },
      "hasFavourites": !favourites.isEmpty, "favourites": favourites, "hasViews": !views.isEmpty, "views": views,
    ]
  }

  /// Nil where the shop has none.
  private func points(of account: Account) async throws -> Int? {
    let work = maker.flows.workPoints
    return work.areOn ? try await work.balance(of: account.id) : nil
  }

  private func tiles(_ counts: [OrderState: Int], _ points: Int?, unread: Int, _ words: Words) -> [Model] {
    let states: [(state: OrderState, icon: String, word: String, isCounted: Bool)] = [
      (.awaitingPayment, "card", "account.awaitingPayment", true),
      (.awaitingReview, "clock", "orderState.awaitingReview", true),
      (.awaitingShipment, "box", "account.awaitingShipment", true),
      (.awaitingReceipt, "truck", "account.awaitingReceipt", true),
      (.completed, "star", "account.completed", false),
    ]
    let byState = states.map { tile -> Model in
      var model: Model = [
        "icon": tile.icon, "name": words.phrase(tile.word),
        "address": Addresses.with([("state", tile.state.rawValue)], Addresses.orders),
      ]
      if tile.isCounted, let count = counts[tile.state], count > 0 { model["count"] = String(count) }
      return model
    }
    let places = [
      ("wallet", "account.balance", Addresses.balance),
      ("heart", "account.favourites", Addresses.favourites), ("pin", "account.addresses", Addresses.addresses),
      ("clock", "account.history", Addresses.history),
    ]
    let balance = points.map { points -> Model in
      var model: Model = ["icon": "ticket", "name": words.phrase("points.heading"), "address": Addresses.points]
      if points > 0 { model["count"] = String(points) }
      return model
    }
    var messages: Model = ["icon": "bell", "name": words.phrase("messages.heading"), "address": Addresses.messages]
    if unread > 0 { messages["count"] = unread > 99 ? "99+" : String(unread) }
    return byState + [messages, balance].compactMap(\.self)
      + places.map { ["icon": $0.0, "name": words.phrase($0.1), "address": $0.2] }
  }
}
