import Search
import Storage
import TestKit
import Testing
import Values

@Suite struct ClickTests {
  private let fixture: LedgerFixture
  private var ledger: StoredSearchLedger { fixture.ledger }

  init() async throws { fixture = try await LedgerFixture() }

  private func clicks(of visitor: String, on products: ClosedRange<Int64> = 1...100) async throws -> [String] {
    let now = fixture.store.clock.now
    return try await ledger.clicks(
      of: visitor, on: Set(products.map(ProductID.init(raw:))), from: now.adding(.days(-1)), to: now
    ).map { "\($0.text) \($0.product.raw)" }
  }

  private func open(_ text: String, _ product: Int64, by visitor: String) async {
    await ledger.noteClick(text, language: .en, product: ProductID(raw: product), by: visitor)
    fixture.store.clock.advance(by: .seconds(1))
  }

  @Test func `what a visitor opened is known before it is written and after`() async throws {
    await open("Tea", 1, by: "dev_a")
    await open("tea", 2, by: "dev_a")
    await open("cup", 1, by: "dev_b")
    #expect(try await clicks(of: "dev_a") == ["tea 2", "tea 1"])
    try await ledger.flush()
    #expect(try await clicks(of: "dev_a") == ["tea 2", "tea 1"])
    #expect(try await clicks(of: "dev_a", on: 1...1) == ["tea 1"])
    await open("pot", 1, by: "dev_a")
    #expect(try await clicks(of: "dev_a") == ["pot 1", "tea 2", "tea 1"])
    #expect(try await clicks(of: "dev_c").isEmpty)
  }

  @Test func `the same goods from the same query count once a day`() async throws {
    await fixture.ask("tea", times: 4)
    for _ in 1...3 { await open("tea", 1, by: "dev_a") }
    await open("tea", 1, by: "dev_b")
    await open("tea", 2, by: "dev_a")
    #expect(try await fixture.counts().map(\.clicks) == [3])
    fixture.store.clock.advance(by: .days(1))
    await open("tea", 1, by: "dev_a")
    #expect(try await fixture.counts(days: 2).map(\.clicks) == [4])
  }

  @Test func `of each visitor the last fifty stay`() async throws {
    for product in Int64(1)...60 {
      await open("tea", product, by: "dev_a")
      if product.isMultiple(of: 25) { try await ledger.flush() }
    }
    await open("tea", 7, by: "dev_b")
    try await ledger.flush()
    #expect(try await clicks(of: "dev_a").count == 50)
    #expect(try await clicks(of: "dev_a", on: 1...10).isEmpty)
    #expect(try await clicks(of: "dev_b") == ["tea 7"])
  }

  @Test func `what was opened follows whoever logs in`() async throws {
    await open("tea", 1, by: "dev_a")
    try await ledger.flush()
    await open("cup", 2, by: "dev_a")
    await open("pot", 3, by: "acc_1")
    try await ledger.adoptClicks(of: "dev_a", by: "acc_1")
    #expect(try await clicks(of: "acc_1") == ["pot 3", "cup 2", "tea 1"])
    #expect(try await clicks(of: "dev_a").isEmpty)
    try await ledger.flush()
    #expect(try await clicks(of: "acc_1") == ["pot 3", "cup 2", "tea 1"])
  }

  @Test func `what is being stored is forgotten too, and follows whoever logs in`() async throws {
    for round in 0..<40 {
      await open("tea", 1, by: "acc_\(round)")
      await open("cup", 2, by: "dev_\(round)")
      async let storing: Void = ledger.flush()
      try await ledger.forgetClicks(of: "acc_\(round)")
      try await ledger.adoptClicks(of: "dev_\(round)", by: "buyer_\(round)")
      try await storing
      try await ledger.flush()
      #expect(try await clicks(of: "acc_\(round)").isEmpty)
      #expect(try await clicks(of: "dev_\(round)").isEmpty)
      #expect(try await clicks(of: "buyer_\(round)") == ["cup 2"])
    }
  }

  @Test func `what was opened is forgotten when asked and after a day`() async throws {
    await open("tea", 1, by: "acc_1")
    try await ledger.flush()
    await open("tea", 2, by: "acc_1")
    await open("tea", 2, by: "acc_2")
    try await ledger.forgetClicks(of: "acc_1")
    #expect(try await clicks(of: "acc_1").isEmpty)
    try await ledger.flush()
    #expect(try await fixture.rows("search_click") == 1)
    try await ledger.notePurchase("tea", language: .en, order: OrderID(raw: 1))
    fixture.store.clock.advance(by: .days(1))
    try await ledger.forget(before: fixture.today.adding(-400))
    #expect(try await fixture.rows("search_click") == 0)
    #expect(try await fixture.rows("search_purchase") == 1)
    fixture.store.clock.advance(by: .days(30))
    try await ledger.forget(before: fixture.today.adding(-400))
    #expect(try await fixture.rows("search_purchase") == 0)
    #expect(try await fixture.counts(days: 60).isEmpty)
  }
}
