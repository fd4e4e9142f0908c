import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Reviews
import Values

/// `/admin/reviews/hide`: several reviews that shoppers shall not see any more, for one reason, which staff read.
struct GoodsReviewsHideDesk: Desk {
  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkReviews { maker.flows.workReviews }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.post("/admin/reviews/hide") { request, context in
      let staff = try context.visit.requireStaff()
      try WorkReviews.requireModerator(staff)
      let form = try await Form(body: request, context: context)
      let ids = DeskList<ReviewRow>.ticked(in: form).compactMap { ReviewID($0) }
      guard !ids.isEmpty else { return maker.go(ListViewsRoutes.back(form), saying: Flash(.bad, "nothingChosen")) }
      do {
        let hidden = try await work.hideAll(ids, reason: form["reason"] ?? "", by: staff)
        return maker.go(
          ListViewsRoutes.back(form), saying: Flash(.good, "reviewsHidden", ["count": String(hidden)]))
      } catch let faults as FieldFaults {
        return try await show(ids, form, faults, staff, request, context)
      }
    }
  }

  /// Asks for the reason. Reviews that are gone are left out.
  func show(
    _ ids: [ReviewID], _ form: Form, _ refusal: (any Refusal)?, _ staff: Staff, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let refused = RefusedForm(form, refusal, words)
    let reviews = try await work.reviews(ids, for: staff)
    let model: Model = [
      "backURL": Addresses.goodsReviewsDesk, "back": ListViewsRoutes.back(form),
      "action": "\(Addresses.goodsReviewsDesk)/hide",
      "countText": words.phrase("goodsReviews.hideCount", ["count": String(reviews.count)]),
      "reviews": reviews.map { review -> Model in
        [
          "reviewID": review.id.description, "reviewURL": Addresses.desk(review.id),
          "text": GoodsReviewModel.cut(review.text), "stars": words.phrase("count.stars", count: review.stars),
        ]
      },
      "form": refused.model(["reason"]),
    ]
    return refused.answer(
      try await frame.page(
        "goods-reviews-hide", title: words["goodsReviews.hideTicked"] ?? "", desk: Addresses.goodsReviewsDesk, model,
        request, context, status: refusal?.status ?? .ok))
  }
}
