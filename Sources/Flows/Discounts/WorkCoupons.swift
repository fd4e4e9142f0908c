import Accounts
import Orders
import Pricing
import Values

/// What staff do with coupons: those of the platform with all of them, those of a merchant with their own, which are for
/// their own goods and which they bear. Rights and ownership are checked here, so that every face refuses alike.
public struct WorkCoupons: Sendable {
  private let contexts: Contexts
  private let clock: WallClock

  public init(_ contexts: Contexts, clock: WallClock) {
    self.contexts = contexts
    self.clock = clock
  }

  /// Whether the staff may look here at all.
  public static func opens(to staff: Staff) -> Bool { staff.rights.contains(.catalogEdit) }

  public var now: Timestamp { clock.now }

  /// Throws `StaffRefusal.notAllowed`, as all below do.
  public func coupons(
    matching filter: CouponFilter, _ page: PageRequest, for staff: Staff
  ) async throws -> Page<Coupon> {
    try staff.require(.catalogEdit)
    var filter = filter
    if let own = staff.merchant { filter.merchant = own }
    return try await contexts.coupons.coupons(filter, page)
  }

  /// Throws `CouponRefusal.unknownCoupon` for another's, as all below do.
  public func coupon(_ id: CouponID, for staff: Staff) async throws -> Coupon {
    try staff.require(.catalogEdit)
    guard let coupon = try await contexts.coupons.coupon(id),
      staff.merchant == nil || coupon.merchant == staff.merchant
    else { throw CouponRefusal.unknownCoupon }
    return coupon
  }

  /// The uses of a coupon with the orders that came of them, as far as the staff may see those.
  public func uses(
    of id: CouponID, _ page: PageRequest, for staff: Staff
  ) async throws -> (uses: Page<CouponUse>, orders: [String: [Order]]) {
    let uses = try await contexts.coupons.uses(of: coupon(id, for: staff).id, page)
    guard WorkOrder.opens(to: staff) else { return (uses, [:]) }
    let orders = try await contexts.orders.orders(checkouts: uses.items.map(\.checkout))
      .filter { staff.merchant == nil || $0.merchant == staff.merchant }
    return (uses, Dictionary(grouping: orders, by: \.checkout))
  }

  /// A merchant's staff make their merchant's, those of the platform the platform's. Throws `FieldFaults`.
  public func add(_ draft: CouponDraft, by staff: Staff) async throws -> Coupon {
    try staff.require(.catalogEdit)
    return try await contexts.coupons.add(draft, for: staff.merchant, by: .staff(staff.id))
  }

  /// Throws `FieldFaults`, `CouponRefusal.couponChanged`.
  public func change(
    _ id: CouponID, to draft: CouponDraft, version: Int, by staff: Staff
  ) async throws -> Coupon {
    try await contexts.coupons.change(
      coupon(id, for: staff).id, to: draft, version: version, by: .staff(staff.id))
  }

  public func turn(_ id: CouponID, on isOn: Bool, by staff: Staff) async throws -> Coupon {
    try await contexts.coupons.turn(coupon(id, for: staff).id, on: isOn, by: .staff(staff.id))
  }
}
