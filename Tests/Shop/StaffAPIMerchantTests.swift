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

/// Who asks to sell and who sells, by programs of staff, as at the desks.
@Suite struct StaffAPIMerchantTests {
  private func program(
    _ test: TestShop, _ merchant: Merchant?, _ rights: Set<StaffRight>, match mark: String? = nil
  ) async throws -> APIClient {
    let api = test.program.with(token: try await test.issued(of: merchant, rights).secret.rawValue)
    guard let mark else { return api }
    return APIClient(shop: test, headers: api.headers.merging(["If-Match": mark]) { $1 })
  }

  private func applied(_ test: TestShop, isConfirmed: Bool = true) async throws -> MerchantApplication {
    let merchants = test.shop.contexts.merchants
    let applied = try await merchants.apply(try await test.applicationDraft())
    return isConfirmed ? try await merchants.confirm(applied.id) : applied
  }

  // req: 2.2-7 2.3.2.4-1
  @Test func `an application is read, asked about and approved by a program, with its licence for who decides alone`()
    async throws
  {
    try await TestShop.run { test in
      let (application, unconfirmed) = (try await applied(test), try await applied(test, isConfirmed: false))
      let api = try await program(test, nil, [.merchantsEdit])
      let here = "/admin/applications/\(application.id)"
      let list = try await api.get("/admin/applications")
      #expect(list["items"]?.items.map { $0["id"]?.text } == ["\(application.id)"])
      #expect(try await api.get("/admin/applications?state=unconfirmed").status == 422)
      #expect(try await api.get("/admin/applications/\(unconfirmed.id)").status == 404)
      let read = try await api.get(here)
      let page = try await test.staff(of: nil, [.merchantsEdit]).get(here).body
      for text in [application.slug.rawValue, "Wang Min", application.email, "Bowls", "91310115MA1K4", "13800138000"] {
        #expect(read.text.contains(text) && page.contains(text), "\(text)")
      }
      #expect(!read.text.contains(application.key.rawValue) && !list.text.contains(application.key.rawValue))
      let licence = try await api.get("\(here)/licence")
      #expect(licence.header("content-type") == "image/png" && licence.header("cache-control") == "private, no-store")
      let other = try await program(test, nil, Set(StaffRight.allCases).subtracting([.merchantsEdit]))
      #expect(try await other.get("\(here)/licence").status == 403)

      #expect(try await api.post("\(here)/question", ["answer": " "]).text.contains("\"answer\""))
      let asked = try await api.post("\(here)/question", ["answer": "The picture is cut off."])
      #expect(asked["state"]?.text == "asked" && asked.header("etag") != read.header("etag"))
      let late = try await program(test, nil, [.merchantsEdit], match: read.header("etag"))
      #expect(try await late.post("\(here)/approval", ["slug": "river-light"]).status == 412)
      #expect(try await api.post("\(here)/approval", ["slug": "River Light!"]).text.contains("\"slug\""))
      let opened = try await api.post("\(here)/approval", ["slug": "river-light"])
      let id = try #require(opened["merchant"]?["id"]?.text)
      #expect(opened.status == 201 && opened.header("location")?.hasSuffix("/admin/merchants/\(id)") == true)
      let twice = try await api.post("\(here)/rejection", ["answer": "Too late."])
      #expect(twice.status == 409 && twice.code == "applicationDecided")
      try await test.settle()
      #expect(try await api.get("/admin/merchants/\(id)")["hasStaff"]?.flag == true)
      #expect(try await api.get(here)["merchant"]?.text == id)
      #expect(try await api.get("/admin/applications?state=approved")["items"]?.items.count == 1)
      let verbs = try await test.deeds(DeedFilter(who: "Mei (Warehouse sync)")).map(\.verb)
      #expect(verbs == ["merchants.askApplicant", "merchants.admit"])
    }
  }

