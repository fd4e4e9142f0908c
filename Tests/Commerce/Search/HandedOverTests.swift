import Search
import Storage
import Synchronization
import TestKit
import Testing
import Values

/// What a process has just written goes to its index as it is, where that is all that is new; else it is read.
@Suite struct HandedOverTests {
  private let store: TestStore

  init() async throws { store = try await TestStore(StoredSearch.migrations) }

  private static let texts = [
    "", "Oak lamp", "WH-1000XM4 \u{1F} split\u{0}in two", String(repeating: "lamp ", count: 2000), "黑色 55寸 手机壳",
    "Café 500ml, 2 pieces",
  ]

  /// Of all lengths, with more choices than are kept, and prices in several currencies.
  private static let documents = texts.enumerated().flatMap { place, text in
    texts.enumerated().map { other, body in
      let id = Int64(place * texts.count + other + 1)
      let label = text.prefix(150)
      let choices = Dictionary(uniqueKeysWithValues: (0..<(other * 8)).map { ("kind \($0)", "\(label)\($0)") })
      let figures = ProductFigures(
        product: ProductID(raw: id), price: other == 0 ? nil : Money(minor: id * 100, currency: .cny),
        listPrice: Money(minor: 5, currency: place == 1 ? .usd : .cny), hasPriceRange: false, inStock: place > 1,
        sold: place, ratingTenths: 99, reviewCount: other)
      return document(
        id, text, body, words: body, body: text, category: Int64(place), brand: other == 2 ? nil : Int64(other),
        brandName: text, categoryNames: LocalizedText(en: body, zhHans: text), choices: choices, figures: figures)
    }
  }

  private static let questions = [
    "", "lamp", "oak", "split", "wh1000xm4", "手机", "55寸", "shouji", "500 ml", "cafe", "piece", "in two",
  ].flatMap { text in
    Language.allCases.map { SearchQuery(text: text, language: $0, limit: 50) }
  }

  private func expectSame(_ one: StoredSearch, _ other: StoredSearch, _ when: Comment) async throws {
    for question in Self.questions {
      let (left, right) = (try await one.search(question), try await other.search(question))
      #expect(left == right, when)
      if question.text == "lamp" || question.text.isEmpty { #expect(left.total > 0, when) }
    }
  }

  @Test func `it is what the table would have given`() async throws {
    let writer = SearchFixture.search(store, engine: SearchFixture.engine(store, folder: "writer"))
    let reader = SearchFixture.search(store, engine: SearchFixture.engine(store, folder: "reader"))
    for search in [writer, reader] { try await search.load() }
    #expect(try await writer.index(Self.documents))
    try await reader.follow()
    try await expectSame(writer, reader, "after they came")
    #expect(try await writer.update((1...9).map { figures($0 * 3, price: $0 == 4 ? nil : 77, sold: 1_000_000) }))
    #expect(try await writer.remove((1...9).map { ProductID(raw: $0 * 4) }))
    #expect(try await writer.index([document(5, "Walnut lamp"), document(8, "Lamp again")]))
    try await reader.follow()
    try await expectSame(writer, reader, "after they changed")
    for search in [writer, reader] {
      #expect(try await search.check().isWhole)
      try await search.close()
    }
  }

  @Test func `nothing is read back where nobody else has written, and nothing missed where somebody has`()
    async throws
  {
    let counter = StatementCounter()
    let engine = SearchFixture.engine(store, folder: "one")
    let one = StoredSearch(database: counter.over(store.database), engine: engine, clock: store.clock.clock)
    let other = SearchFixture.search(store, engine: SearchFixture.engine(store, folder: "other"))
    for search in [one, other] { try await search.load() }
    func statements(_ body: () async throws -> Void) async throws -> Int {
      let before = counter.statements
      try await body()
      return counter.statements - before
    }
    _ = try await one.index([document(1, "Oak lamp")])
    let alone = try await statements { _ = try await one.index([document(2, "Oak chair")]) }
    _ = try await other.index([document(3, "Oak desk")])
    let beside = try await statements { _ = try await one.index([document(4, "Oak bed")]) }
    #expect(beside == alone + 2, "what has changed, and the texts of it")
    #expect(try await one.search(SearchQuery(text: "oak", language: .en)).ids.sorted() == [1, 2, 3, 4])
    #expect(try await engine.appliedVersion() == 4)
    for search in [one, other] { try await search.close() }
  }

  @Test func `what is too much to be handed over, or comes after something that couldn't be, is read`() async throws {
    let engine = WatchedEngine(SearchFixture.engine(store))
    let search = SearchFixture.search(store, engine: engine)
    try await search.load()
    #expect(try await search.index((1...1001).map { document($0, "Lamp") }))
    #expect(try await search.search(SearchQuery(text: "lamp", language: .en)).total == 1001)
    engine.isBroken.store(true, ordering: .releasing)
    _ = try await search.index([document(1002, "Lamp"), document(7, "Chair")])
    engine.isBroken.store(false, ordering: .releasing)
    _ = try await search.update([figures(7, price: 5)])
    #expect(try await search.search(SearchQuery(text: "lamp", language: .en)).total == 1001)
    let chairs = try await search.search(SearchQuery(text: "chair", language: .en))
    #expect(chairs.ids == [7] && chairs.cards.first?.figures.price?.minor == 5)
    #expect(try await search.check().isWhole)
    try await search.close()
  }

  @Test func `many that write at once are all found, each as its last`() async throws {
    let searches = ["one", "two"].map { SearchFixture.search(store, engine: SearchFixture.engine(store, folder: $0)) }
    for search in searches { try await search.load() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          for round in 1...6 {
            _ = try await searches[writer % 2].index([document(Int64(writer + 1), "Lamp of round \(round)")])
            _ = try await searches[(writer + 1) % 2].update([figures(Int64(writer + 1), price: Int64(round * 100))])
          }
        }
      }
      try await group.waitForAll()
    }
    for search in searches {
      try await search.follow()
      let last = try await search.search(SearchQuery(text: "round 6", language: .en, isExact: true))
      #expect(last.ids.sorted() == Array(1...8))
      #expect(last.cards.allSatisfy { $0.figures.price?.minor == 600 })
      #expect(try await search.search(SearchQuery(text: "5", language: .en, isExact: true)).total == 0)
      #expect(try await search.check().isWhole)
      try await search.close()
    }
  }
}
