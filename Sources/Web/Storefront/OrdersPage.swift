import Accounts
import Flows
import Hummingbird
import Merchants
import Orders
import Pages
import Values

/// `/orders`: the order centre, with its five filters.
public struct OrdersPage: Sendable {
  private static let perPage = 10

  private let maker: PageMaker
  private let currency: Currency

  public init(_ maker: PageMaker, currency: Currency) {
    self.maker = maker
    self.currency = currency
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/orders") { request, context in
      let account = try context.visit.requireAccount()
      let language = context.visit.language
      let words = maker.frame.words(language)
      let query = Form(query: request)
      let asked = OrderFilterForm(query, currency: currency, format: Format(language))
      let after = query["after"].flatMap { Cursor($0) }
      let scope = OrderScope.buyer(account.id)
      let page =
        asked.faults.isEmpty
        ? try await maker.contexts.orders.orders(
          scope, matching: asked.filter, PageRequest(limit: Self.perPage, after: after)) : Page(items: [], next: nil)
      let counts = try await maker.contexts.orders.counts(scope)
      let merchants = try await maker.contexts.merchants.merchants()
      let names = Dictionary(merchants.map { ($0.id, $0.name[language]) }, uniquingKeysWith: { first, _ in first })
      var model: Model = [
        "tabs": tabs(asked, counts, chosen: query["state"] ?? "", words),
        "filter": asked.model(action: Addresses.orders, words: words), "hasOrders": !page.items.isEmpty,
        "orders": page.items.map { row($0, merchant: names[$0.merchant] ?? "", words) },
      ]
      if let next = page.next {
        model["nextURL"] = Addresses.with(
          asked.pairs(state: query["state"]) + [("after", next.description)], Addresses.orders)
      }
      let head = PageFrame.Head(title: words["nav.orders"] ?? "")
      return try await maker.page(
        "orders", head, model, request, context, status: asked.faults.isEmpty ? .ok : .unprocessableContent)
    }
  }

  private func tabs(
    _ asked: OrderFilterForm, _ counts: [OrderState: Int], chosen: String, _ words: Words
  ) -> [Model] {
    let shown: [OrderState] = [
      .awaitingPayment, .awaitingReview, .awaitingShipment, .awaitingReceipt, .completed, .cancelled,
    ]
    let all: Model = [
      "name": words["orders.all"] ?? "", "isCurrent": chosen.isEmpty,
      "address": Addresses.with(asked.pairs(state: nil), Addresses.orders),
    ]
    return [all]
      + shown.map { state in
        var tab: Model = [
          "name": words["orderState.\(state.rawValue)"] ?? state.rawValue, "isCurrent": chosen == state.rawValue,
          "address": Addresses.with(asked.pairs(state: state.rawValue), Addresses.orders),
        ]
        if let count = counts[state], count > 0, state != .completed, state != .cancelled {
          tab["count"] = String(count)
        }
        return tab
      }
  }

  private func row(_ order: Order, merchant: String, _ words: Words) -> Model {
    var model = OrderSummary.model(order, address: Addresses.order(order.number), words: words)
    model["merchantName"] = merchant
    if let payable = order.payable {
      model["payURL"] = "\(Addresses.order(order.number))/pay"
      model["payText"] = words.payText(payable)
    }
    if order.state == .awaitingReceipt { model["receiptURL"] = "\(Addresses.order(order.number))/receipt" }
    return model
  }
}
