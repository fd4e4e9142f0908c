import AuditLog
import Refunds
import Storage
import TestKit
import Testing
import Values

/// What staff decide on refunds stands in the log.
@Suite struct DeedTests {
  // req: 2.3.3-3
  @Test func `what staff decide is noted with the states before and after, and what buyers and the shop do isn't`()
    async throws
  {
    let counter = try await RefundCounter()
    let (refunds, order) = (counter.refunds, try counter.order())
    let asked = try await counter.ask(order, [2])
    _ = try await counter.approve(asked, of: order, needsGoods: true)
    _ = try await refunds.receive(
      asked.id, restocked: [order.lines[0].id: 1], note: "one is chipped", by: counter.staff)
    let agreed = try await counter.approve(asked, of: order, amount: 5000)
    _ = try await refunds.noteFailed(asked.id)
    _ = try await refunds.retry(asked.id, by: counter.staff)
    let other = try counter.order()
    let refused = try await counter.ask(other, [1])
    _ = try await refunds.reject(refused.id, reason: "Not ours", by: counter.staff)
    _ = try await refunds.withdraw(try await counter.ask(other, [1]).id, by: counter.buyer)
    let goodwill = GoodwillDraft(
      key: "sorry", order: other, amount: counter.yuan(500), paid: counter.total(other), words: "Sorry",
      staff: counter.staff)
    for _ in 1...2 { _ = try await refunds.grant(goodwill) }

    let entries = try await DeedLog(database: counter.store.database, clock: counter.store.clock.clock)
      .entries(matching: DeedFilter(), after: 0, limit: 100)
    try #require(
      entries.map(\.verb) == [
        "refunds.approve", "refunds.receive", "refunds.approve", "refunds.retry", "refunds.reject", "refunds.grant",
      ])
    #expect(entries.allSatisfy { $0.who == "\(counter.staff)" && $0.merchant == counter.merchant })
    #expect(entries[0].subject == "\(asked.id)" && entries[0].fieldsBefore["order"] == "\(order.id)")
    #expect(
      entries.map { $0.fieldsBefore["state"] }
        == ["requested", "awaitingGoods", "received", "failed", "requested", nil])
    #expect(
      entries.map { $0.fieldsAfter["state"] }
        == ["awaitingGoods", "received", "approved", "approved", "rejected", "approved"])
    #expect(entries[1].note == "one is chipped")
    #expect(entries[1].fieldsAfter["restocked.\(order.lines[0].id)"] == "1")
    #expect(entries[2].fieldsAfter["granted"] == agreed.granted?.description)
    #expect(entries[4].note == "Not ours" && entries[4].fieldsAfter["granted"] == nil)
    #expect(entries[5].before == nil && entries[5].note == "Sorry")
  }
}
