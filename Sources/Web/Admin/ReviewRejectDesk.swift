import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Orders
import Pages
import Values

/// `/admin/review/reject`: several orders that the merchant won't deliver, for one reason, which their buyers read.
struct ReviewRejectDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.post("/admin/review/reject") { request, context in
      let staff = try context.visit.requireStaff()
      let form = try await Form(body: request, context: context)
      let numbers = DeskList<OrderRow>.ticked(in: form).compactMap(OrderNumber.init(rawValue:))
      do {
        let outcome = try await maker.flows.reviewOrder.rejectAll(numbers, reason: form["reason"] ?? "", by: staff)
        let counts = ["count": String(outcome.rejected), "left": String(outcome.refused.count)]
        let flash =
          outcome.refused.isEmpty ? Flash(.good, "rejectedAll", counts) : Flash(.bad, "rejectedSome", counts)
        return maker.go(ListViewsRoutes.back(form), saying: flash)
      } catch let faults as FieldFaults {
        return try await show(numbers, form, faults, request, context)
      }
    }
  }

  /// Asks for the reason.
  func show(
    _ numbers: [OrderNumber], _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let refused = RefusedForm(form, refusal, words)
    let model: Model = [
      "backURL": Addresses.reviewDesk, "back": ListViewsRoutes.back(form), "action": "\(Addresses.reviewDesk)/reject",
      "countText": words.phrase("review.rejectCount", ["count": String(numbers.count)]),
      "orders": numbers.map { ["orderNumber": $0.rawValue, "orderURL": Addresses.desk($0)] as Model },
      "form": refused.model(["reason"]),
    ]
    return refused.answer(
      try await frame.page(
        "review-reject", title: words["review.rejectTicked"] ?? "", desk: Addresses.reviewDesk, model, request, context,
        status: refusal?.status ?? .ok))
  }
}
