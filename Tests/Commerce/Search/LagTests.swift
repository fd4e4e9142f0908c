import PartKit
import Search
import TestKit
import Testing
import Values

/// How far the index is behind the table.
@Suite struct LagTests {
  // req: 3.1.4-1
  @Test func `the lag is how long the oldest change waits, and nothing once it is followed`() async throws {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index([document(1, "Lamp")])
    #expect(try await shop.stored.lag() == 0)
    // One that has no index writes alone, as another process does.
    let writer = SearchFixture.search(shop.store, engine: SearchFixture.engine(shop.store, folder: "writer"))
    _ = try await writer.index([document(1, "Lantern")])
    #expect(try await shop.stored.lag() == 0)
    shop.store.clock.advance(by: .seconds(5))
    #expect(try await shop.stored.lag() == 5)
    _ = try await writer.update([figures(1, sold: 3)])
    _ = try await writer.index([document(2, "Chair")])
    shop.store.clock.advance(by: .milliseconds(1500))
    // The lamp's row moved on, and what it was before isn't waited for any more.
    #expect(try await shop.stored.lag() == 1.5)
    _ = try await shop.stored.follow()
    #expect(try await shop.stored.lag() == 0)
    #expect(try await shop.find("lantern") == [1])
    #expect(try await writer.lag() == 0)
  }

  @Test func `who is far behind takes over texts of goods whose figures have moved since`() async throws {
    let shop = try await SearchFixture(.stored)
    let writer = SearchFixture.search(shop.store, engine: SearchFixture.engine(shop.store, folder: "writer"))
    // More than one step takes over, the first of them with later versions than the last.
    _ = try await shop.search.index([document(5000, "Rug"), document(1, "Chair")])
    _ = try await writer.index((1...1200).map { document($0, "Lamp") })
    _ = try await writer.update((1...60).map { figures($0, price: 700) })
    _ = try await shop.stored.follow()
    func found(_ search: StoredSearch) async throws -> [Int] {
      var totals: [Int] = []
      for text in ["lamp", "chair", "rug"] {
        totals.append(try await search.search(SearchQuery(text: text, language: .en, isExact: true)).total)
      }
      return totals
    }
    #expect(try await found(shop.stored) == [1200, 0, 1])
    #expect(try await shop.stored.check().isWhole)
    let priced = SearchQuery(text: "lamp", language: .en, priceTo: Money(minor: 700, currency: .cny))
    #expect(try await shop.search.search(priced).total == 60)
  }
}
