@testable import API

extension ShopRoute {
  static let stockDesks = [
    ShopRoute("GET /admin/stock", .staff, [:], ["q": "teapot-red"]),
    ShopRoute("GET /admin/stock/export", .staff),
    ShopRoute(
      "POST /admin/stock/act", .merchantSending(others: 404), [:], ["act": "received", "change.$variant": "2"]),
    ShopRoute("GET /admin/stock/{variant}", .merchant, ["variant": "variant"]),
    ShopRoute(
      "POST /admin/stock/{variant}/adjust", .merchant, ["variant": "variant"],
      ["change": "3", "why": "found", "location": "$location", "note": "Behind the shelf"]),
    ShopRoute(
      "POST /admin/stock/{variant}/transfer", .merchant, ["variant": "variant"],
      ["units": "1", "from": "$location", "to": "$otherLocation"]),
    ShopRoute(
      "POST /admin/stock/{variant}/count", .merchant, ["variant": "variant"],
      ["onHand": "8000", "location": "$location"]),
    ShopRoute("POST /admin/stock/{variant}/threshold", .merchant, ["variant": "variant"], ["lowAt": "7"]),
    ShopRoute("GET /admin/stock/counts", .staff),
    ShopRoute(
      "POST /admin/stock/counts", .merchantSending(others: 422), [:], ["name": "Spring", "location": "$location"]),
    ShopRoute("GET /admin/stock/counts/{id}", .merchant, ["id": "countSheet"]),
    ShopRoute("POST /admin/stock/counts/{id}", .merchant, ["id": "countSheet"], ["counted.$variant": "8990"]),
    ShopRoute("POST /admin/stock/counts/{id}/apply", .merchant, ["id": "countedSheet"]),
    ShopRoute("POST /admin/stock/counts/{id}/cancel", .merchant, ["id": "countSheet"]),
    ShopRoute("GET /admin/locations", .staff),
    ShopRoute("POST /admin/locations", .staff, [:], ["name": "Shed"]),
    ShopRoute(
      "POST /admin/locations/{id}", .merchant, ["id": "otherLocation"], ["do": "rename", "name": "Back room"]),
  ]
}
