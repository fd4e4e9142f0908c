import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Values

/// `/admin/orders`: the orders of a merchant, or of all for staff of the platform, by state and by the five filters.
public struct OrdersDesk: Sendable {
  private static let perPage = 30

  private let frame: DeskFrame
  private let currency: Currency
  private var maker: PageMaker { frame.maker }

  /// - Parameter currency: what the amounts in the filters are in.
  public init(_ maker: PageMaker, currency: Currency) {
    frame = DeskFrame(maker)
    self.currency = currency
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin") { _, context in
      let staff = try context.visit.requireStaff()
      let counts = try await maker.contexts.orders.counts(WorkOrder.scope(of: staff))
      let waiting = [OrderState.awaitingReview, .awaitingShipment].first { counts[$0] ?? 0 > 0 }
      let pairs = waiting.map { [("state", $0.rawValue)] } ?? []
      return maker.go(Addresses.with(pairs, Addresses.ordersDesk))
    }
    router.get("/admin/orders") { request, context in
      try await show(try context.visit.requireStaff(), request, context)
    }
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let query = Form(query: request)
    let asked = OrderFilterForm(query, currency: currency, format: Format(words.language))
    let scope = WorkOrder.scope(of: staff)
    let page =
      asked.faults.isEmpty
      ? try await maker.contexts.orders.orders(
        scope, matching: asked.filter,
        PageRequest(limit: Self.perPage, after: query["after"].flatMap { Cursor($0) })) : Page(items: [], next: nil)
    let counts = try await maker.contexts.orders.counts(scope)
    let buyers = try await maker.contexts.accounts.accounts(Array(Set(page.items.map(\.buyer))))
    var model: Model = [
      "tabs": tabs(asked, counts, chosen: query["state"] ?? "", words),
      "filter": asked.model(action: Addresses.ordersDesk, words: words), "hasOrders": !page.items.isEmpty,
      "orders": page.items.map { order in
        Model.merged(
          OrderSummary.model(order, address: Addresses.desk(order.number), words: words),
          [
            "buyerName": buyers[order.buyer]?.profile.name ?? "",
            "state": StateModel.of(order.state, isDesk: true, words),
          ])
      },
    ]
    if let next = page.next {
      model["nextURL"] = Addresses.with(
        asked.pairs(state: query["state"]) + [("after", next.description)], Addresses.ordersDesk)
    }
    return try await frame.page(
      "orders", title: words["admin.orders"] ?? "", desk: Addresses.ordersDesk, model, request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }

  private func tabs(
    _ asked: OrderFilterForm, _ counts: [OrderState: Int], chosen: String, _ words: Words
  ) -> [Model] {
    let shown: [OrderState] = [.awaitingReview, .awaitingShipment, .awaitingReceipt, .completed]
    let all: Model = [
      "name": words["orders.all"] ?? "", "isCurrent": chosen.isEmpty,
      "count": String(counts.values.reduce(0, +)),
      "address": Addresses.with(asked.pairs(state: nil), Addresses.ordersDesk),
    ]
    return [all]
      + shown.map { state in
        [
          "name": words.phrase("admin.tabs.\(state.rawValue)"), "isCurrent": chosen == state.rawValue,
          "count": String(counts[state] ?? 0),
          "address": Addresses.with(asked.pairs(state: state.rawValue), Addresses.ordersDesk),
        ]
      }
  }
}
