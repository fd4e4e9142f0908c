@testable import API

extension ShopRoute {
  /// What all lists have, and what is found from any page.
  static let listDesks = [
    ShopRoute("GET /admin/find", .staff, [:], ["q": "teapot"]),
    ShopRoute("POST /admin/review/reject", .staff, [:], ["select": "$paid", "reason": "no"]),
  ]
}
