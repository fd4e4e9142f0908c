import Accounts
import Catalog
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Reviews
import Values

/// `/admin/reviews/{id}`: one review: what readers say against it, whether it is shown, and what its merchant answers.
struct GoodsReviewDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkReviews { maker.flows.workReviews }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/reviews/:id") { request, context in
      let (staff, id) = (try context.visit.requireStaff(), try Self.id(context))
      return try await show(id, staff, Form(), nil, request, context)
    }
    router.post("/admin/reviews/:id/show") { request, context in
      try await act("reviewShown", request, context) { id, staff, _ in _ = try await work.show(id, by: staff) }
    }
    router.post("/admin/reviews/:id/hide") { request, context in
      try await act("reviewHidden", request, context) { id, staff, form in
        _ = try await work.hide(id, reason: form["reason"] ?? "", by: staff)
      }
    }
    router.post("/admin/reviews/:id/reply") { request, context in
      try await act("replySaved", request, context) { id, staff, form in
        _ = try await work.reply((form["text"] ?? "").replacing("\r\n", with: "\n"), to: id, by: staff)
      }
    }
    router.post("/admin/reviews/:id/reply/remove") { request, context in
      try await act("replyRemoved", request, context) { id, staff, _ in
        _ = try await work.removeReply(to: id, by: staff)
      }
    }
    router.post("/admin/reviews/:id/look") { request, context in
      try await act("lookAsked", request, context) { id, staff, form in
        _ = try await work.askLook(at: id, note: form["note"] ?? "", by: staff)
      }
    }
  }

  private static func id(_ context: ShopRequestContext) throws -> ReviewID {
    guard let id = context.parameters.get("id").flatMap({ ReviewID($0) }) else { throw ReviewRefusal.unknownReview }
    return id
  }

  private func act(
    _ done: String, _ request: Request, _ context: ShopRequestContext,
    _ body: (ReviewID, Staff, Form) async throws -> Void
  ) async throws -> Response {
    let (staff, id) = (try context.visit.requireStaff(), try Self.id(context))
    let form = try await Form(body: request, context: context)
    do {
      try await body(id, staff, form)
      return maker.go(Addresses.desk(id), saying: Flash(.good, done))
    } catch let refusal as any Refusal where refusal.kind == .invalid || refusal.kind == .conflict {
      return try await show(id, staff, form, refusal, request, context)
    }
  }

  private func show(
    _ id: ReviewID, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let row = try await work.review(id, for: staff)
    let reports = try await work.reports(of: id, for: staff)
    var merchant = row.product?.merchant
    if merchant == nil, row.review.merchant.raw != 0 { merchant = row.review.merchant }
    let models = GoodsReviewModel(words)
    var seller: Merchant?
    if let merchant { seller = try await maker.contexts.merchants.merchant(merchant) }
    let refused = RefusedForm(form, refusal, words)
    var model: Model = [
      "review": models.detail(row, merchant: seller, for: staff), "backURL": Addresses.goodsReviewsDesk,
      "hasReports": !reports.isEmpty, "reports": models.reports(reports),
      "form": refused.model(
        ["text", "reason", "note"],
        initial: ["text": row.review.reply?.text ?? "", "reason": row.review.reason]),
    ]
    addForms(to: &model, row.review, staff)
    return refused.answer(
      try await frame.page(
        "goods-review", title: words["goodsReviews.one"] ?? "", desk: Addresses.goodsReviewsDesk, model, request,
        context, status: refusal?.status ?? .ok))
  }

  private func addForms(to model: inout Model, _ review: Review, _ staff: Staff) {
    let here = Addresses.desk(review.id)
    if review.state == .shown { model["replyAction"] = "\(here)/reply" }
    if review.reply != nil { model["removeReplyAction"] = "\(here)/reply/remove" }
    guard WorkReviews.moderates(staff) else {
      model["lookAction"] = "\(here)/look"
      return
    }
    if review.state != .shown || review.wantsLook {
      model["showAction"] = "\(here)/show"
      model["isLeft"] = review.state == .shown
    }
    model["hideAction"] = "\(here)/hide"
  }
}
