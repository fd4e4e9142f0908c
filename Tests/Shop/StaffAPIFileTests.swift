import Accounts
import AuditLog
import Catalog
import Flows
import Foundation
import HTTPTypes
import Merchants
import NIOCore
import Testing
import Values

@testable import API
@testable import App

/// Lists that programs of staff take out whole, and links to previews that they hand out, as desks do.
@Suite struct StaffAPIFileTests {
  private static let accept = ["Accept": "text/csv"]

  private func program(
    _ test: TestShop, _ merchant: Merchant?, _ rights: Set<StaffRight> = Set(StaffRight.allCases)
  ) async throws -> APIClient {
    test.program.with(token: try await test.issued(of: merchant, rights).secret.rawValue)
  }

  private func lines(_ text: String) -> [String] {
    text.split(separator: "\r\n").map(String.init)
  }

  // req: 2.2-7
  @Test func `each list that a desk hands out as a file is one by the API, with a column for each of its members`()
    async throws
  {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let described = test.api.descriptions.filter { $0.method == .get && $0.answers[0].media == ["text/csv"] }
      let lists = described.filter { $0.answers[0].schema != nil }
      #expect(
        Set(lists.map(\.path)) == [
          "/admin/orders", "/admin/refunds", "/admin/refunds/records", "/admin/products", "/admin/stock/items",
          "/admin/stock/sheets", "/admin/imports", "/admin/reviews", "/admin/customers", "/admin/entries",
          "/admin/banners", "/admin/coupons", "/admin/transactions", "/admin/transactions/refunds", "/admin/staff",
          "/admin/merchants/standings", "/admin/brands", "/admin/log/lines", "/admin/payments/notices",
          "/admin/settlements", "/admin/settlements/{id}/lines", "/admin/reconciliation/days",
          "/admin/reconciliation/report", "/admin/reconciliation/differences", "/admin/search/synonyms",
          "/admin/search/rules", "/admin/search/queries",
        ])
      let (own, platform) = (try await program(test, owner.merchant), try await program(test, nil))
      for list in lists {
        let route = try ShopRoute.named("GET \(list.fullPath)")
        let api = route.door == .platform ? platform : own
        let path = String(try route.address(owner.names).dropFirst(ShopAPI.root.count))
        let page = try await api.get("\(path)?limit=100")
        let file = try await api.get(path, headers: Self.accept)
        #expect(file.header("content-type") == "text/csv; charset=utf-8", "\(list.path)")
        let columns = ListFile.columns(of: list.answers[0].schema, isWorded: false)
        let (head, items) = (lines(file.text).first ?? "", page["items"]?.items ?? [])
        #expect(head == columns.map { $0.joined(separator: ".") }.joined(separator: ","), "\(list.path)")
        #expect(columns.count > 2, "\(list.path)")
        for id in items.compactMap({ $0["id"]?.text }) { #expect(file.text.contains(id), "\(list.path) \(id)") }
      }
    }
  }

  @Test func `a file has all pages, narrowed as the list, and is refused as the list is`() async throws {
    try await TestShop.run { test in
      for number in 1...205 {
        _ = try await test.shop.contexts.shelves.addBrand(BrandFace(name: "Kiln \(number)"), by: .system)
      }
      _ = try await test.shop.contexts.shelves.addBrand(BrandFace(name: "=SUM(1), \"Reed\""), by: .system)
      let api = try await program(test, nil, [.catalogEdit])
      let all = lines(try await api.get("/admin/brands?limit=1", headers: Self.accept).text)
      #expect(all.count == 207 && all.first == "id,slug,name,logo,goods,version", "\(all.count)")
      let names = Set(all.dropFirst().map { String($0.split(separator: ",", omittingEmptySubsequences: false)[2]) })
      #expect(names.isSuperset(of: (1...205).map { "Kiln \($0)" }))
      let some = lines(try await api.get("/admin/brands?named=reed", headers: Self.accept).text)
      #expect(some.count == 2 && some[1].contains(",\"'=SUM(1), \"\"Reed\"\"\","), "\(some)")
      let both = try await api.get("/admin/brands", headers: ["Accept": "application/json, text/csv;q=0.5"])
      #expect(both["items"]?.items.count == 20)
      let wrong = try await api.get("/admin/brands?named=\(String(repeating: "x", count: 101))", headers: Self.accept)
      #expect(wrong.status == 422 && wrong.code == "invalidInput")
      let closed = try await program(test, nil, [.contentEdit]).get("/admin/brands", headers: Self.accept)
      #expect(closed.status == 403 && closed.code == "notAllowed")
    }
  }

  @Test func `amounts below zero stay numbers, and whatever else a spreadsheet would run is defused`() throws {
    let line = String(buffer: try ListFile.lines([["-50.00", "-5000", "-1+1", "=1", "-"]]))
    #expect(line == "-50.00,-5000,'-1+1,'=1,'-\r\n")
  }

  // req: 2.3.3-3
  @Test func `customers are taken out masked for who needn't know them, and the log has it before they leave`()
    async throws
  {
    try await TestShop.run { test in
      let owner = try await test.owner()
      let open = try await program(test, owner.merchant, [.usersView, .buyersContact])
      let email = try #require(try await test.shop.contexts.accounts.account(owner.account.id)).email
      #expect(try await open.get("/admin/customers").text.contains(email))
      #expect(try await test.deeds(DeedFilter(verb: "customers.exportList")).isEmpty)
      #expect(try await open.get("/admin/customers", headers: Self.accept).text.contains(email))
      let masked = try await program(test, owner.merchant, [.usersView])
      let file = try await masked.get("/admin/customers?blocked=false", headers: Self.accept).text
      #expect(file.contains("\(owner.account.id)") && !file.contains(email))
      let stranger = try await program(test, try await test.merchant("other"), [.usersView, .buyersContact])
      #expect(lines(try await stranger.get("/admin/customers", headers: Self.accept).text).count == 1)
      #expect(try await open.get("/admin/customers?blocked=maybe", headers: Self.accept).status == 422)
      let deeds = try await test.deeds(DeedFilter(verb: "customers.exportList"))
      #expect(deeds.count == 3 && deeds.allSatisfy { $0.whoName == "Mei (Warehouse sync)" })
    }
  }

  // req: 3.1.1-3
  @Test func `a program hands out links to what isn't published, and the platform's ends them all`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let goods = try await test.product(of: merchant, isPublished: false)
      let (own, colleague) = (try await program(test, merchant, [.catalogEdit]), test.browser())
      let editor = try await program(test, nil, [.contentEdit])
      let draft: JSONValue = ["kind": "page", "entry": ["title": ["en": "Clay"], "body": ["en": "<p>Secret</p>"]]]
      let entry = try #require(try await editor.post("/admin/entries", draft)["id"]?.text)
      let paths = [(own, "/admin/products/\(goods.id)/preview"), (editor, "/admin/entries/\(entry)/preview")]
      func links() async throws -> [String] {
        var found: [String] = []
        for (api, path) in paths {
          let earliest = test.shop.clock.now.adding(.days(HandOutPreviews.days))
          let answer = try await api.post(path)
          let until = try #require(answer["until"]?.text.flatMap { Timestamp(rfc3339: $0) })
          #expect((earliest...test.shop.clock.now.adding(.days(HandOutPreviews.days))).contains(until))
          let url = try #require(answer["url"]?.text.flatMap { URL(string: $0) })
          found.append(url.path())
        }
        return found
      }
      let old = try await links()
      for link in old { #expect(try await colleague.get(link).status == 200, "\(link)") }
      let stranger = try await program(test, try await test.merchant("other"))
      #expect(try await stranger.post(paths[0].1).status == 404)
      #expect(try await own.delete("/admin/previews").status == 403)
      #expect(try await editor.delete("/admin/previews").status == 204)
      for link in old { #expect(try await colleague.get(link).status == 404, "\(link)") }
      for link in try await links() { #expect(try await colleague.get(link).status == 200, "\(link)") }
      #expect(try await test.deeds(DeedFilter(verb: "content.handOutPreview")).count == 4)
      #expect(try await test.deeds(DeedFilter(verb: "content.endPreviews")).count == 1)
    }
  }
}
