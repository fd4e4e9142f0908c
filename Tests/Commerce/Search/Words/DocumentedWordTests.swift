import Foundation
import TestKit
import Testing
import Values

@testable import Search

/// What docs/search-words.md says of words, row by row.
@Suite struct DocumentedWordTests {
  // req: 3.1.4-1
  @Test func `what is typed meets the titles that the page names`() async throws {
    let rows = try Self.rows(under: "What meets")
    #expect(rows.count > 25)
    for (typed, title) in rows {
      let read = try await read(typed, held: rows.map(\.1))
      #expect(read.tree.isMet(by: tokens(of: title)), "\(typed) → \(title): \(read.tree)")
      #expect(!read.unknown, "\(typed)")
    }
  }

  @Test func `the index holds the tokens that the page names`() throws {
    for (text, named) in try Self.rows(under: "What stands in the index") {
      #expect(orderedTokens(of: text).joined(separator: " ") == named, "\(text)")
    }
  }

  @Test func `titles are about what the page says`() throws {
    for (title, heads) in try Self.rows(under: "What a title is about") {
      let found = TitleHead.tokens(of: LocalizedText(title))
      #expect(found == Set(heads.split(separator: " ").map(String.init)), "\(title): \(found)")
      #expect(found.isSubset(of: tokens(of: title)), "\(title)")
    }
  }

  @Test func `what is mistyped is corrected as the page says`() throws {
    let titles = try Self.rows(under: "What meets").map(\.1) + Self.rows(under: "What a title is about").map(\.0)
    let held = HeldWords(titles)
    let spelling = Spelling(held.spelled)
    for (typed, meant) in try Self.rows(under: "What is corrected") {
      #expect(spelling.corrected(typed, isKnown: held.isKnown) == meant, "\(typed)")
    }
    for title in titles { #expect(spelling.corrected(title, isKnown: held.isKnown) == nil, "\(title)") }
  }

  /// The cells of the table below a heading.
  private static func rows(under heading: String) throws -> [(String, String)] {
    let page = try String(contentsOf: packageFolder.appending(path: "docs/search-words.md"), encoding: .utf8)
    let section = try #require(page.components(separatedBy: "\n## ").first { $0.hasPrefix(heading + "\n") })
    let rows = section.matches(of: /\n\| `([^`]+)` \| `([^`]+)` \|/).map { (String($0.1), String($0.2)) }
    return try #require(rows.isEmpty ? nil : rows)
  }
}
