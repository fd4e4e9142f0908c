import Accounts
import Catalog
import Flows
import Hummingbird
import Pages
import Reviews
import Values

/// `/reviews/{id}/report`: a reader who has logged in says that a review shouldn't be there.
public struct ReviewReportPage: Sendable {
  private let maker: PageMaker

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/reviews/:id/report") { request, context in
      _ = try context.visit.requireAccount()
      return try await page(try await review(context), Form(), nil, request, context)
    }
    router.post("/reviews/:id/report") { request, context in
      let account = try context.visit.requireAccount()
      let form = try await Form(body: request, context: context)
      let review = try await review(context)
      do {
        try await maker.flows.reportReview.run(
          review.id, by: account.id, reason: form["reason"] ?? "",
          explanation: (form["explanation"] ?? "").replacing("\r\n", with: "\n"))
        return maker.go(try await address(review), saying: Flash(.good, "reviewReported"))
      } catch let faults as FieldFaults {
        return try await page(review, form, faults, request, context)
      }
    }
  }

  private func review(_ context: ShopRequestContext) async throws -> Review {
    guard let id = context.parameters.get("id").flatMap({ ReviewID($0) }) else { throw ReviewRefusal.unknownReview }
    return try await maker.flows.reportReview.review(id)
  }

  private func address(_ review: Review) async throws -> String {
    guard let product = try await maker.contexts.catalog.product(review.product) else { return Addresses.home }
    return Addresses.product(product.id, product.handle) + "#reviews"
  }

  private func page(
    _ review: Review, _ form: Form, _ faults: FieldFaults?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let model: Model = [
      "action": Addresses.reviewReport(review.id), "backURL": try await address(review), "quote": review.text,
      "starsText": words.phrase("count.stars", count: review.stars), "tenths": String(review.stars * 10),
      "author": review.authorName.isEmpty ? words.phrase("reviews.anonymous") : review.maskedAuthor,
      "reasons": ReviewReport.Cause.allCases.map { cause -> Model in
        [
          "value": cause.rawValue, "name": words["goodsReviews.causes.\(cause.rawValue)"] ?? cause.rawValue,
          "isChosen": form["reason"] == cause.rawValue,
        ]
      }, "form": RefusedForm(form, faults, words).model(["reason", "explanation"]),
    ]
    return try await maker.page(
      "review-report", PageFrame.Head(title: words["goodsReviews.reportH"] ?? ""), model, request, context,
      status: faults?.status ?? .ok)
  }
}
