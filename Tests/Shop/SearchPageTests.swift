import Accounts
import Catalog
import Flows
import Merchants
import Pages
import Search
import Testing
import Values

@testable import App

/// The pages that find: what they can be narrowed by, what they say of other words, what they offer where nothing is found, and
/// what they take note of.
@Suite struct SearchPageTests {
  private static let person = ["user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"]
  private static let clay = LocalizedText(en: "Clay", zhHans: "陶")
  private static let glass = LocalizedText(en: "Glass", zhHans: "玻璃")

  private static func pots(_ test: TestShop) async throws -> [Product] {
    try await pots(test, of: try await test.merchant())
  }

  private static func pots(_ test: TestShop, of kiln: Merchant) async throws -> [Product] {
    [
      try await test.pot(of: kiln, "one", material: clay, price: "10.00"),
      try await test.pot(of: kiln, "two", material: clay, price: "20.00"),
      try await test.pot(of: kiln, "three", material: glass, price: "30.00"),
    ]
  }

  /// What the filter's row says: how many finds it leaves, and whether it is chosen.
  private static func row(_ page: String, _ field: String, _ value: String) -> (count: String, isChosen: Bool)? {
    let rows = page.matches(of: /<label class="tick"><input [^>]*>.*?<\/label>/).map { String($0.0) }
    guard let row = rows.first(where: { $0.contains("name=\"\(field)\" value=\"\(value)\"") }) else { return nil }
    return (row.firstMatch(of: /<i>(\d+)<\/i>/).map { String($0.1) } ?? "", row.contains(" checked"))
  }

