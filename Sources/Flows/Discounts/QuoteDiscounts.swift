import Carts
import Pricing
import Values

/// What goods cost with the coupon and the points that their buyer named.
public struct DiscountedQuote: Sendable {
  public struct Points: Hashable, Sendable {
    public let balance: Int
    /// Of these goods.
    public let most: Int
    public let mostWorth: Money
    /// No more than `most`, whatever was asked for.
    public let spent: Int
    public let worth: Money
  }

  public let quote: Quote
  /// The coupon, where it takes something off.
  public let coupon: Coupon?
  /// Why the coupon that is named takes nothing off.
  public let refusal: CouponRefusal?
  /// Nil where the shop has no points, or nobody is logged in.
  public let points: Points?
}

/// Prices goods with a coupon first, which takes from what they cost, and points then, which are spent like money.
struct QuoteDiscounts: Sendable {
  private let contexts: Contexts
  private let terms: PointTerms

  init(_ contexts: Contexts, points: PointTerms) {
    self.contexts = contexts
    terms = points
  }

  /// As the buyer sees it: also what can't be used any more is said. Throws `PricingRefusal`.
  func run(_ request: QuoteRequest, of cart: Cart, for account: AccountID?) async throws -> DiscountedQuote {
    let key = cart.id.map { CheckoutKey(cart: $0, version: cart.version).rawValue }
    return try await run(request, coupon: cart.coupon, points: cart.points, for: account, at: key) { coupon in
      try await expectLeft(coupon, for: account, besides: key)
    }
  }

  /// As it is ordered: whether uses are left is known when one is taken.
  func run(_ request: QuoteRequest, of frozen: FrozenCart, for account: AccountID) async throws -> DiscountedQuote {
    try await run(
      request, coupon: frozen.coupon, points: frozen.points, for: account, at: frozen.key.rawValue
    ) { _ in }
  }

  private func run(
    _ request: QuoteRequest, coupon code: String?, points wanted: Int, for account: AccountID?, at key: String?,
    check: (Coupon) async throws -> Void
  ) async throws -> DiscountedQuote {
    var request = request
    var quote = try await contexts.pricing.quote(request)
    var used: Coupon?
    var refusal: CouponRefusal?
    if let code {
      do {
        guard let known = CouponCode(rawValue: code) else { throw CouponRefusal.couponUnknown }
        let coupon = try await contexts.coupons.running(known)
        try coupon.expectFits(quote)
        try await check(coupon)
        request.offers = [coupon.offer]
        let lower = try await contexts.pricing.quote(request)
        try coupon.expectEffect(on: lower)
        quote = lower
        used = coupon
      } catch let refused as CouponRefusal {
        refusal = refused
        request.offers = []
      }
    }
    guard terms.areOn, let account else {
      return DiscountedQuote(quote: quote, coupon: used, refusal: refusal, points: nil)
    }
    let points = try await points(wanted, of: account, at: key, for: quote)
    if points.worth.isPositive {
      request.offers.append(
        Offer(
          code: DiscountShare.points, bearer: .platform, merchant: nil, conditions: [],
          benefits: [.amountOff(points.worth)], isMoney: true))
      quote = try await contexts.pricing.quote(request)
    }
    return DiscountedQuote(quote: quote, coupon: used, refusal: refusal, points: points)
  }

  private func expectLeft(_ coupon: Coupon, for account: AccountID?, besides key: String?) async throws {
    if let most = coupon.mostUses, coupon.used >= most {
      // The last one may be set apart for this very checkout.
      let own = try await contexts.coupons.uses(checkout: key ?? "").contains {
        $0.coupon == coupon.id && $0.state == .held
      }
      if !own { throw CouponRefusal.couponSpent }
    }
    guard let account, let most = coupon.mostUsesEach else { return }
    guard try await contexts.coupons.count(of: coupon.id, by: account, besides: key) < most else {
      throw CouponRefusal.couponUsedByYou
    }
  }

  /// What this very checkout has taken already, by another tab or before a crash, is still its own to spend.
  private func points(
    _ wanted: Int, of account: AccountID, at key: String?, for quote: Quote
  ) async throws -> DiscountedQuote.Points {
    var balance = try await contexts.points.balance(of: account)
    if wanted > 0, let key, let own = try await contexts.points.use(checkout: key), own.state != .givenBack {
      balance += own.points - own.returned
    }
    let goods = try quote.goods.subtracting(quote.discount)
    let most = terms.most(of: balance, on: goods)
    let worth = terms.worth(of: min(max(0, wanted), most), in: goods.currency)
    return DiscountedQuote.Points(
      balance: balance, most: most, mostWorth: terms.worth(of: most, in: goods.currency),
      spent: terms.points(worth: worth), worth: worth)
  }
}
