@testable import API

extension ShopRoute {
  /// What all lists have, and what is found from any page.
  static let listDesks = [
    ShopRoute("GET /admin/find", .staff, [:], ["q": "teapot"]),
    ShopRoute("GET /admin/messages", .staff), ShopRoute("POST /admin/messages/read", .staff),
    ShopRoute("GET /admin/messages/{id}", .merchant, ["id": "merchantMessage"]),
    ShopRoute("GET /api/v1/admin/messages", .staff), ShopRoute("POST /api/v1/admin/messages/read", .staff),
    ShopRoute("POST /api/v1/admin/messages/{id}/read", .merchant, ["id": "merchantMessage"]),
    ShopRoute("POST /admin/review/reject", .staff, [:], ["select": "$paid", "reason": "no"]),
  ]
}
