@testable import API

extension ShopRoute {
  /// Categories, brands, and files of goods.
  static let shelves = [
    ShopRoute("GET /admin/categories", .platform),
    ShopRoute("POST /admin/categories", .platform, [:], ["nameEn": "Lids", "nameZh": "盖", "parent": "$shelf"]),
    ShopRoute("POST /admin/categories/move", .platform, [:], ["up": "$spareShelf"]),
    ShopRoute("GET /admin/categories/{id}", .platform, ["id": "shelf"]),
    ShopRoute(
      "POST /admin/categories/{id}", .platform, ["id": "shelf"],
      ["nameEn": "Shelf", "nameZh": "架", "version": "$shelfVersion"]),
    ShopRoute("POST /admin/categories/{id}/goods", .platform, ["id": "shelf"], ["to": "$otherShelf"]),
    ShopRoute("POST /admin/categories/{id}/remove", .platform, ["id": "spareShelf"]),
    ShopRoute("GET /admin/brands", .platform), ShopRoute("GET /admin/brands/export", .platform),
    ShopRoute("POST /admin/brands", .platform, [:], ["name": "$freshEmail"]),
    ShopRoute("GET /admin/brands/{id}", .platform, ["id": "spareBrand"]),
    ShopRoute(
      "POST /admin/brands/{id}", .platform, ["id": "spareBrand"],
      ["name": "$freshEmail", "version": "$spareBrandVersion"]),
    ShopRoute("POST /admin/brands/{id}/merge", .platform, ["id": "spareBrand"], ["into": "Riverlight"]),
    ShopRoute("POST /admin/brands/{id}/remove", .platform, ["id": "spareBrand"]),
    ShopRoute("GET /admin/goods/import", .staff),
    ShopRoute("POST /admin/goods/import", .staff, [:], ["stock": "keep"]),
    ShopRoute("GET /admin/goods/import/{id}", .merchant, ["id": "import"]),
    ShopRoute("POST /admin/goods/import/{id}", .merchant, ["id": "import"], ["do": "drop"]),
    ShopRoute("GET /admin/goods/import/{id}/errors", .merchant, ["id": "import"]),
    ShopRoute("GET /admin/goods/export", .staff), ShopRoute("GET /admin/goods/export/file", .staff),
  ]
}
