import Accounts
import AuditLog
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Orders
import Testing
import Values

@testable import API
@testable import App

/// Customers by programs of staff, as at the desk.
@Suite struct StaffAPICustomerTests {
  private func program(
    _ test: TestShop, _ merchant: Merchant?, _ rights: Set<StaffRight>
  ) async throws -> APIClient {
    test.program.with(token: try await test.issued(of: merchant, rights).secret.rawValue)
  }

  // req: 2.2-7 3.1.2-1
  @Test func `a customer's page is answered to programs as it is shown, and notes and tags are the employer's own`()
    async throws
  {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let (browser, account, address) = try await test.buyer("lin")
      let order = try await test.completedOrder(product, by: browser, account: account, address: address)
      let line = try #require(order.lines.first)
      _ = try await browser.review(
        "/orders/\(order.number)/review/\(line.id)", [("stars", "5"), ("text", "Pours well.")], pictures: [])
      let later = try await test.placedOrder(product, by: browser, account: account, address: address)
      try await test.settle()
      let rights: Set<StaffRight> = [.usersView, .usersEdit, .buyersContact]
      let (api, desk) = (try await program(test, merchant, rights), try await test.staff(of: merchant, rights))
      let here = "/admin/customers/\(account.id)"

      let once = api.with(key: "call-1")
      let noted = try await once.post("\(here)/notes", ["text": "Likes celadon"])
      #expect(noted.status == 201 && noted["authorName"]?.text == "Mei", "\(noted.text)")
      #expect(try await once.post("\(here)/notes", ["text": "Likes celadon"])["id"] == noted["id"])
      let tags: JSONValue = ["tags": ["wholesale", "tea lover"]]
      #expect(try await api.put("\(here)/tags", tags)["tags"] == ["tea lover", "wholesale"])
      let long: JSONValue = ["tags": [.text(String(repeating: "x", count: 31))]]
      let refused = try await api.put("\(here)/tags", long)
      #expect(refused.status == 422 && refused.text.contains("\"tags\""), "\(refused.text)")

      let profile = try await api.get("\(here)/profile")
      let (customer, page) = (profile["customer"], try await desk.get(here).body)
      #expect(profile["orders"]?["items"]?.items.map { $0["number"]?.text } == ["\(later.number)", "\(order.number)"])
      #expect(profile["notes"]?["items"]?.items.map { $0["id"] } == [noted["id"]])
      #expect(profile["block"] == .null && profile["addresses"] == [] && profile["sessions"] == [])
      #expect(customer?["email"]?.text == "lin@example.com" && customer?["orders"]?.integer == 2)
      let said = [
        "\(order.number)", "\(later.number)", "Pours well.", "Likes celadon", "wholesale", "lin@example.com",
      ]
      for text in said { #expect(profile.text.contains(text) && page.contains(text), "\(text)") }
      let paid = try #require(customer?["paid"]?[0]?["amount"]?.text)
      #expect(page.contains("¥\(paid)"), "\(paid)")

      let first = try await api.get("\(here)/orders?limit=1")
      let next = try #require(first["next"]?.text)
      let rest = try await api.get("\(here)/orders?limit=1&after=\(next)")
      let shown = [first, rest].flatMap { $0["items"]?.items ?? [] }.map { $0["number"]?.text }
      #expect(shown == ["\(later.number)", "\(order.number)"] && rest["next"] == .null)
      #expect(try await api.get("\(here)/notes")["items"]?.items.count == 1)

      let note = try #require(noted["id"]?.text)
      let colleague = try await program(test, merchant, [.usersView, .usersEdit])
      #expect(try await colleague.delete("\(here)/notes/\(note)").code == "beyondOwnRights")
      #expect(try await api.delete("\(here)/notes/\(note)").status == 204)
      #expect(try await api.delete("\(here)/notes/\(note)").code == "unknownNote")
      let verbs = try await test.deeds(DeedFilter(who: "Mei (Warehouse sync)")).map(\.verb)
      #expect(verbs == ["customers.addNote", "customers.tag", "customers.removeNote"])
    }
  }

