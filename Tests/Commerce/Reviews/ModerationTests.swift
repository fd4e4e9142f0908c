import AuditLog
import Events
import Reviews
import Storage
import TestKit
import Testing
import Values

/// What staff and readers do about reviews.
@Suite struct ModerationTests {
  private struct Desk {
    let store: TestStore
    let reviews: StoredReviews
    let mei = StaffID(raw: 1)
    let product = ProductID(raw: 1)
    let kiln = MerchantID(raw: 7)

    init(moderates: Bool = false) async throws {
      store = try await TestStore(Outbox.migrations + StoredReviews.migrations)
      reviews = StoredReviews(
        database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock,
        moderates: moderates)
    }

    func write(_ line: Int64, stars: Int = 5, of merchant: MerchantID? = nil) async throws -> Review {
      store.clock.advance(by: .minutes(1))
      return try await reviews.write(
        ReviewDraft(
          line: OrderLineID(raw: line), product: product, merchant: merchant ?? kiln, author: AccountID(raw: 7),
          authorName: "Lin", stars: stars, text: "No. \(line)"))
    }

    func stars() async throws -> Int { try await reviews.summaries(of: [product])[product]?.count ?? 0 }
    func shown() async throws -> Int {
      try await reviews.reviews(of: product, stars: nil, PageRequest()).items.count
    }
    func told() async throws -> [String] {
      try await store.toldEvents().map { $0.name.replacing("reviews.review", with: "") }
    }
    func verbs() async throws -> [String] {
      try await DeedLog(database: store.database, clock: store.clock.clock)
        .entries(matching: DeedFilter(), after: 0, limit: 100).map { $0.verb.replacing("reviews.", with: "") }
    }
  }

