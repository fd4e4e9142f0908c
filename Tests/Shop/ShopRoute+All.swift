@testable import API

extension ShopRoute {
  /// The routes of the shop. `AccessTests` fails when the program has one that isn't here.
  static let all =
    machines + goods + entrance + buying + orders + account + desks + apiGoods + apiCart + apiOrders + apiAccount

  private static let refusedAsNotices = Door.everyone([400...403])

  private static let machines = [
    ShopRoute("GET /healthz", public_), ShopRoute("GET /readyz", public_), ShopRoute("GET /metrics", public_),
  ]

  private static let goods = [
    ShopRoute("GET /", public_), ShopRoute("GET /search", public_, [:], ["q": "teapot"]),
    ShopRoute("GET /c/{slug}", public_, ["slug": "category"]),
    ShopRoute("GET /m/{slug}", public_, ["slug": "merchant"]),
    ShopRoute("GET /products/{id}", public_, ["id": "product"]),
    ShopRoute("GET /products/{id}/{handle}", public_, ["id": "product", "handle": "handle"]),
    ShopRoute("GET /media/{key}", public_, ["key": "media"]),
    ShopRoute("GET /pictures/{name}", public_, ["name": "picture"]),
    ShopRoute("GET /docs", public_), ShopRoute("GET /openapi.json", public_), ShopRoute("GET /help", public_),
    ShopRoute("GET /robots.txt", public_),
    ShopRoute("GET /sitemap.xml", public_), ShopRoute("GET /sitemaps/{name}", public_, ["name": "sitemap"]),
    ShopRoute("POST /payments/notices/{method}", refusedAsNotices, ["method": "sandbox"], ["state": "captured"]),
  ]

  private static let entrance = [
    ShopRoute("GET /login", public_), ShopRoute("GET /register", public_), ShopRoute("GET /forgot", public_),
    ShopRoute("GET /reset", public_, [:], ["token": "$resetToken"]),
    ShopRoute("POST /login", public_, [:], ["email": "$email", "password": "$password"]),
    ShopRoute("POST /logout", public_),
    ShopRoute("POST /register", public_, [:], ["name": "Lin", "email": "$freshEmail", "password": "$password"]),
    ShopRoute("POST /forgot", public_, [:], ["email": "$email"]),
    ShopRoute(
      "POST /reset", .letter, [:], ["token": "$resetToken", "password": "$password", "repeated": "$password"]),
  ]

  private static let buying = [
    ShopRoute("GET /cart", public_),
    ShopRoute("POST /cart", public_, [:], ["quantity.$cartLine": "2", "update": "1"]),
    ShopRoute("GET /checkout", .account),
    ShopRoute(
      "POST /checkout", .owner(others: 422), [:],
      ["version": "$cartVersion", "address": "$address", "place": "1"]),
    ShopRoute("GET /checkout/result/{payment}", .owner(others: 404), ["payment": "payment"]),
    ShopRoute("POST /products/{id}/favourite", .account, ["id": "product"], ["favourite": "1"]),
  ]

  private static let orders = [
    ShopRoute("GET /orders", .account),
    ShopRoute("GET /orders/{number}", .owner(others: 404), ["number": "unpaid"]),
    ShopRoute("GET /orders/{number}/pay", .owner(others: 404), ["number": "unpaid"]),
    ShopRoute("POST /orders/{number}/pay", .owner(others: 404), ["number": "unpaid"], ["method": "sandbox"]),
    ShopRoute("POST /orders/{number}/cancel", .owner(others: 404), ["number": "unpaid"]),
    ShopRoute("POST /orders/{number}/receipt", .owner(others: 404), ["number": "sent"]),
    ShopRoute("GET /orders/{number}/review/{line}", .owner(others: 404), ["number": "done", "line": "doneLine"]),
    ShopRoute(
      "POST /orders/{number}/review/{line}", .owner(others: 404), ["number": "done", "line": "doneLine"],
      ["stars": "5", "text": "Pours well"]),
  ]

