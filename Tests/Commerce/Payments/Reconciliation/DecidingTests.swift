import Events
import Payments
import TestKit
import Testing
import Values

/// What becomes of differences, by people and by themselves.
@Suite struct DecidingTests {
  @Test func `a payment that waits here and is paid there is taken over as a notice would be`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.open()
    desk.bill([desk.row(payment)])
    try await desk.nextMorning()
    let found = try await desk.only()
    #expect(found.isCorrectable)
    let after = try await desk.payments.correct(found.id, reason: "lost notice", by: desk.staff)
    #expect(after.state == .corrected && after.cause == .applied && after.staff == desk.staff)
    let paid = try #require(try await desk.payments.payment(payment.id))
    #expect(paid.state == .captured && paid.providerNumber == "T-\(payment.id)")
    #expect(try await desk.store.toldEvents().filter { $0.name == PaymentCaptured.name }.count == 1)
    #expect(try await desk.payments.audit() == [])
    #expect(try await desk.deeds() == ["payments.correctDifference"])
    // Once is enough.
    await #expect(throws: BillRefusal.differenceMoved) {
      try await desk.payments.correct(found.id, reason: "", by: desk.staff)
    }
    #expect(try await desk.store.toldEvents().filter { $0.name == PaymentCaptured.name }.count == 1)
  }

  @Test func `what the payment centre wouldn't believe of a notice it doesn't take from a bill`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.open()
    desk.bill([desk.row(payment, 8900)])
    try await desk.nextMorning()
    let found = try #require(try await desk.differences().first { $0.kind == .statusDiffers })
    await #expect(throws: BillRefusal.notApplied("amountMismatch")) {
      try await desk.payments.correct(found.id, reason: "", by: desk.staff)
    }
    #expect(try await desk.payments.payment(payment.id)?.state == .pending)
    #expect(try await desk.payments.difference(found.id)?.state == .open)
    #expect(try await desk.deeds() == [])
  }

  @Test func `a refund that was begun at the provider is booked from the bill`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured()
    desk.bill([desk.row(payment), desk.row(payment, 800, fee: 0, refund: "5002")])
    try await desk.nextMorning()
    let found = try await desk.only()
    #expect(found.kind == .missingHere && found.isRefund && found.isCorrectable)
    _ = try await desk.payments.correct(found.id, reason: "", by: desk.staff)
    #expect(try await desk.payments.payment(payment.id)?.refunded.minor == 800)
    #expect(try await desk.payments.audit() == [])
  }

  @Test func `a late notice closes what it explains`() async throws {
    let desk = try await BillDesk()
    let (payment, paid) = (try await desk.open(), try await desk.captured([5000]))
    desk.bill([desk.row(payment), desk.row(paid), desk.row(paid, 800, fee: 0, refund: "5003")])
    try await desk.nextMorning()
    #expect(try await desk.differences().count == 2)
    try await desk.tell(payment)
    try await desk.tell(paid, "|5003|800|settled")
    try await desk.reconcile()
    #expect(try await desk.differences().allSatisfy { $0.state == .explained && $0.cause == .lateNotice })
    #expect(try await desk.payments.standing().openDifferences == 0)
  }

  @Test func `among many lines of others a late notice closes what it explains, old or new`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.open()
    let foreign = (1...250).map { number in
      StatementRow(
        kind: .payment, payment: "other_\(number)", providerNumber: "F-\(number)",
        amount: Money(minor: 100, currency: .cny), fee: .zero(.cny), at: desk.store.clock.now)
    }
    let last = try await desk.open()
    desk.bill([desk.row(payment)] + foreign + [desk.row(last)])
    try await desk.nextMorning()
    #expect(try await desk.payments.standing().openDifferences == 252)
    try await desk.tell(payment)
    try await desk.tell(last)
    try await desk.reconcile()
    #expect(try await desk.payments.standing().openDifferences == 250)
    let closed = try await desk.differences(BillDifferenceFilter(state: .explained))
    #expect(Set(closed.compactMap(\.payment)) == [payment.id, last.id])
  }

  @Test func `what a payment cost is told once its money is known, however late that is`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.open()
    desk.bill([desk.row(payment)])
    try await desk.nextMorning()
    let first = try #require(try await desk.payments.fees(limit: 10))
    #expect(first.fees.isEmpty)
    try await desk.payments.noteTold(first)
    #expect(try await desk.payments.fees(limit: 10) == nil)
    try await desk.tell(payment)
    try await desk.reconcile()
    #expect(try await desk.only().cause == .lateNotice)
    let later = try #require(try await desk.payments.fees(limit: 10))
    #expect(later.fees.map(\.payment) == [payment.id] && later.fees.map(\.amount.minor) == [53])
    try await desk.payments.noteTold(later)
    try await desk.reconcile()
    #expect(try await desk.payments.fees(limit: 10) == nil)
  }

  @Test func `lines that named nothing known cost what they say once it is known`() async throws {
    let desk = try await BillDesk()
    let (payment, paid) = (try await desk.open(), try await desk.captured([5000]))
    // By the provider's number alone, and a refund that was begun there.
    let nameless = StatementRow(
      kind: .payment, payment: "", providerNumber: "T-\(payment.id)", amount: payment.atProvider,
      fee: Money(minor: 53, currency: .cny), at: desk.store.clock.now)
    desk.bill([nameless, desk.row(paid, fee: 30), desk.row(paid, 800, fee: -5, refund: "5003")])
    try await desk.nextMorning()
    let first = try #require(try await desk.payments.fees(limit: 10))
    #expect(first.fees.map(\.amount.minor) == [30])
    try await desk.payments.noteTold(first)
    try await desk.tell(payment)
    try await desk.tell(paid, "|5003|800|settled")
    try await desk.reconcile()
    #expect(try await desk.payments.standing().openDifferences == 0)
    let later = try #require(try await desk.payments.fees(limit: 10))
    #expect(later.fees.map(\.amount.minor) == [53, 30, -5])
    #expect(later.fees.map(\.payment) == [payment.id, paid.id, paid.id])
    try await desk.payments.noteTold(later)
    #expect(try await desk.payments.fees(limit: 10) == nil)
  }

  @Test func `so does a refund that staff take over from the bill`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured()
    desk.bill([desk.row(payment, fee: 30), desk.row(payment, 800, fee: -5, refund: "5002")])
    try await desk.nextMorning()
    try await desk.payments.noteTold(try #require(try await desk.payments.fees(limit: 10)))
    _ = try await desk.payments.correct(try await desk.only().id, reason: "", by: desk.staff)
    let later = try #require(try await desk.payments.fees(limit: 10))
    #expect(later.fees.map(\.amount.minor) == [30, -5])
  }

  @Test func `a refund that is through there and failed here is not said to be corrected`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured()
    desk.provider.set { $0.refundState = .failed }
    let refund = try await desk.refund(payment, 800)
    #expect(refund.state == .failed)
    desk.bill([desk.row(payment), desk.row(payment, 800, fee: 0, refund: "\(refund.id)")])
    try await desk.nextMorning()
    let found = try await desk.only()
    #expect(found.kind == .statusDiffers && found.isRefund)
    await #expect(throws: BillRefusal.notApplied("refundFailedHere")) {
      try await desk.payments.correct(found.id, reason: "", by: desk.staff)
    }
    #expect(try await desk.payments.difference(found.id)?.state == .open)
    #expect(try await desk.payments.payment(payment.id)?.refunded.isZero == true)
    #expect(try await desk.payments.audit() == [])
  }

  @Test func `a decision needs a reason, is written down, and can be taken back`() async throws {
    let desk = try await BillDesk()
    _ = try await desk.captured()
    desk.bill([])
    try await desk.afternoon()
    let found = try await desk.only()
    await #expect(throws: FieldFaults.self) {
      try await desk.payments.decide(.ignored, on: found.id, reason: " ", by: desk.staff)
    }
    await #expect(throws: BillRefusal.differenceMoved) {
      try await desk.payments.decide(.corrected, on: found.id, reason: "so", by: desk.staff)
    }
    let ignored = try await desk.payments.decide(.ignored, on: found.id, reason: "a test", by: desk.staff)
    #expect(ignored.state == .ignored && ignored.reason == "a test" && ignored.cause == .person)
    await #expect(throws: BillRefusal.differenceMoved) {
      try await desk.payments.decide(.explained, on: found.id, reason: "again", by: desk.staff)
    }
    let open = try await desk.payments.decide(.open, on: found.id, reason: "", by: desk.staff)
    #expect(open.state == .open)
    #expect(try await desk.deeds() == ["payments.ignoreDifference", "payments.reopenDifference"])
    await #expect(throws: BillRefusal.unknownDifference) {
      try await desk.payments.decide(.open, on: BillDifferenceID(raw: 7), reason: "", by: desk.staff)
    }
  }

  @Test func `differences are found by number, day, kind, state and method, page by page`() async throws {
    let desk = try await BillDesk()
    var paid: [Payment] = []
    for minor in 1...5 { paid.append(try await desk.captured([Int64(minor * 100)])) }
    desk.bill([desk.row(paid[0], 7)])
    try await desk.nextMorning()
    let day = ProviderDay(rawValue: BillDesk.day)
    let filters = [
      BillDifferenceFilter(kind: .amountDiffers), BillDifferenceFilter(number: paid[0].id.description),
      BillDifferenceFilter(number: "T-\(paid[0].id)"),
    ]
    for filter in filters {
      #expect(try await desk.differences(filter).map(\.paymentNumber) == [paid[0].id.description])
    }
    #expect(try await desk.differences(BillDifferenceFilter(state: .open, from: day, through: day)).count == 5)
    #expect(try await desk.differences(BillDifferenceFilter(from: ProviderDay(rawValue: BillDesk.next))).isEmpty)
    #expect(try await desk.differences(BillDifferenceFilter(method: PaymentMethod(rawValue: "none"))).isEmpty)
    var (after, seen): (Cursor?, [BillDifferenceID]) = (nil, [])
    repeat {
      let page = try await desk.payments.differences(
        matching: BillDifferenceFilter(), PageRequest(limit: 2, after: after))
      seen += page.items.map(\.id)
      after = page.next
    } while after != nil
    #expect(seen.count == 5 && Set(seen).count == 5)
  }

  @Test func `a month's report carries its balance into the next`() async throws {
    let desk = try await BillDesk()
    let payment = try await desk.captured()
    desk.bill([desk.row(payment), desk.movement("po_1", -1000)])
    try await desk.nextMorning()
    let january = try #require(BillMonth(rawValue: "2026-01"))
    let report = try #require(try await desk.payments.report(of: january).first)
    #expect(report.opening.isZero && report.closing.minor == 8800 - 53 - 1000)
    #expect(report.daysMatched == 1 && report.daysMissing == 14 && report.openDifferences == 0)
    let february = try #require(try await desk.payments.report(of: january.after).first)
    #expect(february.opening == report.closing && february.closing == report.closing)
    #expect(february.daysMissing == 0)
    #expect(try await desk.payments.report(of: january.before).isEmpty)
    let days = try await desk.payments.days(of: january)
    #expect(days.map(\.bill.day.rawValue) == [BillDesk.day] && days[0].totals[0].net == report.closing)
  }

  @Test func `a fee rule is bounded, and goes when nothing is agreed`() async throws {
    let desk = try await BillDesk()
    let method = desk.provider.method
    for (parts, fixed) in [(-1, 0), (2001, 0), (0, -1), (0, 10_001)] {
      await #expect(throws: FieldFaults.self) {
        try await desk.payments.setFee(
          BillFeeRule(method: method, parts: parts, fixed: fixed), of: method, by: desk.staff)
      }
    }
    let rule = BillFeeRule(method: method, parts: 60, fixed: 10)
    #expect(rule.fee(of: Money(minor: 12_345, currency: .cny)).minor == 84)
    try await desk.payments.setFee(rule, of: method, by: desk.staff)
    try await desk.payments.setFee(rule, of: method, by: desk.staff)
    #expect(try await desk.payments.feeRules() == [rule])
    try await desk.payments.setFee(nil, of: method, by: desk.staff)
    #expect(try await desk.payments.feeRules() == [])
    #expect(try await desk.deeds() == ["payments.setFee", "payments.setFee"])
  }
}
