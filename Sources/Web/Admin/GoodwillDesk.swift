import Accounts
import Flows
import Foundation
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Refunds
import Values

/// `/admin/orders/{number}/goodwill`: money that a merchant gives back without being asked.
struct GoodwillDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkRefund { maker.flows.workRefund }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/orders/:number/goodwill") { request, context in
      let (order, _) = try await own(context)
      return try await show(order, Form(), nil, request, context)
    }
    router.post("/admin/orders/:number/goodwill") { request, context in
      let (order, staff) = try await own(context)
      let form = try await Form(body: request, context: context)
      do {
        let given = try await give(order, form, by: staff)
        return maker.go(Addresses.desk(given.id), saying: Flash(.good, "goodwillGiven"))
      } catch let refusal as any Refusal where refusal.kind != .forbidden {
        return try await show(order, form, refusal, request, context)
      }
    }
  }

  private func own(_ context: ShopRequestContext) async throws -> (Order, Staff) {
    let staff = try context.visit.requireStaff()
    let number = context.parameters.get("number").flatMap(OrderNumber.init(rawValue:))
    return (try await work.order(number, forGoodwillBy: staff), staff)
  }

  private func give(_ order: Order, _ form: Form, by staff: Staff) async throws -> RefundCase {
    var faults = FieldFaults()
    let amount = RefundDesk.amount(form, "amount", order.amounts.due.currency, &faults)
    let words = faults.text(form["words"], "words", max: 500, multiline: true)
    if amount == nil, faults.faults.allSatisfy({ $0.field != "amount" }) { faults.add("amount", "missing") }
    try faults.throwIfAny()
    return try await work.giveGoodwill(
      amount ?? .zero(order.amounts.due.currency), for: order.id, words: words, key: form["key"] ?? "",
      toBalance: form["toBalance"] != nil, by: staff)
  }

  private func show(
    _ order: Order, _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let refused = RefusedForm(form, refusal, words)
    let left = try await work.left(of: order)
    let model: Model = [
      "orderURL": Addresses.desk(order.number), "action": Addresses.goodwillDesk(order.number),
      "orderText": words.phrase("order.title", ["number": order.number.rawValue]),
      "leftText": words.phrase("refunds.leftOfPaid", ["amount": Format(words.language).money(left)]),
      // A form that is sent twice gives once.
      "key": form["key"].flatMap { $0.isEmpty ? nil : $0 } ?? UUID().uuidString.lowercased(),
      "toBalance": form["toBalance"] != nil, "form": refused.model(["amount", "words"]),
    ]
    return refused.answer(
      try await frame.page(
        "goodwill", title: words["refunds.goodwill"] ?? "", desk: Addresses.ordersDesk, model, request, context,
        status: refusal?.status ?? .ok))
  }
}