  private static let address: JSONValue = [
    "recipient": "Lin", "phone": "13800138000", "province": "310000", "city": "310100", "region": "310104",
    "street": "12 Anfu Road", "postcode": "200031", "save": "1",
  ]

  private static let account = [
    ShopRoute("GET /account", .account), ShopRoute("GET /account/favourites", .account),
    ShopRoute("GET /account/profile", .account), ShopRoute("GET /account/password", .account),
    ShopRoute("GET /account/history", public_),
    ShopRoute("POST /account/history/views/clear", public_),
    ShopRoute("POST /account/history/searches/clear", public_),
    ShopRoute("POST /account/profile", .account, [:], ["name": "Lin", "phone": "13800138000", "language": "en"]),
    ShopRoute(
      "POST /account/password", .account, [:],
      ["current": "$password", "password": "$password", "repeated": "$password"]),
    ShopRoute("GET /account/addresses", .account), ShopRoute("GET /account/addresses/new", .account),
    ShopRoute("POST /account/addresses/new", .account, [:], address),
    ShopRoute("GET /account/addresses/{id}", .owner(others: 404), ["id": "address"]),
    ShopRoute("POST /account/addresses/{id}", .owner(others: 404), ["id": "address"], address),
    ShopRoute("POST /account/addresses/{id}/default", .owner(others: 404), ["id": "address"]),
    ShopRoute("POST /account/addresses/{id}/remove", .owner(others: 404), ["id": "address"]),
  ]

  private static let desks = [
    ShopRoute("GET /admin", .staff), ShopRoute("GET /admin/orders", .staff),
    ShopRoute("GET /admin/login", public_),
    ShopRoute(
      "POST /admin/login", .everyone([401...401]), [:], ["email": "$email", "password": "$password"]),
    ShopRoute("POST /admin/logout", public_),
    ShopRoute("GET /admin/events", .platform),
    ShopRoute(
      "POST /admin/events/replay", .platform, [:],
      ["event": "evt_0000000000007", "subscriber": "letters.whenOrderPlaced"]),
    ShopRoute(
      "POST /admin/events/discard", .platform, [:],
      ["event": "evt_0000000000007", "subscriber": "letters.whenOrderPlaced"]),
    ShopRoute("GET /admin/orders/{number}", .merchant, ["number": "paid"]),
    ShopRoute("POST /admin/orders/{number}/pass", .merchant, ["number": "paid"], ["note": "fine"]),
    ShopRoute(
      "POST /admin/orders/{number}/ship", .merchant, ["number": "passed"],
      ["carrier": "SF Express", "trackingNumber": "SF123456"]),
    ShopRoute("POST /admin/orders/{number}/complete", .merchant, ["number": "sent"]),
    ShopRoute("GET /admin/parts", .platform),
    ShopRoute("GET /admin/log", .staff), ShopRoute("GET /admin/log/export", .staff, [:], ["format": "csv"]),
    ShopRoute("GET /admin/log/{number}", .merchant, ["number": "deed"]),
    ShopRoute("POST /admin/parts/switches/{name}", .platform, ["name": "related"], ["turn": "on"]),
  ]

  private static let apiGoods = [
    ShopRoute("GET /api/v1/brands", public_), ShopRoute("GET /api/v1/categories", public_),
    ShopRoute("GET /api/v1/merchants", public_),
    ShopRoute("GET /api/v1/merchants/{slug}", public_, ["slug": "merchant"]),
    ShopRoute("GET /api/v1/openapi.json", public_), ShopRoute("GET /api/v1/payment-methods", public_),
    ShopRoute("GET /api/v1/products", public_), ShopRoute("GET /api/v1/products/{id}", public_, ["id": "product"]),
    ShopRoute("GET /api/v1/products/{id}/reviews", public_, ["id": "product"]),
    ShopRoute("GET /api/v1/regions", public_), ShopRoute("GET /api/v1/suggestions", public_, [:], ["q": "tea"]),
  ]

