@testable import API

extension ShopRoute {
  static let tokens = [
    ShopRoute("GET /admin/tokens", .ownStaff),
    ShopRoute(
      "POST /admin/tokens", .ownStaff, [:],
      ["name": "Warehouse sync", "right": "orders.ship", "days": "30", "password": "$password"]),
    ShopRoute("POST /admin/tokens/{id}/revoke", .merchant, ["id": "colleagueToken"]),
  ]

  private static let label: JSONValue = ["carrier": "yuantong", "trackingNumber": "YT765432"]

  private static let destination: JSONValue = [
    "recipient": "Lin", "phone": "13800138000", "region": "310104", "street": "12 Anfu Road", "postcode": "200031",
  ]

  private static let words: JSONValue = ["en": "Clay teapot", "zh-Hans": "紫砂茶壶"]

  private static let draft: JSONValue = [
    "title": words, "introduction": ["en": "<p>Thrown by hand.</p>"], "brand": "Riverlight",
    "options": [
      ["name": ["en": "Colour"], "values": [["en": "Red", "zh-Hans": "红"], ["en": "Blue", "zh-Hans": "蓝"]]]
    ],
    "attributes": [["name": ["en": "Volume"], "number": "350", "unit": "ml"]], "tags": ["clay"],
    "variants": [
      ["sku": "teapot-red", "choice": [0], "weightGrams": 400],
      ["sku": "teapot-blue", "choice": [1], "weightGrams": 400],
    ],
  ]

  private static let entry: JSONValue = [
    "title": ["en": "Care of clay", "zh-Hans": "怎么养壶"], "body": ["en": "<p>Rinse it.</p>"], "publishes": true,
  ]

  private static let banner: [String: JSONValue] = [
    "place": "home", "title": ["en": "A pot of tea", "zh-Hans": "一壶茶"], "action": ["en": "See"], "link": "/c/tea",
    "picture": "$contentPicture", "isOn": true,
  ]

  static let staffAPI = staffAPIOrders + staffAPIRefunds + staffAPIGoods + staffAPICustomers + staffAPIOthers

  private static let staffAPIOrders = [
    ShopRoute("GET /api/v1/admin/orders", .staff),
    ShopRoute("GET /api/v1/admin/orders/{number}", .merchant, ["number": "paid"]),
    ShopRoute("POST /api/v1/admin/orders/{number}/pass", .merchant, ["number": "paid"], ["note": "fine"]),
    ShopRoute("POST /api/v1/admin/orders/{number}/wish", .merchant, ["number": "paid"], ["wish": "two of them"]),
    ShopRoute(
      "POST /api/v1/admin/orders/{number}/wish/dismissal", .merchant, ["number": "wished"], ["words": "no"]),
    ShopRoute(
      "POST /api/v1/admin/orders/{number}/rejection", .merchant, ["number": "paid"], ["reason": "the kiln broke"]),
    ShopRoute(
      "PATCH /api/v1/admin/orders/{number}", .merchant, ["number": "paid"],
      ["revision": 0, "note": "by the gate", "reason": "as asked"]),
    ShopRoute("GET /api/v1/admin/carriers", .staff),
    ShopRoute(
      "POST /api/v1/admin/orders/{number}/parcels", .merchant, ["number": "passed"],
      ["key": "api", "carrier": "yuantong", "trackingNumber": "YT123456"]),
    ShopRoute(
      "PUT /api/v1/admin/orders/{number}/parcels/{parcel}/label", .merchant, ["number": "passed", "parcel": "parcel"],
      label),
    ShopRoute(
      "DELETE /api/v1/admin/orders/{number}/parcels/{parcel}", .merchant, ["number": "passed", "parcel": "parcel"]),
    ShopRoute("PUT /api/v1/admin/orders/{number}/destination", .merchant, ["number": "passed"], destination),
    ShopRoute(
      "POST /api/v1/admin/orders/{number}/completion", .merchant, ["number": "sent"],
      ["proof": "Signed for at the door"]),
  ]

  private static let staffAPIRefunds = [
    ShopRoute("GET /api/v1/admin/refunds", .staff),
    ShopRoute("GET /api/v1/admin/refunds/{id}", .merchant, ["id": "asked"]),
    ShopRoute("GET /api/v1/admin/refunds/{id}/pictures/{number}", .merchant, ["id": "asked", "number": "1"]),
    ShopRoute(
      "POST /api/v1/admin/refunds/{id}/approval", .merchant, ["id": "asked"], ["amount": "1.00", "answer": "fine"]),
    ShopRoute("POST /api/v1/admin/refunds/{id}/rejection", .merchant, ["id": "asked"], ["reason": "worn"]),
    ShopRoute(
      "POST /api/v1/admin/refunds/{id}/receipt", .merchant, ["id": "awaited"],
      ["restocked": [["line": "$awaitedLine", "units": 1]], "note": "fine"]),
    ShopRoute("POST /api/v1/admin/refunds/{id}/retry", .merchant, ["id": "broken"]),
    ShopRoute(
      "POST /api/v1/admin/orders/{number}/goodwill", .merchant, ["number": "done"],
      ["key": "$freshKey", "amount": "1.00", "words": "sorry"]),
  ]

