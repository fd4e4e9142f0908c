import Accounts
import Catalog
import Reviews
import Values

/// A reader who has logged in says that a review shouldn't be there.
public struct ReportReview: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// Throws `ReviewRefusal.unknownReview` of one that isn't shown, or whose product isn't: nobody can read it there.
  public func review(_ id: ReviewID) async throws -> Review {
    guard let review = try await contexts.reviews.review(id), review.state == .shown,
      try await contexts.catalog.product(review.product)?.isPublished == true
    else { throw ReviewRefusal.unknownReview }
    return review
  }

  /// Throws `FieldFaults` for `reason` and `explanation`, and as above.
  public func run(_ id: ReviewID, by account: AccountID, reason: String, explanation: String) async throws {
    guard let cause = ReviewReport.Cause(rawValue: reason) else {
      throw FieldFaults(field: "reason", code: reason.isEmpty ? "missing" : "unknownValue")
    }
    _ = try await review(id)
    try await contexts.reviews.report(id, by: account, cause, explanation: explanation)
  }
}