  // req: 3.1.2-1
  @Test func `what is hidden is gone from its product and its stars, and comes back with them`() async throws {
    let desk = try await Desk()
    let (one, two) = (try await desk.write(1), try await desk.write(2, stars: 1))
    for _ in 1...2 { _ = try await desk.reviews.hide(two.id, reason: "rude", by: desk.mei) }
    #expect(try await desk.stars() == 1)
    #expect(try await desk.shown() == 1)
    #expect(try await desk.reviews.audit().isEmpty)
    #expect(try await desk.reviews.review(two.id)?.reason == "rude")
    for _ in 1...2 { _ = try await desk.reviews.show(two.id, by: desk.mei) }
    #expect(try await desk.stars() == 2)
    #expect(try await desk.shown() == 2)
    #expect(try await desk.reviews.audit().isEmpty)
    #expect(try await desk.told() == ["Published", "Published", "Changed", "Changed"])
    #expect(try await desk.verbs() == ["hide", "show"])
    await #expect(throws: FieldFaults.self) { try await desk.reviews.hide(one.id, reason: "", by: desk.mei) }
    await #expect(throws: ReviewRefusal.unknownReview) {
      try await desk.reviews.hide(ReviewID(raw: 5), reason: "rude", by: desk.mei)
    }
  }

  @Test func `where reviews are let in by hand they wait, and are published once`() async throws {
    let desk = try await Desk(moderates: true)
    let one = try await desk.write(1)
    #expect(one.state == .waiting && one.wantsLook)
    #expect(try await desk.stars() == 0)
    #expect(try await desk.shown() == 0)
    #expect(try await desk.told() == [])
    #expect(try await desk.reviews.waitingCount(.platform) == 1)
    #expect(try await desk.reviews.reviewed([OrderLineID(raw: 1)]).count == 1)
    await #expect(throws: ReviewRefusal.notShown) { try await desk.reviews.reply("Thanks", to: one.id, by: desk.mei) }
    _ = try await desk.reviews.show(one.id, by: desk.mei)
    let two = try await desk.write(2)
    _ = try await desk.reviews.hide(two.id, reason: "advertising", by: desk.mei)
    #expect(try await desk.stars() == 1)
    #expect(try await desk.told() == ["Published"])
    #expect(try await desk.reviews.waitingCount(.platform) == 0)
    #expect(try await desk.reviews.audit().isEmpty)
  }

  @Test func `however many hide and show at the same moment, the stars stay true`() async throws {
    let desk = try await Desk()
    var ids: [ReviewID] = []
    for line in 1...3 { ids.append(try await desk.write(Int64(line)).id) }
    try await withThrowingTaskGroup(of: Void.self) { [ids] group in
      for turn in 0..<24 {
        let id = ids[turn % ids.count]
        group.addTask {
          if turn.isMultiple(of: 2) {
            _ = try await desk.reviews.hide(id, reason: "turn \(turn)", by: desk.mei)
          } else {
            _ = try await desk.reviews.show(id, by: desk.mei)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await desk.reviews.audit().isEmpty)
    #expect(try await desk.stars() == desk.shown())
  }

  @Test func `a reply is said to the author once, however often it is changed`() async throws {
    let desk = try await Desk()
    let one = try await desk.write(1)
    let first = try await desk.reviews.reply("We are sorry.\nA lid is on its way.", to: one.id, by: desk.mei)
    desk.store.clock.advance(by: .days(1))
    for text in ["We are sorry.", "We are sorry."] { _ = try await desk.reviews.reply(text, to: one.id, by: desk.mei) }
    let reply = try #require(try await desk.reviews.reviews(of: desk.product, stars: nil, PageRequest()).items[0].reply)
    #expect(reply.text == "We are sorry." && reply.at == first.reply?.at)
    for _ in 1...2 { _ = try await desk.reviews.removeReply(to: one.id, by: desk.mei) }
    #expect(try await desk.reviews.review(one.id)?.reply == nil)
    #expect(try await desk.told() == ["Published", "Changed", "Answered", "Changed", "Changed"])
    #expect(try await desk.verbs() == ["reply", "reply", "removeReply"])
    await #expect(throws: FieldFaults.self) {
      try await desk.reviews.reply(String(repeating: "长", count: 1001), to: one.id, by: desk.mei)
    }
  }

  @Test func `a reader reports once, and what was looked at waits no more`() async throws {
    let desk = try await Desk()
    let one = try await desk.write(1)
    for _ in 1...2 {
      try await desk.reviews.report(one.id, by: AccountID(raw: 8), .untrue, explanation: "It pours well.")
    }
    try await desk.reviews.report(one.id, by: AccountID(raw: 9), .offensive, explanation: "")
    _ = try await desk.reviews.askLook(at: one.id, note: "Not our pot", by: desk.mei)
    #expect(try await desk.reviews.reports(of: one.id).map(\.cause).filter { $0 == nil }.count == 1)
    #expect(try await desk.reviews.reports(of: one.id).count == 3)
    #expect(try await desk.reviews.waitingCount(.platform) == 1)
    #expect(try await desk.reviews.waitingCount(.merchant(MerchantID(raw: 8))) == 0)
    let looked = try await desk.reviews.show(one.id, by: desk.mei)
    #expect(looked.state == .shown && !looked.wantsLook)
    #expect(try await desk.stars() == 1)
    #expect(try await desk.told() == ["Published"])
    try await desk.reviews.report(one.id, by: AccountID(raw: 8), .other, explanation: "again")
    #expect(try await desk.reviews.waitingCount(.platform) == 0)
    await #expect(throws: FieldFaults.self) {
      try await desk.reviews.report(
        one.id, by: AccountID(raw: 5), .other, explanation: String(repeating: "x", count: 501))
    }
    _ = try await desk.reviews.hide(one.id, reason: "untrue", by: desk.mei)
    await #expect(throws: ReviewRefusal.unknownReview) {
      try await desk.reviews.report(one.id, by: AccountID(raw: 5), .other, explanation: "")
    }
  }

  @Test func `staff find reviews by what they are, page by page, and those of a merchant alone`() async throws {
    let desk = try await Desk()
    let mill = MerchantID(raw: 8)
    for line in 1...5 { _ = try await desk.write(Int64(line), stars: Int(line)) }
    let other = try await desk.write(6, of: mill)
    func texts(_ scope: ReviewScope, _ filter: ReviewFilter = ReviewFilter(), limit: Int = 2) async throws -> [String] {
      var (texts, page): ([String], PageRequest?) = ([], PageRequest(limit: limit))
      while let asked = page {
        let found = try await desk.reviews.reviews(scope, matching: filter, asked)
        texts += found.items.map(\.text)
        page = found.next.map { PageRequest(limit: limit, after: $0) }
      }
      return texts
    }
    #expect(try await texts(.platform) == ["No. 6", "No. 5", "No. 4", "No. 3", "No. 2", "No. 1"])
    #expect(try await texts(.merchant(mill)) == ["No. 6"])
    var filter = ReviewFilter()
    filter.stars = 5
    #expect(try await texts(.platform, filter) == ["No. 6", "No. 5"])
    _ = try await desk.reviews.reply("Thanks", to: other.id, by: desk.mei)
    filter.isAnswered = false
    #expect(try await texts(.platform, filter) == ["No. 5"])
    filter = ReviewFilter()
    filter.author = AccountID(raw: 9)
    #expect(try await texts(.platform, filter) == [])
  }

  @Test func `reviews from before are given their merchant, and authors are forgotten`() async throws {
    let desk = try await Desk()
    let one = try await desk.write(1, of: MerchantID(raw: 0))
    #expect(try await desk.reviews.productsWithoutMerchant() == [desk.product])
    try await desk.reviews.assign([desk.product: desk.kiln])
    #expect(try await desk.reviews.productsWithoutMerchant() == [])
    #expect(try await desk.reviews.review(one.id)?.merchant == desk.kiln)
    for _ in 1...2 { try await desk.reviews.forgetAuthor(AccountID(raw: 7)) }
    #expect(try await desk.reviews.review(one.id)?.authorName == "")
    #expect(try await desk.told() == ["Published", "Changed"])
  }
}
