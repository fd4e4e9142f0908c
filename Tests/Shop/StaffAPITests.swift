import Accounts
import AuditLog
import Catalog
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Testing
import Values

@testable import API
@testable import App

/// What programs of staff do through the API, with tokens that say what they may.
@Suite struct StaffAPITests {
  private func program(_ test: TestShop, _ secret: StaffTokenSecret) -> APIClient {
    test.program.with(token: secret.rawValue)
  }

  // req: 2.2-7 3.3.2-1
  @Test func `an order is found, changed, passed, sent and completed by a program, and the log names it`() async throws
  {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let issued = try await test.issued(of: owner.merchant)
      let api = program(test, issued.secret)
      let number = owner["paid"]
      let list = try await api.get("/admin/orders?state=awaitingReview&number=\(number)")
      #expect(list.json["items"]?.items.map { $0["order"]?["number"]?.text } == [number])
      let read = try await api.get("/admin/orders/\(number)")
      let mark = try #require(read.header("etag"))
      let edited = try await api.patch("/admin/orders/\(number)", ["revision": 0, "note": "by the gate"])
      #expect(edited.json["order"]?["revision"]?.integer == 1)
      #expect(edited.json["edits"]?.items.count == 1)
      let late = try await APIClient(shop: test, headers: api.headers.merging(["If-Match": mark]) { $1 })
        .patch("/admin/orders/\(number)", ["note": "elsewhere"])
      #expect(late.status == 412 && late.code == "changedMeanwhile")
      let unread = try await api.patch("/admin/orders/\(number)", ["note": "elsewhere"])
      #expect(unread.status == 422)
      let passed = try await api.post("/admin/orders/\(number)/pass", ["note": "fine"])
      #expect(passed.json["order"]?["order"]?["state"]?.text == "awaitingShipment")
      let parcel: JSONValue = ["key": "one", "carrier": "yuantong", "trackingNumber": "YT123456"]
      let sent = try await api.post("/admin/orders/\(number)/parcels", parcel)
      #expect(sent.json["order"]?["order"]?["state"]?.text == "awaitingReceipt")
      let done = try await api.post("/admin/orders/\(number)/completion", ["proof": "Signed for at the door"])
      #expect(done.json["order"]?["order"]?["state"]?.text == "completed")
      let log = try await api.get("/admin/log?subject=\(number)&limit=100").json["items"]?.items ?? []
      let names = Set(log.compactMap { $0["whoName"]?.text })
      #expect(log.count >= 3 && names == ["Mei (Warehouse sync)"])
      #expect(Set(log.compactMap { $0["who"]?.text }) == [issued.token.staff.description])
    }
  }

  // req: 3.3.2-1
  @Test func `a token reaches as far as its scopes and its owner's role of now, and ends with them`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let staff = test.shop.contexts.staff
      // Somebody who may edit staff remains, whatever becomes of this one.
      _ = try await test.staff(of: owner.merchant)
      let issued = try await test.issued(of: owner.merchant, scopes: [.ordersShip])
      let api = program(test, issued.secret)
      #expect(try await api.get("/admin/token").json["rights"]?.items.compactMap(\.text) == ["orders.ship"])
      #expect(try await api.get("/admin/orders").status == 200)
      let passing = try await api.post("/admin/orders/\(owner["paid"])/pass", [:])
      #expect(passing.status == 403 && passing.code == "notAllowed" && passing["right"]?.text == "orders.review")
      #expect(try await api.get("/admin/refunds").status == 403)
      let role = try await staff.addRole(
        StaffRoleDraft(name: "Counters", rights: [.stockAdjust]), of: owner.merchant.id, by: .system)
      _ = try await staff.revise(issued.token.staff, StaffRevision(name: "Mei", role: role.id), by: .system)
      #expect(try await api.get("/admin/orders").status == 403)
      #expect(try await api.get("/admin/token").json["rights"]?.items == [])
      try await staff.dismiss(issued.token.staff, by: .system)
      let gone = try await api.get("/admin/token")
      #expect(gone.status == 401 && gone.code == "badToken")
      try await staff.reinstate(issued.token.staff, by: .system)
      #expect(try await api.get("/admin/token").status == 401)
      let other = try await test.issued(of: owner.merchant)
      let second = program(test, other.secret)
      #expect(try await second.get("/admin/token").status == 200)
      try await staff.revokeToken(other.token.id, by: .system)
      #expect(try await second.get("/admin/token").status == 401)
      for account in try await [second.get("/account"), second.get("/cart"), test.program.get("/admin/token")] {
        #expect(account.status == 401)
      }
    }
  }

  @Test func `where buyers live is hidden from programs that needn't know`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let reviewer = program(test, try await test.issued(of: owner.merchant, scopes: [.ordersReview]).secret)
      let read = try await reviewer.get("/admin/orders/\(owner["paid"])")
      #expect(read.status == 200 && !read.text.contains(Owner.secrets[2]) && !read.text.contains("13800138000"))
      let packer = program(test, try await test.issued(of: owner.merchant, scopes: [.ordersShip]).secret)
      #expect(try await packer.get("/admin/orders/\(owner["paid"])").text.contains(Owner.secrets[2]))
    }
  }

  // req: 2.2-7
  @Test func `goods, prices and stock are brought to what another system says, and the same again changes nothing`()
    async throws
  {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      _ = try await test.product(of: merchant)
      let api = program(test, try await test.issued(of: merchant).secret)
      let draft: JSONValue = ["title": ["en": "Kettle", "zh-Hans": "水壶"], "variants": [["sku": "kettle"]]]
      let key = api.with(key: "make-kettle")
      let made = try await key.post("/admin/products", ["handle": "kettle", "product": draft])
      #expect(made.status == 201 && made["isPublished"]?.flag == false)
      let id = try #require(made["id"]?.text)
      #expect(try await key.post("/admin/products", ["handle": "kettle", "product": draft])["id"]?.text == id)
      let twice = try await api.post("/admin/products", ["handle": "kettle", "product": draft])
      #expect(twice.status == 409 && twice.code == "handleTaken")
      let variant = try #require(made["variants"]?[0]?["id"]?.text)
      let same = try await api.put("/admin/products/\(id)", draft)
      #expect(same["version"] == made["version"] && same["variants"]?[0]?["id"]?.text == variant)
      let mark = try #require(same.header("etag"))
      let renamed: JSONValue = ["title": ["en": "Iron kettle"], "variants": [["sku": "kettle"]]]
      let matching = APIClient(shop: test, headers: api.headers.merging(["If-Match": mark]) { $1 })
      #expect(try await matching.put("/admin/products/\(id)", renamed)["title"]?["en"]?.text == "Iron kettle")
      #expect(try await matching.put("/admin/products/\(id)", draft).status == 412)
      let prices: JSONValue = ["items": [["variant": .text(variant), "price": "128.00", "listPrice": "150.00"]]]
      #expect(try await api.put("/admin/prices", prices).status == 204)
      let location = try #require(try await api.get("/admin/locations")["items"]?[0]?["id"]?.text)
      let counted: JSONValue = [
        "key": "night", "items": [["variant": .text(variant), "location": .text(location), "onHand": 7]],
      ]
      #expect(try await api.post("/admin/stock/counts", counted).status == 204)
      #expect(try await api.post("/admin/stock/counts", counted).status == 204)
      let stock = try await api.get("/admin/stock?variant=\(variant)")
      #expect(stock["items"]?[0]?["free"]?.integer == 7)
      #expect(try await api.get("/admin/stock/\(variant)/ledger")["items"]?.items.count == 1)
      #expect(try await api.put("/admin/products/\(id)/publication", ["isPublished": true]).status == 200)
      try await test.settle()
      let shown = try await test.program.get("/products/\(id)")
      #expect(shown["variants"]?[0]?["price"]?["amount"]?.text == "128.00")
      let verbs = try await api.get("/admin/log?limit=100")["items"]?.items.compactMap { $0["verb"]?.text } ?? []
      for verb in ["catalog.begin", "catalog.revise", "catalog.publish", "pricing.savePrices", "stock.count"] {
        #expect(verbs.contains(verb), "\(verb)")
      }
    }
  }

  // req: 2.2-1 2.2-7
  @Test func `where the platform looks first, what a program publishes waits for it, as at a desk`() async throws {
    try await TestShop.run(["--catalog-moderates", "first"]) { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant, isPublished: false)
      let (address, own) = ("/admin/products/\(product.id)", try await test.issued(of: merchant).secret)
      let api = program(test, own)
      let asked = try await api.put("\(address)/publication", ["isPublished": true])
      #expect(asked["isPublished"]?.flag == false && asked["state"]?.text == "waiting")
      let again = try await api.put("\(address)/publication", ["isPublished": true])
      #expect(again["version"] == asked["version"] && again["state"]?.text == "waiting")
      let stale = APIClient(
        shop: test, headers: api.headers.merging(["If-Match": "\"\(product.version)\""]) { $1 })
      let late = try await stale.put("\(address)/publication", ["isPublished": false])
      #expect(late.status == 412 && late.code == "changedMeanwhile")
      let judge = program(test, try await test.issued(of: nil, [.catalogPublish]).secret)
      let letIn = try await judge.put("\(address)/publication", ["isPublished": true])
      #expect(letIn["isPublished"]?.flag == true && letIn["state"]?.text == "published")
      let draft: JSONValue = ["title": ["en": "Pot"], "variants": [["sku": "pot"]]]
      #expect(try await judge.put(address, draft).status == 403)
      #expect(try await api.put("\(address)/publication", ["isPublished": false])["state"]?.text == "draft")
    }
  }

  // req: 2.2-1 2.2-7
  @Test func `goods of a merchant that isn't open aren't put on sale by programs either`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant, isPublished: false)
      let api = program(test, try await test.issued(of: merchant).secret)
      _ = try await test.shop.contexts.merchants.move(merchant.id, to: .suspended, reason: "unpaid", by: .system)
      let refused = try await api.put("/admin/products/\(product.id)/publication", ["isPublished": true])
      #expect(refused.status == 409 && refused.code == "merchantNotOpen")
      #expect(try await api.put("/admin/products/\(product.id)/publication", ["isPublished": false]).status == 200)
    }
  }

  // req: 2.2-7
  @Test func `many prices and counts are set all or none, with a deed for each product and merchant`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let (one, two) = (try await test.product(of: merchant, "one"), try await test.product(of: merchant, "two"))
      let foreign = try await test.product(of: try await test.merchant("other"), "three")
      let api = program(test, try await test.issued(of: merchant).secret)
      func price(_ product: Product, _ amount: String) -> JSONValue {
        ["variant": .text("\(product.variants[0].id)"), "price": .text(amount)]
      }
      let wrong = try await api.put("/admin/prices", ["items": [price(one, "7.00"), price(foreign, "7.00")]])
      #expect(wrong.status == 422 && wrong.text.contains("items.1.variant"))
      let tooMuch = try await api.put("/admin/prices", ["items": [price(one, "7.00"), price(two, "100000000.01")]])
      #expect(tooMuch.status == 422 && tooMuch.text.contains("items.1.price"))
      let prices: JSONValue = ["items": [price(one, "9.00"), price(two, "8.00"), price(one, "7.00")]]
      #expect(try await api.put("/admin/prices", prices).status == 204)
      #expect(try await api.get("/admin/products/\(one.id)")["variants"]?[0]?["price"]?["amount"]?.text == "7.00")
      let location = try #require(try await api.get("/admin/locations")["items"]?[0]?["id"]?.text)
      func count(_ product: Product, _ onHand: Int64?) -> JSONValue {
        var item: [String: JSONValue] = [
          "variant": .text("\(product.variants[0].id)"), "location": .text(location),
        ]
        if let onHand { item["onHand"] = .integer(onHand) }
        return .object(item)
      }
      let outOfRange: JSONValue = ["key": "night", "items": [count(one, 3), count(two, -1)]]
      let negative = try await api.post("/admin/stock/counts", outOfRange)
      #expect(negative.status == 422 && negative.text.contains("items.1.onHand"))
      let counts: JSONValue = ["key": "night", "items": [count(one, 3), count(two, nil)]]
      for _ in 1...2 { #expect(try await api.post("/admin/stock/counts", counts).status == 204) }
      let stock = try await api.get("/admin/stock?variant=\(one.variants[0].id)&variant=\(two.variants[0].id)")
      #expect(stock["items"]?[0]?["levels"]?[0]?["onHand"]?.integer == 3)
      #expect(stock["items"]?[1]?["levels"]?[0]?["onHand"] == .null)
      let priced = try await test.deeds(DeedFilter(verb: "pricing.savePrices", merchant: merchant.id))
      #expect(Set(priced.map(\.subject)) == ["\(one.id)", "\(two.id)"] && priced.count == 2)
      let counted = try await test.deeds(DeedFilter(verb: "stock.countMany", merchant: merchant.id))
      #expect(counted.count == 1 && Set(counted.flatMap { $0.fieldsAfter.values }) == ["3", "unlimited"])
    }
  }

  @Test func `reviews, customers and payments are read and answered as at the desks`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let rights = Set(StaffRight.allCases).subtracting([.buyersContact, .ordersShip])
      let masked = program(test, try await test.issued(of: owner.merchant, rights).secret)
      let customers = try await masked.get("/admin/customers")
      #expect(customers["items"]?.items.contains { $0["id"]?.text == owner["buyer"] } == true)
      #expect(!customers.text.contains(Owner.secrets[0]) && customers.text.contains("o***@secret.example"))
      let whole = program(test, try await test.issued(of: owner.merchant).secret)
      #expect(try await whole.get("/admin/customers/\(owner["buyer"])")["email"]?.text == Owner.secrets[0])
      let strange = program(test, try await test.issued(of: try await test.merchant("other")).secret)
      #expect(try await strange.get("/admin/customers/\(owner["buyer"])").status == 404)
      #expect(try await strange.get("/admin/transactions")["items"]?.items == [])
      #expect(try await whole.get("/admin/transactions?state=captured")["items"]?.items.isEmpty == false)
      #expect(try await whole.get("/admin/transactions?state=lost").status == 422)
      let replied = try await whole.post("/admin/reviews/\(owner["review"])/reply", ["text": "We are sorry"])
      #expect(replied["reply"]?["text"]?.text == "We are sorry")
      let answered = try await whole.get("/admin/reviews?answered=true")["items"]?.items ?? []
      #expect(answered.map { $0["id"]?.text } == [owner["review"]])
      #expect(try await whole.post("/admin/reviews/\(owner["review"])/hide", ["reason": "rude"]).status == 403)
      let platform = program(test, try await test.issued(of: nil).secret)
      let hidden = try await platform.post("/admin/reviews/\(owner["review"])/hide", ["reason": "rude"])
      #expect(hidden["state"]?.text == "hidden" && hidden["reason"]?.text == "rude")
      #expect(try await whole.post("/admin/reviews/\(owner["review"])/reply", ["text": "Hm"]).status == 409)
      let shown = try await platform.post("/admin/reviews/\(owner["review"])/show", [:])
      #expect(shown["state"]?.text == "shown")
    }
  }

  // req: 2.2-7
  @Test func `a program follows its merchant's facts from where it left off, and misses none`() async throws {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let other = try await test.merchant("other")
      let (mine, theirs, all) = (
        program(test, try await test.issued(of: owner.merchant).secret),
        program(test, try await test.issued(of: other).secret), program(test, try await test.issued(of: nil).secret)
      )
      try await test.settle()
      let start = try #require(try await mine.get("/admin/facts?after=now")["next"]?.text)
      _ = try await mine.post("/admin/orders/\(owner["paid"])/pass", [:])
      _ = try await mine.post(
        "/admin/orders/\(owner["paid"])/parcels",
        ["key": "one", "carrier": "yuantong", "trackingNumber": "YT123456"])
      try await test.settle()
      var (names, next): ([String], String) = ([], start)
      repeat {
        let page = try await mine.get("/admin/facts?after=\(next)&limit=1")
        names += page["items"]?.items.compactMap { $0["name"]?.text } ?? []
        next = try #require(page["next"]?.text)
        guard page["hasMore"]?.flag == true else { break }
      } while names.count < 100
      #expect(names.contains("orders.orderShipped") && names.contains("fulfilment.parcelHandedOver"))
      #expect(try await mine.get("/admin/facts?after=\(next)")["items"]?.items == [])
      let shipped = try await mine.get("/admin/facts?after=\(start)&name=orders.orderShipped")
      #expect(shipped["items"]?.items.count == 1)
      #expect(shipped["items"]?[0]?["data"]?["trackingNumber"]?.text == "YT123456")
      #expect(try await theirs.get("/admin/facts?after=\(start)")["items"]?.items == [])
      #expect((try await all.get("/admin/facts?after=\(start)&limit=500")["items"]?.items.count ?? 0) >= names.count)
      let scoped = program(test, try await test.issued(of: owner.merchant, scopes: [.stockAdjust]).secret)
      #expect(try await scoped.get("/admin/facts?name=orders.orderShipped").status == 422)
      let onlyStock = try await scoped.get("/admin/facts")["items"]?.items.compactMap { $0["name"]?.text } ?? []
      #expect(Set(onlyStock).isSubset(of: ["inventory.stockChanged"]))
    }
  }

  @Test func `one token is used no more often than it may, and another isn't touched by it`() async throws {
    try await TestShop.run(["--staff-token-per-minute", "30"]) { test in
      let merchant = try await test.merchant()
      let (first, second) = (
        program(test, try await test.issued(of: merchant).secret),
        program(test, try await test.issued(of: merchant).secret)
      )
      var statuses: [Int] = []
      for _ in 0..<8 { statuses.append(try await first.get("/admin/token").status) }
      #expect(statuses.first == 200 && statuses.last == 429)
      #expect(try await second.get("/admin/token").status == 200)
    }
  }

  // req: 3.3.2-1
  @Test func `staff make a token at their desk, see it once, and colleagues with the right to may revoke it`()
    async throws
  {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let (clerk, owner) = (try await test.staff(of: merchant, [.ordersShip]), try await test.staff(of: merchant))
      #expect(try await clerk.get("/admin/tokens").body.contains("No program works for you yet."))
      let asked = [("name", "Label printer"), ("right", "orders.ship"), ("days", "30")]
      for password in ["", "guessed wrong"] {
        let unproven = try await clerk.post("/admin/tokens", asked + [("password", password)])
        #expect(unproven.status == 422 && unproven.body.contains("id=\"password-fault\""), "\(password)")
        #expect(unproven.body.contains("value=\"Label printer\"") && !unproven.body.contains("mst_"))
      }
      let made = try await clerk.post("/admin/tokens", asked + [("password", TestShop.password)])
      #expect(made.status == 200 && made.headers.first(name: "cache-control") == "no-store")
      let secret = String(try #require(made.body.firstMatch(of: /<code class="secret">(mst_[^<]+)<\/code>/)).1)
      let page = try await clerk.get("/admin/tokens").body
      #expect(page.contains("Label printer") && !page.contains(secret))
      #expect(try await test.program.with(token: secret).get("/admin/orders").status == 200)
      let beyond = try await clerk.post(
        "/admin/tokens", [("name", "Sly"), ("right", "staff.edit"), ("days", "30")])
      #expect(beyond.status == 403)
      for fields in [
        [("name", ""), ("right", "orders.ship"), ("days", "30")], [("name", "X"), ("days", "30")],
        [("name", "X"), ("right", "orders.ship"), ("days", "367")],
        [("name", "X"), ("right", "orders.ship"), ("days", "")],
      ] {
        let refused = try await clerk.post("/admin/tokens", fields)
        #expect(refused.status == 422 && refused.body.contains("-fault\""), "\(fields)")
      }
      let seen = try await owner.get("/admin/tokens").body
      let action = String(try #require(seen.firstMatch(of: /action="(\/admin\/tokens\/tok_[^"]+)"/)).1)
      #expect(seen.contains("Label printer"))
      let stranger = try await test.staff(of: try await test.merchant("other"))
      #expect(try await stranger.post(action).status == 404)
      #expect(try await owner.post(action).status == 303)
      #expect(try await test.program.with(token: secret).get("/admin/orders").status == 401)
      #expect(try await clerk.get("/admin/tokens").body.contains("Revoked"))
      let chinese = try await clerk.get("/admin/tokens?lang=zh-Hans").body
      #expect(chinese.contains("当前密码") && chinese.contains("以防他人趁你离开时生成令牌"))
    }
  }

  // req: 3.3.2-1
  @Test func `a colleague who may edit staff stops a program that may do more than they`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let issued = try await test.issued(of: merchant)
      let personnel = try await test.staff(of: merchant, [.staffEdit])
      let action = "/admin/tokens/\(issued.token.id)/revoke"
      #expect(try await test.staff(of: merchant, [.ordersShip]).post(action).status == 403)
      #expect(try await personnel.post(action).status == 303)
      #expect(try await test.program.with(token: issued.secret.rawValue).get("/admin/token").status == 401)
    }
  }

  // req: 3.3.2-1
  @Test func `passwords are guessed at the tokens as little as at the door, and a new one ends programs`() async throws
  {
    try await TestShop.run { test in
      let clerk = try await test.staff(of: try await test.merchant(), [.ordersShip])
      let asked = [("name", "Label printer"), ("right", "orders.ship"), ("days", "30")]
      let made = try await clerk.post("/admin/tokens", asked + [("password", TestShop.password)])
      let secret = String(try #require(made.body.firstMatch(of: /<code class="secret">(mst_[^<]+)<\/code>/)).1)
      for (language, text) in [("en", "the tokens of your programs are revoked"), ("zh-Hans", "你的程序令牌也会一并吊销")] {
        #expect(try await clerk.get("/admin/account?lang=\(language)").body.contains(text), "\(language)")
      }
      let change = [("current", TestShop.password), ("password", "battery staple"), ("repeated", "battery staple")]
      #expect(try await clerk.post("/admin/account/password", change).status == 303)
      #expect(try await test.program.with(token: secret).get("/admin/token").status == 401)
      var statuses: [Int] = []
      for _ in 1...30 where statuses.last != 429 {
        let refused = try await clerk.post("/admin/tokens", asked + [("password", "guessed wrong")])
        statuses.append(refused.status)
      }
      #expect(statuses.first == 422 && statuses.last == 429)
    }
  }
}
