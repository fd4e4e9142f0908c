import PartKit
import Search
import TestKit
import Testing
import Values

/// Synonyms of several words, and Chinese that goods hold apart, in an index.
@Suite struct SynonymFindTests {
  private static let tuning = SearchTuning(synonyms: [
    SynonymGroup(id: SynonymID(raw: 1), from: nil, words: ["running shoes", "trainers"])
  ])

  private func found(_ shop: SearchFixture, _ text: String, _ tuning: SearchTuning) async throws -> SearchResult {
    try await shop.search.search(SearchQuery(text: text, language: .en, tuning: tuning))
  }

  @Test(arguments: Way.allCases)
  func `two words with a synonym count as two beside a third`(_ way: Way) async throws {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([
      document(1, "Red running shoes"), document(2, "Red trainers"), document(3, "Blue running shoes"),
      document(4, "Blue trainers"), document(5, "Red shoes"), document(6, "Red lamp"), document(7, "Running watch"),
      document(8, "Blue lamp"),
    ])
    let result = try await found(shop, "red running shoes", Self.tuning)
    #expect(result.holdsAll)
    #expect(Set(result.ids.prefix(2)) == [1, 2], "those that hold everything come first: \(result.ids)")
    #expect(Set(result.ids.dropFirst(2)) == [3, 4, 5], "two of three follow, one of three doesn't: \(result.ids)")
    let plain = try await found(shop, "red running shoes", .plain)
    #expect(plain.ids.first == 1 && Set(plain.ids.dropFirst()) == [3, 5])
  }

  @Test(arguments: Way.allCases)
  func `where nothing holds everything, the two words count for more than the third`(_ way: Way) async throws {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([
      document(1, "Blue running shoes"), document(2, "Blue trainers"), document(3, "Red lamp"),
      document(4, "Running watch"), document(5, "Dance shoes"), document(6, "Rug"),
    ])
    let result = try await found(shop, "red running shoes", Self.tuning)
    #expect(!result.holdsAll && Set(result.ids) == [1, 2], "\(result.ids)")
    let both = try await found(shop, "running shoes", Self.tuning)
    #expect(Set(both.ids.prefix(2)) == [1, 2] && Set(both.ids.dropFirst(2)) == [4, 5], "\(both.ids)")
  }

  @Test(arguments: Way.allCases)
  func `one of the words is never taken for all of them, nor for what is said instead`(_ way: Way) async throws {
    let shop = try await SearchFixture(way)
    let shoes = (1...20).map {
      document(Int64($0), $0.isMultiple(of: 2) ? "Trainers no. \($0)" : "Running shoes no. \($0)")
    }
    _ = try await shop.search.index(
      shoes + [document(50, "Shoes"), document(51, "Running"), document(52, "Shoes, shoes", body: "shoes")])
    for text in ["running shoes", "trainers"] {
      let result = try await found(shop, text, Self.tuning)
      #expect(result.holdsAll && Set(result.ids) == Set(1...20), "\(text)")
    }
  }

  // req: 3.1.4-1
  @Test(arguments: Way.allCases)
  func `Chinese that goods hold in other words is found, also where pairs are known alone`(_ way: Way) async throws {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([
      document(1, "", "红色的布鞋"), document(2, "", "蓝色布鞋"), document(3, "", "红茶"), document(4, "", "紫砂茶壶"),
    ])
    let apart = try await found(shop, "红鞋", .plain)
    #expect(apart.ids == [1] && apart.holdsAll)
    // Each pair is held by some goods, and no goods hold both.
    let known = try await found(shop, "红茶壶", .plain)
    #expect(Set(known.ids).isSubset(of: [3, 4]) && !known.ids.isEmpty)
    #expect(try await shop.search.suggest(SuggestQuery(text: "红鞋", language: .zhHans)).isEmpty)
  }
}
