import Accounts
import Flows
import Hummingbird
import Merchants
import Orders
import Pages
import Payments
import Reviews
import Values

/// `/orders/{number}`: one order with all that happened to it, and what can be done with it.
public struct OrderPage: Sendable {
  private let maker: PageMaker

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/orders/:number") { request, context in
      let order = try await own(context)
      return try await show(order, request, context)
    }
    router.post("/orders/:number/cancel") { _, context in
      let order = try await own(context)
      return try await answer(order, saying: "cancelled") {
        _ = try await maker.flows.cancelOrder.run(order.id, by: order.buyer)
      }
    }
    router.post("/orders/:number/receipt") { _, context in
      let order = try await own(context)
      return try await answer(order, saying: "received") {
        _ = try await maker.flows.confirmReceipt.run(order.id, by: order.buyer)
      }
    }
  }

  private func own(_ context: ShopRequestContext) async throws -> Order {
    let account = try context.visit.requireAccount()
    return try await maker.contexts.order(numbered: context.parameters.get("number"), of: account.id)
  }

  /// Back to the order, with what came of it.
  private func answer(_ order: Order, saying code: String, _ body: () async throws -> Void) async throws -> Response {
    let address = Addresses.order(order.number)
    do {
      try await body()
      return maker.go(address, saying: Flash(.good, code))
    } catch let refusal as any Refusal {
      return maker.go(address, saying: Flash(.bad, refusal.code, refusal.details))
    }
  }

  private func show(_ order: Order, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let contexts = maker.contexts
    let entries = try await contexts.orders.timeline(of: order.id)
    let merchant = try await contexts.merchants.merchant(order.merchant)
    let reviewed = try await contexts.reviews.reviewed(order.lines.map(\.id))
    let builder = OrderModel(order, words: words)
    var model = builder.head(merchant: merchant)
    model["lines"] = order.lines.map { line -> Model in
      var row = builder.line(line)
      row["isReviewed"] = reviewed.contains(line.id)
      if order.state == .completed, !reviewed.contains(line.id) {
        row["reviewURL"] = "\(Addresses.order(order.number))/review/\(line.id)"
      }
      return row
    }
    model["timeline"] = builder.timeline(entries) { $0.buyerNote }
    model["steps"] = builder.steps(entries)
    model["advice"] = advice(order, words)
    if let payment = try await contexts.payments.payments(of: order.id).first {
      model["payment"] =
        [
          "methodName": words.phrase("pay.methods.\(payment.method)"),
          "stateText": words["paymentState.\(payment.state.rawValue)"] ?? payment.state.rawValue, "id": "\(payment.id)",
        ] as Model
    }
    actions(&model, order, merchant, words)
    let head = PageFrame.Head(title: words.phrase("order.title", ["number": order.number.rawValue]))
    return try await maker.page("order", head, ["order": model], request, context)
  }

  private func actions(_ model: inout Model, _ order: Order, _ merchant: Merchant?, _ words: Words) {
    let address = Addresses.order(order.number)
    if order.state == .awaitingPayment {
      model["payURL"] = "\(address)/pay"
      model["payText"] = words.payText(order.amounts.due)
      model["cancelURL"] = "\(address)/cancel"
    }
    if order.state == .awaitingReceipt { model["receiptURL"] = "\(address)/receipt" }
    if let merchant {
      let subject = words.phrase("order.title", ["number": order.number.rawValue])
      model["consultURL"] = Addresses.letter(to: merchant, about: subject)
    }
  }

  private func advice(_ order: Order, _ words: Words) -> Model {
    let state = StateModel.of(order.state, words)
    return [
      "kind": state["kind"] ?? "sky", "icon": state["icon"] ?? "info",
      "text": words.phrase(
        "orderAdvice.\(order.state.rawValue)", ["time": Format(words.language).dateTime(order.payBefore)]),
    ]
  }
}
