import PartKit
import Payments
import Storage
import TestKit
import Testing
import Values

/// Transfers and cash: nobody tells of them but staff.
@Suite struct OwnMethodTests {
  private static let staff = StaffID(raw: 7)

  private func receipt(
    _ payment: Payment, _ key: String, _ minor: Int64, at: Timestamp, isMore: Bool = false
  ) -> MoneyReceipt {
    MoneyReceipt(
      key: key, payment: payment.id, amount: Money(minor: minor, currency: .cny), receivedAt: at, note: "statement",
      isMore: isMore)
  }

  private func opened(_ desk: PaymentDesk) async throws -> Payment {
    let opened = try await desk.payments.open(desk.request(method: .transfer))
    #expect(opened.handover == .here)
    #expect(opened.payment.state == .pending)
    return opened.payment
  }

  // req: 2.2-4
  @Test(arguments: Way.allCases) func `a transfer is captured by what staff found, once`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await opened(desk)
    let now = desk.store.clock.now
    #expect(try await desk.payments.confirm(receipt(payment, "a", 8800, at: now), by: Self.staff).state == .captured)
    #expect(try await desk.payments.confirm(receipt(payment, "a", 8800, at: now), by: Self.staff).state == .captured)
    await #expect(throws: PaymentRefusal.alreadyPaid(payment.id)) {
      try await desk.payments.confirm(receipt(payment, "b", 8800, at: now), by: Self.staff)
    }
    #expect(try await desk.payments.receipts(of: payment.id).count == 1)
    #expect(try await desk.told(PaymentCaptured.name) == 1)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `two who confirm the same money in the same moment confirm it once`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let payment = try await opened(desk)
    let now = desk.store.clock.now
    let confirmed = await withTaskGroup(of: Int.self) { group in
      for index in 0..<20 {
        group.addTask {
          let found = receipt(payment, "k\(index)", 8800, at: now)
          return (try? await desk.payments.confirm(found, by: Self.staff)) == nil ? 0 : 1
        }
      }
      return await group.reduce(0, +)
    }
    #expect(confirmed == 1)
    #expect(try await desk.payments.receipts(of: payment.id).count == 1)
    #expect(try await desk.payments.cases(.platform, open: true, PageRequest()).items.isEmpty)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `too little waits as a case until the rest is there`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await opened(desk)
    let now = desk.store.clock.now
    #expect(try await desk.payments.confirm(receipt(payment, "a", 8000, at: now), by: Self.staff).state == .pending)
    let waiting = try #require(try await desk.payments.cases(of: payment.id).first)
    #expect(waiting.kind == .paidShort)
    #expect(waiting.amount.minor == 800)
    #expect(waiting.isOpen)
    #expect(try await desk.payments.confirm(receipt(payment, "b", 300, at: now), by: Self.staff).state == .pending)
    #expect(try await desk.payments.cases(of: payment.id).map(\.amount.minor) == [500])
    #expect(try await desk.payments.confirm(receipt(payment, "c", 500, at: now), by: Self.staff).state == .captured)
    #expect(try await desk.payments.paymentCase(waiting.id)?.isOpen == false)
    #expect(try await desk.payments.openCases(.platform) == 0)
  }

  @Test(arguments: Way.allCases) func `money at the door that doesn't come is a case, and done with once it does`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.payments.open(desk.request(method: .cash)).payment
    let ended = try await desk.payments.open(
      desk.request([(desk.store.ids.next(), 8800)], method: .cash)
    ).payment
    // One whose order was ended in time.
    _ = try await desk.payments.close(ended.id)
    desk.store.clock.advance(by: .hours(1))
    _ = try await desk.payments.sweep(now: desk.store.clock.now, limit: 10)
    #expect(try await desk.state(payment) == .closed)
    let open = try await desk.payments.cases(.platform, open: true, PageRequest()).items
    #expect(open.map(\.kind) == [.neverPaid] && open.map(\.payment) == [payment.id])
    #expect(open.first?.amount == payment.amount)
    _ = try await desk.payments.confirm(receipt(payment, "a", 8800, at: desk.store.clock.now), by: Self.staff)
    #expect(try await desk.state(payment) == .captured)
    #expect(try await desk.payments.openCases(.platform) == 0)
  }

  @Test(arguments: Way.allCases) func `too much is a case that somebody handles with a reason`(_ way: Way) async throws
  {
    let desk = try await PaymentDesk(way)
    let payment = try await opened(desk)
    let now = desk.store.clock.now
    _ = try await desk.payments.confirm(receipt(payment, "a", 9000, at: now), by: Self.staff)
    let found = try #require(try await desk.payments.cases(.platform, open: true, PageRequest()).items.first)
    #expect(found.kind == .paidTooMuch)
    #expect(found.amount.minor == 200)
    await #expect(throws: FieldFaults.self) {
      try await desk.payments.decide(found.id, .handled, reason: " ", by: Self.staff)
    }
    await #expect(throws: PaymentRefusal.wrongForCase) {
      try await desk.payments.decide(found.id, .paidOut, reason: "given back", by: Self.staff)
    }
    let handled = try await desk.payments.decide(found.id, .handled, reason: "given back", by: Self.staff)
    #expect(handled.handledBy == Self.staff)
    await #expect(throws: PaymentRefusal.caseHandled) {
      try await desk.payments.decide(found.id, .handled, reason: "again", by: Self.staff)
    }
  }

  @Test(arguments: Way.allCases) func `a refund of a transfer waits for a person, and is settled once it is paid out`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await opened(desk)
    _ = try await desk.payments.confirm(receipt(payment, "a", 8800, at: desk.store.clock.now), by: Self.staff)
    let refund = try await desk.payments.refund(
      RefundRequest(
        key: "r-1", payment: payment.id, order: desk.order, amount: Money(minor: 800, currency: .cny), reason: "less"))
    #expect(refund.state == .sent)
    let waiting = try #require(try await desk.payments.cases(.platform, open: true, PageRequest()).items.first)
    #expect(waiting.kind == .refundByHand)
    #expect(waiting.refund == refund.id)
    _ = try await desk.payments.decide(waiting.id, .paidOut, reason: "by transfer", by: Self.staff)
    #expect(try await desk.payments.refund(refund.id)?.state == .settled)
    #expect(try await desk.told(RefundSettled.name) == 1)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `one that expires is closed without asking anybody`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await opened(desk)
    desk.store.clock.advance(by: .minutes(31))
    _ = try await desk.payments.sweep(now: desk.store.clock.now, limit: 10)
    #expect(try await desk.state(payment) == .closed)
    // What is found later is money without an order, as everywhere.
    let found = receipt(payment, "late", 8800, at: desk.store.clock.now)
    #expect(try await desk.payments.confirm(found, by: Self.staff).state == .captured)
  }

  @Test(arguments: Way.allCases) func `what a provider tells isn't for staff to say`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.open()
    await #expect(throws: PaymentRefusal.notOwnMethod) {
      try await desk.payments.confirm(
        receipt(payment, "a", 8800, at: desk.store.clock.now), by: Self.staff)
    }
  }
}
