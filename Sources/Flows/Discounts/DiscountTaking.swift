import Pricing
import Values

/// The coupon and the points that one checkout takes.
struct DiscountTaking: Sendable {
  private var coupon: CouponTaking?
  private var points: PointTaking?

  init() {}

  init(_ quoted: DiscountedQuote, buyer: AccountID, checkout: String, until: Timestamp) {
    let quote = quoted.quote
    if let used = quoted.coupon {
      let shares = quote.shares + quote.merchants.flatMap(\.waived)
      coupon = CouponTaking(
        coupon: used.id, buyer: buyer, checkout: checkout,
        amount: Money(minor: shares.minor(of: used.offer.code), currency: quote.due.currency), until: until)
    }
    if let spent = quoted.points, spent.worth.isPositive {
      points = PointTaking(
        buyer: buyer, checkout: checkout, points: spent.spent, worth: spent.worth, until: until)
    }
  }

  func take(_ contexts: Contexts) async throws {
    if let coupon { try await contexts.coupons.take(coupon) }
    if let points { try await contexts.points.take(points) }
  }

  func giveBack(_ contexts: Contexts) async throws {
    if let points { try await contexts.points.giveBack(checkout: points.checkout) }
    if let coupon { try await contexts.coupons.giveBack(coupon.coupon, checkout: coupon.checkout) }
  }

  /// What was given back meanwhile is taken again. Throws `CouponRefusal`, `PointRefusal` where others were quicker.
  func settle(_ contexts: Contexts) async throws {
    if let coupon, try await !contexts.coupons.settle(coupon.coupon, checkout: coupon.checkout) {
      try await contexts.coupons.take(coupon)
      _ = try await contexts.coupons.settle(coupon.coupon, checkout: coupon.checkout)
    }
    if let points, try await !contexts.points.settle(checkout: points.checkout) {
      try await contexts.points.take(points)
      _ = try await contexts.points.settle(checkout: points.checkout)
    }
  }
}
