import Catalog
import Flows
import Foundation
import FoundationXML
import Merchants
import NIOHTTP1
import Testing
import Values

@testable import App

/// What search engines and readers without scripts find: maps, rules, links, structured data and ways on.
@Suite struct SearchEngineTests {
  private func locations(_ xml: String) -> [String] {
    xml.matches(of: /<loc>([^<]*)<\/loc>/).map { String($0.1) }
  }

  // req: 3.1.4-2
  @Test func `the sitemap leads to every published product in both languages, and robots to the sitemap`() async throws
  {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let product = try await test.product(of: merchant)
      let hidden = try await test.product(of: merchant, "hidden", isPublished: false)
      let browser = test.browser()
      let robots = try await browser.get("/robots.txt")
      #expect(robots.headers.first(name: "content-type")?.hasPrefix("text/plain") == true)
      for line in ["User-agent: *", "Disallow: /checkout", "Disallow: /orders", "Disallow: /admin"] {
        #expect(robots.body.contains(line))
      }
      let map = try #require(robots.body.firstMatch(of: /Sitemap: (\S+)/)).1
      let index = try await browser.get(String(map))
      #expect(index.status == 200)
      #expect(XMLParser(data: Data(index.body.utf8)).parse())
      var addresses: [String] = []
      for file in locations(index.body) {
        let answer = try await browser.get(file)
        #expect(answer.status == 200)
        #expect(XMLParser(data: Data(answer.body.utf8)).parse())
        for language in Language.allCases.map(\.rawValue) + ["x-default"] {
          #expect(answer.body.contains("hreflang=\"\(language)\""))
        }
        addresses += locations(answer.body)
      }
      #expect(addresses.contains { $0.contains("/products/\(product.id)") })
      #expect(!addresses.contains { $0.contains("\(hidden.id)") })
      for language in Language.allCases {
        #expect(addresses.contains(test.base + "/c/tea?lang=\(language.rawValue)"))
      }
      for address in addresses {
        let page = try await browser.get(address)
        #expect(page.status == 200, "\(address)")
        let canonical = try #require(page.body.firstMatch(of: /rel="canonical" href="([^"]*)"/)).1
        #expect(canonical == address)
        #expect(page.body.contains("hreflang=\"x-default\""), "\(address)")
      }
      for name in ["nothing", "products-x.xml", "..%2f.xml", "productsx.xml", "%F0%9F%AB%96.xml"] {
        #expect(try await browser.get("/sitemaps/\(name)").status < 500)
      }
      #expect(try await browser.get("/sitemaps/nothing.xml").status == 404)
    }
  }

  // req: 3.1.4-2
  @Test func `pages state their canonical address, their languages and what they are about`() async throws {
    try await TestShop.run { test in
      let title = LocalizedText(en: "Pot </script>\u{600}</script><script>alert(1)</script>", zhHans: "壶")
      let product = try await test.product(of: try await test.merchant(), title: title)
      let browser = test.browser()
      let page = try await browser.get("/products/\(product.id)?variant=\(product.variants[1].id)").body
      let canonical = try #require(page.firstMatch(of: /<link rel="canonical" href="([^"]*)"/)).1
      #expect(canonical.hasPrefix(test.base + "/products/\(product.id)"))
      #expect(!canonical.contains("variant"))
      for language in Language.allCases {
        #expect(page.contains("<link rel=\"alternate\" hreflang=\"\(language.rawValue)\""))
      }
      #expect(!page.contains("<script>alert"))
      let graph = try #require(try structured(page)["@graph"] as? [[String: Any]])
      let item = try #require(graph.first { $0["@type"] as? String == "Product" })
      #expect(item["name"] as? String == title.en)
      let offer = try #require(item["offers"] as? [String: Any])
      #expect(offer["lowPrice"] as? String == "88.00")
      #expect(offer["priceCurrency"] as? String == "CNY")
      #expect(offer["availability"] as? String == "https://schema.org/InStock")
      #expect(graph.contains { $0["@type"] as? String == "BreadcrumbList" })
      let home = try await browser.get("/").body
      #expect(try structured(home)["@type"] as? String == "WebSite")
      #expect(home.contains("<link rel=\"canonical\" href=\"\(test.base)/"))
      #expect(try await browser.get("/cart").body.contains("rel=\"canonical\"") == false)
    }
  }

  private func structured(_ html: String) throws -> [String: Any] {
    let text = try #require(html.firstMatch(of: /<script type="application\/ld\+json">([\s\S]*?)<\/script>/)).1
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  // req: 3.1.1-1 3.3.2-1 3.3.2-3
  @Test func `home lists the categories, which lead to products, which lead to related ones`() async throws {
    try await TestShop.run { test in
      let merchant = try await test.merchant()
      let teapot = try await test.product(of: merchant)
      let cup = try await test.product(of: merchant, "cup", title: LocalizedText(en: "Tea cup", zhHans: "茶杯"))
      for (language, name) in [(Language.en, "Tea"), (.zhHans, "茶具")] {
        let browser = test.browser(language: language)
        let home = try await browser.get("/")
        #expect(home.headers.first(name: "content-type")?.hasPrefix("text/html") == true)
        #expect(home.body.contains("<span>\(name)</span>"))
        let link = try #require(home.body.firstMatch(of: /class="tree-root" href="([^"]*)"/)).1
        let category = try await browser.get(String(link)).body
        #expect(category.contains("/products/\(teapot.id)"))
        let detail = try await browser.get("/products/\(teapot.id)").body
        let related = try #require(detail.firstMatch(of: /<section id="related"[\s\S]*?<\/section>/)).0
        #expect(related.contains("/products/\(cup.id)"))
        #expect(!related.contains("/products/\(teapot.id)"))
      }
      let browser = try await test.buyer().browser
      for part in ["/", "/products/\(teapot.id)", "/cart", "/orders", "/account"] {
        #expect(try await browser.get(part).status == 200)
      }
    }
  }

  // req: 3.1.1-1
  @Test func `two Chinese characters find the product, and nonsense finds nothing`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let browser = test.browser(language: .zhHans)
      func find(_ text: String) async throws -> Browser.Answer {
        try await browser.get("/search?q=\(Browser.escaped(text))")
      }
      for text in ["茶壶", "紫砂"] {
        let answer = try await find(text)
        #expect(answer.status == 200)
        #expect(answer.body.contains("/products/\(product.id)"), "\(text)")
        #expect(!answer.body.contains("class=\"empty\""), "\(text)")
      }
      #expect(try await test.browser().get("/search?q=teapot").body.contains("/products/\(product.id)"))
      for text in [
        "钢琴", "<script>alert(1)</script>", "'; DROP TABLE product", "%_", "🫖", "\u{202E}",
        String(repeating: "壶", count: 900),
      ] {
        let answer = try await find(text)
        #expect(answer.status < 500)
        #expect(!answer.body.contains("<script>alert"))
        #expect(try await browser.get("/products/\(product.id)").status == 200)
      }
      // A page without results still offers what sells.
      let nothing = try await find("钢琴").body
      #expect(nothing.contains("class=\"empty\""))
    }
  }
}
