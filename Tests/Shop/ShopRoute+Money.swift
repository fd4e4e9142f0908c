extension ShopRoute {
  /// Payments, refunds and the postings of orders.
  static let moneyDesks = [
    ShopRoute("GET /admin/transactions", .staff), ShopRoute("GET /admin/transactions/export", .staff),
    ShopRoute("GET /admin/transactions/{id}", .merchant, ["id": "payment"]),
    ShopRoute("GET /admin/orders/{number}/ledger", .merchant, ["number": "paid"]),
  ]
}
