import Accounts
import Carts
import Catalog
import Flows
import Foundation
import Inventory
import Merchants
import Testing
import Values

@testable import App

/// What the buttons of the cart do, over HTTP, and what they say when they can't.
@Suite struct CartPageTests {
  // req: 4.1.2-3 4.1.2-5 4.1.2-6
  @Test func `quantities, ticks and removals change the totals and nothing else`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (browser, account, _) = try await test.buyer()
      for variant in product.variants {
        _ = try await browser.post("/cart", [("variant", "\(variant.id)"), ("quantity", "1")])
      }
      let lines = try await test.cart(of: account).lines
      let (first, second) = (try #require(lines.first).id, try #require(lines.last).id)
      func press(_ name: String, _ value: String, _ more: [(String, String)] = []) async throws -> Browser.Answer {
        let answer = try await browser.post("/cart", more + [(name, value)])
        return answer.status == 303 ? try await browser.get(answer.location ?? "") : answer
      }
      #expect(try await browser.get("/cart").body.contains("¥176.00"))
      #expect(try await press("more", "\(first)").body.contains("¥264.00"))
      #expect(try await press("less", "\(first)").body.contains("¥176.00"))
      #expect(try await press("update", "1", [("quantity.\(first)", "4")]).body.contains("¥440.00"))
      let unticked = try await press("untick", "\(second)")
      #expect(unticked.body.contains("Check out (4)"))
      #expect(try await press("tickAll", "1").body.contains("Check out (5)"))
      #expect(try await press("tickAll", "0").body.contains("Select something"))
      _ = try await press("tick", "\(second)")
      let removed = try await press("remove", "\(first)")
      #expect(removed.body.contains("Removed from the cart."))
      let left = try await test.cart(of: account).lines
      #expect(left.map(\.id) == [second])
      #expect(try await press("checkout", "1").body.contains("name=\"place\""))
      #expect(try await press("remove", "999999").status == 200)
      #expect(try await test.cart(of: account).lines.map(\.id) == [second])
    }
  }

  // req: 4.1.2-2
  @Test func `more than there is and nonsense are refused beside the line`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant(), stock: 3)
      let (browser, account, _) = try await test.buyer()
      let variant = product.variants[0].id
      _ = try await browser.post("/cart", [("variant", "\(variant)"), ("quantity", "3")])
      let line = try #require(try await test.cart(of: account).lines.first)
      let short = try await browser.post("/cart", [("quantity.\(line.id)", "4"), ("update", "1")])
      #expect(short.status == 409)
      #expect(short.body.contains("Clay teapot: Only 3 left."))
      #expect(short.body.contains("class=\"problem red\""))
      for nonsense in [
        "", "0", "-1", "1.5", "99999", "9223372036854775808", "<script>alert(1)</script>", "三", "🫖", "‮1",
      ] {
        let answer = try await browser.post("/cart", [("quantity.\(line.id)", nonsense), ("update", "1")])
        #expect(answer.status == 422)
        #expect(answer.body.contains("Between 1 and 9999."))
        #expect(!answer.body.contains("<script>alert"))
        let added = try await browser.post("/cart", [("variant", "\(variant)"), ("quantity", nonsense)])
        #expect(added.location == "/cart")
      }
      #expect(try await browser.post("/cart", [("variant", "'; DROP TABLE cart"), ("quantity", "1")]).status == 422)
      #expect(try await test.cart(of: account).unitCount == 3)
    }
  }

  @Test func `what is sold out stands aside and the rest can be bought`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant, stock: 5)
      let (browser, account, address) = try await test.buyer()
      for variant in product.variants {
        _ = try await browser.post("/cart", [("variant", "\(variant.id)"), ("quantity", "2")])
      }
      let confirm = try await browser.get("/checkout").body
      let location = try await test.shop.contexts.inventory.location(named: "Main", of: merchant.id)
      _ = try await test.shop.contexts.inventory.count(
        [StockCount(variant: product.variants[0].id, location: location.id, onHand: 0)], key: "gone", by: .system)
      try await test.settle()

      let refused = try await browser.post("/checkout", test.confirmation(confirm, address: address.id))
      #expect(refused.status == 409)
      #expect(refused.body.contains("Clay teapot: Sold out."))
      #expect(!refused.body.contains("name=\"place\""))
      #expect(refused.body.contains("1 item can&#39;t be ordered any more and isn&#39;t in the amount."))
      #expect(refused.body.contains("<dd>¥182.00</dd>"))
      #expect(try await test.orders(of: account).isEmpty)
      #expect(try await browser.get("/checkout").location == "/cart")

      _ = try await browser.post("/cart", [("tickAll", "0")])
      _ = try await browser.post("/cart", [("tickAll", "1")])
      let ticked = try await test.cart(of: account).lines.filter(\.isTicked).map(\.variant)
      #expect(ticked == [product.variants[1].id])
      let again = try await browser.get("/checkout")
      let placed = try await browser.post("/checkout", test.confirmation(again.body, address: address.id))
      #expect(placed.status == 303)
      #expect(try await test.cart(of: account).lines.map(\.variant) == [product.variants[0].id])
      #expect(try await test.shop.audit().isEmpty)
    }
  }
}

extension TestShop {
  func cart(of account: Account) async throws -> Cart { try await shop.contexts.carts.cart(of: .account(account.id)) }
}