  // req: 2.2-7 2.3.2.4-1
  @Test func `merchants are found, suspended and reinstated by a program, and their goods go and come at once`()
    async throws
  {
    try await TestShop.run { test in
      let (kiln, mill) = (try await test.merchant(), try await test.merchant("mill"))
      let product = try await test.product(of: kiln)
      let api = try await program(test, nil, [.merchantsEdit])
      let standings = "/admin/merchants/standings"
      func found(_ query: String) async throws -> [String?] {
        try await api.get("\(standings)?\(query)")["items"]?.items.map { $0["id"]?.text } ?? []
      }
      #expect(try await found("") == ["\(mill.id)", "\(kiln.id)"])
      #expect(try await found("sort=oldest&limit=1") == ["\(kiln.id)"])
      #expect(try await found("text=MILL%40") == ["\(mill.id)"])
      #expect(try await found("state=closed") == [])
      #expect(try await api.get("\(standings)?state=lost").status == 422)
      let read = try await api.get("/admin/merchants/\(kiln.id)")
      let page = try await test.staff(of: nil, [.merchantsEdit]).get("/admin/merchants/\(kiln.id)").body
      for text in ["Kiln kiln", "kiln@example.com"] { #expect(read.text.contains(text) && page.contains(text)) }
      #expect(read["merchant"]?["products"]?.integer == 1 && read["hasStaff"]?.flag == false)

      let here = "/admin/merchants/\(kiln.id)"
      #expect(try await api.post("\(here)/suspension", ["reason": ""]).text.contains("\"reason\""))
      let suspended = try await api.post("\(here)/suspension", ["reason": "Late parcels"])
      #expect(suspended["merchant"]?["reason"]?.text == "Late parcels")
      #expect(try await test.browser().get("/products/\(product.id)").status == 404)
      #expect(try await found("state=suspended") == ["\(kiln.id)"])
      #expect(try await api.post("\(here)/suspension", ["reason": "Again"]).code == "wrongMerchantState")
      let late = try await program(test, nil, [.merchantsEdit], match: read.header("etag"))
      #expect(try await late.post("\(here)/reinstatement").status == 412)
      #expect(try await api.post("\(here)/reinstatement")["merchant"]?["state"]?.text == "open")
      #expect(try await test.browser().get("/products/\(product.id)").status == 200)
      #expect(try await api.post("\(here)/closure", ["reason": "Moved away"])["merchant"]?["state"]?.text == "closed")
      #expect(try await api.post("\(here)/reinstatement").code == "wrongMerchantState")
      try await test.settle()
      #expect(try await test.shop.audit().isEmpty)
      let ofMerchant = try await program(test, mill, Set(StaffRight.allCases))
      #expect(try await ofMerchant.get(standings).status == 403)
      #expect(try await ofMerchant.get("/admin/merchants")["items"]?.items.count == 1)
    }
  }

  // req: 2.2-7 2.3.2.4-1
  @Test func `a merchant's program says what shoppers read of it, with a logo, over the version that it read`()
    async throws
  {
    try await TestShop.run { test in
      let (kiln, mill) = (try await test.merchant(), try await test.merchant("mill"))
      let api = try await program(test, kiln, [.settingsEdit])
      let read = try await api.get("/admin/shop")
      #expect(read["merchant"]?.text == "\(kiln.id)" && read["logo"] == .null)
      func draft(_ more: [String: JSONValue] = [:]) -> JSONValue {
        let all: [String: JSONValue] = [
          "name": ["en": "Kiln", "zh-Hans": "窑"], "introduction": ["en": "Pots that last"], "email": "kiln@example.com",
          "contact": "9:00–18:00",
        ]
        return .object(all.merging(more) { $1 })
      }
      let picture = Data(SmallPicture.png).base64EncodedString()
      let saved = try await api.put("/admin/shop", draft(["logo": ["bytes": .text(picture)], "version": 1]))
      let logo = try #require(saved["logo"]?["url"]?.text)
      #expect(try await test.browser().get(logo).status == 200)
      let shop = try await test.browser().get("/m/kiln").body
      for text in ["Pots that last", "9:00–18:00", logo] { #expect(shop.contains(text), "\(text)") }
      let own = try await test.staff(of: kiln, [.settingsEdit]).get("/admin/shop").body
      for text in ["Pots that last", "9:00–18:00", logo, "name=\"version\" value=\"2\""] {
        #expect(own.contains(text), "\(text)")
      }
      // Said again, or not at all, it stays.
      for more in [["logo": ["url": .text(logo)]], [:]] as [[String: JSONValue]] {
        #expect(try await api.put("/admin/shop", draft(more))["version"]?.integer == 2)
      }
      for (more, field) in [
        (["logo": ["url": "/media/x.png"]], "logo.url"), (["logo": ["bytes": "?"]], "logo.bytes"),
        (["logo": ["bytes": "YWJj"]], "logo"), (["language": "tlh"], "language"),
        (["name": ["en": "", "zh-Hans": ""]], "name.en"), (["email": "nowhere"], "email"),
      ] as [([String: JSONValue], String)] {
        let refused = try await api.put("/admin/shop", draft(more))
        #expect(refused.status == 422 && refused.text.contains("\"\(field)\""), "\(field): \(refused.text)")
      }
      #expect(try await api.put("/admin/shop", draft(["version": 1])).code == "merchantChanged")
      let late = try await program(test, kiln, [.settingsEdit], match: read.header("etag"))
      #expect(try await late.put("/admin/shop", draft()).status == 412)
      #expect(try await api.put("/admin/shop", draft(["logo": .null]))["logo"] == .null)

      let platform = try await program(test, nil, [.merchantsEdit])
      let there = "/admin/merchants/\(mill.id)/profile"
      #expect(try await platform.put(there, draft(["language": "zh-Hans"]))["language"]?.text == "zh-Hans")
      #expect(try await api.get(there).status == 403)
      #expect(try await program(test, nil, [.settingsEdit, .merchantsEdit]).get("/admin/shop").status == 404)
      let verbs = try await test.deeds(DeedFilter(verb: "merchants.revise"))
      #expect(verbs.map(\.merchant) == [kiln.id, kiln.id, mill.id])
    }
  }
}
