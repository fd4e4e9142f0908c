import Search
import Storage
import TestKit
import Testing
import Values

@Suite struct LedgerTests {
  private let fixture: LedgerFixture
  private var ledger: StoredSearchLedger { fixture.ledger }

  init() async throws { fixture = try await LedgerFixture() }

  @Test func `questions are counted by day, language and query, however they are written`() async throws {
    await fixture.ask("Green  TEA", found: 4)
    await fixture.ask("ｇｒｅｅｎ tea ", found: 0)
    await fixture.ask("绿茶", found: 7, language: .zhHans)
    await ledger.noteClick("green tea", language: .en, product: ProductID(raw: 1), by: "dev_1")
    let counts = try await fixture.counts()
    #expect(
      counts == [
        QueryCount(text: "green tea", language: .en, asked: 2, zero: 1, clicks: 1, purchases: 0, found: 0),
        QueryCount(text: "绿茶", language: .zhHans, asked: 1, zero: 0, clicks: 0, purchases: 0, found: 7),
      ])
    let days = try await ledger.days(from: fixture.today.adding(-3), to: fixture.today)
    #expect(days == [QueryDay(day: fixture.today, asked: 3, zero: 1, clicks: 1, purchases: 0)])
  }

  @Test func `several processes add to the same rows`() async throws {
    let other = fixture.elsewhere
    await fixture.ask("tea", times: 3)
    for _ in 1...2 { await other.noteQuery("tea", language: .en, found: 9) }
    try await other.flush()
    #expect(try await fixture.counts().map(\.asked) == [5])
    async let one: Void = ledger.flush()
    async let another: Void = other.flush()
    _ = try await (one, another)
    #expect(try await fixture.counts().map(\.asked) == [5])
  }

  @Test func `what can't be written waits for the next time`() async throws {
    await fixture.ask("tea", times: 2)
    let broken = TestEngine.current.refuse("INSERT", on: "search_query_day")
    try await fixture.store.database.write { _ = try $0.execute(broken) }
    await #expect(throws: (any Error).self) { try await ledger.flush() }
    try await fixture.store.database.write { _ = try $0.execute("DROP TRIGGER broken") }
    await fixture.ask("tea", found: 3)
    let counts = try await fixture.counts()
    #expect(counts.map(\.asked) == [3] && counts.map(\.found) == [3])
    #expect(try await ledger.days(from: fixture.today, to: fixture.today).map(\.asked) == [3])
  }

  @Test func `lists go in the order asked for, page by page`() async throws {
    await fixture.ask("tea", times: 9)
    await fixture.ask("cup", times: 4, found: 0)
    await fixture.ask("pot", times: 6)
    for number in 1...3 {
      await ledger.noteClick("pot", language: .en, product: ProductID(raw: 1), by: "dev_\(number)")
    }
    await ledger.noteClick("tea", language: .en, product: ProductID(raw: 1), by: "dev_1")
    try await ledger.flush()
    try await ledger.notePurchase("pot", language: .en, order: OrderID(raw: 1))
    #expect(try await fixture.counts(.asked).map(\.text) == ["tea", "pot", "cup"])
    #expect(try await fixture.counts(.zero).map(\.text) == ["cup", "tea", "pot"])
    #expect(try await fixture.counts(.clickRate).map(\.text) == ["cup", "tea", "pot"])
    #expect(try await fixture.counts(.purchaseRate).map(\.text) == ["tea", "cup", "pot"])
    #expect(try await fixture.counts(withoutFinds: true).map(\.text) == ["cup"])
    #expect(try await fixture.counts(containing: "P").map(\.text) == ["pot", "cup"])
    #expect(try await fixture.counts(containing: "%").isEmpty)
    var ask = QueryCountAsk(from: fixture.today, to: fixture.today, page: PageRequest(limit: 2))
    let first = try await ledger.queries(ask)
    ask.page = PageRequest(limit: 2, after: first.next)
    let rest = try await ledger.queries(ask)
    #expect(first.items.map(\.text) == ["tea", "pot"] && rest.items.map(\.text) == ["cup"] && rest.next == nil)
  }

  @Test func `a query that finds something again is no longer one without finds`() async throws {
    await fixture.ask("matcha", times: 3, found: 0)
    #expect(try await fixture.counts(withoutFinds: true).map(\.zero) == [3])
    fixture.store.clock.advance(by: .days(1))
    await fixture.ask("matcha", found: 2)
    #expect(try await fixture.counts(days: 2, withoutFinds: true).isEmpty)
    #expect(try await fixture.counts(days: 2).map(\.found) == [2])
    fixture.store.clock.advance(by: .days(1))
    await ledger.noteClick("matcha", language: .en, product: ProductID(raw: 1), by: "dev_1")
    #expect(try await fixture.counts(days: 3).map(\.found) == [2])
    #expect(try await fixture.counts(days: 3, withoutFinds: true).isEmpty)
    #expect(try await fixture.counts().isEmpty, "nobody asked today")
  }

  // req: 3.1.4-1
  @Test func `what isn't found while the catalogue is read in isn't counted`() async throws {
    let fixture = try await LedgerFixture(isFilled: false)
    await fixture.ask("matcha", times: 3, found: 0)
    #expect(try await fixture.counts().isEmpty, "no goods were read in yet")
    _ = try await fixture.search.index([document(1, "Tea")])
    await fixture.ask("matcha", times: 2, found: 0)
    await fixture.ask("tea", found: 1)
    #expect(try await fixture.counts().map(\.text) == ["tea"])
    #expect(try await fixture.counts(withoutFinds: true).isEmpty)
    let days = try await fixture.ledger.days(from: fixture.today, to: fixture.today)
    #expect(days == [QueryDay(day: fixture.today, asked: 1, zero: 0, clicks: 0, purchases: 0)])
    try await fixture.search.noteCatalogue()
    await fixture.ask("matcha", found: 0)
    #expect(try await fixture.counts(withoutFinds: true).map(\.zero) == [1])
  }

  @Test func `where nobody can tell whether the catalogue is read in, what isn't found counts`() async throws {
    let fixture = try await LedgerFixture(isFilled: false)
    try await fixture.store.database.write { _ = try $0.execute("DROP TABLE search_clock") }
    await fixture.ask("matcha", found: 0)
    #expect(try await fixture.counts(withoutFinds: true).map(\.zero) == [1])
  }

  @Test func `an order is counted once for a query, however often its fact comes`() async throws {
    await fixture.ask("tea", times: 2)
    try await ledger.flush()
    for _ in 1...3 { try await ledger.notePurchase("Tea", language: .en, order: OrderID(raw: 5)) }
    try await fixture.elsewhere.notePurchase("tea", language: .en, order: OrderID(raw: 5))
    try await ledger.notePurchase("tea", language: .en, order: OrderID(raw: 6))
    #expect(try await fixture.counts().map(\.purchases) == [2])
    #expect(try await fixture.counts().map(\.found) == [5])
    #expect(try await ledger.days(from: fixture.today, to: fixture.today).map(\.purchases) == [2])
  }

  @Test func `beyond its bound of different queries a day counts without their text`() async throws {
    try await fixture.store.database.write { [today = fixture.today] transaction in
      try transaction.execute(
        """
        INSERT INTO search_day (day, queries, asked, zero, clicks, purchases) VALUES (\(today), 19999, 0, 0, 0, 0)
        """)
    }
    await fixture.ask("a-tea")
    await fixture.ask("b-tea")
    await fixture.ask("c-tea")
    let counts = try await fixture.counts()
    #expect(counts.map(\.text) == ["", "a-tea"] && counts.map(\.asked) == [2, 1])
    #expect(try await fixture.counts(containing: "tea").map(\.text) == ["a-tea"])
    await fixture.ask("d-tea", found: 0)
    #expect(try await fixture.counts(withoutFinds: true).isEmpty)
    await fixture.ask("a-tea")
    #expect(try await fixture.counts(containing: "tea").map(\.asked) == [2])
    #expect(try await ledger.days(from: fixture.today, to: fixture.today).map(\.asked) == [5])
  }

  @Test(arguments: [
    "mei@example.com", "tea for mei.li@example.com", "138 0013 8000", "+86-13800138000", "6222 0212 3456 7890",
    "(010) 8888-6666", "１３８００１３８０００", "110101199003077x",
  ])
  func `what looks like somebody's own is counted without its text`(_ text: String) async throws {
    await fixture.ask(text, times: 3)
    await ledger.noteClick(text, language: .en, product: ProductID(raw: 1), by: "dev_1")
    #expect(try await fixture.counts().map(\.text) == [""])
    #expect(try await ledger.days(from: fixture.today, to: fixture.today).map(\.asked) == [3])
    #expect(try await fixture.rows("search_click") == 0)
    #expect(try await ledger.popular(language: .en).isEmpty)
  }

  @Test(arguments: ["iphone 15 256gb", "wh-1000xm4", "1920x1080", "55寸 4k 120hz", "cup @ home", "500ml 12 pack"])
  func `what people call goods is kept`(_ text: String) async throws {
    await fixture.ask(text)
    #expect(try await fixture.counts().map(\.text) == [text])
  }

  @Test func `hostile and endless texts are counted, and never kept whole`() async throws {
    let hostile = [
      String(repeating: "tea ", count: 5000), "'; DROP TABLE search_day; --", "\u{0}\u{202E}abc", "💣💣", "",
      String(repeating: "茶", count: 101),
    ]
    for text in hostile { await fixture.ask(text) }
    let counts = try await fixture.counts()
    #expect(counts.allSatisfy { $0.text.unicodeScalars.count <= 100 })
    #expect(try await ledger.days(from: fixture.today, to: fixture.today).map(\.asked) == [hostile.count])
  }

  @Test func `days that are over are forgotten`() async throws {
    for _ in 1...3 {
      await fixture.ask("tea")
      try await ledger.flush()
      fixture.store.clock.advance(by: .days(1))
    }
    try await ledger.forget(before: fixture.today.adding(-1))
    #expect(try await fixture.counts(days: 10).map(\.asked) == [1])
    #expect(try await ledger.days(from: fixture.today.adding(-9), to: fixture.today).count == 1)
  }
}
