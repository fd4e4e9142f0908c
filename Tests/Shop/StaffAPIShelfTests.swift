import Accounts
import AuditLog
import Catalog
import Flows
import Foundation
import Merchants
import Testing
import Values

@testable import API
@testable import App

/// What programs of the platform do with categories, brands, freight and carriers.
@Suite struct StaffAPIShelfTests {
  private func program(_ test: TestShop, _ issued: IssuedToken, match version: JSONValue? = nil) -> APIClient {
    let api = test.program.with(token: issued.secret.rawValue)
    guard let number = version?.integer else { return api }
    return APIClient(shop: test, headers: api.headers.merging(["If-Match": "\"\(number)\""]) { $1 })
  }

  private func made(
    _ api: APIClient, _ name: String, below parent: JSONValue? = nil
  ) async throws -> (id: String, answer: APIClient.Answer) {
    var body: [String: JSONValue] = ["name": ["en": .text(name)]]
    body["parent"] = parent
    let answer = try await api.post("/admin/categories", .object(body))
    #expect(answer.status == 201, "\(answer.text)")
    return (try #require(answer["id"]?.text), answer)
  }

  // req: 2.2-7
  @Test func `the tree of categories is built, changed, moved and taken down, as at the desk`() async throws {
    try await TestShop.run { test in
      let issued = try await test.issued(of: nil, scopes: [.catalogEdit])
      let api = program(test, issued)
      let tea = try await made(api, "Teaware")
      let garden = try await made(api, "Garden")
      let pots = try await made(api, "Pots", below: .text(tea.id))
      #expect(pots.answer.header("location")?.hasSuffix("/admin/categories/\(pots.id)") == true)
      let once = api.with(key: "lids")
      let lids = try await made(once, "Lids", below: .text(tea.id))
      #expect(try await made(once, "Lids", below: .text(tea.id)).id == lids.id)
      #expect(try await api.post("/admin/categories", ["name": ["en": ""]]).text.contains("name.en"))
      let list = try await api.get("/admin/categories")["items"]?.items ?? []
      #expect(list.map { $0["id"]?.text } == [tea.id, pots.id, lids.id, garden.id])
      let place = try await api.put(
        "/admin/categories/\(lids.id)/place", ["parent": .text(tea.id), "before": .text(pots.id)])
      #expect(place.status == 200, "\(place.text)")
      let tree = try await test.shop.contexts.catalog.categories()
      #expect(tree.children(of: try #require(CategoryID(tea.id))).map(\.name.en) == ["Lids", "Pots"])
      let circular = try await api.put("/admin/categories/\(tea.id)/place", ["parent": .text(pots.id)])
      #expect(circular.status == 422 && circular.text.contains("circular"))
      let address = "/admin/categories/\(pots.id)"
      #expect(try await api.put(address, ["name": ["en": "Kettles"]]).status == 422)
      let changed = try await program(test, issued, match: pots.answer["version"])
        .put(address, ["name": ["en": "Kettles"], "isHidden": true])
      #expect(changed["isHidden"]?.flag == true && changed.header("etag") == "\"2\"", "\(changed.text)")
      let late = program(test, issued, match: pots.answer["version"])
      #expect(try await late.put(address, ["name": ["en": "Late"]]).status == 412)
      #expect(try await api.put(address, ["name": ["en": "Late"], "version": 1]).code == "shelfChanged")
      #expect(try await api.delete("/admin/categories/\(tea.id)").code == "shelfInUse")
      #expect(try await api.delete(address).status == 204)
      #expect(try await api.get(address).status == 404)
      let verbs = try await test.deeds(DeedFilter(who: "Mei (Warehouse sync)")).map(\.verb)
      #expect(verbs.filter { $0 == "catalog.addCategory" }.count == 4 && verbs.contains("catalog.moveCategory"))
    }
  }

  // req: 2.2-7
  @Test func `a category takes a picture by its bytes, and its goods go to another`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let api = program(test, try await test.issued(of: nil))
      let from = try #require(product.content.category)
      let to = try await made(api, "Garden")
      let shown = try await api.put("/admin/categories/\(from)/picture", file: SmallPicture.png, type: "image/png")
      let picture = try #require(shown["picture"]?.text, "\(shown.text)")
      #expect(try await test.browser().get(picture).status == 200)
      #expect(shown["goods"]?.integer == 1)
      let other = try await api.put("/admin/categories/\(from)/picture", file: Array("no".utf8), type: "image/png")
      #expect(other.status == 422 && other.code == "notAPicture")
      #expect(
        try await api.put("/admin/categories/\(from)/picture", file: SmallPicture.png, type: "image/gif").status == 415)
      let large = [UInt8](repeating: 1, count: (5 << 20) + 1)
      #expect(try await api.put("/admin/categories/\(from)/picture", file: large, type: "image/png").status == 413)
      #expect(try await api.delete("/admin/categories/\(from)/picture")["picture"] == .null)
      #expect(try await api.post("/admin/categories/\(from)/goods", ["to": "cat_1"]).status == 422)
      let refiled = try await api.post("/admin/categories/\(from)/goods", ["to": .text(to.id)])
      #expect(refiled["moved"]?.integer == 1)
      #expect(try await api.get("/admin/categories/\(to.id)")["goods"]?.integer == 1)
      let merchants = program(test, try await test.issued(of: merchant))
      #expect(try await merchants.get("/admin/categories").code == "notAllowed")
      #expect(try await merchants.post("/admin/categories", ["name": ["en": "Mine"]]).status == 403)
    }
  }

  // req: 2.2-7
  @Test func `brands are listed page by page, made once, renamed, shown with a logo and merged`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let issued = try await test.issued(of: nil)
      let api = program(test, issued)
      let reed = try await api.post("/admin/brands", ["name": "Reed"])
      #expect(reed.status == 201 && reed["goods"]?.integer == 0, "\(reed.text)")
      #expect(try await api.post("/admin/brands", ["name": "REED"]).text.contains("taken"))
      let first = try await api.get("/admin/brands?limit=1")
      let next = try #require(first["next"]?.text)
      let second = try await api.get("/admin/brands?limit=1&after=\(Browser.escaped(next))")
      #expect([first, second].compactMap { $0["items"]?[0]?["name"]?.text } == ["Reed", "Riverlight"])
      #expect(try await api.get("/admin/brands?named=river")["items"]?.items.count == 1)
      let id = try #require(reed["id"]?.text)
      let renamed = try await program(test, issued, match: reed["version"])
        .put("/admin/brands/\(id)", ["name": "Reed & Rush"])
      #expect(renamed["name"]?.text == "Reed & Rush" && renamed["version"]?.integer == 2)
      let logo = try await api.put("/admin/brands/\(id)/logo", file: SmallPicture.png, type: "image/png")
      #expect(logo["logo"]?.text?.hasPrefix("/media/") == true)
      #expect(
        try await program(test, issued, match: renamed["version"]).delete("/admin/brands/\(id)/logo").status == 412)
      let own = try #require(product.content.brand)
      #expect(try await api.delete("/admin/brands/\(own)").code == "shelfInUse")
      #expect(try await api.post("/admin/brands/\(own)/merger", ["into": "brd_1"]).status == 422)
      let merged = try await api.post("/admin/brands/\(own)/merger", ["into": .text(id)])
      #expect(merged["isMerged"]?.flag == true, "\(merged.text)")
      #expect(try await api.get("/admin/brands/\(own)").code == "unknownBrand")
      #expect(try await api.get("/admin/brands/\(id)")["goods"]?.integer == 1)
    }
  }

  // req: 2.2-7
  @Test func `a merchant's program says what sending costs, and the platform's who carries`() async throws {
    try await TestShop.run { test in
      let (merchant, other) = (try await test.merchant(), try await test.merchant("other"))
      let api = program(test, try await test.issued(of: merchant, scopes: [.ordersShip]))
      let platform = program(test, try await test.issued(of: nil, scopes: [.settingsEdit]))
      #expect(try await api.get("/admin/freight")["zones"]?[0]?["firstFee"]?["amount"]?.text == "6.00")
      func zone(_ more: [String: JSONValue] = [:]) -> JSONValue {
        let zone: [String: JSONValue] = [
          "regions": ["31"], "firstGrams": 1000, "firstFee": "8.00", "nextGrams": 500, "nextFee": "1.00", "daysFrom": 1,
          "daysTo": 3,
        ]
        return ["zones": [.object(zone.merging(more) { $1 })]]
      }
      let saved = try await api.put("/admin/freight", zone())
      #expect(saved["zones"]?[0]?["firstFee"]?["minor"]?.integer == 800, "\(saved.text)")
      #expect(try await api.get("/admin/freight")["zones"] == saved["zones"])
      for (more, field) in [
        (["regions": ["99"]], "zones.0.regions"), (["firstFee": "much"], "zones.0.firstFee"),
        (["firstGrams": 0], "zones.0.firstGrams"), (["daysFrom": 9], "zones.0.daysFrom"),
      ] as [([String: JSONValue], String)] {
        let refused = try await api.put("/admin/freight", zone(more))
        #expect(refused.status == 422 && refused.text.contains("\"\(field)\""), "\(field): \(refused.text)")
      }
      #expect(try await api.put("/admin/freight?merchant=\(other.id)", zone()).status == 404)
      #expect(try await platform.get("/admin/freight").status == 422)
      #expect(try await platform.get("/admin/freight?merchant=\(other.id)").status == 200)
      let pigeon: JSONValue = ["name": ["en": "Pigeon", "zh-Hans": "信鸽"], "isTracked": false]
      #expect(try await api.put("/admin/carriers/pigeon", pigeon).status == 403)
      #expect(try await platform.put("/admin/carriers/pigeon", pigeon)["isOn"]?.flag == true)
      let off = try await platform.put(
        "/admin/carriers/pigeon", ["name": ["en": "Pigeon", "zh-Hans": "信鸽"], "isOn": false])
      #expect(off["isOn"]?.flag == false && off["isTracked"]?.flag == false)
      #expect(try await platform.put("/admin/carriers/SF-1", pigeon).text.contains("\"code\""))
      let carriers = try await api.get("/admin/carriers")["items"]?.items ?? []
      #expect(carriers.contains { $0["code"]?.text == "pigeon" && $0["isOn"]?.flag == false })
      let verbs = Set(try await test.deeds(DeedFilter(who: "Mei (Warehouse sync)")).map(\.verb))
      #expect(verbs.isSuperset(of: ["pricing.saveFreight", "fulfilment.saveCarrier"]))
    }
  }
}