  private static let apiCart = [
    ShopRoute("GET /api/v1/cart", .visitor),
    ShopRoute("POST /api/v1/cart/lines", .visitor, [:], ["variant": "$variant", "quantity": 1]),
    ShopRoute("PATCH /api/v1/cart/lines/{id}", .owner(others: 404), ["id": "cartLine"], ["quantity": 3]),
    ShopRoute("DELETE /api/v1/cart/lines/{id}", .visitor, ["id": "cartLine"]),
    ShopRoute("POST /api/v1/cart/ticks", .visitor, [:], ["lines": ["$cartLine"], "isTicked": false]),
    ShopRoute("GET /api/v1/account/history", .visitor), ShopRoute("DELETE /api/v1/account/history", .visitor),
  ]

  private static let apiOrders = [
    ShopRoute("GET /api/v1/checkout", .owner(others: 404), [:], ["address": "$address"]),
    ShopRoute(
      "POST /api/v1/orders", .owner(others: 422), [:],
      ["cartVersion": "$cartVersion", "address": "$address", "note": "by the door"]),
    ShopRoute("GET /api/v1/orders", .account),
    ShopRoute("GET /api/v1/orders/{number}", .owner(others: 404), ["number": "unpaid"]),
    ShopRoute("POST /api/v1/orders/{number}/cancellation", .owner(others: 404), ["number": "unpaid"]),
    ShopRoute("POST /api/v1/orders/{number}/receipt", .owner(others: 404), ["number": "sent"]),
    ShopRoute(
      "POST /api/v1/orders/{number}/payments", .owner(others: 404), ["number": "unpaid"], ["method": "sandbox"]),
    ShopRoute("GET /api/v1/payments/{id}", .owner(others: 404), ["id": "payment"], ["refresh": "true"]),
    ShopRoute(
      "POST /api/v1/orders/{number}/lines/{id}/review", .owner(others: 404), ["number": "done", "id": "doneLine"],
      ["stars": 5, "text": "Pours well"]),
  ]

  private static let apiAddress: JSONValue = [
    "recipient": "Lin", "phone": "13800138000", "region": "310104", "street": "12 Anfu Road", "postcode": "200031",
    "isDefault": true,
  ]

  private static let apiAccount = [
    ShopRoute(
      "POST /api/v1/accounts", public_, [:],
      ["name": "Lin", "email": "$freshEmail", "password": "$password", "language": "en"]),
    ShopRoute("POST /api/v1/sessions", public_, [:], ["email": "$email", "password": "$password"]),
    ShopRoute("POST /api/v1/password-resets", public_, [:], ["email": "$email"]),
    ShopRoute("PUT /api/v1/password-resets/{token}", .letter, ["token": "resetToken"], ["password": "$password"]),
    ShopRoute("DELETE /api/v1/sessions/current", .account),
    ShopRoute("GET /api/v1/account", .account),
    ShopRoute("PATCH /api/v1/account", .account, [:], ["name": "Lin", "phone": "13800138000", "language": "en"]),
    ShopRoute(
      "PUT /api/v1/account/password", .account, [:], ["current": "$password", "new": "$password"]),
    ShopRoute("GET /api/v1/account/addresses", .account),
    ShopRoute("POST /api/v1/account/addresses", .account, [:], apiAddress),
    ShopRoute("GET /api/v1/account/addresses/{id}", .owner(others: 404), ["id": "address"]),
    ShopRoute("PUT /api/v1/account/addresses/{id}", .owner(others: 404), ["id": "address"], apiAddress),
    ShopRoute("DELETE /api/v1/account/addresses/{id}", .owner(others: 404), ["id": "address"]),
    ShopRoute("GET /api/v1/account/favourites", .account),
    ShopRoute("PUT /api/v1/account/favourites/{product}", .account, ["product": "product"]),
    ShopRoute("DELETE /api/v1/account/favourites/{product}", .account, ["product": "product"]),
  ]
}
