import Payments
import TestKit
import Testing
import Values

/// A day's bill against the books, in both directions.
@Suite struct MatchingTests {
  @Test func `a day that agrees is matched, with both sides added up`() async throws {
    let desk = try await BillDesk()
    let (first, second) = (try await desk.captured(), try await desk.captured([1200]))
    let refund = try await desk.refund(first, 800)
    desk.bill([
      desk.row(first), desk.row(second, fee: 7), desk.row(first, 800, fee: -5, refund: refund.id.description),
      desk.movement("po_1", -5000),
    ])
    #expect(try await desk.nextMorning() == 1)
    let day = try await desk.day()
    #expect(day.state == .matched && day.sign == .matched && day.rows == 4 && day.source == .provider)
    let totals = try await desk.totals()
    #expect(totals.there == totals.here)
    #expect(totals.there.payments == 2 && totals.there.paid.minor == 10_000 && totals.there.refunded.minor == 800)
    #expect(totals.fees.minor == 55 && totals.others == 1 && totals.othersOut.minor == 5000)
    #expect(totals.net.minor == 10_000 - 800 - 55 - 5000)
    #expect(try await desk.differences() == [])
  }

  @Test func `what the balance gave and got is none of the provider's`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured(fromBalance: 1000)
    let refund = try await desk.refund(payment, 8000)
    #expect(refund.toBalance.minor == 200 && refund.state == .settled)
    _ = try await desk.refund(payment, 800)
    desk.bill([desk.row(payment), desk.row(payment, 7800, fee: 0, refund: refund.id.description)])
    #expect(try await desk.nextMorning() == 1)
    let totals = try await desk.totals()
    #expect(totals.there == totals.here && totals.here.paid.minor == 7800 && totals.here.refunded.minor == 7800)
    #expect(try await desk.differences() == [])
  }

  @Test func `what providers kept is told slice by slice, and again under the same keys`() async throws {
    let desk = try await BillDesk()
    let (first, second) = (try await desk.captured(), try await desk.captured([1200]))
    let refund = try await desk.refund(first, 800)
    desk.bill([
      desk.row(first), desk.row(second, fee: 7), desk.movement("po_1", -5000),
      desk.row(first, 800, fee: -5, refund: refund.id.description),
    ])
    #expect(try await desk.payments.fees(limit: 2) == nil)
    try await desk.nextMorning()
    var told: [[BilledFees.Fee]] = []
    for _ in 1...2 {
      while let fees = try await desk.payments.fees(limit: 2), told.count < 9 {
        told.append(fees.fees)
        try await desk.payments.noteTold(fees)
      }
      let day = try #require(ProviderDay(rawValue: BillDesk.day))
      try await desk.payments.fetchAgain(desk.provider.method, on: day, by: desk.staff)
      try await desk.reconcile()
    }
    #expect(told.map(\.count) == [2, 1, 2, 1] && told[0] == told[2] && told[1] == told[3])
    #expect(told[0].map(\.amount.minor) == [53, 7] && told[0].map(\.order) == [nil, nil])
    #expect(told[1].map(\.amount.minor) == [-5] && told[1].map(\.order) == [first.shares[0].order])
    #expect(told[0].map(\.payment) == [first.id, second.id] && told[1].map(\.payment) == [first.id])
  }

  @Test func `movements of the provider's own are listed, and are no differences`() async throws {
    let desk = try await BillDesk()
    desk.bill([desk.movement("po_1", -5000), desk.movement("adj_1", 20)])
    try await desk.nextMorning()
    let day = try #require(ProviderDay(rawValue: BillDesk.day))
    let first = try await desk.payments.movements(of: desk.provider.method, on: day, PageRequest(limit: 1))
    #expect(first.items.map(\.providerNumber) == ["po_1"])
    let rest = try await desk.payments.movements(
      of: desk.provider.method, on: day, PageRequest(limit: 10, after: first.next))
    #expect(rest.items.map(\.providerNumber) == ["adj_1"] && rest.next == nil)
    #expect(try await desk.differences() == [])
  }

  @Test func `what the bill has and the books don't is missing here`() async throws {
    let desk = try await BillDesk()
    let stranger = StatementRow(
      kind: .payment, payment: "other_shop_77", providerNumber: "T-77", amount: Money(minor: 100, currency: .cny),
      fee: .zero(.cny), at: desk.store.clock.now)
    desk.bill([stranger])
    try await desk.nextMorning()
    let found = try await desk.only()
    #expect(found.kind == .missingHere && found.state == .open && !found.isRefund)
    #expect(found.paymentNumber == "other_shop_77" && found.there.amount?.minor == 100 && found.here.amount == nil)
    #expect(!found.isCorrectable)
    #expect(try await desk.day().sign == .differences)
  }

  @Test func `what the books have and the bill doesn't is missing there`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured()
    _ = try await desk.refund(payment, 800)
    desk.bill([])
    // In the morning it may just not be made yet.
    #expect(try await desk.nextMorning() == 0)
    #expect(try await desk.day().fault == "notYet")
    #expect(try await desk.differences() == [])
    desk.store.clock.advance(by: .hours(2))
    #expect(try await desk.reconcile() == 1)
    let found = try await desk.differences()
    #expect(found.count == 2 && found.allSatisfy { $0.kind == .missingThere && $0.state == .open })
    #expect(Set(found.map(\.isRefund)) == [true, false])
  }

  @Test func `other amounts, states and fees, and what stands twice, are each of a kind of their own`() async throws {
    let desk = try await BillDesk()
    let dearer = try await desk.captured()
    let twice = try await desk.captured([500])
    let pending = try await desk.open([700])
    let dear = try await desk.captured([10_000])
    try await desk.payments.setFee(
      BillFeeRule(method: desk.provider.method, parts: 60, fixed: 0), of: desk.provider.method, by: desk.staff)
    desk.bill([
      desk.row(dearer, 8900, fee: 53), desk.row(twice, fee: 3), desk.row(twice, fee: 3), desk.row(pending, fee: 4),
      desk.row(dear, fee: 62),
    ])
    try await desk.nextMorning()
    let kinds = Dictionary(
      grouping: try await desk.differences(), by: \.kind
    ).mapValues { $0.map(\.paymentNumber) }
    #expect(kinds[.amountDiffers] == [dearer.id.description])
    #expect(kinds[.twiceThere] == [twice.id.description])
    #expect(kinds[.statusDiffers] == [pending.id.description])
    // 62 instead of 60; the others are within a cent.
    #expect(kinds[.feeDiffers] == [dear.id.description])
    #expect(kinds.count == 4)
  }

  @Test func `a refund with another amount or without an answer differs`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured()
    let done = try await desk.refund(payment, 800)
    desk.provider.set { $0.refundState = .pending }
    let waiting = try await desk.refund(payment, 900)
    desk.bill([
      desk.row(payment), desk.row(payment, 810, fee: 0, refund: done.id.description),
      desk.row(payment, 900, fee: 0, refund: waiting.id.description),
    ])
    try await desk.nextMorning()
    let kinds = Dictionary(grouping: try await desk.differences(), by: \.kind).mapValues { $0.map(\.refundNumber) }
    #expect(kinds == [.amountDiffers: [done.id.description], .statusDiffers: [waiting.id.description]])
  }

  @Test func `a refund that stands twice in the bill differs`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured()
    let refund = try await desk.refund(payment, 800)
    let row = desk.row(payment, 800, fee: 0, refund: refund.id.description)
    desk.bill([desk.row(payment), row, row])
    try await desk.nextMorning()
    let found = try await desk.only()
    #expect(found.kind == .twiceThere && found.isRefund)
  }

  @Test func `a payment without our number is known by the provider's`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured()
    let known = desk.row(payment)
    desk.bill([
      StatementRow(
        kind: .payment, payment: "", providerNumber: known.providerNumber, amount: known.amount, fee: known.fee,
        at: known.at)
    ])
    try await desk.nextMorning()
    #expect(try await desk.differences() == [])
  }

  @Test func `a refund that was begun at the provider is one movement there, however many orders it is here`()
    async throws
  {
    let desk = try await BillDesk()
    let payment = try await desk.captured([3000, 2000])
    try await desk.tell(payment, "|5001|4000|settled")
    #expect(try await desk.payments.refunds(of: payment.id).count == 2)
    desk.bill([desk.row(payment), desk.row(payment, 4000, fee: 0, refund: "5001")])
    try await desk.nextMorning()
    #expect(try await desk.differences() == [])
  }

  @Test func `what is near midnight waits for the next day's bill`() async throws {
    let desk = try await BillDesk()
    desk.store.clock.advance(by: .seconds(13 * 3600 + 50 * 60))
    let (late, lost) = (try await desk.captured(), try await desk.captured([100]))
    desk.bill([])
    desk.store.clock.advance(by: .minutes(20))
    let row = desk.row(late)
    desk.store.clock.advance(by: .hours(12))
    try await desk.reconcile()
    #expect(try await desk.differences().map(\.state) == [.carried, .carried])
    #expect(try await desk.day().sign == .matched)
    desk.bill([row], on: BillDesk.next)
    try await desk.nextMorning()
    let after = Dictionary(
      try await desk.differences().map { ($0.paymentNumber, $0) }, uniquingKeysWith: { first, _ in first })
    #expect(after[late.id.description]?.state == .explained && after[late.id.description]?.cause == .otherBill)
    #expect(after[lost.id.description]?.state == .open)
    #expect(after.count == 2)
  }
}
