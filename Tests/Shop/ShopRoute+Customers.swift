@testable import API

extension ShopRoute {
  /// Customers, what they say of goods, and what readers say against that.
  static let customerDesks = [
    ShopRoute("GET /admin/customers", .staff), ShopRoute("GET /admin/customers/export", .staff),
    ShopRoute("GET /admin/customers/{id}", .merchant, ["id": "buyer"]),
    ShopRoute("GET /admin/customers/{id}/export", .platform, ["id": "openCustomer"]),
    ShopRoute("POST /admin/customers/{id}/notes", .merchant, ["id": "buyer"], ["text": "Called about the glaze"]),
    ShopRoute("POST /admin/customers/{id}/notes/{note}/remove", .merchant, ["id": "buyer", "note": "customerNote"]),
    ShopRoute("POST /admin/customers/{id}/tags", .merchant, ["id": "buyer"], ["tags": "wholesale, tea lover"]),
    ShopRoute("POST /admin/customers/{id}/block", .platform, ["id": "openCustomer"], ["reason": "never pays"]),
    ShopRoute("POST /admin/customers/{id}/unblock", .platform, ["id": "blockedCustomer"]),
    ShopRoute("POST /admin/customers/{id}/sessions", .platform, ["id": "openCustomer"]),
    ShopRoute("POST /admin/customers/{id}/erase", .platform, ["id": "openCustomer"]),
    ShopRoute("GET /admin/reviews", .staff), ShopRoute("GET /admin/reviews/export", .staff),
    ShopRoute("POST /admin/reviews/act", .platform, [:], ["act": "show", "select": "$hiddenReview"]),
    ShopRoute("POST /admin/reviews/hide", .platform, [:], ["select": "$hiddenReview", "reason": "rude"]),
    ShopRoute("GET /admin/reviews/{id}", .merchant, ["id": "review"]),
    ShopRoute("POST /admin/reviews/{id}/show", .platform, ["id": "hiddenReview"]),
    ShopRoute("POST /admin/reviews/{id}/hide", .platform, ["id": "hiddenReview"], ["reason": "rude"]),
    ShopRoute("POST /admin/reviews/{id}/reply", .merchant, ["id": "review"], ["text": "We are sorry"]),
    ShopRoute("POST /admin/reviews/{id}/reply/remove", .merchant, ["id": "review"]),
    ShopRoute("POST /admin/reviews/{id}/look", .merchant, ["id": "review"], ["note": "This is an advertisement"]),
    ShopRoute("GET /reviews/{id}/report", .account, ["id": "review"]),
    ShopRoute(
      "POST /reviews/{id}/report", .account, ["id": "review"], ["reason": "offensive", "explanation": "See line two"]),
  ]
}
