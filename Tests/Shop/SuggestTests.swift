import Catalog
import Flows
import Foundation
import Merchants
import NIOHTTP1
import Search
import Testing
import Values

@testable import App

/// What stands under the search field while somebody types.
@Suite struct SuggestTests {
  /// The names of the groups, in order.
  private static func groups(_ page: String) -> [String] {
    page.matches(of: /class="suggest-group ([a-z]+)"/).map { String($0.1) }
  }

  private static func rows(_ page: String, _ group: String) -> String {
    let parts = page.components(separatedBy: "<div class=\"suggest-group ")
    return parts.first { $0.hasPrefix("\(group)\"") } ?? ""
  }

  // req: 4.1.1-5
  @Test func `one's own searches come first, then words, shelves and goods with picture and price`() async throws {
    try await TestShop.run { test in
      let teapot = try await test.product(of: try await test.merchant())
      let browser = test.browser()
      _ = try await browser.get("/")
      for text in ["teapot%20red", "cup"] { _ = try await browser.get("/search?q=\(text)") }
      let page = try await browser.get("/search/suggest?q=tea&lang=en").body
      let order = Self.groups(page)
      #expect(order.first == "own")
      #expect(order.last == "goods")
      #expect(order == ["own", "words", "shelves", "goods"].filter(order.contains))
      #expect(Self.rows(page, "own").contains("href=\"/search?q=teapot%20red\""))
      #expect(!Self.rows(page, "own").contains("q=cup"))
      #expect(Self.rows(page, "shelves").contains("href=\"/c/tea\""))
      let goods = Self.rows(page, "goods")
      #expect(goods.contains("href=\"/products/\(teapot.id)/teapot\""))
      #expect(goods.contains("¥88.00") && goods.contains("<img src="))
      let chinese = try await browser.get("/search/suggest?q=%E8%8C%B6&lang=zh-Hans").body
      #expect(Self.rows(chinese, "goods").contains("紫砂茶壶"))
      let brand = try await browser.get("/search/suggest?q=river&lang=en").body
      #expect(Self.rows(brand, "shelves").contains("href=\"/search?brand=riverlight\""))
      // Asking in a language chooses none.
      #expect(browser.cookie("martlet_language") == nil)
      #expect(try await browser.get("/").body.contains("<html lang=\"en\""))
    }
  }

  @Test func `without text it is what oneself and others searched for, which one can forget`() async throws {
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      let ledger = test.shop.contexts.searchLedger
      for number in 1...5 {
        await ledger.noteQuery("travel mug", language: .en, found: 2, by: "dev_\(number)")
      }
      try await ledger.flush()
      let browser = test.browser()
      _ = try await browser.get("/")
      _ = try await browser.get("/search?q=teapot")
      let page = try await browser.get("/search/suggest").body
      #expect(Self.groups(page) == ["own", "hot"])
      #expect(Self.rows(page, "own").contains("teapot"))
      #expect(Self.rows(page, "hot").contains("travel mug"))
      #expect(page.contains("formaction=\"/account/history/searches/clear\""))
      _ = try await browser.post("/account/history/searches/clear")
      let later = try await browser.get("/search/suggest").body
      #expect(Self.groups(later) == ["hot"])
      #expect(!later.contains("formaction"))
    }
  }

  @Test func `whatever is typed, the answer is clean and is nobody else's`() async throws {
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      let browser = test.browser()
      let typed = [
        String(repeating: "tea ", count: 2500), "\"'<script>alert(1)</script>", "tea AND NOT (pot*)", "🫖",
        "\u{202E}aet",
        "%", "\\", "'; DROP TABLE product; --", ".*+?[", "\u{0}", "   ",
      ]
      for text in typed {
        let answer = try await browser.get("/search/suggest?q=\(Browser.escaped(text))")
        #expect(answer.status == 200, "\(text.prefix(20))")
        #expect(!answer.body.contains("<script"))
        #expect(answer.headers.first(name: "cache-control")?.contains("private") == true)
      }
      _ = try await browser.get("/search?q=teapot")
      #expect(!(try await test.browser().get("/search/suggest?q=tea").body.contains("suggest-group own")))
    }
  }
}
