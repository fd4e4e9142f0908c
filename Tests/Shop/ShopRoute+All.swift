@testable import API

extension ShopRoute {
  /// The routes of the shop. `AccessTests` fails when the program has one that isn't here.
  static let all =
    machines + goods + content + entrance + buying + orders + refunds + account + desks + staffDesks
    + refundDesks + shelves + shipping + contentDesks + merchants + goodsDesks + stockDesks + customerDesks
    + moneyDesks + reconciliationDesks + apiGoods + apiCart + listDesks + apiOrders + apiRefunds + apiAccount + tokens
    + staffMoneyAPI + staffAPI + staffAPIShelves + staffDesksAPI + discounts + search

  private static let refusedAsNotices = Door.everyone([400...403])

  private static let machines = [
    ShopRoute("GET /healthz", public_), ShopRoute("GET /readyz", public_), ShopRoute("GET /metrics", public_),
  ]

  private static let goods = [
    ShopRoute("GET /", public_), ShopRoute("GET /search", public_, [:], ["q": "teapot"]),
    ShopRoute("GET /search/suggest", public_, [:], ["q": "tea"]),
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

  private static let content = [
    ShopRoute("GET /pages/{slug}", public_, ["slug": "page"]), ShopRoute("GET /articles", public_),
    ShopRoute("GET /articles/{slug}", public_, ["slug": "article"]),
    ShopRoute("GET /announcements/{slug}", public_, ["slug": "announcement"]),
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

  private static let refunds = [
    ShopRoute("GET /orders/{number}/refund", .owner(others: 404), ["number": "sent"]),
    ShopRoute(
      "POST /orders/{number}/refund", .owner(others: 404), ["number": "sent"],
      ["kind": "goodsBack", "reason": "damaged", "explanation": "chipped", "units.$sentLine": "1"]),
    ShopRoute("GET /refunds", .account),
    ShopRoute("GET /refunds/{id}", .owner(others: 404), ["id": "asked"]),
    ShopRoute("GET /refunds/{id}/pictures/{number}", .owner(others: 404), ["id": "asked", "number": "1"]),
    ShopRoute("POST /refunds/{id}/withdraw", .owner(others: 404), ["id": "asked"]),
    ShopRoute(
      "POST /refunds/{id}/parcel", .owner(others: 404), ["id": "awaited"],
      ["carrier": "shunfeng", "trackingNumber": "SF123456"]),
  ]

  private static let refundDesks = [
    ShopRoute("GET /admin/refunds", .staff), ShopRoute("GET /admin/refunds/export", .staff),
    ShopRoute("GET /admin/refunds/{id}", .merchant, ["id": "asked"]),
    ShopRoute("GET /admin/refunds/{id}/pictures/{number}", .merchant, ["id": "asked", "number": "1"]),
    ShopRoute(
      "POST /admin/refunds/{id}/approve", .merchant, ["id": "asked"],
      ["amount": "1.00", "answer": "fine", "then": "pay"]),
    ShopRoute("POST /admin/refunds/{id}/reject", .merchant, ["id": "asked"], ["rejection": "worn"]),
    ShopRoute(
      "POST /admin/refunds/{id}/receive", .merchant, ["id": "awaited"],
      ["restocked.$awaitedLine": "1", "note": "fine"]),
    ShopRoute("POST /admin/refunds/{id}/retry", .merchant, ["id": "broken"]),
    ShopRoute("GET /admin/orders/{number}/goodwill", .merchant, ["number": "done"]),
    ShopRoute(
      "POST /admin/orders/{number}/goodwill", .merchant, ["number": "done"],
      ["amount": "1.00", "words": "sorry", "key": "$freshEmail"]),
  ]

  private static let address: JSONValue = [
    "recipient": "Lin", "phone": "13800138000", "province": "310000", "city": "310100", "region": "310104",
    "street": "12 Anfu Road", "postcode": "200031", "save": "1",
  ]

  private static let account = [
    ShopRoute("GET /account", .account), ShopRoute("GET /account/favourites", .account),
    ShopRoute("GET /account/profile", .account), ShopRoute("GET /account/password", .account),
    ShopRoute("GET /account/messages", .account),
    ShopRoute("GET /account/messages/{id}", .owner(others: 404), ["id": "message"]),
    ShopRoute("POST /account/messages/read", .account),
    ShopRoute("GET /account/balance", .account), ShopRoute("GET /account/history", public_),
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
    ShopRoute("GET /admin/orders/export", .staff),
    ShopRoute("POST /admin/views", .staff, [:], ["list": "orders", "viewName": "Mine", "viewQuery": "number=2026"]),
    ShopRoute("POST /admin/views/{id}/remove", .staff, ["id": "dvw_0000000000007"]),
    ShopRoute("GET /admin/review", .staff), ShopRoute("GET /admin/review/export", .staff),
    ShopRoute("POST /admin/review/act", .staff, [:], ["act": "pass", "select": "$paid"]),
    ShopRoute("GET /admin/login", public_),
    ShopRoute(
      "POST /admin/login", .everyone([401...401]), [:], ["email": "$email", "password": "$password"]),
    ShopRoute("POST /admin/logout", public_), ShopRoute("GET /admin/login/code", public_),
    ShopRoute("POST /admin/login/code", .everyone([401...401]), [:], ["code": "123456"]),
    ShopRoute("GET /admin/events", .platform),
    ShopRoute(
      "POST /admin/events/replay", .platform, [:],
      ["event": "evt_0000000000007", "subscriber": "letters.whenOrderPlaced"]),
    ShopRoute(
      "POST /admin/events/discard", .platform, [:],
      ["event": "evt_0000000000007", "subscriber": "letters.whenOrderPlaced"]),
    ShopRoute("GET /admin/orders/{number}", .merchant, ["number": "paid"]),
    ShopRoute("GET /admin/orders/{number}/edit", .merchant, ["number": "paid"]),
    ShopRoute(
      "POST /admin/orders/{number}/edit", .merchant, ["number": "paid"],
      [
        "revision": "0", "note": "by the gate", "recipient": "Lin", "phone": "13800138000", "province": "310000",
        "city": "310100", "region": "310104", "street": "12 Anfu Road", "postcode": "200031",
      ]),
    ShopRoute("POST /admin/orders/{number}/reject", .merchant, ["number": "paid"], ["reason": "the kiln broke"]),
    ShopRoute("POST /admin/orders/{number}/pass", .merchant, ["number": "paid"], ["note": "fine"]),
    ShopRoute("POST /admin/orders/{number}/wish", .merchant, ["number": "paid"], ["wish": "two of them"]),
    ShopRoute("POST /admin/orders/{number}/wish/dismiss", .merchant, ["number": "wished"], ["dismissal": "no"]),
    ShopRoute(
      "POST /admin/orders/{number}/ship", .merchant, ["number": "passed"],
      ["carrier": "SF Express", "trackingNumber": "SF123456"]),
    ShopRoute(
      "POST /admin/orders/{number}/complete", .merchant, ["number": "sent"], ["proof": "Signed for at the door"]),
    ShopRoute("GET /admin/parts", .platform),
    ShopRoute("GET /admin/log", .staff), ShopRoute("GET /admin/log/export", .staff, [:], ["format": "csv"]),
    ShopRoute("GET /admin/log/{number}", .merchant, ["number": "deed"]),
    ShopRoute("POST /admin/parts/switches/{name}", .platform, ["name": "related"], ["turn": "on"]),
  ]

  private static let staffDesks = [
    ShopRoute("GET /admin/staff", .staff),
    ShopRoute(
      "POST /admin/staff", .merchantSending(others: 422), [:],
      ["name": "Bo", "email": "$freshEmail", "role": "$colleagueRole"]),
    ShopRoute("GET /admin/staff/{id}", .merchant, ["id": "colleague"]),
    ShopRoute(
      "POST /admin/staff/{id}", .merchant, ["id": "colleague"], ["name": "Bo Li", "role": "$colleagueRole"]),
    ShopRoute("POST /admin/staff/{id}/access", .merchant, ["id": "colleague"], ["do": "dismiss"]),
    ShopRoute("POST /admin/staff/{id}/sessions", .merchant, ["id": "colleague"], ["session": "all"]),
    ShopRoute("GET /admin/roles/new", .staff),
    ShopRoute("POST /admin/roles/new", .staff, [:], ["name": "Helpers", "right": "orders.ship"]),
    ShopRoute("GET /admin/roles/{id}", .merchant, ["id": "role"]),
    ShopRoute("POST /admin/roles/{id}", .merchant, ["id": "role"], ["name": "Packers", "right": "orders.ship"]),
    ShopRoute("POST /admin/roles/{id}/remove", .merchant, ["id": "role"]),
    ShopRoute("GET /admin/account", .ownStaff), ShopRoute("GET /admin/account/second-factor", .ownStaff),
    ShopRoute("POST /admin/account/second-factor", .ownStaff, [:], ["do": "begin"]),
    ShopRoute("POST /admin/account/sessions", .ownStaff, [:], ["session": "all"]),
    ShopRoute(
      "POST /admin/account/password", .ownStaff, [:],
      ["current": "$password", "password": "battery staple", "repeated": "battery staple"]),
  ]

  private static let zone: JSONValue = [
    "nameEn": "Parcel", "nameZh": "快递", "zones.0.regions": "31", "zones.0.firstGrams": "1000",
    "zones.0.firstFee": "6.00", "zones.0.nextGrams": "1000", "zones.0.nextFee": "2.00", "zones.0.freeFrom": "1000.00",
    "zones.0.daysFrom": "2", "zones.0.daysTo": "4", "zones.0.delivers": "1",
  ]

  private static let shipping = [
    ShopRoute("GET /admin/shipping", .staff), ShopRoute("GET /admin/shipping/picklist", .staff),
    ShopRoute("GET /admin/shipping/slips", .staff), ShopRoute("GET /admin/shipping/export", .staff),
    ShopRoute("POST /admin/shipping/act", .staff, [:], ["act": "picklist", "select": "$passed"]),
    ShopRoute("GET /admin/shipping/{number}", .merchant, ["number": "passed"]),
    ShopRoute("GET /admin/shipping/{number}/proofs/{proof}", .merchant, ["number": "done", "proof": "1"]),
    ShopRoute(
      "POST /admin/shipping/{number}/parcels", .merchant, ["number": "passed"],
      ["key": "one", "carrier": "yuantong", "trackingNumber": "YT123456", "then": "send"]),
    ShopRoute(
      "POST /admin/shipping/{number}/parcels/{parcel}", .merchant, ["number": "passed", "parcel": "parcel"],
      ["carrier": "yuantong", "trackingNumber": "YT654321"]),
    ShopRoute(
      "POST /admin/shipping/{number}/parcels/{parcel}/remove", .merchant, ["number": "passed", "parcel": "parcel"]),
    ShopRoute("POST /admin/shipping/{number}/method", .merchant, ["number": "passed"], ["method": "station"]),
    ShopRoute("GET /admin/shipping/{number}/address", .merchant, ["number": "passed"]),
    ShopRoute("POST /admin/shipping/{number}/address", .merchant, ["number": "passed"], address),
    ShopRoute(
      "POST /admin/shipping/{number}/complete", .merchant, ["number": "sent"], ["proof": "Signed for at the door"]),
    ShopRoute("GET /admin/freight", .staff), ShopRoute("POST /admin/freight", .staff, [:], zone),
    ShopRoute("GET /admin/carriers", .platform),
    ShopRoute(
      "POST /admin/carriers", .platform, [:],
      [
        "code": "pigeon", "nameEn": "Pigeon", "nameZh": "信鸽", "trackingAddress": "https://pigeon.example/{number}",
        "isOn": "1",
      ]),
    ShopRoute(
      "POST /logistics/kuaidi100/{parcel}", .everyone([400...404]), ["parcel": "parcel"],
      ["param": "{}", "sign": "BE1C83FEAE8B2901D36638335BB9CC51"]),
  ]

  private static let entryText: [String: JSONValue] = [
    "titleEn": "Care of clay", "titleZh": "怎么养壶", "summaryEn": "Begin with water", "bodyEn": "<p>Rinse it.</p>",
    "from": "2026-01-01T08:00", "until": "2036-01-01T08:00", "then": "publish",
  ]

  private static let bannerText: [String: JSONValue] = [
    "place": "home", "titleEn": "A pot of tea", "titleZh": "一壶茶", "textEn": "Clay and celadon", "actionEn": "See",
    "link": "/c/tea", "picture": "$contentPicture", "from": "2026-01-01T08:00", "until": "2036-01-01T08:00",
    "isOn": "1",
  ]

  private static let contentDesks = [
    ShopRoute("GET /admin/content", .platform), ShopRoute("GET /admin/content/export", .platform),
    ShopRoute("GET /admin/content/entries/new", .platform),
    ShopRoute("POST /admin/content/entries/new", .platform, [:], .object(entryText)),
    ShopRoute("GET /admin/content/entries/{id}", .platform, ["id": "entry"]),
    ShopRoute(
      "POST /admin/content/entries/{id}", .platform, ["id": "entry"],
      .object(entryText.merging(["version": "$entryVersion"]) { $1 })),
    ShopRoute("GET /preview/content/{id}/{pass}", .letter, ["id": "entry", "pass": "entryPass"]),
    ShopRoute("GET /preview/products/{id}/{pass}", .letter, ["id": "goods", "pass": "goodsPass"]),
    ShopRoute("GET /admin/content/entries/{id}/preview", .platform, ["id": "entry"]),
    ShopRoute(
      "POST /admin/content/entries/{id}/restore", .platform, ["id": "entry"],
      ["number": "$entryOld", "version": "$entryVersion"]),
    ShopRoute("POST /admin/content/previews/end", .platform),
    ShopRoute("POST /admin/content/entries/{id}/withdraw", .platform, ["id": "entry"]),
    ShopRoute("POST /admin/content/entries/{id}/remove", .platform, ["id": "withdrawnEntry"]),
    ShopRoute("GET /admin/content/banners", .platform), ShopRoute("GET /admin/content/banners/new", .platform),
    ShopRoute("POST /admin/content/banners/new", .platform, [:], .object(bannerText)),
    ShopRoute("GET /admin/content/banners/{id}", .platform, ["id": "banner"]),
    ShopRoute(
      "POST /admin/content/banners/{id}", .platform, ["id": "banner"],
      .object(bannerText.merging(["version": "$bannerVersion"]) { $1 })),
    ShopRoute("POST /admin/content/banners/{id}/remove", .platform, ["id": "banner"]),
    ShopRoute("POST /admin/content/banners/order", .platform, [:], ["place": "home", "down": "$banner"]),
    ShopRoute("GET /admin/content/menus/{place}", .platform, ["place": "footer"]),
    ShopRoute(
      "POST /admin/content/menus/{place}", .platform, ["place": "footer"],
      ["titleEn.0": "Help", "titleZh.0": "帮助", "address.0": "/help", "version": "$menuVersion"]),
    ShopRoute("GET /admin/content/pictures", .platform),
    ShopRoute("POST /admin/content/pictures", .platform, [:], ["alternativeEn": "A pot", "alternativeZh": "一把壶"]),
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
    ShopRoute("GET /api/v1/account/balance", .account), ShopRoute("GET /api/v1/account/messages", .account),
    ShopRoute("POST /api/v1/account/messages/{id}/read", .owner(others: 404), ["id": "message"]),
    ShopRoute("POST /api/v1/account/messages/read", .account),
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

  private static let apiRefunds = [
    ShopRoute("GET /api/v1/orders/{number}/refundable", .owner(others: 404), ["number": "sent"]),
    ShopRoute(
      "POST /api/v1/orders/{number}/refunds", .owner(others: 404), ["number": "sent"],
      [
        "kind": "goodsBack", "reason": "damaged", "explanation": "chipped",
        "lines": [["line": "$sentLine", "units": 1]],
      ]),
    ShopRoute("GET /api/v1/refunds", .account),
    ShopRoute("GET /api/v1/refunds/{id}", .owner(others: 404), ["id": "asked"]),
    ShopRoute("GET /api/v1/refunds/{id}/pictures/{number}", .owner(others: 404), ["id": "asked", "number": "1"]),
    ShopRoute("POST /api/v1/refunds/{id}/withdrawal", .owner(others: 404), ["id": "asked"]),
    ShopRoute(
      "PUT /api/v1/refunds/{id}/parcel", .owner(others: 404), ["id": "awaited"],
      ["carrier": "zhongtong", "trackingNumber": "ZT7654321"]),
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
