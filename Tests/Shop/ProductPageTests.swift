import Accounts
import Carts
import Catalog
import Flows
import Foundation
import Inventory
import Merchants
import NIOHTTP1
import Orders
import Payments
import Pricing
import Reviews
import Testing
import Values

@testable import App

/// The page of one product, for visitors with and without an account.
@Suite struct ProductPageTests {
  // req: 4.1.1-0 4.1.1-6
  @Test func `content, parameters and reviews are shown in both languages`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let (buyer, account, address) = try await test.buyer()
      let order = try await test.completedOrder(product, by: buyer, account: account, address: address)
      let line = try #require(order.lines.first)
      let path = "/orders/\(order.number)/review/\(line.id)"
      try #require(
        try await buyer.review(path, [("stars", "4"), ("text", "Pours well 👍")], pictures: []).status == 303)
      try await test.settle()
      let english = try await test.browser().get("/products/\(product.id)").body
      for text in [
        "Clay teapot", "<p>Thrown by hand.</p>", "Volume", "350", "Colour", "Pours well 👍", "¥88.00", "In stock",
      ] {
        #expect(english.contains(text))
      }
      let chinese = try await test.browser(language: .zhHans).get("/products/\(product.id)").body
      for text in ["紫砂茶壶", "<p>手工拉坯。</p>", "容量", "颜色", "Pours well 👍", "¥88.00", "lang=\"zh-Hans\""] {
        #expect(chinese.contains(text))
      }
      #expect(try await test.browser().get("/products/\(product.id)?stars=1").body.contains("Pours well") == false)
    }
  }

  // req: 4.1.1-1
  @Test func `unknown, malformed and unpublished products are a page that says not found`() async throws {
    try await TestShop.run { test in
      let hidden = try await test.product(of: try await test.merchant(), isPublished: false)
      let nasty = [
        "prd_0000000000000", "\(hidden.id)", "1", "-1", "9223372036854775808", "'; DROP TABLE product",
        "<script>alert(1)</script>",
        "🫖", "\u{202E}prd", "%00", String(repeating: "x", count: 4000), "../../etc/passwd",
      ]
      for (id, language) in nasty.flatMap({ id in Language.allCases.map { (id, $0) } }) {
        let answer = try await test.browser(language: language).get("/products/\(Browser.escaped(id))")
        #expect(answer.status == 404)
        #expect(answer.body.contains("<html"))
        #expect(answer.body.contains("lang=\"\(language.rawValue)\""))
        #expect(!answer.body.contains("<script>alert"))
        #expect(!answer.body.contains("Clay teapot"))
      }
      try await test.shop.contexts.catalog.setPublished(hidden.id, true)
      try await test.settle()
      #expect(try await test.browser().get("/products/\(hidden.id)").status == 200)
      try await test.shop.contexts.catalog.setPublished(hidden.id, false)
      try await test.settle()
      #expect(try await test.browser().get("/products/\(hidden.id)").status == 404)
    }
  }

  // req: 4.1.1-2
  @Test func `the chosen variant's price and stock are shown`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let (red, blue) = (product.variants[0].id, product.variants[1].id)
      try await test.shop.contexts.pricing.setPrices([
        PriceChange(variant: blue, price: Price(sale: try test.yuan("123.45")))
      ])
      let location = try await test.shop.contexts.inventory.location(named: "Main", of: merchant.id)
      _ = try await test.shop.contexts.inventory.count(
        [StockCount(variant: blue, location: location.id, onHand: 2)], key: "few", by: .system)
      try await test.settle()
      func shown(_ query: String) async throws -> String {
        let answer = try await test.browser().get("/products/\(product.id)\(query)")
        #expect(answer.status == 200)
        return answer.body
      }
      func price(_ html: String) -> String? {
        html.firstMatch(of: /aria-live="polite"><b>([^<]*)</).map { String($0.1) }
      }
      let ofRed = try await shown("?variant=\(red)")
      #expect(price(ofRed) == "¥88.00")
      #expect(ofRed.contains("name=\"variant\" value=\"\(red)\""))
      #expect(!ofRed.contains("Only 2 left"))
      let ofBlue = try await shown("?variant=\(blue)")
      #expect(price(ofBlue) == "¥123.45")
      #expect(ofBlue.contains("name=\"variant\" value=\"\(blue)\""))
      #expect(ofBlue.contains("Only 2 left"))
      for nonsense in ["var_0000000000000", "-1", "%F0%9F%AB%96", "%3Cscript%3Ealert(1)%3C/script%3E"] {
        #expect(!(try await shown("?variant=\(nonsense)").contains("<script>alert")))
      }
      _ = try await test.shop.contexts.inventory.count(
        [StockCount(variant: blue, location: location.id, onHand: 0)], key: "gone", by: .system)
      try await test.settle()
      let soldOut = try await shown("?variant=\(blue)")
      #expect(soldOut.contains("This choice is sold out."))
      #expect(!soldOut.contains("name=\"quantity\""))
      #expect(!soldOut.contains("data-stepper"))
      #expect(!soldOut.contains("id=\"add\""))
      _ = try await test.shop.contexts.inventory.count(
        [StockCount(variant: red, location: location.id, onHand: 0)], key: "all gone", by: .system)
      try await test.settle()
      #expect(try await shown("").contains("This is sold out."))
    }
  }

  // req: 4.1.1-3
  @Test func `a guest is asked to log in and comes back to the same variant`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let account = try await test.buyer().account
      let path = "/products/\(product.id)?variant=\(product.variants[1].id)"
      let guest = test.browser()
      let page = try await guest.get(path).body
      #expect(page.contains("You come straight back here."))
      #expect(page.contains("id=\"add\""))
      #expect(!page.contains("id=\"favourite\""))
      let link = try #require(page.firstMatch(of: /login-note[\s\S]*?href="(\/login\?to=[^"]*)"/)).1
      let form = try await guest.get(String(link)).body
      let back = try #require(form.firstMatch(of: /name="to" value="([^"]*)"/)).1
      #expect(back.replacing("&amp;", with: "&") == path)
      let entered = try await guest.post(
        "/login", [("email", account.email), ("password", TestShop.password), ("to", path)])
      #expect(entered.location == path)
      #expect(!(try await guest.get(path).body.contains("You come straight back here.")))
    }
  }

  // req: 4.1.1-3
  @Test func `a shop can ask for the log-in before anything is bought`() async throws {
    try await TestShop.run(["--catalog-gates-products", "true"]) { test in
      let product = try await test.product(of: try await test.merchant())
      let page = try await test.browser().get("/products/\(product.id)").body
      #expect(page.contains("Log in to buy"))
      #expect(!page.contains("id=\"add\""))
      #expect(try await test.buyer().browser.get("/products/\(product.id)").body.contains("id=\"add\""))
    }
  }

  // req: 4.1.1-4
  @Test func `a member has the buttons, and a saved favourite is marked for him alone`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let browser = try await test.buyer().browser
      let path = "/products/\(product.id)"
      let page = try await browser.get(path).body
      #expect(page.contains("id=\"add\""))
      #expect(page.contains("Ask the merchant"))
      #expect(page.contains("aria-pressed=\"false\""))
      _ = try await browser.post("\(path)/favourite", [("favourite", "1"), ("to", path)])
      #expect(try await browser.get(path).body.contains("aria-pressed=\"true\""))
      let other = try await test.buyer("mei").browser
      #expect(try await other.get(path).body.contains("aria-pressed=\"false\""))
      _ = try await browser.post("\(path)/favourite", [("favourite", "0"), ("to", path)])
      #expect(try await browser.get(path).body.contains("aria-pressed=\"false\""))
    }
  }

  // req: 4.1.1-4
  @Test func `asking the merchant is a letter to the merchant about this product`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(
        of: try await test.merchant(), title: LocalizedText(en: "Pot & lid?", zhHans: "壶"))
      let browser = try await test.buyer().browser
      let page = try await browser.get("/products/\(product.id)?lang=en").body
      #expect(page.contains("href=\"mailto:kiln@example.com?subject=About%20Pot%20%26%20lid%3F\""))
      let chinese = try await browser.get("/products/\(product.id)?lang=zh-Hans").body
      #expect(chinese.contains("href=\"mailto:kiln@example.com?subject=%E5%92%A8%E8%AF%A2%EF%BC%9A%E5%A3%B6\""))
    }
  }

  // req: 4.1.1-5
  @Test func `what was seen and searched is shown, and this view joins it`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let teapot = try await test.product(of: merchant)
      let cup = try await test.product(of: merchant, "cup", title: LocalizedText(en: "Tea cup", zhHans: "茶杯"))
      let (browser, account, _) = try await test.buyer()
      func strip(_ path: String) async throws -> String {
        let page = try await browser.get(path).body
        return page.firstMatch(of: /<section class="strip"[\s\S]*?<\/section>/).map { String($0.0) } ?? ""
      }
      #expect(try await strip("/products/\(teapot.id)") == "")
      _ = try await browser.get("/search?q=porcelain")
      let second = try await strip("/products/\(cup.id)")
      #expect(second.contains("Clay teapot"))
      #expect(second.contains("/search?q=porcelain"))
      #expect(!second.contains("Tea cup"))
      let first = try await strip("/products/\(teapot.id)")
      #expect(first.contains("Tea cup"))
      let views = try await test.shop.contexts.browsing.recentViews(of: .account(account.id), limit: 10)
      #expect(views == [teapot.id, cup.id])
      #expect(try await test.browser().get("/products/\(cup.id)").body.contains("class=\"strip\"") == false)
    }
  }
}