  /// Of each chip what it says, and where it leads.
  private static func chips(_ page: String) -> [String: String] {
    let found = page.matches(of: /<a class="chip on" [^>]*href="([^"]*)"[^>]*>([^<]*)</)
    return Dictionary(
      found.map { (String($0.2), String($0.1).replacing("&amp;", with: "&")) }, uniquingKeysWith: { one, _ in one })
  }

  // req: 3.1.1-1
  @Test func `each filter counts what its choices leave, without itself, and its chip takes it off alone`() async throws
  {
    try await TestShop.run { test in
      let pots = try await Self.pots(test)
      let browser = test.browser()
      for place in ["/search", "/c/pots", "/m/kiln"] {
        let all = try await browser.get(place).body
        #expect(Self.row(all, "a.material", "clay")?.count == "2", "\(place)")
        #expect(Self.row(all, "a.material", "glass")?.count == "1", "\(place)")
        #expect(all.contains("<legend>Material</legend>"))

        let clay = try await browser.get("\(place)?a.material=clay&priceTo=15").body
        #expect(clay.contains("/products/\(pots[0].id)"))
        #expect(!clay.contains("/products/\(pots[2].id)"))
        #expect(Self.row(clay, "a.material", "clay").map { $0.isChosen } == true)
        #expect(clay.contains("1 result<"))
        let chips = Self.chips(clay)
        #expect(chips.keys.contains { $0.contains("Material") && $0.contains("Clay") })
        #expect(Set(chips.values) == ["\(place)?priceTo=15", "\(place)?a.material=clay"])
        #expect(clay.contains("href=\"\(place)\" data-swap=\"results\">Clear all"))
        #expect(clay.contains("<b class=\"count inline\">2</b>"))

        let both = try await browser.get("\(place)?a.material=clay&a.material=glass").body
        #expect(both.contains("3 results"))
        #expect(Self.row(both, "a.material", "glass")?.count == "1")
      }
    }
  }

  @Test func `values that nobody offers and names that nobody knows are left out of the address`() async throws {
    try await TestShop.run { test in
      _ = try await Self.pots(test)
      let browser = test.browser()
      let strange = try await browser.get(
        "/search?utm=1&rating=7&category=none&brand=none&a.%3Cscript%3E=x&a.material=%22%3E&exact=1&sort=x")
      #expect(strange.status == 200)
      #expect(strange.body.contains("3 results"))
      #expect(Self.chips(strange.body).isEmpty)
      let many = (1...30).map { "a.x\($0)=1&a.material=v\($0)" }.joined(separator: "&")
      let crowded = try await browser.get("/search?\(many)")
      #expect(crowded.status == 200)
      #expect(Self.chips(crowded.body).count <= 10 * 20)
      // What isn't among the offered choices is kept by the form, so that it can only be taken off by its chip.
      let gone = try await browser.get("/search?a.material=jade").body
      #expect(Self.chips(gone).values.contains("/search"))
      #expect(gone.contains("name=\"a.material\" value=\"jade\""))
    }
  }

  @Test func `what is chosen stays in the form, also where nothing is left of it`() async throws {
    try await TestShop.run { test in
      let kiln = try await test.merchant()
      _ = try await Self.pots(test, of: kiln)
      _ = try await test.product(of: kiln)
      let page = try await test.browser().get("/search?q=glass&brand=riverlight&category=tea").body
      for (field, value) in [("brand", "riverlight"), ("category", "tea")] {
        let row = try #require(Self.row(page, field, value), "\(field)")
        #expect(row.isChosen && row.count == "0", "\(field)")
      }
      #expect(page.contains("id=\"chip-brand-riverlight\""))
    }
  }

  // req: 3.1.1-1
  @Test func `other words that find more are offered beside what was typed`() async throws {
    try await TestShop.run { test in
      let kiln = try await test.merchant()
      for number in 1...4 { _ = try await test.product(of: kiln, "teapot-\(number)") }
      let pat = try await test.product(
        of: kiln, "pat", title: LocalizedText(en: "Tea pat", zhHans: "茶饼"))
      let page = try await test.browser().get("/search?q=teapat").body
      #expect(page.contains("/products/\(pat.id)"))
      #expect(page.contains("Did you mean “teapot”?") && page.contains("href=\"/search?q=teapot\""))
      #expect(!page.contains("Showing results for"))
    }
  }

  @Test func `on a shelf words are found as they are typed, and no rule leads away`() async throws {
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      try await test.shop.contexts.searchRules.saveRule(
        QueryRuleDraft(queries: ["teapot"], redirect: "/help"), over: nil, by: .system)
      let browser = test.browser()
      for place in ["/c/tea", "/m/kiln"] {
        let found = try await browser.get("\(place)?q=teapot")
        #expect(found.status == 200 && found.body.contains("1 result<"), "\(place)")
        #expect(try await browser.get("\(place)?q=teapott").body.contains("class=\"empty\""), "\(place)")
      }
    }
  }

  @Test func `however long a text is, the page answers`() async throws {
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      let browser = test.browser()
      for text in [String(repeating: "a", count: 10_000), String(repeating: "tea%20", count: 1666)] {
        #expect(try await browser.get("/search?q=\(text)").status == 200)
      }
    }
  }

  // req: 3.1.1-1
  @Test func `words that find nothing are corrected, and can be had as they were typed`() async throws {
    try await TestShop.run { test in
      let teapot = try await test.product(of: try await test.merchant())
      for (language, shown, instead) in [
        (Language.en, "Showing results for", "Search instead for"), (.zhHans, "已为你显示", "仍然搜索"),
      ] {
        let browser = test.browser(language: language)
        let page = try await browser.get("/search?q=teapott").body
        #expect(page.contains("/products/\(teapot.id)"))
        #expect(page.contains(shown) && page.contains(instead))
        #expect(page.contains("href=\"/search?q=teapott&amp;exact=1\""))
        let exact = try await browser.get("/search?q=teapott&exact=1").body
        #expect(!exact.contains(shown))
        #expect(exact.contains("class=\"empty\""))
      }
    }
  }

  @Test func `where nothing is found the page offers categories, what others ask for, and what sells`() async throws {
    try await TestShop.run { test in
      let teapot = try await test.product(of: try await test.merchant())
      let ledger = test.shop.contexts.searchLedger
      for number in 1...5 {
        await ledger.noteQuery("travel mug", language: .en, found: 2, by: "dev_\(number)")
      }
      try await ledger.flush()
      let page = try await test.browser().get("/search?q=xylophone").body
      #expect(page.contains("Nothing found for “xylophone”"))
      #expect(page.contains("href=\"/c/tea\""))
      #expect(page.contains("/search?q=travel%20mug"))
      #expect(page.contains("/products/\(teapot.id)"))
      #expect(page.contains("Try fewer or other words"))
      // Where filters are why, they can be taken off.
      let narrow = try await test.browser().get("/search?q=teapot&priceFrom=9000").body
      #expect(narrow.contains("<a class=\"button second\" href=\"/search?q=teapot\">Clear all</a>"))
    }
  }

  @Test func `a rule leads to its page, but not those who want the words as they are`() async throws {
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      try await test.shop.contexts.searchRules.saveRule(
        QueryRuleDraft(queries: ["returns"], redirect: "/help"), over: nil, by: .system)
      let browser = test.browser()
      let led = try await browser.get("/search?q=Returns")
      #expect(led.status == 303)
      #expect(led.location == "/help")
      #expect(try await browser.get("/search?q=returns&exact=1").status == 200)
    }
  }

  @Test func `a person's question is counted once, and that of programs and of what is fetched ahead never`()
    async throws
  {
    try await TestShop.run { test in
      let teapot = try await test.product(of: try await test.merchant())
      // Until the catalogue is whole nothing is taken for missing.
      try await test.shop.search.noteCatalogue()
      let (ledger, today) = (test.shop.contexts.searchLedger, ShopDay(test.shop.clock.now))
      func counts(_ text: String) async throws -> QueryCount? {
        try await ledger.flush()
        let ask = QueryCountAsk(from: today, to: today, page: PageRequest(limit: 100))
        return try await ledger.queries(ask).items.first { $0.text == text }
      }
      let browser = test.browser()
      _ = try await browser.get("/")
      let found = "/search?q=clay%20teapot"
      for path in [found, found, found + "&inStock=1", found + "&sort=newest"] {
        _ = try await browser.get(path, headers: Self.person)
      }
      _ = try await test.browser().get(found, headers: ["user-agent": "Googlebot/2.1"])
      _ = try await test.browser().get(found, headers: Self.person.merging(["sec-purpose": "prefetch"]) { $1 })
      _ = try await browser.get("/search?q=xylophone", headers: Self.person)
      // Goods that hold some of the words alone are no answer to all of them.
      _ = try await browser.get("/search?q=teapot%20qqzzxx", headers: Self.person)
      #expect(try await counts("clay teapot")?.asked == 1)
      #expect(try await counts("clay teapot")?.zero == 0)
      #expect(try await counts("xylophone")?.zero == 1)
      #expect(try await counts("teapot qqzzxx")?.zero == 1)

      // Opened from the finds, then fetched again; and from elsewhere.
      let from = Self.person.merging(["referer": test.base + found]) { $1 }
      let elsewhere = Self.person.merging(["referer": "https://elsewhere.example\(found)"]) { $1 }
      _ = try await browser.get("/products/\(teapot.id)", headers: elsewhere)
      #expect(try await counts("clay teapot")?.clicks == 0)
      let other = test.browser()
      _ = try await other.get("/")
      for _ in 1...2 { _ = try await other.get("/products/\(teapot.id)", headers: from) }
      #expect(try await counts("clay teapot")?.clicks == 1)

      // Whoever forgets what they searched for leaves nothing that leads from it to goods.
      let device = try #require(other.cookie("martlet_device").flatMap(DeviceToken.init(rawValue:)))
      let key = Visitor.device(device).searchKey
      func opened() async throws -> Int {
        let now = test.shop.clock.now
        return try await ledger.clicks(of: key, on: [teapot.id], from: now.adding(.hours(-1)), to: now).count
      }
      #expect(try await opened() == 1)
      _ = try await other.post("/account/history/searches/clear")
      #expect(try await opened() == 0)
    }
  }

  // req: 4.1.1-5
  @Test func `what was searched for stands where one searches, leads there again, and can be forgotten`() async throws {
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      for browser in [test.browser(), try await test.buyer().browser] {
        _ = try await browser.get("/")
        for text in ["teapot", "blue%20cup", "teapot"] { _ = try await browser.get("/search?q=\(text)") }
        func own() async throws -> [String] {
          let page = try await browser.get("/search").body
          let part = page.firstMatch(of: /<section class="searches">[\s\S]*?<\/section>/).map { String($0.0) } ?? ""
          return part.matches(of: /class="chip" href="([^"]*)"/).map { String($0.1) }
        }
        #expect(try await own() == ["/search?q=teapot", "/search?q=blue%20cup"])
        // Not twice on one page, and nobody else's.
        let page = try await browser.get("/search").body
        #expect(page.matches(of: /href="\/search\?q=teapot"/).count == 1)
        #expect(!(try await test.browser().get("/search").body.contains("class=\"searches\"")))
        _ = try await browser.post("/account/history/searches/clear")
        #expect(try await own().isEmpty)
      }
    }
  }
}
