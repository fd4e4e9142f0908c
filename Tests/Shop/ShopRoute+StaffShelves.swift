@testable import API

extension ShopRoute {
  /// What programs of staff do with shelves, freight, places, counts and files of goods.
  static let staffAPIShelves =
    apiCategories + apiBrands + apiImports + apiFreight + apiStockrooms + apiCounts + listFiles

  private static let apiCategories = [
    ShopRoute("GET /api/v1/admin/categories", .platform),
    ShopRoute("GET /api/v1/admin/categories/{id}", .platform, ["id": "shelf"]),
    ShopRoute(
      "POST /api/v1/admin/categories", .platform, [:],
      ["name": ["en": "Lids", "zh-Hans": "盖"], "parent": "$otherShelf"]),
    ShopRoute(
      "PUT /api/v1/admin/categories/{id}", .platform, ["id": "shelf"],
      ["name": ["en": "Racks", "zh-Hans": "架子"], "version": "$shelfVersion"]),
    ShopRoute(
      "PUT /api/v1/admin/categories/{id}/place", .platform, ["id": "spareShelf"], ["parent": "$otherShelf"]),
    ShopRoute("POST /api/v1/admin/categories/{id}/goods", .platform, ["id": "shelf"], ["to": "$otherShelf"]),
    ShopRoute("PUT /api/v1/admin/categories/{id}/picture", .platform, ["id": "otherShelf"]),
    ShopRoute("DELETE /api/v1/admin/categories/{id}/picture", .platform, ["id": "otherShelf"]),
    ShopRoute("DELETE /api/v1/admin/categories/{id}", .platform, ["id": "spareShelf"]),
  ]

  private static let apiBrands = [
    ShopRoute("GET /api/v1/admin/brands", .platform),
    ShopRoute("GET /api/v1/admin/brands/{id}", .platform, ["id": "spareBrand"]),
    ShopRoute("POST /api/v1/admin/brands", .platform, [:], ["name": "$freshEmail"]),
    ShopRoute(
      "PUT /api/v1/admin/brands/{id}", .platform, ["id": "spareBrand"],
      ["name": "$freshEmail", "version": "$spareBrandVersion"]),
    ShopRoute("PUT /api/v1/admin/brands/{id}/logo", .platform, ["id": "spareBrand"]),
    ShopRoute("DELETE /api/v1/admin/brands/{id}/logo", .platform, ["id": "spareBrand"]),
    ShopRoute("POST /api/v1/admin/brands/{id}/merger", .platform, ["id": "spareBrand"], ["into": "$mainBrand"]),
    ShopRoute("DELETE /api/v1/admin/brands/{id}", .platform, ["id": "spareBrand"]),
  ]

  private static let apiImports = [
    ShopRoute("GET /api/v1/admin/imports", .staff),
    ShopRoute("GET /api/v1/admin/imports/{id}", .merchant, ["id": "import"]),
    ShopRoute("GET /api/v1/admin/imports/{id}/notes", .merchant, ["id": "import"]),
    ShopRoute("GET /api/v1/admin/imports/{id}/errors", .merchant, ["id": "import"]),
    ShopRoute("POST /api/v1/admin/imports", .staff),
    ShopRoute("POST /api/v1/admin/imports/{id}/decisions", .merchant, ["id": "import"], ["decision": "drop"]),
    ShopRoute("GET /api/v1/admin/exports/goods", .staff),
  ]

  private static let zone: JSONValue = [
    "regions": ["31"], "firstGrams": 1000, "firstFee": "7.00", "nextGrams": 1000, "nextFee": "2.00",
    "freeFrom": "900.00", "daysFrom": 2, "daysTo": 4, "delivers": true,
  ]

  private static let apiFreight = [
    ShopRoute("GET /api/v1/admin/freight", .staff),
    ShopRoute(
      "PUT /api/v1/admin/freight", .staff, [:], ["name": ["en": "Parcel", "zh-Hans": "快递"], "zones": [zone]]),
    ShopRoute(
      "PUT /api/v1/admin/carriers/{code}", .platform, ["code": "petrel"],
      ["name": ["en": "Petrel", "zh-Hans": "海燕"], "trackingAddress": "https://petrel.example/{number}"]),
  ]

  private static let apiStockrooms = [
    ShopRoute("GET /api/v1/admin/stock/items", .staff),
    ShopRoute(
      "POST /api/v1/admin/stock/{variant}/transfers", .merchant, ["variant": "variant"],
      ["key": "$freshKey", "from": "$location", "to": "$otherLocation", "units": 1]),
    ShopRoute(
      "PUT /api/v1/admin/stock/{variant}/threshold", .merchant, ["variant": "variant"], ["lowAt": 9]),
    ShopRoute("GET /api/v1/admin/stockrooms", .staff),
    ShopRoute("POST /api/v1/admin/locations", .staff, [:], ["name": "Second shed"]),
    ShopRoute("PATCH /api/v1/admin/locations/{id}", .merchant, ["id": "otherLocation"], ["name": "Back room"]),
    ShopRoute(
      "POST /api/v1/admin/locations/{id}/steps", .merchant, ["id": "otherLocation"], ["direction": "up"]),
  ]

  private static let apiCounts = [
    ShopRoute("GET /api/v1/admin/stock/sheets", .staff),
    ShopRoute("GET /api/v1/admin/stock/sheets/{id}", .merchant, ["id": "countSheet"]),
    ShopRoute("GET /api/v1/admin/stock/sheets/{id}/lines", .merchant, ["id": "countSheet"]),
    ShopRoute(
      "POST /api/v1/admin/stock/sheets", .merchantSending(others: 422), [:],
      ["title": "Spring", "location": "$location"]),
    ShopRoute(
      "PUT /api/v1/admin/stock/sheets/{id}/lines", .merchant, ["id": "countSheet"],
      ["lines": [["variant": "$variant", "counted": 8990]]]),
    ShopRoute("POST /api/v1/admin/stock/sheets/{id}/booking", .merchant, ["id": "countedSheet"]),
    ShopRoute("POST /api/v1/admin/stock/sheets/{id}/cancellation", .merchant, ["id": "countSheet"]),
  ]

  private static let listFiles = [
    ShopRoute("GET /admin/staff/export", .staff), ShopRoute("GET /admin/stock/counts/export", .staff),
    ShopRoute("GET /admin/goods/import/export", .staff),
    ShopRoute("GET /admin/content/banners/export", .platform),
    ShopRoute("POST /admin/products/{id}/preview-link", .merchant, ["id": "goods"]),
    ShopRoute("POST /admin/content/entries/{id}/preview-link", .platform, ["id": "entry"]),
  ]
}