  // req: 3.1.2-1 2.3.2.4-4
  @Test func `programs see their merchant's customers alone, contacts in part, and do what their rights open`()
    async throws
  {
    try await TestShop.run { test in
      let (kiln, mill) = (try await test.merchant(), try await test.merchant("mill"))
      let (browser, account, address) = try await test.buyer("lin")
      let product = try await test.product(of: kiln)
      _ = try await test.placedOrder(product, by: browser, account: account, address: address)
      try await test.settle()
      let here = "/admin/customers/\(account.id)"
      let looker = try await program(test, kiln, [.usersView])
      for path in ["/admin/customers", here, "\(here)/profile"] {
        let text = try await looker.get(path).text
        #expect(text.contains("l***@example.com") && text.contains("\"l**\""), "\(path)")
        #expect(!text.contains("lin@example.com") && !text.contains("\"lin\""), "\(path)")
      }
      let idle = try await looker.post("\(here)/notes", ["text": "x"])
      #expect(idle.status == 403 && idle["right"]?.text == "users.edit")
      let stranger = try await program(test, mill, [.usersView, .usersEdit])
      for path in ["profile", "orders", "notes"] {
        #expect(try await stranger.get("\(here)/\(path)").code == "unknownCustomer", "\(path)")
      }
      #expect(try await stranger.put("\(here)/tags", ["tags": []]).status == 404)
      // What is the platform's alone.
      let own = try await program(test, kiln, [.usersView, .usersEdit, .buyersContact])
      #expect(try await own.post("\(here)/block", ["reason": "never pays"]).status == 403)
      #expect(try await own.post("\(here)/erase").status == 403)
      #expect(try await own.delete("\(here)/sessions").status == 403)
      for path in ["sessions", "export"] { #expect(try await own.get("\(here)/\(path)").status == 403, "\(path)") }
      let masked = try await program(test, nil, [.usersView, .usersEdit])
      let profile = try await masked.get("\(here)/profile")
      #expect(profile["addresses"]?[0]?["street"]?.text == "***")
      #expect(try await masked.get("\(here)/export").status == 403)
      #expect(try await test.deeds(DeedFilter(verb: "customers.export")).isEmpty)
    }
  }

  // req: 2.2-7 2.3.2.4-4
  @Test func `programs of the platform keep out, log out, hand over and erase, and the log names them`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer("lin")
      let order = try await test.completedOrder(product, by: browser, account: account, address: address)
      let api = try await program(test, nil, [.usersView, .usersEdit, .buyersContact])
      let here = "/admin/customers/\(account.id)"
      let unsaid = try await api.post("\(here)/block", ["reason": " "])
      #expect(unsaid.status == 422 && unsaid.text.contains("\"reason\""))
      #expect(try await browser.get("/account").status == 200)
      #expect(try await api.post("\(here)/block", ["reason": "never pays"])["isBlocked"]?.flag == true)
      #expect(try await browser.get("/account").location?.hasPrefix("/login") == true)
      #expect(try await api.get("\(here)/profile")["block"]?["reason"]?.text == "never pays")
      #expect(try await api.get("/admin/customers?blocked=true")["items"]?.items.count == 1)
      #expect(try await api.post("\(here)/unblock")["isBlocked"]?.flag == false)

      let login = [("email", account.email), ("password", TestShop.password)]
      #expect(try await browser.post("/login", login).status == 303)
      #expect(try await api.get("\(here)/sessions")["items"]?.items.count == 1)
      #expect(try await api.delete("\(here)/sessions").status == 204)
      #expect(try await browser.get("/account").location?.hasPrefix("/login") == true)

      let export = try await api.get("\(here)/export")
      for text in ["lin@example.com", "1 Century Avenue", "\(order.number)", "94.00 CNY"] {
        #expect(export.text.contains(text), "\(text)")
      }
      let erased = try await api.post("\(here)/erase")
      #expect(erased["isErased"]?.flag == true && erased["name"]?.text == "" && erased["orders"]?.integer == 1)
      let profile = try await api.get("\(here)/profile")
      #expect(profile["orders"]?["items"]?[0]?["number"]?.text == "\(order.number)")
      for text in ["lin@example.com", "1 Century Avenue"] { #expect(!profile.text.contains(text), "\(text)") }
      let late = try await api.post("\(here)/block", ["reason": "x"])
      #expect(late.status == 409 && late.code == "customerErased")
      let verbs = try await test.deeds(DeedFilter(who: "Mei (Warehouse sync)")).map(\.verb)
      #expect(
        verbs == [
          "customers.block", "customers.unblock", "customers.endSessions", "customers.export", "customers.erase",
        ])
      #expect(try await test.shop.audit().isEmpty)
    }
  }
}
