import Events
import PartKit
import Payments
import Storage
import Synchronization
import TestKit
import Testing
import Values

@Suite struct RefundTests {
  private func request(
    _ payment: Payment, _ key: String, _ minor: Int64, order: OrderID? = nil, currency: Currency = .cny
  ) -> RefundRequest {
    RefundRequest(
      key: key, payment: payment.id, order: order ?? payment.shares[0].order,
      amount: Money(minor: minor, currency: currency),
      reason: "changed mind")
  }

  @Test(arguments: Way.allCases) func `a refund is settled, booked and told once`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured()
    let refund = try await desk.payments.refund(request(payment, "r-1", 800))
    #expect(refund.state == .settled)
    #expect(try await desk.payments.refund(request(payment, "r-1", 800)) == refund)
    #expect(desk.provider.calls.filter { $0 == "refund" }.count == 1)
    #expect(try await desk.state(payment) == .partlyRefunded)
    #expect(try await desk.payments.payment(payment.id)?.refunded.minor == 800)
    #expect(try await desk.payments.refund(request(payment, "r-2", 8000)).state == .settled)
    #expect(try await desk.state(payment) == .refunded)
    #expect(try await desk.told(RefundSettled.name) == 2)
    #expect(try await desk.payments.refunds(of: payment.id).map(\.key) == ["r-1", "r-2"])
    #expect(try await desk.payments.audit().isEmpty)
    // Neither a repeated notice nor a query brings the money back.
    try await desk.tell(desk.notice(payment))
    #expect(try await desk.state(payment) == .refunded)
  }

  @Test(arguments: Way.allCases) func `parallel refunds never give back more than was captured`(_ way: Way) async throws
  {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured()
    let settled = await withTaskGroup(of: Int64.self) { group in
      for index in 0..<50 {
        group.addTask { (try? await desk.payments.refund(request(payment, "r-\(index)", 1000)))?.amount.minor ?? 0 }
      }
      return await group.reduce(0, +)
    }
    #expect(settled == 8000)
    #expect(try await desk.payments.payment(payment.id)?.refunded.minor == 8000)
    await #expect(throws: PaymentRefusal.refundExceedsPayment(left: Money(minor: 800, currency: .cny))) {
      try await desk.payments.refund(request(payment, "more", 801))
    }
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `one key asked for at once is one refund`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured()
    let ids = try await withThrowingTaskGroup(of: RefundID.self) { group in
      for _ in 0..<30 { group.addTask { try await desk.payments.refund(request(payment, "r-1", 500)).id } }
      return try await group.reduce(into: Set<RefundID>()) { $0.insert($1) }
    }
    #expect(ids.count == 1)
    #expect(try await desk.payments.payment(payment.id)?.refunded.minor == 500)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `a refund without an answer counts until the sweep has one`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured()
    desk.provider.set { $0.faultAfter = .outcomeUnknown("timeout") }
    #expect(try await desk.payments.refund(request(payment, "r-1", 8000)).state == .sent)
    await #expect(throws: PaymentRefusal.refundExceedsPayment(left: Money(minor: 800, currency: .cny))) {
      try await desk.payments.refund(request(payment, "r-2", 801))
    }
    desk.provider.set { $0.faultAfter = nil }
    desk.store.clock.advance(by: .minutes(1))
    #expect(try await desk.payments.sweep(now: desk.store.clock.now, limit: 10) == 1)
    #expect(try await desk.payments.refunds(of: payment.id).map(\.state) == [.settled])
    #expect(desk.provider.books.withLock { $0.refunds.count } == 1)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `a refund that never arrived is sent again under its number`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured()
    desk.provider.set { $0.fault = .unreachable("down") }
    let refund = try await desk.payments.refund(request(payment, "r-1", 800))
    #expect(refund.state == .sent)
    desk.provider.set { $0.fault = nil }
    desk.store.clock.advance(by: .minutes(1))
    #expect(try await desk.payments.sweep(now: desk.store.clock.now, limit: 10) == 1)
    #expect(try await desk.payments.refunds(of: payment.id).map(\.state) == [.settled])
    #expect(desk.provider.books.withLock { Array($0.refunds.keys) } == [refund.id.description])
  }

  // req: 4.2.4-6
  @Test(arguments: Way.allCases) func `a refund for which we are turned away may be done, and frees nothing`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured()
    desk.provider.set { $0.faultAfter = .turnedAway(code: "SIGN_ERROR") }
    #expect(try await desk.payments.refund(request(payment, "r-1", 8800)).state == .sent)
    await #expect(throws: PaymentRefusal.self) { try await desk.payments.refund(request(payment, "r-2", 8800)) }
    desk.provider.set { $0.faultAfter = nil }
    desk.store.clock.advance(by: .minutes(1))
    #expect(try await desk.payments.sweep(now: desk.store.clock.now, limit: 10) == 1)
    #expect(try await desk.payments.refunds(of: payment.id).map(\.state) == [.settled])
    #expect(desk.provider.books.withLock { $0.refunds.count } == 1)
  }

  @Test(arguments: Way.allCases) func `a refund that the provider refuses frees its amount`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured()
    desk.provider.set { $0.fault = .refused(code: "noBalance") }
    #expect(try await desk.payments.refund(request(payment, "r-1", 8800)).state == .failed)
    desk.provider.set { $0.fault = nil }
    #expect(try await desk.payments.refund(request(payment, "r-1", 8800)).state == .failed)
    #expect(try await desk.payments.refund(request(payment, "r-2", 8800)).state == .settled)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `a refund belongs to an order and stays within its share`(_ way: Way) async throws
  {
    let desk = try await PaymentDesk(way)
    let second: OrderID = desk.store.ids.next()
    let payment = try await desk.captured([(desk.order, 6667), (second, 3333)])
    let refund = try await desk.payments.refund(request(payment, "first", 3000, order: second))
    #expect(refund.order == second)
    await #expect(throws: PaymentRefusal.refundExceedsPayment(left: Money(minor: 333, currency: .cny))) {
      try await desk.payments.refund(request(payment, "too-much", 334, order: second))
    }
    await #expect(throws: PaymentRefusal.refundExceedsPayment(left: .zero(.cny))) {
      try await desk.payments.refund(request(payment, "foreign", 1, order: desk.store.ids.next()))
    }
    _ = try await desk.payments.refund(request(payment, "other", 6667, order: desk.order))
    let entries = try await desk.payments.ledger(of: payment.id)
    #expect(entries.reduce(0) { $0 + $1.amount.minor } == 0)
    #expect(entries.count == 7)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `a key is one refund's for ever`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let second: OrderID = desk.store.ids.next()
    let payment = try await desk.captured([(desk.order, 5000), (second, 5000)])
    let other = try await desk.captured([(desk.store.ids.next(), 5000)])
    _ = try await desk.payments.refund(request(payment, "r-1", 100, order: second))
    for wrong in [
      request(payment, "r-1", 101, order: second), request(payment, "r-1", 100, order: desk.order),
      request(other, "r-1", 100),
    ] {
      await #expect(throws: PaymentRefusal.refundKeyTaken) { try await desk.payments.refund(wrong) }
    }
    #expect(try await desk.payments.refund(request(payment, "r-1", 100, order: second)).state == .settled)
  }

  @Test(arguments: Way.allCases) func `what can't be refunded is refused`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let pending = try await desk.open()
    await #expect(throws: PaymentRefusal.notCaptured) { try await desk.payments.refund(request(pending, "a", 1)) }
    let payment = try await desk.captured([(desk.store.ids.next(), 100)])
    for (key, amount) in [
      ("", Int64(1)), ("x y", 1), ("键", 1), (String(repeating: "k", count: 65), 1), ("k", 0), ("k", -1),
    ] {
      await #expect(throws: FieldFaults.self) { try await desk.payments.refund(request(payment, key, amount)) }
    }
    await #expect(throws: FieldFaults.self) {
      try await desk.payments.refund(request(payment, "usd", 1, currency: .usd))
    }
    await #expect(throws: PaymentRefusal.self) { try await desk.payments.refund(request(payment, "max", .max)) }
    let unknown = RefundRequest(
      key: "u", payment: desk.store.ids.next(), order: desk.order, amount: Money(minor: 1, currency: .cny), reason: "")
    await #expect(throws: PaymentRefusal.unknownPayment) { try await desk.payments.refund(unknown) }
  }

  @Test(arguments: Way.allCases) func `the audit names what disagrees`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured()
    try await desk.store.database.write { transaction in
      try transaction.execute("UPDATE payment SET refunded = 5 WHERE id = \(payment.id)")
      try transaction.execute("UPDATE ledger_entry SET amount = 8801 WHERE amount > 0")
      try transaction.execute("UPDATE payment_share SET amount = 1")
    }
    let found = try await desk.payments.audit()
    #expect(found.count == 5)
    #expect(found.allSatisfy { $0.book == "payments" })
    #expect(found.contains { $0.row == payment.id.description })
  }
}