  private static let staffAPIGoods = [
    ShopRoute("GET /api/v1/admin/products", .staff),
    ShopRoute("GET /api/v1/admin/products/{id}", .merchant, ["id": "product"]),
    ShopRoute(
      "POST /api/v1/admin/products", .staff, [:],
      ["handle": "$freshKey", "product": ["title": words, "variants": [["sku": "$freshKey"]]]]),
    ShopRoute("PUT /api/v1/admin/products/{id}", .merchant, ["id": "product"], draft),
    ShopRoute("PUT /api/v1/admin/products/{id}/publication", .merchant, ["id": "product"], ["isPublished": true]),
    ShopRoute("POST /api/v1/admin/products/{id}/preview", .merchant, ["id": "product"]),
    ShopRoute(
      "PUT /api/v1/admin/prices", .merchantSending(others: 422), [:],
      ["items": [["variant": "$variant", "price": "88.00"]]]),
    ShopRoute("GET /api/v1/admin/locations", .staff),
    ShopRoute("GET /api/v1/admin/stock", .merchantSending(others: 422), [:], ["variant": "$variant"]),
    ShopRoute("GET /api/v1/admin/stock/{variant}/ledger", .merchant, ["variant": "variant"]),
    ShopRoute(
      "POST /api/v1/admin/stock/{variant}/adjustments", .merchant, ["variant": "variant"],
      ["key": "$freshKey", "location": "$location", "change": 2, "reason": "received"]),
    ShopRoute(
      "POST /api/v1/admin/stock/counts", .merchantSending(others: 422), [:],
      ["key": "$freshKey", "items": [["variant": "$variant", "location": "$location", "onHand": 9000]]]),
  ]

  private static let staffAPICustomers = [
    ShopRoute("GET /api/v1/admin/reviews", .staff),
    ShopRoute("POST /api/v1/admin/reviews/{id}/reply", .merchant, ["id": "review"], ["text": "We are sorry"]),
    ShopRoute("POST /api/v1/admin/reviews/{id}/hide", .platform, ["id": "hiddenReview"], ["reason": "rude"]),
    ShopRoute("POST /api/v1/admin/reviews/{id}/show", .platform, ["id": "hiddenReview"]),
    ShopRoute("GET /api/v1/admin/customers", .staff),
    ShopRoute("GET /api/v1/admin/customers/{id}", .merchant, ["id": "buyer"]),
    ShopRoute("GET /api/v1/admin/transactions", .staff),
  ]

  private static let staffAPIOthers = [
    ShopRoute("GET /api/v1/admin/entries", .platform),
    ShopRoute("GET /api/v1/admin/entries/{id}", .platform, ["id": "entry"]),
    ShopRoute("POST /api/v1/admin/entries", .platform, [:], ["kind": "page", "entry": entry]),
    ShopRoute(
      "PUT /api/v1/admin/entries/{id}", .platform, ["id": "entry"],
      ["title": ["en": "Care of clay"], "body": ["en": "<p>Rinse it.</p>"], "version": "$entryVersion"]),
    ShopRoute("POST /api/v1/admin/entries/{id}/withdrawal", .platform, ["id": "entry"]),
    ShopRoute("POST /api/v1/admin/entries/{id}/preview", .platform, ["id": "entry"]),
    ShopRoute("DELETE /api/v1/admin/previews", .platform),
    ShopRoute("GET /api/v1/admin/banners", .platform),
    ShopRoute("GET /api/v1/admin/banners/{id}", .platform, ["id": "banner"]),
    ShopRoute("POST /api/v1/admin/banners", .platform, [:], .object(banner)),
    ShopRoute(
      "PUT /api/v1/admin/banners/{id}", .platform, ["id": "banner"],
      .object(banner.merging(["version": "$bannerVersion"]) { $1 })),
    ShopRoute("DELETE /api/v1/admin/banners/{id}", .platform, ["id": "banner"]),
    ShopRoute("PUT /api/v1/admin/banners/order/{place}", .platform, ["place": "home"], ["banners": ["$banner"]]),
    ShopRoute("GET /api/v1/admin/menus", .platform),
    ShopRoute("GET /api/v1/admin/menus/{place}", .platform, ["place": "footer"]),
    ShopRoute(
      "PUT /api/v1/admin/menus/{place}", .platform, ["place": "footer"],
      ["lines": [["title": ["en": "Help", "zh-Hans": "帮助"], "address": "/help"]], "version": "$menuVersion"]),
    ShopRoute("GET /api/v1/admin/token", .staff), ShopRoute("GET /api/v1/admin/merchants", .staff),
    ShopRoute("GET /api/v1/admin/staff", .staff),
    ShopRoute("GET /api/v1/admin/staff/{id}", .merchant, ["id": "colleague"]),
    ShopRoute(
      "POST /api/v1/admin/staff", .merchantSending(others: 422), [:],
      ["name": "Bo", "email": "$freshEmail", "role": "$colleagueRole"]),
    ShopRoute(
      "PATCH /api/v1/admin/staff/{id}", .merchant, ["id": "colleague"], ["name": "Bo Li", "role": "$colleagueRole"]),
    ShopRoute("POST /api/v1/admin/staff/{id}/dismissal", .merchant, ["id": "colleague"]),
    ShopRoute("POST /api/v1/admin/staff/{id}/reinstatement", .merchant, ["id": "colleague"]),
    ShopRoute("GET /api/v1/admin/roles", .staff), ShopRoute("GET /api/v1/admin/log", .staff),
    ShopRoute("GET /api/v1/admin/log/lines", .staff),
    ShopRoute("GET /api/v1/admin/log/{number}", .merchant, ["number": "deed"]),
    ShopRoute("GET /api/v1/admin/facts", .staff),
  ]
}
