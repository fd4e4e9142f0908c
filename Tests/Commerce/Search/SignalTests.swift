import PartKit
import Search
import TestKit
import Testing
import Values

/// What sells, what is liked, what is new and what is there raise goods within bounds; what they are called counts more.
@Suite struct SignalTests {
  private static let long = TestClock.start.adding(.days(-400))

  /// Two that differ in nothing but the figures and the age of one of them.
  private static let signals: [(name: String, figures: @Sendable (Int64) -> ProductFigures, createdAt: Timestamp)] = [
    ("sales", { figures($0, sold: 40) }, long),
    ("rating", { figures($0, rating: 50, reviews: 100) }, long),
    ("freshness", { figures($0) }, TestClock.start),
  ]

  @Test(arguments: [0, 1, 2], [Int64(1), 2])
  func `each signal alone decides between goods that are alike otherwise`(_ place: Int, _ favoured: Int64) async throws
  {
    let shop = try await SearchFixture(.stored)
    let signal = Self.signals[place]
    _ = try await shop.search.index(
      [Int64(1), 2].map { id in
        id == favoured
          ? document(id, "Lamp", figures: signal.figures(id), createdAt: signal.createdAt)
          : document(id, "Lamp", createdAt: Self.long)
      })
    #expect(try await shop.find("lamp") == [favoured, 3 - favoured], "\(signal.name)")
  }

  @Test(arguments: [Int64(1), 2]) func `what is in stock stands before what is alike and gone`(_ there: Int64)
    async throws
  {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index(
      [Int64(1), 2].map { document($0, "Lamp", figures: figures($0, inStock: $0 == there), createdAt: Self.long) })
    #expect(try await shop.find("lamp") == [there, 3 - there])
  }

  @Test func `the best seller whose match is weaker stays below what is called as was asked`() async throws {
    let shop = try await SearchFixture(.stored)
    func best(_ id: Int64) -> ProductFigures { figures(id, sold: 1_000_000, rating: 50, reviews: 10_000) }
    _ = try await shop.search.index([
      document(1, "Lamp", figures: figures(1), createdAt: Self.long),
      document(2, "Shade", words: "lamp", figures: best(2), createdAt: TestClock.start),
      document(3, "Table", body: "goes with a lamp", figures: best(3), createdAt: TestClock.start),
      document(4, "Red chair", figures: best(4), createdAt: TestClock.start),
      document(5, "Red lamp", figures: figures(5, inStock: false), createdAt: Self.long),
    ])
    #expect(try await shop.find("lamp").suffix(2) == [2, 3])
    // What holds all words stands before what holds some, whatever that sells.
    #expect(try await shop.find("red lamp").first == 5)
  }

  @Test(arguments: [Int64(1), 2]) func `a short title stands before a long one that says the same`(_ short: Int64)
    async throws
  {
    let shop = try await SearchFixture(.stored)
    _ = try await shop.search.index(
      [Int64(1), 2].map { id in
        document(
          id, id == short ? "Oak lamp" : "Lamp of oak with a long cord, a broad foot and a shade that can be turned",
          createdAt: Self.long)
      })
    #expect(try await shop.find("lamp") == [short, 3 - short])
    #expect(try await shop.find("oak lamp") == [short, 3 - short])
  }
}
