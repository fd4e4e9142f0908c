@testable import API

extension ShopRoute {
  /// Who asks to sell, and who sells.
  static let merchants = [
    ShopRoute("GET /sell", public_), ShopRoute("POST /sell", public_, [:], application),
    ShopRoute("GET /sell/{id}/{key}", .letter, ["id": "askedApplication", "key": "askedApplicationKey"]),
    ShopRoute("POST /sell/{id}/{key}", .letter, ["id": "askedApplication", "key": "askedApplicationKey"], application),
    ShopRoute("POST /sell/{id}/{key}/withdraw", .letter, ["id": "spareApplication", "key": "spareApplicationKey"]),
    ShopRoute("GET /admin/merchants", .platform),
    ShopRoute("GET /admin/merchants/export", .platform, [:], ["part": "merchants"]),
    ShopRoute("GET /admin/merchants/{id}", .platform, ["id": "otherMerchant"]),
    ShopRoute(
      "POST /admin/merchants/{id}/move", .platform, ["id": "otherMerchant"],
      ["state": "suspended", "reason": "late parcels"]),
    ShopRoute(
      "POST /admin/merchants/{id}/payments/{method}", .platform, ["id": "otherMerchant", "method": "stripe"],
      ["turn": "off"]),
    ShopRoute("GET /admin/merchants/{id}/profile", .platform, ["id": "otherMerchant"]),
    ShopRoute("POST /admin/merchants/{id}/profile", .platform, ["id": "otherMerchant"], profile("$otherVersion")),
    ShopRoute("GET /admin/applications/{id}", .platform, ["id": "application"]),
    ShopRoute("GET /admin/applications/{id}/licence", .platform, ["id": "application"]),
    ShopRoute(
      "POST /admin/applications/{id}/approve", .platform, ["id": "application"], ["slug": "$applicationSlug"]),
    ShopRoute(
      "POST /admin/applications/{id}/answer", .platform, ["id": "application"],
      ["then": "ask", "answer": "the picture is cut off"]),
    ShopRoute("GET /admin/shop", .staff), ShopRoute("POST /admin/shop", .staff, [:], profile("$shopVersion")),
  ]

  private static let application: JSONValue = [
    "nameEn": "River Light", "slug": "$applicationSlug", "contact": "Wang Min", "phone": "13800138000",
    "email": "$freshEmail", "goods": "Bowls", "licence": "91310115MA1K4",
  ]

  private static func profile(_ version: JSONValue) -> JSONValue {
    ["nameEn": "Kiln", "introductionEn": "Pots", "email": "kiln@example.com", "version": version]
  }
}
