import Testing
import Values

@testable import Search

@Suite struct QueryReaderTests {
  private static let titles = [
    "小米智能手机 Smart phone", "华为手机 phone", "手机壳 case", "蓝牙耳机 earphones", "书架 shelf", "Power bank",
    "Wireless mouse", "保温水杯", "保温杯", "绿茶", "Mobile charger",
  ]

  private static func synonyms(_ id: Int64, from: String? = nil, _ words: String...) -> SynonymGroup {
    SynonymGroup(id: SynonymID(raw: id), from: from, words: words)
  }

  @Test func `text without a character asks for everything, text without words for nothing`() async throws {
    for text in ["", "  \n　"] {
      let read = try await read(text, held: Self.titles)
      #expect(read.tree == QueryTree() && !read.unknown)
    }
    for text in ["!?", "🦜", "%", "'", "\u{0}", "--", "\"\"", "(((", "*"] {
      let read = try await read(text, held: Self.titles)
      #expect(read.tree.wants == [QueryTree.Want([])], "\(text)")
    }
  }

  @Test func `words between words are asked for only when nothing else is`() async throws {
    #expect(try await read("a case for the phone", held: Self.titles).tree.wants.count == 2)
    #expect(try await read("the", held: Self.titles).tree.wants.first?.ways.first?.tokens == ["the"])
  }

  @Test func `what is said instead of several words meets the want of each, in both languages`() async throws {
    let tuning = SearchTuning(synonyms: [
      Self.synonyms(1, "cell phone", "手机", "mobile"), Self.synonyms(2, from: "杯子", "水杯", "mugs"),
    ])
    let phones = try await read("cell phones", held: Self.titles, tuning: tuning)
    let ways = phones.tree.wants.map { $0.ways.map(\.tokens) }
    #expect(ways == [[["cell"], ["手机"], ["mobile"]], [["phone"], ["手机"], ["mobile"]]])
    #expect(phones.tree.wants.map { $0.ways.map(\.worth) } == [[1, 0.8, 0.8], [1, 0.8, 0.8]])
    #expect(!phones.unknown)
    let inside = try await read("红色手机", held: Self.titles, tuning: tuning)
    #expect(inside.tree.isMet(by: ["红色", "红", "色", "mobile"]))
    let oneWay = try await read("杯子", held: Self.titles, tuning: tuning)
    #expect(oneWay.tree.isMet(by: ["mug"]))
    let back = try await read("mug", held: Self.titles, tuning: tuning)
    #expect(!back.tree.isMet(by: ["杯子"]))
  }

  @Test func `pairs across two words aren't insisted on, and pairs share the weight of their run`() async throws {
    let read = try await read("小米手机", held: Self.titles)
    #expect(read.tree.isMet(by: tokens(of: "小米智能手机")))
    #expect(!read.unknown)
    let total = read.tree.wants.map(\.weight).reduce(0, +)
    #expect((1...2.01).contains(total))
    #expect(read.tree.wants.count == 3)
  }

  @Test func `pinyin leads to pairs that goods hold, and never from a word that is frequent itself`() async throws {
    for text in ["shouji", "sj", "shou ji"] {
      let read = try await read(text, held: Self.titles)
      #expect(read.tree.wants.allSatisfy { $0.ways.contains { $0.tokens == ["手机"] } }, "\(text)")
      #expect(!read.unknown, "\(text)")
    }
    let begun = try await read("shouj", isTyping: true, held: Self.titles)
    #expect(begun.tree.wants.first?.ways.contains { $0.tokens == ["手机"] } == true)
    let women = try await read("women", held: ["women shoes", "women dress", "我们 shop"])
    #expect(women.tree.wants.first?.ways.map(\.tokens) == [["woman"]])
  }

  @Test func `rules compare queries by their plain forms`() async throws {
    let rule = QueryRule(id: QueryRuleID(raw: 1), queries: ["Phones for Men"], redirect: "/phones")
    let tuning = SearchTuning(rules: [rule])
    for text in ["phone for men", "  PHONES  for men!", "ｐｈｏｎｅｓ for mén"] {
      #expect(try await read(text, held: Self.titles, tuning: tuning).rule == rule, "\(text)")
    }
    #expect(try await read("phone men", held: Self.titles, tuning: tuning).rule == nil)
  }

  @Test func `hostile texts give few wants with few ways`() async throws {
    let texts = [
      String(repeating: "x", count: 10_000), String(repeating: "a-", count: 5000), String(repeating: "茶壶", count: 5000),
      String(repeating: "shouji", count: 2000), String(repeating: "z ", count: 5000),
      String(repeating: "1.", count: 5000), String(repeating: "\"'()*:^~", count: 2000),
      String(repeating: "\u{202E}م", count: 5000), String(repeating: "e\u{301}\u{301}\u{301}", count: 3000),
      "'; DROP TABLE search_document; --", "a AND b OR NOT c NEAR(d)", "(.*)+$", String(repeating: "👩‍👩‍👧", count: 2000),
    ]
    for text in texts {
      for isTyping in [false, true] {
        let read = try await read(text, isTyping: isTyping, held: Self.titles)
        #expect(read.tree.wants.count <= 24)
        #expect(read.tree.wants.allSatisfy { $0.ways.count <= QueryDraft.mostWays })
        #expect(read.key.unicodeScalars.count <= 400)
      }
    }
  }
}
