import Refunds
import Storage
import TestKit
import Testing
import Values

@Suite struct RequestingTests {
  // req: 4.2.4-0 4.2.4-4
  @Test func `a request is kept with its reason, words, pictures and lines, and told of`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order([(2, 17_600), (1, 5000)])
    var draft = try counter.draft(order, [1, 1])
    let file = try #require(FileKey(rawValue: String(repeating: "a", count: 64) + ".jpg"))
    draft.evidence = [file]
    let asked = try await counter.refunds.request(draft)
    let kept = try #require(try await counter.refunds.refundCase(asked.id))
    #expect(kept == asked)
    #expect(kept.state == .requested && kept.reason == .damaged && kept.explanation == "Chipped")
    #expect(kept.evidence == [file])
    #expect(kept.lines.map(\.amount) == [counter.yuan(8800), counter.yuan(5000)])
    #expect(kept.asked == counter.yuan(13_800))
    #expect(kept.freight.isZero, "a part of the order stays")
    #expect(try await counter.refunds.steps(of: asked.id).map(\.kind) == [.requested])
    #expect(try await counter.told(.requested) == 1)
    #expect(try await counter.refunds.cases(of: order.id).map(\.id) == [asked.id])
  }

  // req: 4.2.4-4
  @Test func `the same units can't be asked back twice, until the request is withdrawn or refused`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order([(3, 10_000)])
    let first = try await counter.ask(order, [2])
    await #expect(throws: RefundRefusal.unitsTaken(order.lines[0].id, left: 1)) { try await counter.ask(order, [2]) }
    let second = try await counter.ask(order, [1])
    await #expect(throws: RefundRefusal.unitsTaken(order.lines[0].id, left: 0)) { try await counter.ask(order, [1]) }
    _ = try await counter.refunds.withdraw(first.id, by: counter.buyer)
    _ = try await counter.refunds.reject(second.id, reason: "Worn", by: counter.staff)
    #expect(try await counter.refunds.claims(of: order.id).values.allSatisfy { $0.units == 0 && $0.amount == 0 })
    #expect(try await counter.ask(order, [3]).asked == counter.total(order))
    #expect(try await counter.refunds.audit().isEmpty)
  }

  @Test func `shares of a line add up to what it cost, in any order and after any withdrawal`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order([(3, 10_000)], freight: 0)
    let first = try await counter.ask(order, [1])
    let rest = try await counter.ask(order, [2])
    #expect(first.asked.minor + rest.asked.minor == 10_000)
    _ = try await counter.refunds.withdraw(first.id, by: counter.buyer)
    let again = try await counter.ask(order, [1])
    #expect(again.asked.minor + rest.asked.minor == 10_000)
    #expect(try await counter.refunds.audit().isEmpty)
  }

  @Test func `the freight goes back with the last of the goods, and with none where some were exchanged`() async throws
  {
    let counter = try await RefundCounter()
    let order = try counter.order([(1, 8800), (1, 5000)])
    #expect(try await counter.ask(order, [1, 0]).freight.isZero)
    let last = try await counter.ask(order, [0, 1])
    #expect(last.freight == order.freight)
    #expect(last.asked == counter.yuan(5600))
    let other = try counter.order([(1, 8800), (1, 5000)])
    _ = try await counter.ask(other, [1, 0], kind: .exchange)
    #expect(try await counter.ask(other, [0, 1]).freight.isZero)
    #expect(try await counter.refunds.audit().isEmpty)
  }

  // req: 4.2.4-4
  @Test func `of ten who ask for three of ten units at once three get them, and the books agree`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order([(10, 9999)])
    let asked = try await withThrowingTaskGroup(of: RefundCase?.self) { group in
      for _ in 1...10 {
        group.addTask {
          do {
            return try await counter.ask(order, [3])
          } catch is RefundRefusal {
            return nil
          }
        }
      }
      return try await group.reduce(into: [RefundCase]()) { if let refund = $1 { $0.append(refund) } }
    }
    #expect(asked.count == 3)
    #expect(try await counter.refunds.claims(of: order.id)[order.lines[0].id]?.units == 9)
    let last = try await counter.ask(order, [1])
    #expect((asked + [last]).reduce(0) { $0 + $1.asked.minor } == counter.total(order).minor)
    #expect(try await counter.refunds.audit().isEmpty)
  }

  // req: 4.2.4-3
  @Test func `goods go back for a time, longer where the merchant is at fault`() async throws {
    let counter = try await RefundCounter()
    let received = counter.store.clock.now
    let order = try counter.order([(9, 9000)], completedAt: received)
    func ask(_ kind: RefundCase.Kind, _ reason: RefundCase.Reason) async throws -> RefundCase {
      try await counter.refunds.request(try counter.draft(order, [1], kind: kind, reason: reason))
    }
    _ = try await ask(.goodsBack, .changedMind)
    await #expect(throws: RefundRefusal.kindNotOffered(.moneyOnly)) { try await ask(.moneyOnly, .changedMind) }
    await #expect(throws: RefundRefusal.kindNotOffered(.goodsBack)) { try await ask(.goodsBack, .notArrived) }
    counter.store.clock.advance(by: .days(8))
    await #expect(throws: RefundRefusal.tooLate(days: 7)) { try await ask(.goodsBack, .changedMind) }
    _ = try await ask(.goodsBack, .damaged)
    counter.store.clock.advance(by: .days(23))
    await #expect(throws: RefundRefusal.tooLate(days: 30)) { try await ask(.goodsBack, .damaged) }
    let unshipped = try counter.order(wasShipped: false)
    await #expect(throws: RefundRefusal.kindNotOffered(.goodsBack)) { try await counter.ask(unshipped, [1]) }
    #expect(try await counter.ask(unshipped, [1], kind: .moneyOnly).stopsShipping)
  }

  @Test func `input that no flow should hand over is refused field by field, and leaves nothing`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order()
    let file = try #require(FileKey(rawValue: String(repeating: "a", count: 64) + ".jpg"))
    var drafts = [
      try counter.draft(order, [1], explanation: String(repeating: "长", count: 1001)),
      try counter.draft(order, [1], explanation: "a\u{0}b"), try counter.draft(order, []),
      try counter.draft(order, [1], reason: .other, explanation: " "), try counter.draft(order, [1], kind: .goodwill),
    ]
    var many = try counter.draft(order, [1])
    many.evidence = Array(repeating: file, count: 7)
    drafts.append(many)
    for draft in drafts { await #expect(throws: FieldFaults.self) { try await counter.refunds.request(draft) } }
    #expect(try await counter.refunds.counts(.platform).isEmpty)
    #expect(try await counter.refunds.claims(of: order.id).isEmpty)
  }

  @Test func `an order takes a bounded number of requests`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order()
    for _ in 1...50 {
      _ = try await counter.refunds.withdraw(try await counter.ask(order, [1]).id, by: counter.buyer)
    }
    await #expect(throws: RefundRefusal.tooManyRequests(most: 50)) { try await counter.ask(order, [1]) }
  }

  @Test func `lists show their scope alone, the newest first, page by page`() async throws {
    let counter = try await RefundCounter()
    let orders = try (1...5).map { _ in try counter.order() }
    for order in orders { _ = try await counter.ask(order, [1]) }
    let refunds = counter.refunds
    let first = try await refunds.cases(.buyer(counter.buyer), in: [], PageRequest(limit: 3))
    #expect(first.items.map(\.order) == orders.reversed().prefix(3).map(\.id))
    let second = try await refunds.cases(.buyer(counter.buyer), in: [], PageRequest(limit: 3, after: first.next))
    #expect(second.items.map(\.order) == orders.prefix(2).reversed().map(\.id))
    #expect(second.next == nil)
    #expect(try await refunds.cases(.merchant(counter.store.ids.next()), in: [], PageRequest()).items.isEmpty)
    #expect(try await refunds.cases(.platform, in: [.settled], PageRequest()).items.isEmpty)
    #expect(try await refunds.counts(.merchant(counter.merchant)) == [.requested: 5])
  }
}
