import Accounts
import Flows
import Fulfilment
import Hummingbird
import Merchants
import Orders
import Pages
import Payments
import Refunds
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
    let track = try await contexts.track(of: order.id).forBuyer
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
    model["timeline"] = builder.timeline(track) { $0.buyerNote }
    let edits = order.revision == 0 ? [] : try await contexts.orders.edits(of: order.id)
    let changes = ReviewModel(order, words: words).changes(edits, isForStaff: false, showsPlace: true)
    model["changes"] = changes
    model["hasChanges"] = !changes.isEmpty
    model["steps"] = builder.steps(track.timeline)
    model.merge(builder.shipment(track))
    model["advice"] = advice(order, words)
    model.merge(builder.payments(try await contexts.payments.payments(of: order.id)))
    actions(&model, order, merchant, words)
    try await refunds(&model, order, words)
    let head = PageFrame.Head(title: words.phrase("order.title", ["number": order.number.rawValue]))
    return try await maker.page("order", head, ["order": model], request, context)
  }

  private func actions(_ model: inout Model, _ order: Order, _ merchant: Merchant?, _ words: Words) {
    let address = Addresses.order(order.number)
    if let payable = order.payable {
      model["payURL"] = "\(address)/pay"
      model["payText"] = words.payText(payable)
      model["cancelURL"] = "\(address)/cancel"
    }
    // Nothing is paid yet, and nothing sent.
    if order.paysAtDoor, order.state == .awaitingReview { model["cancelURL"] = "\(address)/cancel" }
    if order.state == .awaitingReceipt { model["receiptURL"] = "\(address)/receipt" }
    if let merchant {
      let subject = words.phrase("order.title", ["number": order.number.rawValue])
      model["consultURL"] = Addresses.letter(to: merchant, about: subject)
    }
  }

  /// What was asked back, and the way to ask.
  private func refunds(_ model: inout Model, _ order: Order, _ words: Words) async throws {
    let cases = try await maker.contexts.refunds.cases(of: order.id)
    model["hasRefunds"] = !cases.isEmpty
    model["refunds"] = cases.map {
      RefundModel($0, of: order, words: words).row(address: Addresses.refund($0.id))
    }
    guard let offer = try await maker.flows.refundOrder.offer(order) else { return }
    model["refundURL"] = Addresses.refundForm(order.number)
    model["refundText"] = words.phrase(offer.wasShipped ? "refunds.ask" : "refunds.cancelPaid")
  }

  private func advice(_ order: Order, _ words: Words) -> Model {
    let state = StateModel.of(order.state, words)
    if let open = order.openDifference {
      let format = Format(words.language)
      return [
        "kind": "amber", "icon": "clock",
        "text": words.phrase(
          "orderAdvice.payDifference",
          ["amount": format.money(open), "time": format.dateTime(order.payBefore)]),
      ]
    }
    if order.paysAtDoor, !order.wasWrittenOff, order.state != .cancelled {
      let due = Format(words.language).money(order.amounts.due)
      return ["kind": "sky", "icon": "cash", "text": words.phrase("orderAdvice.paysAtDoor", ["amount": due])]
    }
    return [
      "kind": state["kind"] ?? "sky", "icon": state["icon"] ?? "info",
      "text": words.phrase(
        "orderAdvice.\(order.state.rawValue)", ["time": Format(words.language).dateTime(order.payBefore)]),
    ]
  }
}
