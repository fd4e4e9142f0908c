import Accounts
import AuditLog
import Catalog
import Content
import Files
import Flows
import Foundation
import Merchants
import Testing
import Values

@testable import API
@testable import App

/// What programs change one by one: pictures of variants, stock, banners, menus, and who works in the shop.
@Suite struct StaffAPIEditingTests {
  private func program(
    _ test: TestShop, _ issued: IssuedToken, match version: JSONValue? = nil
  ) -> APIClient {
    let api = test.program.with(token: issued.secret.rawValue)
    guard let number = version?.integer else { return api }
    return APIClient(shop: test, headers: api.headers.merging(["If-Match": "\"\(number)\""]) { $1 })
  }

  // req: 2.2-7
  @Test func `a variant keeps its picture where nothing is said of it, and has the one that is named`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let api = program(test, try await test.issued(of: merchant))
      let address = "/admin/products/\(product.id)"
      let (front, back): (JSONValue, JSONValue) = (
        ["source": "https://pictures.example/front.png"], ["source": "https://pictures.example/back.png"]
      )
      func put(_ pictures: [JSONValue], _ red: [String: JSONValue] = [:]) async throws -> APIClient.Answer {
        let first: [String: JSONValue] = ["sku": "teapot-red", "choice": [0]]
        return try await api.put(
          address,
          [
            "title": ["en": "Clay teapot"], "pictures": .list(pictures),
            "options": [["name": ["en": "Colour"], "values": [["en": "Red"], ["en": "Blue"]]]],
            "variants": [.object(first.merging(red) { $1 }), ["sku": "teapot-blue", "choice": [1]]],
          ])
      }
      func red(_ answer: APIClient.Answer) -> JSONValue? { answer["variants"]?[0]?["picture"] }
      let named = try await put([front, back], ["picture": 1])
      #expect(named.status == 200 && red(named)?.integer == 1, "\(named.text)")
      #expect(named["variants"]?[1]?["picture"] == .null)
      let unsaid = try await put([front, back])
      #expect(red(unsaid)?.integer == 1 && unsaid["version"] == named["version"])
      // It is the picture that is kept, wherever it stands.
      #expect(red(try await put([back, front]))?.integer == 0)
      #expect(red(try await api.get(address))?.integer == 0)
      let beyond = try await put([back, front], ["picture": 2])
      #expect(beyond.status == 422 && beyond.text.contains("variants.0.picture"))
      #expect(red(try await put([back, front], ["picture": .null])) == .null)
      #expect(red(try await put([back, front], ["picture": 0]))?.integer == 0)
      #expect(red(try await put([front])) == .null)
    }
  }

  // req: 2.2-7
  @Test func `units come and go with a reason, once for each key, as at the desk`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let variant = try await test.product(of: merchant, stock: 10).variants[0].id
      let api = program(test, try await test.issued(of: merchant))
      let location = try #require(try await api.get("/admin/locations")["items"]?[0]?["id"])
      let address = "/admin/stock/\(variant)/adjustments"
      func change(_ units: Int64, _ reason: String, _ more: [String: JSONValue] = [:]) -> JSONValue {
        let body: [String: JSONValue] = ["location": location, "change": .integer(units), "reason": .text(reason)]
        return .object(body.merging(more) { $1 })
      }
      for _ in 1...2 {
        let received = try await api.post(address, change(5, "received", ["key": "delivery-1"]))
        #expect(received.status == 200 && received["free"]?.integer == 15, "\(received.text)")
      }
      let once = api.with(key: "broken-1")
      for _ in 1...2 { #expect(try await once.post(address, change(-2, "damaged"))["free"]?.integer == 13) }
      #expect(try await api.post(address, change(-2, "damaged"))["free"]?.integer == 11)
      for (body, field) in [
        (change(2, "damaged"), "change"), (change(0, "found"), "change"), (change(1, "corrected"), "note"),
        (change(1, "stolen"), "reason"), (change(1, "found", ["location": "loc_1"]), "location"),
        (change(1, "found", ["key": ""]), "key"),
      ] {
        let refused = try await api.post(address, body)
        #expect(refused.status == 422 && refused.text.contains("\"\(field)\""), "\(field): \(refused.text)")
      }
      let tooMany = try await api.post(address, change(-12, "lost"))
      #expect(tooMany.status == 409 && tooMany.code == "heldStock")
      // Another merchant's key is another, and its goods are as unknown as its places.
      let other = try await test.merchant("other")
      let theirs = try await test.product(of: other, "jug", stock: 1).variants[0].id
      let stranger = program(test, try await test.issued(of: other))
      #expect(try await stranger.post(address, change(5, "received")).status == 404)
      #expect(try await stranger.post("/admin/stock/\(theirs)/adjustments", change(1, "found")).status == 422)
      let place = try #require(try await stranger.get("/admin/locations")["items"]?[0]?["id"])
      let own = change(1, "found", ["location": place, "key": "delivery-1"])
      #expect(try await stranger.post("/admin/stock/\(theirs)/adjustments", own)["free"]?.integer == 2)
      let packer = program(test, try await test.issued(of: merchant, scopes: [.ordersShip]))
      #expect(try await packer.post(address, change(1, "found")).status == 403)
      let deeds = try await test.deeds(DeedFilter(verb: "stock.adjust", merchant: merchant.id))
      #expect(deeds.count == 3 && Set(deeds.map(\.whoName)) == ["Mei (Warehouse sync)"])
      #expect(try await test.shop.audit().isEmpty)
    }
  }

  // req: 3.3.1-1
  @Test func `banners are put up, changed, put in order and taken away by programs of the platform`() async throws {
    try await TestShop.run { test in
      let issued = try await test.issued(of: nil)
      let api = program(test, issued)
      let picture = try await test.shop.contexts.content.add(
        try await test.shop.files.put(SmallPicture.png, fileExtension: "png"), alternative: LocalizedText(en: "A pot"),
        by: .system)
      func banner(_ title: String, _ more: [String: JSONValue] = [:]) -> JSONValue {
        let draft: [String: JSONValue] = [
          "place": "home", "title": ["en": .text(title)], "link": "/c/tea", "picture": .text("/media/\(picture.file)"),
        ]
        return .object(draft.merging(more) { $1 })
      }
      let first = try await api.post("/admin/banners", banner("Autumn tea"))
      #expect(first.status == 201 && first["isOn"]?.flag == true, "\(first.text)")
      let second = try await api.post("/admin/banners", banner("Winter tea"))
      let (one, two) = (try #require(first["id"]?.text), try #require(second["id"]?.text))
      #expect(try await test.browser().get("/").body.contains("Autumn tea"))
      let order = try await api.put("/admin/banners/order/home", ["banners": [.text(two)]])
      #expect(order["items"]?.items.map { $0["id"]?.text } == [two, one])
      #expect(try await api.put("/admin/banners/order/cellar", ["banners": []]).status == 404)
      #expect(try await api.put("/admin/banners/\(one)", banner("Spring tea")).status == 422)
      let changed = try await program(test, issued, match: first["version"])
        .put("/admin/banners/\(one)", banner("Spring tea", ["isOn": false]))
      #expect(changed["title"]?["en"]?.text == "Spring tea" && changed["version"]?.integer == 2, "\(changed.text)")
      let late = try await program(test, issued, match: first["version"]).put("/admin/banners/\(one)", banner("Late"))
      #expect(late.status == 412)
      #expect(try await api.put("/admin/banners/\(one)", banner("Late", ["version": 1])).status == 409)
      let unseen = try await api.post(
        "/admin/banners", banner("X", ["picture": .text(String(repeating: "0", count: 64))]))
      #expect(unseen.status == 422 && unseen.text.contains("\"picture\""))
      #expect(try await test.browser().get("/").body.contains("Spring tea") == false)
      #expect(try await api.delete("/admin/banners/\(two)").status == 204)
      #expect(try await api.get("/admin/banners/\(two)").status == 404)
      #expect(try await api.get("/admin/banners")["items"]?.items.count == 1)
    }
  }

  // req: 3.3.1-1
  @Test func `a menu is replaced by who read it, and what is wrong is named by its line`() async throws {
    try await TestShop.run { test in
      let issued = try await test.issued(of: nil)
      let api = program(test, issued)
      #expect(try await api.get("/admin/menus")["items"]?.items.map { $0["place"]?.text } == ["header", "footer"])
      let read = try await api.get("/admin/menus/footer")
      let lines: JSONValue = [
        ["title": ["en": "Help", "zh-Hans": "帮助"]],
        ["title": ["en": "Freight"], "address": "/help", "isNested": true],
      ]
      #expect(try await api.put("/admin/menus/footer", ["lines": lines]).status == 422)
      let matching = program(test, issued, match: read["version"])
      let saved = try await matching.put("/admin/menus/footer", ["lines": lines])
      #expect(saved["lines"]?[1]?["isNested"]?.flag == true && saved.header("etag") != read.header("etag"))
      #expect(try await test.browser().get("/").body.contains("Freight"))
      #expect(try await matching.put("/admin/menus/footer", ["lines": lines]).status == 412)
      let stale: JSONValue = ["lines": lines, "version": .integer(read["version"]?.integer ?? 0)]
      #expect(try await api.put("/admin/menus/footer", stale).code == "contentChanged")
      let wrong: JSONValue = [
        "lines": [["title": ["en": ""], "address": "/help"], ["title": ["en": "Lost"], "address": "ftp://lost"]],
        "version": saved["version"] ?? .null,
      ]
      let refused = try await api.put("/admin/menus/footer", wrong)
      #expect(refused.status == 422 && refused.text.contains("lines.0.title.en"), "\(refused.text)")
      #expect(refused.text.contains("lines.1.address"))
      #expect(try await api.get("/admin/menus/side").status == 404)
      let merchant = program(test, try await test.issued(of: try await test.merchant()))
      #expect(try await merchant.get("/admin/menus").status == 403)
    }
  }

  // req: 2.2-7 3.3.2-1
  @Test func `a program hires, gives roles, dismisses and takes back, and gives nothing that it hasn't`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let staff = test.shop.contexts.staff
      let issued = try await test.issued(of: merchant)
      let api = program(test, issued)
      let packers = try await staff.addRole(
        StaffRoleDraft(name: "Packers", rights: [.ordersShip]), of: merchant.id, by: .system)
      let counters = try await staff.addRole(
        StaffRoleDraft(name: "Counters", rights: [.stockAdjust]), of: merchant.id, by: .system)
      let bo: JSONValue = ["email": "bo@staff.example", "name": "Bo", "role": .text("\(packers.id)")]
      let hired = try await api.post("/admin/staff", bo)
      #expect(hired.status == 201 && hired["member"]?["role"]?.text == "\(packers.id)", "\(hired.text)")
      let (id, password) = (
        try #require(hired["member"]?["id"]?.text), try #require(hired["password"]?.text)
      )
      _ = try await staff.logIn(email: "bo@staff.example", password: password, client: "bo")
      #expect(try await api.get("/admin/staff/\(id)").text.contains(password) == false)
      #expect(try await api.post("/admin/staff", bo).text.contains("email"))
      // No book of answers has a password, so that the same key isn't answered the same.
      let an = bo.members.merging(["email": "an@staff.example"]) { $1 }
      let first = try await api.with(key: "an").post("/admin/staff", .object(an))
      #expect(first.status == 201 && first["password"]?.text?.isEmpty == false)
      let second = try await api.with(key: "an").post("/admin/staff", .object(an))
      #expect((400...499).contains(second.status) && second.header("Idempotency-Replayed") == nil)
      #expect(!second.text.contains(first["password"]?.text ?? "?"))
      let changed = try await api.patch("/admin/staff/\(id)", ["role": .text("\(counters.id)")])
      #expect(changed["role"]?.text == "\(counters.id)" && changed["name"]?.text == "Bo")
      #expect(try await api.patch("/admin/staff/\(id)", ["role": "rol_1"]).status == 422)
      let narrow = program(test, try await test.issued(of: merchant, scopes: [.staffEdit]))
      let given = try await narrow.patch("/admin/staff/\(id)", ["name": "Bo Li"])
      #expect(given.status == 403 && given.code == "beyondOwnRights")
      let beyond: JSONValue = ["email": "xu@staff.example", "name": "Xu", "role": .text("\(packers.id)")]
      #expect(try await narrow.post("/admin/staff", beyond).code == "beyondOwnRights")
      #expect(try await narrow.post("/admin/staff/\(id)/dismissal", [:]).status == 403)
      #expect(try await api.post("/admin/staff/\(issued.token.staff)/dismissal", [:]).code == "oneself")
      let stranger = program(test, try await test.issued(of: try await test.merchant("other")))
      #expect(try await stranger.post("/admin/staff/\(id)/dismissal", [:]).status == 404)
      #expect(try await stranger.post("/admin/staff", beyond).status == 422)
      let asked: [String: JSONValue] = ["merchant": .text("\(merchant.id)")]
      #expect(try await stranger.post("/admin/staff", .object(beyond.members.merging(asked) { $1 })).status == 404)
      let gone = try await api.post("/admin/staff/\(id)/dismissal", [:])
      #expect(gone["isActive"]?.flag == false)
      await #expect(throws: AccountRefusal.wrongCredentials) {
        try await staff.logIn(email: "bo@staff.example", password: password, client: "bo")
      }
      #expect(try await api.post("/admin/staff/\(id)/reinstatement", [:])["isActive"]?.flag == true)
      let deeds = try await test.deeds(DeedFilter(merchant: merchant.id))
        .filter { $0.subject == id && $0.whoName == "Mei (Warehouse sync)" }
      #expect(deeds.map(\.verb) == ["staff.hire", "staff.revise", "staff.dismiss", "staff.reinstate"])
    }
  }

  // req: 2.2-7
  @Test func `facts are kept from the moment at which the first token is handed out`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let variant = try await test.product(of: merchant).variants[0].id
      // By now it was asked whether anybody follows, and nobody did.
      try await test.settle()
      let api = program(test, try await test.issued(of: merchant))
      let start = try #require(try await api.get("/admin/facts?after=now")["next"]?.text)
      let prices: JSONValue = ["items": [["variant": .text("\(variant)"), "price": "7.00"]]]
      #expect(try await api.put("/admin/prices", prices).status == 204)
      try await test.settle()
      let facts = try await api.get("/admin/facts?after=\(start)")["items"]?.items ?? []
      #expect(facts.map { $0["name"]?.text } == ["pricing.priceChanged"])
    }
  }
}
