import Testing
import Values

@testable import Search

/// Queries of which several words together have synonyms.
@Suite struct SynonymBookTests {
  private static let titles = [
    "red running shoes", "trainers", "red lamp", "running watch", "dance shoes", "红色运动鞋", "球鞋", "salt pepper mill",
    "grinder",
  ]

  private static let tuning = SearchTuning(synonyms: [
    SynonymGroup(id: SynonymID(raw: 1), from: nil, words: ["running shoes", "trainers"]),
    SynonymGroup(id: SynonymID(raw: 2), from: nil, words: ["运动鞋", "球鞋"]),
    SynonymGroup(id: SynonymID(raw: 3), from: nil, words: ["salt and pepper", "grinder"]),
  ])

  @Test func `what was typed weighs as much as without synonyms`() async throws {
    for text in ["running shoes", "red running shoes", "运动鞋", "红色运动鞋", "red 运动鞋", "running shoes 红色运动鞋"] {
      let plain = try await read(text, held: Self.titles)
      let read = try await read(text, held: Self.titles, tuning: Self.tuning)
      #expect(read.tree.wants.map(\.weight) == plain.tree.wants.map(\.weight), "\(text)")
      #expect(read.tree.wants != plain.tree.wants && !read.unknown, "\(text)")
    }
    let weights = try await read("red running shoes", held: Self.titles, tuning: Self.tuning).tree.wants.map(\.weight)
    #expect(weights == [1, 1, 1])
  }

  @Test func `all words are held, or what is said instead of them`() async throws {
    let english = try await read("red running shoes", held: Self.titles, tuning: Self.tuning).tree
    let chinese = try await read("运动鞋", held: Self.titles, tuning: Self.tuning).tree
    for choice in 0..<16 {
      func chosen(_ tokens: [String]) -> Set<String> {
        Set(tokens.enumerated().filter { choice >> $0.offset & 1 == 1 }.map(\.element))
      }
      let words = chosen(["red", "run", "shoe", "trainer"])
      let isHeld = words.isSuperset(of: ["run", "shoe"]) || words.contains("trainer")
      #expect(english.isMet(by: words) == (words.contains("red") && isHeld), "\(words)")
      let pairs = chosen(["运动", "动鞋", "球鞋", "红色"])
      #expect(chinese.isMet(by: pairs) == (pairs.isSuperset(of: ["运动", "动鞋"]) || pairs.contains("球鞋")), "\(pairs)")
    }
  }

  @Test func `goods that hold the words themselves are met by them, whatever else is said for these`() async throws {
    let plain = try await read("red running shoes", held: Self.titles)
    let read = try await read("red running shoes", held: Self.titles, tuning: Self.tuning)
    #expect(read.tree.wants.map(\.ways.first) == plain.tree.wants.map(\.ways.first))
  }

  @Test func `words between the words of a synonym needn't be held, and needn't be typed`() async throws {
    for text in ["salt and pepper", "salt pepper", "Salt & Pepper"] {
      let tree = try await read(text, held: Self.titles, tuning: Self.tuning).tree
      #expect(tree.isMet(by: ["grinder"]) && tree.isMet(by: ["salt", "pepper"]), "\(text)")
      #expect(!tree.isMet(by: ["salt", "and"]), "\(text)")
    }
    let back = try await read("grinder", held: Self.titles, tuning: Self.tuning).tree
    #expect(back.wants.count == 1 && back.isMet(by: ["salt", "pepper"]) && !back.isMet(by: ["pepper"]))
  }

  @Test func `words that two synonyms share are looked for in the one and in the other`() async throws {
    let tuning = SearchTuning(synonyms: [
      SynonymGroup(id: SynonymID(raw: 1), from: nil, words: ["tea pot", "teapot"]),
      SynonymGroup(id: SynonymID(raw: 2), from: nil, words: ["coffee pot", "cafetiere"]),
    ])
    let (coffee, press) = (Stemmer.stem("coffee"), Stemmer.stem("cafetiere"))
    let pots = try await read(
      "tea pot coffee pot", held: ["tea pot", "teapot", "coffee pot", "cafetiere"], tuning: tuning)
    #expect(
      pots.tree.wants.map { $0.ways.map(\.tokens) }
        == [[["tea"], ["teapot"]], [["pot"], ["teapot"]], [[coffee], [press]], [["pot"], [press]]])
    #expect(pots.tree.isMet(by: ["teapot", press]) && pots.tree.isMet(by: ["tea", "pot", coffee]))
    #expect(!pots.tree.isMet(by: ["teapot", coffee]))
    let shoes = try await read("运动鞋 运动", held: Self.titles, tuning: Self.tuning).tree
    #expect(shoes.wants.map { $0.ways.map(\.tokens) } == [[["运动"], ["球鞋"]], [["动鞋"], ["球鞋"]], [["运动"]]])
    #expect(shoes.isMet(by: ["球鞋", "运动"]) && !shoes.isMet(by: ["球鞋"]))
  }

  @Test func `what stands twice is looked for once`() async throws {
    for text in ["red lamp red", "running shoes running shoes", "球鞋 球鞋"] {
      let wants = try await read(text, held: Self.titles, tuning: Self.tuning).tree.wants
      #expect(wants.count == (text.contains("球鞋") ? 1 : 2), "\(text)")
    }
  }

  // MARK: Pairs that nothing holds

  @Test func `of a pair that no goods hold the characters will do, and it stays unknown`() async throws {
    let read = try await read("红鞋", held: Self.titles)
    #expect(read.unknown)
    #expect(read.tree.wants.map { $0.ways.map(\.tokens) } == [[["红鞋"], ["红", "鞋"]]])
    #expect(read.tree.wants.first?.ways.map(\.worth) == [1, 0.4])
    #expect(read.tree.isMet(by: tokens(of: "红色运动鞋")))
  }

  @Test func `a pair that goods hold, or of which they hold what is said instead, isn't parted`() async throws {
    let tuning = SearchTuning(synonyms: [
      SynonymGroup(id: SynonymID(raw: 1), from: nil, words: ["跑鞋", "trainers"]),
      SynonymGroup(id: SynonymID(raw: 2), from: nil, words: ["皮靴", "boots"]),
    ])
    let held = try await read("球鞋", held: Self.titles, tuning: tuning).tree
    #expect(held.wants.map { $0.ways.map(\.tokens) } == [[["球鞋"]]])
    let known = try await read("跑鞋", held: Self.titles, tuning: tuning)
    #expect(known.tree.wants.map { $0.ways.map(\.tokens) } == [[["跑鞋"], ["trainer"]]] && !known.unknown)
    let unknown = try await read("皮靴", held: Self.titles, tuning: tuning)
    #expect(unknown.tree.wants.map { $0.ways.map(\.tokens) } == [[["皮靴"], ["boot"], ["皮", "靴"]]] && unknown.unknown)
  }

  @Test func `pairs at the edge of a run are parted too, and each once`() async throws {
    let read = try await read("红色跑鞋", held: Self.titles + ["色跑道"])
    for want in read.tree.wants {
      let ways = want.ways.map(\.tokens)
      #expect(Set(ways).count == ways.count)
      #expect(ways.contains { $0.count == 2 } == (ways.first == ["跑鞋"]), "\(ways)")
    }
    #expect(read.unknown)
  }

  @Test func `nothing is parted while somebody types`() async throws {
    let read = try await read("红鞋", isTyping: true, held: Self.titles)
    #expect(read.tree.wants.map { $0.ways.map(\.tokens) } == [[["红鞋"]]])
  }
}
