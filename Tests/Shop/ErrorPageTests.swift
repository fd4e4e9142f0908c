import Flows
import Foundation
import NIOHTTP1
import Pages
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
}
