import Events
import Reviews
import Storage
import TestKit
import Testing
import Values

@Suite struct StoredReviewsTests {
  private func reviews() async throws -> (TestStore, StoredReviews) {
    let store = try await TestStore(Outbox.migrations + StoredReviews.migrations)
    return (
      store,
      StoredReviews(database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock)
    )
  }

  private func draft(_ line: Int64, stars: Int = 5, text: String = "很好", product: Int64 = 1) -> ReviewDraft {
    ReviewDraft(
      line: OrderLineID(raw: line), product: ProductID(raw: product), author: AccountID(raw: 7), authorName: "Lin",
      stars: stars, text: text)
  }

  @Test func `one line has one review, however many are written at the same moment`() async throws {
    let (store, reviews) = try await reviews()
    let written = await withTaskGroup(of: Bool.self) { group in
      for _ in 1...20 { group.addTask { (try? await reviews.write(draft(1))) != nil } }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(written == 1)
    #expect(try await reviews.summaries(of: [ProductID(raw: 1)])[ProductID(raw: 1)]?.count == 1)
    #expect(try await reviews.audit().isEmpty)
    #expect(try await store.toldEvents().count == 1)
  }

  @Test func `averages and pages follow the reviews`() async throws {
    let (store, reviews) = try await reviews()
    for (line, stars) in [5, 4, 4, 1].enumerated() {
      _ = try await reviews.write(draft(Int64(line + 1), stars: stars))
      store.clock.advance(by: .minutes(1))
    }
    let product = ProductID(raw: 1)
    let summary = try #require(try await reviews.summaries(of: [product])[product])
    #expect(summary.counts == [1, 0, 0, 2, 1])
    #expect(summary.averageTenths == 35)
    let first = try await reviews.reviews(of: product, stars: nil, PageRequest(limit: 3))
    #expect(first.items.map(\.stars) == [1, 4, 4])
    let rest = try await reviews.reviews(of: product, stars: nil, PageRequest(limit: 3, after: first.next))
    #expect(rest.items.map(\.stars) == [5])
    #expect(rest.next == nil)
    #expect(try await reviews.reviews(of: product, stars: 4, PageRequest()).items.count == 2)
    #expect(try await reviews.reviewed([OrderLineID(raw: 1), OrderLineID(raw: 99)]) == [OrderLineID(raw: 1)])
  }

  @Test(arguments: [(0, "fine"), (6, "fine"), (5, ""), (5, "\u{202E}fine"), (5, String(repeating: "x", count: 2001))])
  func `what can't be a review is refused and not stored`(stars: Int, text: String) async throws {
    let (store, reviews) = try await reviews()
    await #expect(throws: FieldFaults.self) { try await reviews.write(draft(1, stars: stars, text: text)) }
    #expect(try await reviews.reviews(of: ProductID(raw: 1), stars: nil, PageRequest()).items.isEmpty)
    #expect(try await store.toldEvents().isEmpty)
  }

  @Test func `the audit finds a count that is off, one that is missing and one without reviews`() async throws {
    let (store, reviews) = try await reviews()
    for line in 1...3 { _ = try await reviews.write(draft(Int64(line), product: Int64(line))) }
    #expect(try await reviews.audit().isEmpty)
    try await store.database.write { transaction in
      try transaction.execute("UPDATE review_count SET number = 7 WHERE product_id = 1")
      try transaction.execute("DELETE FROM review_count WHERE product_id = 2")
      try transaction.execute("DELETE FROM review WHERE product_id = 3")
    }
    let rows = try await reviews.audit().map { "\($0.row) \($0.expected) \($0.found)" }
    let product = { (id: Int64) in ProductID(raw: id).description }
    #expect(Set(rows) == ["\(product(1)) 1 reviews 7", "\(product(2)) 1 reviews 0", "\(product(3)) 0 reviews 1"])
  }

  @Test func `names and choices of many small parts are cut to what fits`() async throws {
    let (store, reviews) = try await reviews()
    defer { withExtendedLifetime(store) {} }
    var draft = draft(1)
    draft.authorName = String(repeating: "👩‍👩‍👧‍👦", count: 59)
    draft.choice = LocalizedText(String(repeating: "👩‍👩‍👧‍👦", count: 299))
    #expect(try await reviews.write(draft).stars == 5)
  }
}
