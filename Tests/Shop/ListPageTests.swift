import Catalog
import Flows
import Merchants
import Pages
import Pricing
import Testing
import Values

@testable import App

/// Lists of goods: their ends, their filters, their one address.
@Suite struct ListPageTests {
  // req: 3.1.1-1
  @Test func `past the last page of a list there is nothing, and no number ends the shop`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      for number in 1...41 {
        _ = try await test.product(
          of: merchant, "pot-\(number)", title: LocalizedText(en: "Pot \(number)", zhHans: "壶\(number)"))
      }
      let browser = test.browser()
      for place in ["/search", "/c/tea", "/m/\(merchant.slug)"] {
        for page in ["1", "2", "0", "-1", "x", ""] {
          #expect(try await browser.get("\(place)?page=\(page)").status == 200, "\(place) \(page)")
        }
        for page in ["3", "4", "5", "6", "249", "250", "251", "9223372036854775807"] {
          let answer = try await browser.get("\(place)?page=\(page)")
          #expect(answer.status == 404, "\(place) \(page)")
          #expect(!answer.body.contains("rel=\"canonical\""))
        }
        let second = try await browser.get("\(place)?page=2").body
        #expect(second.contains("aria-current=\"page\">2<"))
      }
      // A list without goods has one page.
      #expect(try await browser.get("/search?q=piano").status == 200)
      #expect(try await browser.get("/search?q=piano&page=2").status == 404)
    }
  }

  // req: 3.1.4-2
  @Test func `each page of a merchant's list is its own canonical address, as a category's is`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      for number in 1...41 { _ = try await test.product(of: merchant, "pot-\(number)") }
      for place in ["/c/tea", "/m/\(merchant.slug)"] {
        let page = try await test.browser().get("\(place)?page=2").body
        let canonical = try #require(page.firstMatch(of: /rel="canonical" href="([^"]*)"/)).1
        #expect(canonical.replacing("&amp;", with: "&") == "\(test.base)\(place)?page=2&lang=en")
      }
    }
  }

  // req: 3.1.1-1
  @Test func `prices are filtered in the shop's currency, and one that can't be read is said at its field`()
    async throws
  {
    try await TestShop.run(["--shop-currency", "USD"]) { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      try await test.shop.contexts.pricing.setPrices(
        product.variants.map {
          PriceChange(variant: $0.id, price: Price(sale: Money(minor: 2000, currency: .usd)))
        })
      try await test.settle()
      let browser = test.browser()
      let link = "/products/\(product.id)"
      #expect(try await browser.get("/search?priceFrom=19.99&priceTo=20.01").body.contains(link))
      let dear = try await browser.get("/search?priceFrom=20.01").body
      #expect(dear.contains("class=\"empty\""))
      for name in ["priceFrom", "priceTo"] {
        let page = try await browser.get("/search?\(name)=abc").body
        #expect(page.contains("id=\"\(name)-fault\""), "\(name)")
        #expect(page.contains("aria-describedby=\"\(name)-fault\""), "\(name)")
        #expect(page.contains("aria-invalid=\"true\""), "\(name)")
        // What wasn't understood isn't claimed to be a filter.
        #expect(!page.contains("class=\"chip on\""), "\(name)")
        #expect(page.contains(link))
      }
    }
  }

  @Test func `an unknown merchant is no unknown category, and an unknown map no unknown product`() async throws {
    try await TestShop.run { test in
      let words = test.shop.theme.words(.en)
      let merchant = try await test.browser().get("/m/unknown")
      #expect(merchant.status == 404)
      #expect(!merchant.body.contains(words.refusal(CatalogRefusal.unknownCategory).escaped))
      let map = try await test.browser().get("/sitemaps/nothing.xml")
      #expect(map.status == 404)
      #expect(!map.body.contains(words.refusal(CatalogRefusal.unknownProduct).escaped))
    }
  }

  @Test func `a price that isn't one is said beside its field, and makes no filter`() async throws {
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      let visitor = test.browser()
      let faulty = try await visitor.get("/c/tea?priceFrom=abc&priceTo=1e5").body
      #expect(faulty.contains("id=\"priceFrom-fault\""))
      #expect(faulty.contains("id=\"priceTo-fault\""))
      #expect(faulty.contains("Clay teapot"))
      #expect(!faulty.contains("class=\"chip on\""))
      let narrowed = try await visitor.get("/c/tea?priceFrom=20&priceTo=100").body
      #expect(narrowed.contains("¥20.00 – ¥100.00"))
      #expect(try await visitor.get("/c/tea?priceFrom=900").body.contains("Nothing here with these filters"))
    }
  }
}

extension String {
  /// As it stands in a page.
  fileprivate var escaped: String { replacing("'", with: "&#39;") }
}
