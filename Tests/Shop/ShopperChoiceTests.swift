import Accounts
import Catalog
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Reviews
import Storage
import Testing
import Values

@testable import App
@testable import Pages
@testable import Storefront

/// What a product page makes of what is asked: its variant, the shopper's province, reviews to the end.
@Suite struct ShopperChoiceTests {
  private func chosen(_ page: Browser.Answer) throws -> String {
    String(try #require(page.body.firstMatch(of: /<option value="(\d{6})" selected/)).1)
  }

  @Test func `delivery is promised to the default address, else to the province chosen last`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let path = "/products/\(product.id)"
      let (browser, account, _) = try await test.buyer()
      #expect(try chosen(try await browser.get(path)) == "310000")
      _ = try await test.shop.contexts.accounts.addAddress(
        AddressDraft(
          recipient: "Lin", phone: "13800138000", region: "110105", street: "1 Jianguo Road", isDefault: true),
        to: account.id)
      let own = try await browser.get(path)
      #expect(try chosen(own) == "110000")
      // What links repeat is no choice of the shopper's.
      #expect(try await browser.get("\(path)?to=110000").headers["set-cookie"].allSatisfy { !$0.contains("province") })
      let guest = test.browser()
      #expect(try chosen(try await guest.get(path)) == "310000")
      #expect(try chosen(try await guest.get("\(path)?to=440103")) == "440000")
      #expect(try chosen(try await guest.get(path)) == "440000")
      #expect(try chosen(try await test.browser().get(path)) == "310000")
      #expect(try chosen(try await browser.get("\(path)?to=310000")) == "310000")
      #expect(try chosen(try await browser.get(path)) == "310000")
      for nonsense in ["999999", "x", "", "%F0%9F%AB%96", "-1"] {
        #expect(try chosen(try await guest.get("\(path)?to=\(nonsense)")) == "440000")
      }
    }
  }

  // req: 4.1.1-0
  @Test func `every review can be read, page after page`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let account = try await test.buyer().account
      for number in 1...70 {
        _ = try await test.shop.contexts.reviews.write(
          ReviewDraft(
            line: OrderLineID(raw: Int64(number)), product: product.id, author: account.id, authorName: "Lin",
            stars: number % 5 + 1, text: "Review number \(number).", pictures: [], choice: LocalizedText()))
      }
      try await test.settle()
      let browser = test.browser()
      var read: Set<String> = []
      var next: String? = "/products/\(product.id)"
      for _ in 0..<10 {
        guard let path = next else { break }
        let page = try await browser.get(path)
        #expect(page.status == 200)
        let texts = page.body.matches(of: /<p class="review-text">([^<]*)</).map { String($0.1) }
        #expect(!texts.isEmpty)
        #expect(read.isDisjoint(with: texts))
        read.formUnion(texts)
        let link = page.body.firstMatch(of: /<a class="button second" href="([^"#]*)#reviews"/)
        next = link.map { String($0.1).replacing("&amp;", with: "&") }
      }
      #expect(next == nil)
      #expect(read.count == 70)
      for nonsense in ["x", "~~", "%00", "'; DROP TABLE review"] {
        #expect(try await browser.get("/products/\(product.id)?after=\(Browser.escaped(nonsense))").status == 200)
      }
    }
  }

  @Test func `a variant that isn't the product's makes no page of its own`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let (pot, cup) = (try await test.product(of: merchant), try await test.product(of: merchant, "cup"))
      func key(_ query: String) -> String? {
        ProductPageModel.Ask(Form(urlEncoded: query), of: pot, to: DeliveryPlace.usual).key
      }
      let plain = try #require(key(""))
      for strange in ["\(cup.variants[0].id)", "var_0000000000000", "x", "-1"] {
        #expect(key("variant=\(strange)") == plain)
      }
      #expect(key("variant=\(pot.variants[1].id)") != plain)
      #expect(key("stars=9&utm_source=x") == plain)
    }
  }
}
