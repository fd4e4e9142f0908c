import Carts
import Pricing
import Values

/// What a buyer does with coupons and points before ordering. The cart remembers it; nothing is taken yet.
public struct UseDiscounts: Sendable {
  private let contexts: Contexts
  private let terms: OrderTerms
  private let viewCart: ViewCart
  private let quoting: QuoteDiscounts

  public init(_ contexts: Contexts, terms: OrderTerms) {
    self.contexts = contexts
    self.terms = terms
    viewCart = ViewCart(contexts, currency: terms.currency, points: terms.points)
    quoting = QuoteDiscounts(contexts, points: terms.points)
  }

  /// Whether the shop has points.
  public var hasPoints: Bool { terms.points.areOn }

  /// Throws `CouponRefusal` where it takes nothing off what is ticked, and `CartRefusal.nothingTicked`.
  /// - Parameter account: nil while nobody is logged in; whether they used it before is seen then.
  public func applyCoupon(_ text: String, in owner: CartOwner, account: AccountID?) async throws -> Cart {
    guard let code = CouponCode(rawValue: text.filter { !$0.isWhitespace }) else { throw CouponRefusal.couponUnknown }
    let cart = try await contexts.carts.cart(of: owner)
    let named = Cart(
      id: cart.id, version: cart.version, channel: cart.channel, lines: cart.lines, coupon: code.rawValue,
      points: cart.points)
    if let refusal = try await quote(named, account)?.refusal { throw refusal }
    return try await contexts.carts.setCoupon(code.rawValue, in: owner)
  }

  public func dropCoupon(in owner: CartOwner) async throws -> Cart {
    try await contexts.carts.setCoupon(nil, in: owner)
  }

  /// 0 spends none. Throws `PointRefusal`, and `CartRefusal.nothingTicked`.
  public func usePoints(_ points: Int, of account: AccountID) async throws -> Cart {
    let owner = CartOwner.account(account)
    guard points >= 0 else { throw FieldFaults(field: "points", code: "notANumber") }
    guard points > 0 else { return try await contexts.carts.setPoints(0, in: owner) }
    guard hasPoints else { throw PointRefusal.pointsOff }
    let cart = try await contexts.carts.cart(of: owner)
    if let offered = try await quote(cart, account)?.points {
      guard points <= max(0, offered.balance) else {
        throw PointRefusal.notEnoughPoints(balance: max(0, offered.balance))
      }
      guard points <= offered.most else { throw PointRefusal.tooManyPoints(most: offered.most) }
    }
    return try await contexts.carts.setPoints(points, in: owner)
  }

  /// Nil where freight can't be said: the confirmation tells of it.
  private func quote(_ cart: Cart, _ account: AccountID?) async throws -> DiscountedQuote? {
    let lines = try await viewCart.view(cart).orderable.compactMap { line in
      line.summary.map { QuoteRequest.Line($0, quantity: line.line.quantity) }
    }
    guard !lines.isEmpty else { throw CartRefusal.nothingTicked }
    return try await quoting.run(
      QuoteRequest(channel: cart.channel, currency: terms.currency, lines: lines, destination: nil), of: cart,
      for: account)
  }
}
