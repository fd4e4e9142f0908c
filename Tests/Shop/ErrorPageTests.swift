import Catalog
import Flows
import Foundation
import NIOHTTP1
import Pages
import StorageSQLite
import TestKit
import Testing
import Values

@testable import App

/// What a page says when it can't do what was asked.
@Suite struct ErrorPageTests {
  private static let statuses = [400, 403, 404, 405, 409, 413, 422, 429, 500, 503]

  @Test(arguments: Language.allCases)
  func `every error has a heading and a sentence of its own`(language: Language) throws {
    let theme = try Theme(folder: TestShop.packageFolder.appending(path: "Themes/classic"))
    let words = theme.words(language)
    let headings = Self.statuses.compactMap { words["error.\($0).heading"] }
    let sentences = Self.statuses.compactMap { words["error.\($0).text"] }
    #expect(Set(headings).count == Self.statuses.count)
    #expect(Set(sentences).count == Self.statuses.count)
  }

  @Test(arguments: [
    (Language.en, "This isn't open to you", "That is too large", "Something isn't filled in right"),
    (.zhHans, "没有权限", "内容过大", "填写有误"),
  ])
  func `a page that refuses says what kind of refusal it is`(
    language: Language, forbidden: String, tooLarge: String, invalid: String
  ) async throws {
    try await TestShop.run { test in
      let browser = test.browser(language: language)
      func heading(_ answer: Browser.Answer) -> String? {
        answer.body.firstMatch(of: #/<h1[^>]*>([^<]*)/#).map { String($0.1).replacing("&#39;", with: "'") }
      }
      let abroad = try await browser.send(
        .POST, "/cart", body: Array("variant=1".utf8),
        headers: ["content-type": "application/x-www-form-urlencoded", "origin": "https://elsewhere.example"])
      #expect(abroad.status == 403)
      #expect(heading(abroad) == forbidden)
      let long = try await browser.post("/cart", [("variant", String(repeating: "1", count: 4 << 20))])
      #expect(long.status == 413)
      #expect(heading(long) == tooLarge)
      let faulty = try await browser.post("/cart", [("variant", "nonsense"), ("quantity", "1")])
      #expect(faulty.status == 422)
      #expect(heading(faulty) == invalid)
    }
  }

  // req: 3.3.4-1
  @Test(.enabled(if: TestEngine.current == .sqlite))
  func `while the database can't be written, pages and API ask to come back, and a second try succeeds`() async throws {
    try await TestShop.run { test in
      let product = try await test.product(of: try await test.merchant())
      let variant = "\(product.variants[0].id)"
      let other = try SQLiteDatabase(path: test.settings.dataFolder.appending(path: "shop.db").path)
      let (held, freed) = (DispatchSemaphore(value: 0), AsyncStream.makeStream(of: Void.self))
      let holding = Task {
        try await other.write { _ in
          freed.continuation.yield()
          _ = held.wait(timeout: .now() + 60)
        }
      }
      for await _ in freed.stream { break }
      let program = test.browser()
      let sending = ["content-type": "application/json", "idempotency-key": "one"]
      async let page = test.browser().post("/cart", [("variant", variant), ("quantity", "1")])
      async let answer = program.send(
        .POST, "/api/v1/accounts",
        json: #"{"email":"lin@example.com","password":"correct horse","name":"Lin","language":"en"}"#, headers: sending)
      let refused = [try await page, try await answer]
      for one in refused {
        #expect(one.status == 503, "\(one.body.prefix(200))")
        #expect(one.headers.first(name: "retry-after") == "3")
      }
      #expect(refused[1].body.contains("temporarilyUnavailable"))
      held.signal()
      try await holding.value
      try await other.close()
      let again = try await program.send(
        .POST, "/api/v1/accounts",
        json: #"{"email":"lin@example.com","password":"correct horse","name":"Lin","language":"en"}"#, headers: sending)
      #expect(again.status == 201, "\(again.body.prefix(200))")
    }
  }
}
