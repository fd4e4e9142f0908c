@testable import API

extension ShopRoute {
  private static let goodsText: [String: JSONValue] = [
    "titleEn": "Iron kettle", "titleZh": "铁壶", "introductionEn": "<p>Cast in sand.</p>", "tags": "iron, tea",
    "variants.0.choice": "", "variants.0.sku": "", "variants.0.price": "66.00", "variants.0.weight": "900",
    "variants.0.ships": "1",
  ]

  static let goodsDesks = [
    ShopRoute("GET /admin/products", .staff), ShopRoute("GET /admin/products/export", .staff),
    ShopRoute("POST /admin/products/act", .staff, [:], ["act": "withdraw", "select": "$goods"]),
    ShopRoute("GET /admin/products/bulk", .staff, [:], ["select": "$goods"]),
    ShopRoute(
      "POST /admin/products/bulk", .staff, [:], ["do": "tags", "addTags": "new", "select": "$goods"]),
    ShopRoute("GET /admin/products/new", .staff),
    ShopRoute("POST /admin/products/new", .staff, [:], .object(goodsText)),
    ShopRoute("GET /admin/products/{id}", .merchant, ["id": "goods"]),
    ShopRoute(
      "POST /admin/products/{id}", .merchant, ["id": "goods"],
      .object(goodsText.merging(["version": "$goodsVersion"]) { $1 })),
    ShopRoute(
      "POST /admin/products/{id}/pictures", .merchant, ["id": "goods"], ["version": "$goodsVersion"]),
    ShopRoute("POST /admin/products/{id}/publication", .merchant, ["id": "goods"], ["do": "withdraw"]),
    ShopRoute("GET /admin/products/{id}/preview", .merchant, ["id": "goods"]),
  ]
}
