import Flows
import Foundation
import Merchants
import Pricing
import Values

@testable import API
@testable import App

/// A coupon of the owner's merchant beside the owner's own things.
extension Owner {
  mutating func keepCoupon() async throws {
    let coupons = test.shop.contexts.coupons
    let coupon: Coupon
    if let id = CouponID(self["coupon"]), let kept = try await coupons.coupon(id) {
      coupon = kept.isOn ? kept : try await coupons.turn(id, on: true, by: .system)
    } else {
      coupon = try await coupons.add(
        CouponDraft(
          code: Self.freshCode(), name: LocalizedText(en: "Owner\u{2019}s", zhHans: "店家券"),
          benefit: .amountOff(Money(minor: 100, currency: .cny)), minimum: .zero(.cny),
          startsAt: Timestamp(milliseconds: 0), endsAt: Timestamp(milliseconds: 4_000_000_000_000),
          mostUsesEach: nil),
        for: merchant.id, by: .system)
    }
    names["coupon"] = .text("\(coupon.id)")
    names["couponCode"] = .text(coupon.code.rawValue)
    names["couponVersion"] = .integer(Int64(coupon.version))
    names["freshCode"] = .text(Self.freshCode())
    names["otherFreshCode"] = .text(Self.freshCode())
  }

  private static func freshCode() -> String { "C-\(UUID().uuidString.prefix(18))" }
}
