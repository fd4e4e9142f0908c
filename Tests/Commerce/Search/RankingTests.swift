import PartKit
import Search
import TestKit
import Testing
import Values

/// Rules, pages of weighed finds, and questions that nobody in their senses asks.
@Suite struct RankingTests {
  private static func tuning(_ change: (inout QueryRule) -> Void) -> SearchTuning {
    var rule = QueryRule(id: QueryRuleID(raw: 1), queries: ["lamp"])
    change(&rule)
    return SearchTuning(rules: [rule])
  }

  private static let documents = (1...30).map { document(Int64($0), "Lamp", figures: figures(Int64($0), sold: $0)) }

  @Test(arguments: Way.allCases) func `pinned goods stand first, buried ones last, once each over all pages`(
    _ way: Way
  ) async throws {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index(
      Self.documents + [document(99, "Chair"), document(98, "Hidden", figures: figures(98, price: nil))])
    let tuning = Self.tuning { rule in
      rule.pinned = [ProductID(raw: 3), ProductID(raw: 99), ProductID(raw: 98), ProductID(raw: 5)]
      rule.buried = [ProductID(raw: 30)]
    }
    var seen: [Int64] = []
    var start = SearchQuery.Start.page(1)
    while true {
      let result = try await shop.search.search(
        SearchQuery(text: "lamp", language: .en, limit: 7, start: start, tuning: tuning))
      #expect(result.total == 31)
      seen += result.ids
      guard let next = result.next else { break }
      start = .after(next)
    }
    #expect(seen.prefix(3) == [3, 99, 5])
    #expect(seen.last == 30)
    #expect(Set(seen).count == 31 && seen.count == 31)
  }

  @Test(arguments: Way.allCases)
  func `a rule leads elsewhere, unless the words are asked for exactly or its time is over`(
    _ way: Way
  ) async throws {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index(Self.documents)
    var query = SearchQuery(text: "lamp", language: .en, tuning: Self.tuning { $0.redirect = "/lamps" })
    #expect(try await shop.search.search(query).redirect == "/lamps")
    query.isExact = true
    #expect(try await shop.search.search(query).total == 30)
    query = SearchQuery(
      text: "lamp", language: .en,
      tuning: Self.tuning { rule in
        rule.redirect = "/lamps"
        rule.until = shop.store.clock.now
      })
    #expect(try await shop.search.search(query).redirect == nil)
  }

  @Test(arguments: Way.allCases) func `weighed pages neither repeat nor skip while other goods come and go`(
    _ way: Way
  ) async throws {
    let shop = try await SearchFixture(way)
    let lamps = (1...120).map { number -> SearchDocument in
      let title = number % 3 == 0 ? "Red lamp" : "Lamp"
      return document(Int64(number), title, body: number % 2 == 0 ? "red" : "")
    }
    _ = try await shop.search.index(lamps)
    var seen: [Int64] = []
    var start = SearchQuery.Start.page(1)
    var round: Int64 = 0
    while true {
      let result = try await shop.search.search(SearchQuery(text: "lamp", language: .en, limit: 11, start: start))
      seen += result.ids
      guard let next = result.next else { break }
      start = .after(next)
      round += 1
      let first = 1000 + round * 20
      let chairs = (0..<20).map { document(first + Int64($0), "Chair in red") }
      _ = try await shop.search.index(chairs)
    }
    #expect(seen.count == 120)
    #expect(Set(seen).count == 120)
  }

  @Test func `odd questions are answered cleanly`() async throws {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index(Self.documents)
    let texts = [
      String(repeating: "lamp ", count: 2000), String(repeating: "灯", count: 10_000), "\"lamp\" AND (chair OR -rug)",
      "title:lamp^5 ~2", "lamp*", "🦜🦜🦜", "\u{202E}pmal", "\u{0}lamp\u{0}", "' OR 1=1; DROP TABLE piece; --",
      "^(a+)+$", "%_%", String(repeating: "(", count: 5000), String(repeating: "e\u{301}", count: 9000),
    ]
    for text in texts {
      for sort in SearchQuery.Sort.allCases {
        _ = try await shop.search.search(SearchQuery(text: text, language: .en, sort: sort))
      }
      _ = try await shop.search.suggest(SuggestQuery(text: text, language: .zhHans))
    }
    for parts in [
      ["relevance", "9", "9", "9", "zz__zz__9__"], ["relevance", "1", "2", "3", "1z141z4__-__0-0-0-0__"],
      ["relevance", "x", "", ""],
    ] {
      _ = try await shop.search.search(
        SearchQuery(text: "lamp", language: .en, start: .after(Cursor(parts))))
    }
    #expect(try await shop.find("lamp").count == 30)
  }
}
