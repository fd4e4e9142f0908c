import Accounts
import Catalog
import Merchants
import Reviews
import Values

/// What staff do about reviews. Those of the platform let them in and hide them; those of a merchant answer what is said of
/// its goods, and ask the platform for a look. Rights and ownership are checked here, so that every face refuses alike.
public struct WorkReviews: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// Whether the staff may work here at all.
  public static func opens(to staff: Staff) -> Bool { staff.rights.contains(.reviewsModerate) }
  /// Whether they say what is shown.
  public static func moderates(_ staff: Staff) -> Bool { opens(to: staff) && staff.merchant == nil }
  public static func scope(of staff: Staff) -> ReviewScope { staff.merchant.map(ReviewScope.merchant) ?? .platform }

  /// Throws `StaffRefusal.notAllowed`, as all below do, and `FieldFaults` for a cursor of another list.
  public func reviews(
    matching filter: ReviewFilter, _ page: PageRequest, for staff: Staff
  ) async throws -> Page<ReviewRow> {
    try staff.require(.reviewsModerate)
    let found = try await contexts.reviews.reviews(Self.scope(of: staff), matching: filter, page)
    let products = try await contexts.catalog.products(Array(Set(found.items.map(\.product))))
    return found.map { ReviewRow(review: $0, product: products[$0.product]) }
  }

  /// For the number beside the desk; of staff of a merchant nothing waits, since the platform is to look.
  public func waitingCount(for staff: Staff) async throws -> Int {
    Self.moderates(staff) ? try await contexts.reviews.waitingCount(.platform) : 0
  }

  /// Throws `ReviewRefusal.unknownReview` for one of another merchant's goods.
  public func review(_ id: ReviewID, for staff: Staff) async throws -> ReviewRow {
    try staff.require(.reviewsModerate)
    guard let review = try await contexts.reviews.review(id) else { throw ReviewRefusal.unknownReview }
    let product = try await contexts.catalog.product(review.product)
    guard staff.merchant == nil || staff.merchant == product?.merchant else { throw ReviewRefusal.unknownReview }
    return ReviewRow(review: review, product: product)
  }

  public func reports(of id: ReviewID, for staff: Staff) async throws -> [ReviewReport] {
    try await contexts.reviews.reports(of: review(id, for: staff).review.id)
  }

  public func show(_ id: ReviewID, by staff: Staff) async throws -> Review {
    try await contexts.reviews.show(moderated(id, by: staff), by: staff.id)
  }

  public func hide(_ id: ReviewID, reason: String, by staff: Staff) async throws -> Review {
    try await contexts.reviews.hide(moderated(id, by: staff), reason: reason, by: staff.id)
  }

  /// - Returns: how many were shown; those that are gone are left out.
  public func showAll(_ ids: [ReviewID], by staff: Staff) async throws -> Int {
    try Self.requireModerator(staff)
    var shown = 0
    for id in ids {
      do {
        _ = try await contexts.reviews.show(id, by: staff.id)
        shown += 1
      } catch ReviewRefusal.unknownReview {}
    }
    return shown
  }

  /// Throws `FieldFaults` without a `reason`, before any is hidden.
  /// - Returns: how many are hidden now; those that are gone are left out.
  public func hideAll(_ ids: [ReviewID], reason: String, by staff: Staff) async throws -> Int {
    try Self.requireModerator(staff)
    var faults = FieldFaults()
    let reason = faults.text(reason, "reason", max: 500)
    try faults.throwIfAny()
    var hidden = 0
    for id in ids {
      do {
        _ = try await contexts.reviews.hide(id, reason: reason, by: staff.id)
        hidden += 1
      } catch ReviewRefusal.unknownReview {}
    }
    return hidden
  }

  /// For the platform's staff; those that are gone are left out.
  public func reviews(_ ids: [ReviewID], for staff: Staff) async throws -> [Review] {
    try Self.requireModerator(staff)
    return try await contexts.reviews.reviews(ids)
  }

  public func reply(_ text: String, to id: ReviewID, by staff: Staff) async throws -> Review {
    try await contexts.reviews.reply(text, to: review(id, for: staff).review.id, by: staff.id)
  }

  public func removeReply(to id: ReviewID, by staff: Staff) async throws -> Review {
    try await contexts.reviews.removeReply(to: review(id, for: staff).review.id, by: staff.id)
  }

  public func askLook(at id: ReviewID, note: String, by staff: Staff) async throws -> Review {
    try await contexts.reviews.askLook(at: review(id, for: staff).review.id, note: note, by: staff.id)
  }

  private func moderated(_ id: ReviewID, by staff: Staff) async throws -> ReviewID {
    try Self.requireModerator(staff)
    return try await review(id, for: staff).review.id
  }

  public static func requireModerator(_ staff: Staff) throws {
    guard moderates(staff) else { throw StaffRefusal.notAllowed(.reviewsModerate) }
  }
}

/// A review, and what it is about.
public struct ReviewRow: Sendable {
  private static let longestExcerpt = 160

  public let review: Review
  /// Nil for goods that are gone.
  public let product: Product?

  /// The beginning of a text, on one line.
  public static func excerpt(of text: String) -> String {
    let line = text.replacing("\n", with: " ")
    return line.count > longestExcerpt ? "\(line.prefix(longestExcerpt))…" : line
  }
}
