import Orders
import Pricing
import Values

/// Brings the coupon and the points of a checkout to where its orders are: used while they stand, back where the policy says
/// so. Looks at the orders as they are now, so that a repeat is harmless and no order of facts matters.
public struct SettleDiscounts: Sendable {
  private let contexts: Contexts
  private let policy: any DiscountReturn
  private let clock: WallClock

  public init(_ contexts: Contexts, policy: any DiscountReturn = StandardDiscountReturn(), clock: WallClock) {
    self.contexts = contexts
    self.policy = policy
    self.clock = clock
  }

  public func whenCancelled(_ event: OrderCancelled) async throws { try await run(of: event.order) }
  public func whenEdited(_ event: OrderEdited) async throws { try await run(of: event.order) }

  public func run(of order: OrderID) async throws {
    guard let order = try await contexts.orders.order(order) else { return }
    try await run(checkout: order.checkout)
  }

  /// What was set apart for checkouts of which nothing came.
  /// - Returns: how many checkouts were looked at.
  public func runOverdue(now: Timestamp, limit: Int) async throws -> Int {
    let coupons = try await contexts.coupons.overdue(now: now, limit: limit).map(\.checkout)
    let points = try await contexts.points.overdue(now: now, limit: limit).map(\.checkout)
    let checkouts = Set(coupons + points)
    for checkout in checkouts.sorted() { try await run(checkout: checkout) }
    return checkouts.count
  }

  private func run(checkout: String) async throws {
    let orders = try await contexts.orders.orders(checkout: checkout)
    for use in try await contexts.coupons.uses(checkout: checkout) where use.state != .givenBack {
      if try await returns(use, orders) {
        try await contexts.coupons.giveBack(use.coupon, checkout: checkout)
      } else {
        _ = try await contexts.coupons.settle(use.coupon, checkout: checkout)
      }
    }
    guard let use = try await contexts.points.use(checkout: checkout), use.state != .givenBack else { return }
    guard !orders.isEmpty else { return try await contexts.points.giveBack(checkout: checkout) }
    _ = try await contexts.points.settle(checkout: checkout)
    let standing = try orders.reduce(Int64(0)) { try $0 + $1.standing(of: DiscountShare.points) }
    try await contexts.points.bringBack(policy.returned(of: use, standing: standing), checkout: checkout)
  }

  private func returns(_ use: CouponUse, _ orders: [Order]) async throws -> Bool {
    guard !orders.isEmpty else { return true }
    guard let coupon = try await contexts.coupons.coupon(use.coupon) else { return false }
    let outcomes = orders.filter { $0.bears(coupon.offer.code) }.map(\.outcome)
    // Changes of orders may have left nothing of it: it was used all the same.
    return !outcomes.isEmpty && policy.returns(coupon, after: outcomes, now: clock.now)
  }
}

extension Order {
  var outcome: OrderOutcome {
    switch state {
    case .cancelled: .cancelled
    case .refunded: .refunded
    case .awaitingPayment, .awaitingReview, .awaitingShipment, .awaitingReceipt, .completed: .stands
    }
  }
}
