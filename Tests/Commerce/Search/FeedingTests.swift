import PartKit
import Search
import Synchronization
import TestKit
import Testing
import Values

@Suite struct FeedingTests {
  @Test(arguments: Way.allCases) func `what was indexed is found after a restart, with its latest figures`(_ way: Way)
    async throws
  {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([document(1, "Lamp", "台灯", category: 3), document(2, "Chair"), document(3, "Rug")])
    _ = try await shop.search.update([figures(1, price: 77, inStock: false, sold: 12, rating: 49, reviews: 3)])
    _ = try await shop.search.remove([ProductID(raw: 3)])
    let before = try await shop.search.search(SearchQuery(text: "台灯", language: .en))
    let later = try await shop.restarted()
    let result = try await later.search(SearchQuery(text: "台灯", language: .en))
    #expect(result.cards == before.cards)
    #expect(result.cards.first?.figures == figures(1, price: 77, inStock: false, sold: 12, rating: 49, reviews: 3))
    #expect(try await later.search(SearchQuery(language: .en)).total == 2)
    #expect(later.revision >= shop.store.clock.now.milliseconds)
  }

  @Test(arguments: Way.allCases) func `the revision grows only with what a shopper can see`(_ way: Way) async throws {
    let shop = try await SearchFixture(way)
    var last = shop.search.revision
    func grew() -> Bool {
      defer { last = shop.search.revision }
      return shop.search.revision > last
    }
    #expect(try await shop.search.index([document(1, "Lamp")]))
    #expect(grew())
    #expect(try await shop.search.index([document(1, "Lamp")]) == false)
    #expect(!grew())
    #expect(try await shop.search.update([figures(1)]) == false)
    #expect(try await shop.search.update([figures(404, sold: 7)]) == false)
    #expect(!grew())
    #expect(try await shop.search.update([figures(1, inStock: false)]))
    #expect(grew())
    #expect(try await shop.search.index([document(2, "Hidden", figures: figures(2, price: nil))]) == false)
    #expect(try await shop.search.update([figures(2, price: nil, sold: 3)]) == false)
    #expect(!grew())
    #expect(try await shop.search.update([figures(2, sold: 3)]))
    #expect(grew())
    #expect(try await shop.find("hidden") == [2])
    #expect(try await shop.search.remove([ProductID(raw: 2), ProductID(raw: 5)]))
    #expect(grew())
    #expect(try await shop.search.remove([ProductID(raw: 2)]) == false)
    #expect(!grew())
    #expect(try await shop.find("hidden").isEmpty)
  }

  @Test(arguments: Way.allCases) func `a new title takes the place of the old one`(_ way: Way) async throws {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index([document(1, "Lamp"), document(1, "Lantern")])
    #expect(try await shop.find("lamp").isEmpty)
    _ = try await shop.search.index([document(1, "Candle", category: 4)])
    #expect(try await shop.find("lantern").isEmpty)
    #expect(try await shop.search.search(SearchQuery(text: "candle", language: .en)).cards.first?.title.en == "Candle")
    #expect(try await shop.search.search(SearchQuery(language: .en, categories: [CategoryID(raw: 4)])).total == 1)
  }

  @Test(arguments: Way.allCases) func `huge and odd documents are taken`(_ way: Way) async throws {
    let shop = try await SearchFixture(way)
    let long = String((0..<6000).compactMap { Unicode.Scalar(0x4E00 + $0 * 3 % 20_000) }.map(Character.init))
    let odd = document(
      1, String(repeating: "'\u{202E}<script>🦜 ", count: 100), long, words: long,
      body: long + String(repeating: "é", count: 9000),
      figures: ProductFigures(
        product: ProductID(raw: 1), price: Money(minor: .max, currency: .jpy),
        listPrice: Money(minor: 5, currency: .usd), hasPriceRange: true,
        inStock: false, sold: .max, ratingTenths: -4, reviewCount: .min))
    #expect(try await shop.search.index([odd]))
    #expect(try await shop.search.index([odd]) == false)
    #expect(try await shop.find("script") == [1])
    #expect(
      try await shop.beside().search(SearchQuery(language: .en)).cards
        == (try await shop.search.search(SearchQuery(language: .en)).cards))
  }

  @Test(arguments: Way.allCases) func `readers see whole states while a hundred writers change them`(_ way: Way)
    async throws
  {
    let shop = try await SearchFixture(way)
    _ = try await shop.search.index((1...200).map { document($0, "Lamp", category: $0 % 4) })
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<100 {
        group.addTask {
          let id = Int64(writer % 50 + 1)
          _ = try await shop.search.update([figures(id, price: Int64(writer + 1), sold: writer)])
          _ = try await shop.search.index([document(1000 + Int64(writer), "Chair", category: 9)])
          if writer.isMultiple(of: 3) { _ = try await shop.search.remove([ProductID(raw: 1000 + Int64(writer))]) }
        }
        group.addTask {
          let result = try await shop.search.search(
            SearchQuery(text: "lamp", language: .en, sort: .priceUp, limit: 100))
          #expect(result.total == 200)
          #expect(Set(result.ids).count == 100)
        }
      }
      try await group.waitForAll()
    }
    #expect(try await shop.search.search(SearchQuery(text: "chair", language: .en)).total == 66)
    let later = try await shop.beside()
    for sort in SearchQuery.Sort.allCases {
      let query = SearchQuery(language: .en, sort: sort, limit: 100)
      #expect(try await later.search(query) == (try await shop.search.search(query)))
    }
  }
}
