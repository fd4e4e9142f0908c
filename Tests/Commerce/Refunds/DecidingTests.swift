import Refunds
import Storage
import TestKit
import Testing
import Values

@Suite struct DecidingTests {
  // req: 4.2.4-6
  @Test func `what is granted never adds up to more than was paid`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order([(1, 8800)], freight: 0)
    _ = try await counter.refunds.grant(
      GoodwillDraft(
        key: "sorry", order: order, amount: counter.yuan(3000), paid: counter.total(order), words: "Sorry",
        staff: counter.staff))
    let asked = try await counter.ask(order, [1])
    #expect(asked.asked == counter.yuan(8800))
    await #expect(throws: RefundRefusal.aboveAllowed(left: counter.yuan(5800))) {
      try await counter.approve(asked, of: order, amount: 5801)
    }
    #expect(try await counter.approve(asked, of: order).granted == counter.yuan(5800))
    await #expect(throws: RefundRefusal.aboveAllowed(left: counter.yuan(0))) {
      try await counter.refunds.grant(
        GoodwillDraft(
          key: "more", order: order, amount: counter.yuan(1), paid: counter.total(order), words: "Sorry",
          staff: counter.staff))
    }
    #expect(try await counter.refunds.audit().isEmpty)
  }

  // req: 4.2.4-6
  @Test func `a case is agreed to once, however many try at once, and never both agreed to and withdrawn`() async throws
  {
    let counter = try await RefundCounter()
    for _ in 1...5 {
      let order = try counter.order()
      let asked = try await counter.ask(order, [1])
      let done = try await withThrowingTaskGroup(of: Bool.self) { group in
        for index in 1...6 {
          group.addTask {
            do {
              if index == 3 {
                _ = try await counter.refunds.withdraw(asked.id, by: counter.buyer)
              } else {
                _ = try await counter.approve(asked, of: order)
              }
              return true
            } catch is RefundRefusal {
              return false
            }
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(done == 1)
    }
    #expect(try await counter.refunds.audit().isEmpty)
  }

  // req: 4.2.4-6
  @Test func `the freight stays where goods that were asked back before aren't any more`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order([(1, 8800), (1, 5000)])
    let ordered = Dictionary(uniqueKeysWithValues: order.lines.map { ($0.id, $0.quantity.count) })
    let first = try await counter.ask(order, [1, 0])
    let last = try await counter.ask(order, [0, 1])
    #expect(last.freight == order.freight)
    let awaited = try await counter.refunds.approve(
      last.id, RefundGrant(paid: counter.total(order), needsGoods: true, ordered: ordered), by: .staff(counter.staff))
    #expect(awaited.granted == counter.yuan(5600))
    _ = try await counter.refunds.withdraw(first.id, by: counter.buyer)
    let agreed = try await counter.refunds.approve(
      last.id, RefundGrant(paid: counter.total(order), ordered: ordered), by: .staff(counter.staff))
    #expect(agreed.freight.isZero && agreed.asked == counter.yuan(5000) && agreed.granted == counter.yuan(5000))
    #expect(try await counter.refunds.audit().isEmpty)
    #expect(try await counter.ask(order, [1, 0]).asked == counter.yuan(9400))
    #expect(try await counter.refunds.audit().isEmpty)
  }

  @Test func `goods are asked for, sent, looked at and paid for`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order([(3, 9000)])
    let asked = try await counter.ask(order, [2])
    let line = order.lines[0].id
    let awaited = try await counter.approve(asked, of: order, needsGoods: true)
    #expect(awaited.state == .awaitingGoods && awaited.granted == counter.yuan(6000))
    let parcel = ReturnParcel(carrier: "shunfeng", trackingNumber: "SF123456")
    #expect(try await counter.refunds.noteParcel(asked.id, parcel, by: counter.buyer).parcel == parcel)
    await #expect(throws: RefundRefusal.unknownCase) {
      try await counter.refunds.noteParcel(asked.id, parcel, by: counter.store.ids.next())
    }
    for count in [-1, 3] {
      await #expect(throws: FieldFaults.self) {
        try await counter.refunds.receive(asked.id, restocked: [line: count], note: "", by: counter.staff)
      }
    }
    let received = try await counter.refunds.receive(asked.id, restocked: [line: 1], note: "One cup", by: counter.staff)
    #expect(received.state == .received && received.lines.first?.restocked == 1)
    await #expect(throws: RefundRefusal.wrongState(.received)) {
      try await counter.refunds.withdraw(asked.id, by: counter.buyer)
    }
    let agreed = try await counter.approve(received, of: order, amount: 5000)
    #expect(agreed.state == .approved && agreed.granted == counter.yuan(5000))
    _ = try await counter.refunds.noteSent(asked.id)
    let settled = try await counter.refunds.settle(asked.id, counter.part(agreed), replacement: nil)
    #expect(settled.state == .settled)
    #expect(
      try await counter.refunds.steps(of: asked.id).map(\.kind)
        == [.requested, .goodsAsked, .goodsSent, .received, .approved, .sent, .settled])
    #expect(try await counter.refunds.audit().isEmpty)
  }

  @Test func `an exchange whose goods are back may still end in money`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order([(1, 9000)])
    let asked = try await counter.ask(order, [1], kind: .exchange)
    _ = try await counter.approve(asked, of: order, needsGoods: true)
    _ = try await counter.refunds.receive(asked.id, restocked: [order.lines[0].id: 1], note: "", by: counter.staff)
    let agreed = try await counter.refunds.approve(
      asked.id, RefundGrant(paid: counter.total(order), asMoney: true), by: .staff(counter.staff))
    #expect(agreed.kind == .goodsBack && agreed.granted == asked.asked && asked.asked.isPositive)
    #expect(try await counter.refunds.audit().isEmpty)
  }

  // part of req: 4.2.4-7
  @Test func `a settled case is on record with what was paid back, once`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order()
    let agreed = try await counter.approve(try await counter.ask(order, [3]), of: order)
    await #expect(throws: RefundFault.self) { try await counter.refunds.settle(agreed.id, [], replacement: nil) }
    let parts = counter.part(agreed)
    for _ in 1...2 { _ = try await counter.refunds.settle(agreed.id, parts, replacement: nil) }
    let records = try await counter.refunds.records(of: agreed.id)
    #expect(records.map(\.amount) == [counter.total(order)])
    #expect(records.map(\.refund) == [parts[0].refund])
    #expect(try await counter.refunds.audit().isEmpty)
  }

  @Test func `a refund that failed is tried again, and what can't be is decided anew`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order()
    let agreed = try await counter.approve(try await counter.ask(order, [1]), of: order)
    #expect(try await counter.refunds.noteFailed(agreed.id).state == .failed)
    #expect(try await counter.refunds.noteFailed(agreed.id).state == .failed)
    #expect(try await counter.told(.failed) == 1)
    #expect(try await counter.refunds.retry(agreed.id, by: counter.staff).state == .approved)
    let unshipped = try counter.order(wasShipped: false)
    let stopped = try await counter.approve(try await counter.ask(unshipped, [3], kind: .moneyOnly), of: unshipped)
    let reopened = try await counter.refunds.reopen(stopped.id, why: RefundRefusal.shippedMeanwhile.code)
    #expect(reopened.state == .requested && reopened.granted == nil && reopened.wasShipped)
    #expect(try await counter.approve(reopened, of: unshipped, needsGoods: true).kind == .goodsBack)
    #expect(try await counter.refunds.audit().isEmpty)
  }

  // req: 4.2.2-6 4.2.4-6
  @Test func `who has seen an order before a change of it asks nothing of it`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order(wasShipped: false)
    let asked = try await counter.ask(order, [1], kind: .moneyOnly)
    await #expect(throws: RefundRefusal.caseOpen) {
      try await counter.refunds.makeWay(for: order.id, revision: 1)
    }
    _ = try await counter.refunds.withdraw(asked.id, by: counter.buyer)
    let until = try await counter.refunds.makeWay(for: order.id, revision: 1)
    #expect(until == counter.store.clock.now.adding(.minutes(1)))
    await #expect(throws: RefundRefusal.orderChanging) { try await counter.ask(order, [1], kind: .moneyOnly) }
    let changed = RefundableOrder(
      id: order.id, merchant: order.merchant, buyer: order.buyer, lines: order.lines, freight: order.freight,
      wasShipped: false, completedAt: nil, revision: 1)
    _ = try await counter.ask(changed, [1], kind: .moneyOnly)
    // A change that came to nothing is over after a while.
    counter.store.clock.advance(by: .minutes(2))
    _ = try await counter.ask(order, [1], kind: .moneyOnly)
    #expect(try await counter.refunds.audit().isEmpty)
  }

  @Test func `money is given out of goodwill once for a key`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order()
    let draft = GoodwillDraft(
      key: "once", order: order, amount: counter.yuan(100), paid: counter.total(order), words: "Sorry for the wait",
      staff: counter.staff)
    let given = try await withThrowingTaskGroup(of: RefundCase.self) { group in
      for _ in 1...5 { group.addTask { try await counter.refunds.grant(draft) } }
      return try await group.reduce(into: Set<RefundCaseID>()) { $0.insert($1.id) }
    }
    #expect(given.count == 1)
    for amount in [0, -1] as [Int64] {
      let bad = GoodwillDraft(
        key: "bad", order: order, amount: counter.yuan(amount), paid: counter.total(order), words: "Sorry",
        staff: counter.staff)
      await #expect(throws: FieldFaults.self) { try await counter.refunds.grant(bad) }
    }
    #expect(try await counter.refunds.audit().isEmpty)
  }

  @Test func `a case whose money is on its way is handed out once in a minute`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order()
    let agreed = try await counter.approve(try await counter.ask(order, [1]), of: order)
    _ = try await counter.ask(order, [1])
    func waiting() async throws -> [RefundCaseID] {
      try await counter.refunds.underWay(now: counter.store.clock.now, limit: 10).map(\.id)
    }
    #expect(try await waiting().isEmpty)
    counter.store.clock.advance(by: .minutes(1))
    #expect(try await waiting() == [agreed.id])
    #expect(try await waiting().isEmpty)
    counter.store.clock.advance(by: .minutes(2))
    _ = try await counter.refunds.settle(agreed.id, counter.part(agreed), replacement: nil)
    #expect(try await waiting().isEmpty)
  }

  @Test func `the audit names what somebody wrote past the books`() async throws {
    let counter = try await RefundCounter()
    let order = try counter.order()
    let agreed = try await counter.approve(try await counter.ask(order, [1]), of: order)
    let settled = try await counter.refunds.settle(agreed.id, counter.part(agreed), replacement: nil)
    let harms: [(SQL, String)] = [
      ("UPDATE refund_claim SET units = units + 1", "\(order.lines[0].id)"),
      ("UPDATE refund_allowance SET granted = granted + 1", "\(order.id)"),
      ("UPDATE refund_allowance SET freight = freight + 1", "\(order.id)"),
      ("UPDATE refund_record SET amount = amount - 1", "\(settled.id)"),
    ]
    for (harm, row) in harms {
      #expect(try await counter.refunds.audit().isEmpty)
      try await counter.store.database.write { _ = try $0.execute(harm) }
      let found = try await counter.refunds.audit()
      #expect(found.map(\.row) == [row], "\(harm.text)")
      let mended = SQL(
        text: harm.text.contains("+ 1")
          ? harm.text.replacing("+ 1", with: "- 1") : harm.text.replacing("- 1", with: "+ 1"))
      try await counter.store.database.write { _ = try $0.execute(mended) }
    }
  }
}
