import Accounts
import Catalog
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Orders
import Payments
import Testing
import Values

@testable import App

/// What all lists of the back office have in common: pages, order, columns, views and export.
@Suite struct DeskListTests {
  /// Orders placed past the pages, with a product that is called as nobody should be.
  private func orders(
    _ test: TestShop, _ count: Int, title: String = "Clay teapot", note: String = ""
  ) async throws -> Merchant {
    let merchant = try await test.merchant()
    let (_, account, _) = try await test.buyer()
    let ids = test.shop.ids
    let region = try #require(RegionCode(rawValue: "310115"))
    for number in 0..<count {
      _ = try await test.shop.contexts.orders.place(
        CheckoutOrders(
          key: "list-\(number)", buyer: account.id, channel: .main, currency: .cny,
          destination: Destination(
            recipient: "Lin", phone: "13800138000", region: region,
            regionName: LocalizedText(en: "Pudong, Shanghai", zhHans: "上海市浦东新区"), street: "1", postcode: ""),
          payBefore: test.shop.clock.now.adding(.days(1)),
          orders: [
            CheckoutOrders.NewOrder(
              id: ids.next(), merchant: merchant.id,
              lines: [
                CheckoutOrders.NewLine(
                  variant: ids.next(), product: ids.next(), title: LocalizedText(title), choice: LocalizedText(),
                  sku: "T", picture: nil, unit: Money(minor: Int64(100 + number), currency: .cny), quantity: .one,
                  discount: .zero(.cny))
              ], freight: .zero(.cny), note: note)
          ]))
    }
    return merchant
  }

  private func numbers(_ body: String) -> [String] {
    body.matches(of: /class="number" href="\/admin\/orders\/([^"]+)"/).map { String($0.1) }
  }

  @Test func `a list is read page by page in either order, without a gap or repeat`() async throws {
    try await TestShop.run { test in
      let staff = try await test.staff(of: try await orders(test, 65))
      for sort in ["newest", "oldest"] {
        var (address, seen, pages): (String?, [String], Int) = ("/admin/orders?sort=\(sort)", [], 0)
        while let here = address, pages < 5 {
          let body = try await staff.get(here).body
          seen += numbers(body)
          address = body.firstMatch(of: /rel="next" href="([^"]+)"/).map { String($0.1).replacing("&amp;", with: "&") }
          pages += 1
        }
        #expect(pages == 3)
        #expect(seen.count == 65)
        #expect(seen == (sort == "oldest" ? seen.sorted() : seen.sorted(by: >)))
      }
      #expect(try await staff.get("/admin/orders?after=nonsense").status < 500)
    }
  }

  @Test func `all that matches is exported, with no cell that a spreadsheet would run`() async throws {
    try await TestShop.run { test in
      let merchant = try await orders(
        test, 230, title: "=HYPERLINK(\"http://evil.example\")", note: "+1\r\n@cmd, \"x\"")
      let staff = try await test.staff(of: merchant)
      let answer = try await staff.get("/admin/orders/export?dueFrom=1.01&column=names&column=due&column=note")
      #expect(answer.status == 200)
      #expect(answer.headers.first(name: "content-type") == "text/csv; charset=utf-8")
      #expect(answer.headers.first(name: "content-disposition")?.contains("orders.csv") == true)
      #expect(Array(answer.body.utf8.prefix(3)) == [0xEF, 0xBB, 0xBF])
      let rows = answer.body.components(separatedBy: "\r\n").dropLast()
      #expect(rows.first?.hasSuffix("Order number,Product name,Amount due,Note") == true, "\(rows.first ?? "")")
      #expect(answer.body.components(separatedBy: "'=HYPERLINK").count == 230)
      #expect(!answer.body.contains(",=HYPERLINK") && !answer.body.contains(",\"=HYPERLINK"))
      #expect(answer.body.contains("\"'+1"))
      #expect(answer.body.contains(",3.29,"))
      #expect(try await staff.get("/admin/orders/export?dueFrom=abc").status == 422)
      let stranger = try await test.staff(of: try await test.merchant("other"))
      let empty = try await stranger.get("/admin/orders/export").body
      #expect(empty.components(separatedBy: "\r\n").count == 2)
    }
  }

  @Test func `columns are chosen, filters are taken off one by one, and both stay in the address`() async throws {
    try await TestShop.run { test in
      let staff = try await test.staff(of: try await orders(test, 40))
      let plain = try await staff.get("/admin/orders").body
      #expect(!plain.contains("Pudong"))
      #expect(plain.contains("data-label=\"Paid\""))
      let chosen = try await staff.get("/admin/orders?column=region&column=due&dueFrom=1&number=2").body
      #expect(chosen.contains("Pudong, Shanghai"))
      #expect(!chosen.contains("data-label=\"Paid\""))
      #expect(
        chosen.contains("rel=\"next\" href=\"/admin/orders?number=2&amp;dueFrom=1&amp;column=due&amp;column=region"))
      #expect(chosen.contains("href=\"/admin/orders?dueFrom=1&amp;column=due&amp;column=region\""))
      #expect(chosen.contains("href=\"/admin/orders/export?number=2&amp;dueFrom=1"))
      let none = try await staff.get("/admin/orders?number=9&product=%3Cscript%3E").body
      #expect(none.contains("Nothing matches the filters"))
      #expect(!none.contains("<script>"))
      #expect(try await staff.get("/admin/orders?dueFrom=x").body.contains("A filter can&#39;t be read"))
      #expect(try await staff.get("/admin/orders?state=completed").body.contains("Nothing waits here"))
    }
  }

  @Test func `a view is kept under a name, opened again and forgotten, by its owner alone`() async throws {
    try await TestShop.run { test in
      let merchant = try await orders(test, 1)
      let (mei, bo) = (try await test.staff(of: merchant), try await test.staff(of: merchant))
      let here = "/admin/orders?dueFrom=1&column=due"
      let form = [("list", "orders"), ("viewQuery", "dueFrom=1&column=due"), ("back", here)]
      let kept = try await mei.post("/admin/views", form + [("viewName", "Big <ones>")])
      #expect(kept.location == here)
      let list = try await mei.get("/admin/orders").body
      #expect(list.contains("href=\"/admin/orders?dueFrom=1&amp;column=due\">Big &lt;ones&gt;</a>"))
      #expect(!(try await bo.get("/admin/orders").body.contains("Big &lt;ones&gt;")))
      #expect(try await mei.post("/admin/views", form + [("viewName", " ")]).location == here)
      #expect(try await mei.get("/admin/orders").body.contains("Give the view a name"))
      #expect(try await mei.post("/admin/views", [("list", "nothing"), ("viewName", "x")]).status == 404)
      let id = try #require(list.firstMatch(of: /\/admin\/views\/(dvw_[a-z0-9]+)\/remove/)).1
      _ = try await bo.post("/admin/views/\(id)/remove", [("back", here)])
      #expect(try await mei.get("/admin/orders").body.contains("Big &lt;ones&gt;"))
      #expect(try await mei.post("/admin/views/\(id)/remove", [("back", here)]).location == here)
      #expect(!(try await mei.get("/admin/orders").body.contains("Big &lt;ones&gt;")))
    }
  }
}
