import Accounts
import Catalog
import Flows
import Merchants
import Search
import Testing
import Values

@testable import API
@testable import App

/// What shoppers and programs are answered: goods with Chinese names asked for in Latin letters, and what staff decided
/// about a query.
@Suite struct SearchAnswerTests {
  /// Of the cards on a page, which products they show, in order.
  private static func shown(_ page: String) -> [String] {
    page.matches(of: /<li class="card[^"]*"><a href="\/products\/([^"\/]+)/).map { String($0.1) }
  }

  /// What a program finds, in order.
  private static func found(_ test: TestShop, _ text: String) async throws -> [String] {
    let answer = try await test.program.get("/products?q=\(Browser.escaped(text))")
    try #require(answer.status == 200, "\(answer.text)")
    return answer["items"]?.items.compactMap { $0["id"]?.text } ?? []
  }

  // req: 3.1.4-1
  @Test func `goods with a Chinese name are found by how it is read, whole and by first letters`() async throws {
    try await TestShop.run { test in
      let stall = try await test.merchant()
      // No Latin word that goods hold looks like what is typed.
      let phone = try await test.product(
        of: stall, "handset", title: LocalizedText(en: "Handset", zhHans: "智能手机"))
      // Read with the same first letters, and otherwise.
      let shelf = try await test.product(of: stall, "bookcase", title: LocalizedText(en: "Bookcase", zhHans: "书架"))
      let lamp = try await test.product(of: stall, "lantern", title: LocalizedText(en: "Lantern", zhHans: "台灯"))
      for (typed, wanted, others) in [
        ("shouji", [phone], [shelf, lamp]), ("shou ji", [phone], [shelf, lamp]), ("sj", [phone, shelf], [lamp]),
        ("shujia", [shelf], [phone, lamp]),
      ] {
        let ids = try await Self.found(test, typed)
        #expect(Set(ids) == Set(wanted.map { "\($0.id)" }), "\(typed), a program")
        for language in Language.allCases {
          let page = try await test.browser(language: language).get("/search?q=\(Browser.escaped(typed))").body
          #expect(Set(Self.shown(page)) == Set(wanted.map { "\($0.id)" }), "\(typed), \(language)")
          for other in others { #expect(!page.contains("/products/\(other.id)"), "\(typed), \(language)") }
          #expect(!page.contains("class=\"note correction\""), "\(typed), \(language)")
        }
      }
    }
  }

  /// Pots that nothing tells apart, in the order in which they are found before anybody decides about it.
  private static func pots(_ test: TestShop) async throws -> [String] {
    let kiln = try await test.merchant()
    for number in 1...4 { _ = try await test.product(of: kiln, "teapot-\(number)") }
    let usual = try await found(test, "teapot")
    try #require(usual.count == 4)
    return usual
  }

  /// Programs and people are answered alike, in either language.
  private static func expect(_ test: TestShop, _ wanted: [String], _ what: Comment) async throws {
    let ids = try await found(test, "teapot")
    #expect(ids == wanted, what)
    for language in Language.allCases {
      let page = try await test.browser(language: language).get("/search?q=teapot")
      #expect(page.status == 200 && Self.shown(page.body) == wanted, what)
    }
  }

  // req: 3.1.4-1
  @Test func `what staff pin stands first and what they bury last in the next answer, until they take it away`()
    async throws
  {
    try await TestShop.run { test in
      let usual = try await Self.pots(test)
      try await Self.expect(test, usual, "before")
      let desk = try await test.staff(of: nil, [.searchTune])
      let made = try await desk.post(
        "/admin/search/rules/new", [("queries", "teapot"), ("pinned", usual[3]), ("buried", usual[0])])
      #expect(made.status == 303)
      try await Self.expect(test, [usual[3], usual[1], usual[2], usual[0]], "pinned and buried")
      // Nobody said anything of other words.
      #expect(try await Self.found(test, "clay") == usual)

      let rule = try #require(try await test.shop.contexts.searchRules.tuning().rules.first)
      let page = "/admin/search/rules/\(rule.id)"
      let changed = try await desk.post(
        page, [("queries", "teapot"), ("pinned", usual[2]), ("pinned", usual[1]), ("version", "1")])
      #expect(changed.status == 303)
      try await Self.expect(test, [usual[2], usual[1], usual[0], usual[3]], "others are pinned, and none is buried")

      #expect(try await desk.post("\(page)/remove", [("version", "2")]).status == 303)
      try await Self.expect(test, usual, "taken away")
    }
  }

  // req: 3.1.4-1
  @Test func `a query that staff lead elsewhere leads there with the next answer, until they take it away`()
    async throws
  {
    try await TestShop.run { test in
      let usual = try await Self.pots(test)
      let desk = try await test.staff(of: nil, [.searchTune])
      let made = try await desk.post("/admin/search/rules/new", [("queries", "teapot"), ("redirect", "/c/tea")])
      #expect(made.status == 303)
      for language in Language.allCases {
        let browser = test.browser(language: language)
        // As somebody else would write it.
        let led = try await browser.get("/search?q=Teapots")
        #expect(led.status == 303 && led.location == "/c/tea", "\(language)")
        let there = try await browser.visit("/search?q=teapot")
        #expect(there.status == 200 && Self.shown(there.body).count == usual.count, "\(language)")
      }
      let answer = try await test.program.get("/products?q=teapot")
      #expect(answer["redirect"]?.text == "/c/tea" && answer["items"]?.items.isEmpty == true, "\(answer.text)")
      let other = try await test.program.get("/products?q=clay")
      #expect(other["redirect"] == .null && other["items"]?.items.count == usual.count, "\(other.text)")

      let rule = try #require(try await test.shop.contexts.searchRules.tuning().rules.first)
      #expect(try await desk.post("/admin/search/rules/\(rule.id)/remove", [("version", "1")]).status == 303)
      try await Self.expect(test, usual, "taken away")
      let after = try await test.program.get("/products?q=teapot")
      #expect(after["redirect"] == .null, "\(after.text)")
    }
  }
}
