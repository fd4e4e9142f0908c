@testable import API

extension ShopRoute {
  private static let couponText: [String: JSONValue] = [
    "coupon": "$freshCode", "nameEn": "Spring", "nameZh": "春天", "kind": "amountOff", "amount": "5.00",
    "minimum": "10.00", "starts": "2026-01-01T00:00", "ends": "2099-01-01T00:00", "mostUses": "100",
    "mostUsesEach": "2", "isOn": "1",
  ]

  private static let couponDraft: [String: JSONValue] = [
    "code": "$otherFreshCode", "name": ["en": "Spring", "zh-Hans": "春天"], "kind": "percentOff", "percent": 10,
    "most": "20.00", "startsAt": "2026-01-01T00:00:00Z", "endsAt": "2099-01-01T00:00:00Z",
  ]

  /// Coupons and points, of buyers and of staff.
  static let discounts = [
    ShopRoute("GET /account/points", .account),
    ShopRoute("GET /admin/coupons", .staff), ShopRoute("GET /admin/coupons/export", .staff),
    ShopRoute("GET /admin/coupons/new", .staff),
    ShopRoute("POST /admin/coupons/new", .staff, [:], .object(couponText)),
    ShopRoute("GET /admin/coupons/{id}", .merchant, ["id": "coupon"]),
    ShopRoute(
      "POST /admin/coupons/{id}", .merchant, ["id": "coupon"],
      .object(couponText.merging(["version": "$couponVersion"]) { $1 })),
    ShopRoute("POST /admin/coupons/{id}/turn", .merchant, ["id": "coupon"], ["on": "0"]),
    ShopRoute(
      "POST /admin/customers/{id}/points", .platform, ["id": "openCustomer"],
      ["points": "100", "note": "For the wait"]),
    ShopRoute("GET /api/v1/points", .account),
    ShopRoute("PUT /api/v1/cart/coupon", .visitor, [:], ["code": "$couponCode"]),
    ShopRoute("DELETE /api/v1/cart/coupon", .visitor),
    ShopRoute("PUT /api/v1/cart/points", .account, [:], ["points": 0]),
    ShopRoute("GET /api/v1/admin/coupons", .staff),
    ShopRoute("GET /api/v1/admin/coupons/{id}", .merchant, ["id": "coupon"]),
    ShopRoute("POST /api/v1/admin/coupons", .staff, [:], .object(couponDraft)),
    ShopRoute(
      "PUT /api/v1/admin/coupons/{id}", .merchant, ["id": "coupon"],
      .object(couponDraft.merging(["version": "$couponVersion"]) { $1 })),
  ]
}
