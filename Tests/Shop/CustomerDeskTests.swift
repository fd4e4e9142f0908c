import Accounts
import AuditLog
import Carts
import Catalog
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Orders
import Storage
import Testing
import Values

@testable import App

/// Customers in the back office, over HTTP.
@Suite struct CustomerDeskTests {
  private func hired(_ test: TestShop, _ merchant: Merchant?, _ rights: Set<StaffRight>) async throws -> Browser {
    try await test.staff(of: merchant, rights)
  }

  // req: 3.1.2-1 2.3.2.2-2
  @Test func `staff find a customer, see what was bought and said, and keep notes and tags`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let (browser, account, address) = try await test.buyer("lin")
      let order = try await test.completedOrder(product, by: browser, account: account, address: address)
      let line = try #require(order.lines.first)
      _ = try await browser.review(
        "/orders/\(order.number)/review/\(line.id)", [("stars", "5"), ("text", "Pours well.")], pictures: [])
      try await test.settle()
      let staff = try await hired(test, merchant, [.usersView, .usersEdit, .buyersContact, .reviewsModerate])
      let here = "/admin/customers/\(account.id)"
      for query in [
        "", "?name=LI", "?email=lin%40", "?order=\(order.number)", "?state=open", "?name=lin&email=lin%40example.com",
      ] {
        let list = try await staff.get("/admin/customers\(query)").body
        #expect(list.contains("href=\"\(here)\""), "\(query)")
      }
      for query in ["?name=zz", "?order=20261124-0000000000", "?order=abc", "?state=blocked", "?tag=tea"] {
        #expect(!(try await staff.get("/admin/customers\(query)").body.contains(here)), "\(query)")
      }
      #expect(try await staff.get("/admin/customers?state=nonsense").status == 422)
      #expect(try await staff.get("/admin/customers?after=nonsense").status < 500)
      let page = try await staff.get(here).body
      for words in ["lin@example.com", "\(order.number)", "Pours well.", "¥94.00", "Notes", "Tags"] {
        #expect(page.contains(words), "\(words)")
      }
      // What is the platform's alone isn't offered.
      for action in ["/block", "/sessions", "/erase"] { #expect(!page.contains("action=\"\(here)\(action)\"")) }
      #expect(!page.contains("1 Century Avenue"))

      #expect(try await staff.post("\(here)/notes", [("text", "Likes <b>celadon</b>\r\nand oolong")]).status == 303)
      #expect(try await staff.post("\(here)/tags", [("tags", "wholesale，tea lover, ")]).status == 303)
      let noted = try await staff.get(here).body
      #expect(noted.contains("Likes &lt;b&gt;celadon&lt;/b&gt;\nand oolong"))
      #expect(noted.contains("href=\"/admin/customers?tag=tea%20lover\""))
      #expect(try await staff.get("/admin/customers?tag=tea%20lover").body.contains(here))
      let long = try await staff.post("\(here)/tags", [("tags", String(repeating: "x", count: 31))])
      #expect(long.status == 422 && long.body.contains("id=\"tags-fault\""))
      let note = try #require(noted.firstMatch(of: /\/notes\/(cno_[0-9a-z]+)\/remove/)).1
      let colleague = try await hired(test, merchant, [.usersView, .usersEdit])
      #expect(!(try await colleague.get(here).body.contains("/notes/\(note)/remove")))
      #expect(try await colleague.post("\(here)/notes/\(note)/remove").status == 403)
      #expect(try await staff.post("\(here)/notes/\(note)/remove").status == 303)
      #expect(try await staff.post("\(here)/notes/\(note)/remove").status == 404)

      let csv = try await staff.get("/admin/customers/export?name=lin&state=open").body
      #expect(csv.contains("lin@example.com") && csv.contains("94.00"))
      #expect(try await staff.get("/admin/customers/export?state=nonsense").status == 422)
      let taken = try await test.deeds(DeedFilter(verb: "customers.exportList"))
      #expect(taken.map(\.fieldsAfter) == [["filteredBy": "name", "isBlocked": "false"]])
      #expect(taken.first?.merchant == merchant.id && taken.first?.whoName == "Mei")
      let reader = try await hired(test, merchant, [.logView])
      for (language, text) in [("en", "Took the list of customers out as a file"), ("zh-Hans", "导出了顾客列表")] {
        #expect(try await reader.get("/admin/log?lang=\(language)").body.contains(text), "\(language)")
      }
      let looker = try await hired(test, merchant, [.usersView])
      #expect(!(try await looker.get(here).body.contains("\(here)/notes\"")))
      #expect(try await looker.post("\(here)/notes", [("text", "x")]).status == 403)
      let packer = try await hired(test, merchant, [.ordersShip])
      #expect(try await packer.get("/admin/customers").status == 403)
      #expect(!(try await packer.get("/admin/orders").body.contains("href=\"/admin/customers\"")))
    }
  }

  // req: 3.1.2-1 2.3.2.4-4
  @Test func `a merchant's staff see who ordered from it alone, its own notes, and contacts in part`() async throws {
    try await TestShop.run { test in
      let (kiln, mill) = (try await test.merchant(), try await test.merchant("mill"))
      let product = try await test.product(of: kiln)
      let (browser, account, address) = try await test.buyer("lin")
      _ = try await test.buyer("wu")
      _ = try await test.placedOrder(product, by: browser, account: account, address: address)
      try await test.settle()
      let here = "/admin/customers/\(account.id)"
      let (own, other) = (
        try await hired(test, kiln, [.usersView, .usersEdit]), try await hired(test, mill, [.usersView, .usersEdit])
      )
      let platform = try await hired(test, nil, [.usersView, .usersEdit])
      #expect(try await own.get("/admin/customers").body.contains(here))
      #expect(!(try await other.get("/admin/customers").body.contains(here)))
      #expect(try await other.get(here).status == 404)
      #expect(try await other.post("\(here)/notes", [("text", "x")]).status == 404)
      let all = try await platform.get("/admin/customers").body
      #expect(all.contains(">l**<") && all.contains(">w**<") && !all.contains(">lin<"))
      _ = try await own.post("\(here)/notes", [("text", "Seen at the fair")])
      _ = try await own.post("\(here)/tags", [("tags", "fair")])
      #expect(try await own.get(here).body.contains("Seen at the fair"))
      let seen = try await platform.get(here).body
      #expect(!seen.contains("Seen at the fair") && !seen.contains(">fair<"))
      // Shown in part, an address can't be found out sign by sign.
      let page = try await own.get(here).body
      #expect(page.contains("l***@example.com") && !page.contains("lin@example.com"))
      #expect(page.contains("<h1>l**</h1>") && !page.contains("<h1>lin</h1>"))
      for query in ["email=li", "name=li"] {
        #expect(!(try await own.get("/admin/customers?\(query)").body.contains(here)), "\(query)")
      }
      #expect(try await own.get("/admin/customers?name=lin").body.contains(here))
      #expect(try await own.get("/admin/customers?email=lin%40example.com").body.contains(here))
      #expect(!(try await own.get("/admin/customers/export").body.contains("lin@example.com")))
      #expect(seen.contains("***") && !seen.contains("1 Century Avenue"))
      // A file of all that is kept has nothing in part.
      #expect(seen.contains("\(here)/erase") && !seen.contains("\(here)/export"))
      #expect(try await platform.get("\(here)/export").status == 403)
      #expect(try await test.deeds(DeedFilter(verb: "customers.export")).isEmpty)
    }
  }

  // req: 3.1.2-1
  @Test func `a blocked customer is out at once, on pages and in the API, until let in again`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer("lin")
      let owner = CartOwner.account(account.id)
      let cart = try await test.shop.flows.addToCart.run(product.variants[0].id, .one, to: owner)
      let platform = try await hired(test, nil, [.usersView, .usersEdit])
      let here = "/admin/customers/\(account.id)"
      let unsaid = try await platform.post("\(here)/block", [("reason", " ")])
      #expect(unsaid.status == 422 && unsaid.body.contains("id=\"reason-fault\""))
      #expect(try await browser.get("/account").status == 200)
      #expect(try await platform.post("\(here)/block", [("reason", "never pays")]).location == here)
      #expect(try await browser.get("/account").location?.hasPrefix("/login") == true)
      let entry = try await test.browser().post(
        "/login", [("email", account.email), ("password", TestShop.password)])
      #expect(entry.status == 403 && entry.body.contains("This account has been blocked"))
      let api = try await test.browser().send(
        .POST, "/api/v1/sessions",
        json: "{\"email\": \"\(account.email)\", \"password\": \"\(TestShop.password)\"}")
      #expect(api.status == 403 && api.body.contains("accountBlocked"))
      // Even what got in before nobody could tell orders nothing.
      await #expect(throws: AccountRefusal.accountBlocked) {
        try await test.shop.flows.placeOrder.run(
          PlaceOrder.Input(
            account: account.id, cartVersion: cart.version, address: address.id, note: "", dueSeen: nil))
      }
      let page = try await platform.get(here).body
      #expect(page.contains("never pays") && page.contains("\(here)/unblock"))
      #expect(try await platform.get("/admin/customers?state=blocked").body.contains(here))
      #expect(try await platform.post("\(here)/unblock").location == here)
      let again = try await test.browser().post(
        "/login", [("email", account.email), ("password", TestShop.password)])
      #expect(again.status == 303)
      let log = try await test.staff(of: nil).get("/admin/log").body
      #expect(log.contains("Blocked a customer") && log.contains("Let a customer in again"))
    }
  }

  // req: 2.3.2.4-4
  @Test func `an erased customer's orders stay and say nothing of who it was`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, address) = try await test.buyer("lin")
      let order = try await test.completedOrder(product, by: browser, account: account, address: address)
      let platform = try await test.staff(of: nil)
      let here = "/admin/customers/\(account.id)"
      #expect(try await platform.post("\(here)/sessions").location == here)
      #expect(try await browser.get("/account").location?.hasPrefix("/login") == true)
      let file = try await platform.get("\(here)/export")
      #expect(file.headers.first(name: "content-type") == "application/json")
      for text in ["lin@example.com", "1 Century Avenue", "\(order.number)", "94.00 CNY"] {
        #expect(file.body.contains(text), "\(text)")
      }
      #expect(try await platform.post("\(here)/erase").location == here)
      let page = try await platform.get(here).body
      #expect(page.contains("Erased") && page.contains("\(order.number)"))
      for text in ["lin@example.com", "1 Century Avenue", ">lin<"] { #expect(!page.contains(text), "\(text)") }
      for action in ["block", "notes", "tags", "erase"] { #expect(!page.contains("\(here)/\(action)\"")) }
      let late = try await platform.post("\(here)/block", [("reason", "x")])
      #expect(late.status == 409 && late.body.contains("This customer was erased."))
      #expect(try await test.shop.audit().isEmpty)
      let chinese = try await platform.get("\(here)?lang=zh-Hans").body
      for words in ["顾客", "已注销", "备注", "收货地址"] { #expect(chinese.contains(words), "\(words)") }
    }
  }

  @Test func `orders from before customers were kept are gathered, once`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let (browser, account, address) = try await test.buyer("lin")
      _ = try await test.placedOrder(product, by: browser, account: account, address: address)
      try await test.settle()
      try await test.shop.database.write { try $0.execute("DELETE FROM customer") }
      let staff = try await hired(test, merchant, [.usersView])
      #expect(!(try await staff.get("/admin/customers").body.contains("\(account.id)")))
      // Who has the address is answered by the orders themselves.
      #expect(try await staff.get("/admin/customers/\(account.id)").status == 200)
      for _ in 1...2 { try await GatherCustomers(test.shop.contexts).run() }
      #expect(try await staff.get("/admin/customers").body.contains("\(account.id)"))
      #expect(try await test.shop.contexts.customers.gathered() == nil)
    }
  }
}
