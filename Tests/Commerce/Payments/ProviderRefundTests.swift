import Events
import PartKit
import Payments
import Storage
import TestKit
import Testing
import Values

/// Refunds that a provider tells of without being asked.
@Suite struct ProviderRefundTests {
  // req: 4.2.4-5
  @Test(arguments: Way.allCases) func `a refund that was begun at the provider is booked and told once`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured()
    for _ in 1...3 { #expect(try await desk.tell(desk.notice(payment, refund: "R2026", 800)).status == 200) }
    #expect(try await desk.state(payment) == .partlyRefunded)
    let refunds = try await desk.payments.refunds(of: payment.id)
    #expect(refunds.map(\.key) == ["provider_R2026"] && refunds.map(\.state) == [.settled])
    let told = try await desk.store.toldEvents().filter { $0.name == ProviderRefunded.name }
    let fact = try #require(try told.first?.decode(ProviderRefunded.self))
    #expect(told.count == 1)
    #expect(fact.amount.minor == 800 && fact.order == desk.order && fact.refund == refunds.first?.id)
    #expect(try await desk.payments.audit().isEmpty)
  }

  // req: 4.2.4-5
  @Test func `money of several orders is taken from those that have some left`() async throws {
    let desk = try await PaymentDesk(.stored)
    let orders: [OrderID] = [desk.store.ids.next(), desk.store.ids.next()]
    let payment = try await desk.captured([(orders[0], 1000), (orders[1], 500)])
    try await desk.tell(desk.notice(payment, refund: "R1", 1200))
    let refunds = try await desk.payments.refunds(of: payment.id)
    #expect(refunds.map(\.order) == orders && refunds.map(\.amount.minor) == [1000, 200])
    #expect(try await desk.payments.audit().isEmpty)
    // More than is left can't have gone: the provider is asked to say it again.
    #expect(try await desk.tell(desk.notice(payment, refund: "R2", 301)).status == 400)
    #expect(try await desk.tell(desk.notice(payment, refund: "R2", 300)).status == 200)
    #expect(try await desk.state(payment) == .refunded)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test func `a notice settles or fails a refund of ours that is on its way`() async throws {
    let desk = try await PaymentDesk(.stored)
    let payment = try await desk.captured()
    desk.provider.set { $0.refundState = .pending }
    func ask(_ key: String) async throws -> Refund {
      try await desk.payments.refund(
        RefundRequest(
          key: key, payment: payment.id, order: desk.order, amount: Money(minor: 100, currency: .cny), reason: ""))
    }
    let (first, second) = (try await ask("r-1"), try await ask("r-2"))
    try await desk.tell(desk.notice(payment, refund: "\(first.id)", 100))
    try await desk.tell(desk.notice(payment, refund: "\(second.id)", 100, state: "failed"))
    #expect(try await desk.payments.refunds(of: payment.id).map(\.state) == [.settled, .failed])
    #expect(try await desk.told(RefundSettled.name) == 1)
    #expect(try await desk.told(RefundFailed.name) == 1)
    #expect(try await desk.told(ProviderRefunded.name) == 0)
    #expect(try await desk.tell(desk.notice(payment, refund: "\(first.id)", 99)).status == 400)
    #expect(try await desk.payments.audit().isEmpty)
  }

  // req: 4.2.4-6
  @Test(arguments: Way.allCases) func `money of a refund that comes back to the provider is a case, once`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured()
    let refund = try await desk.payments.refund(
      RefundRequest(
        key: "r-1", payment: payment.id, order: desk.order, amount: Money(minor: 800, currency: .cny), reason: ""))
    #expect(refund.state == .settled)
    for _ in 1...2 {
      #expect(try await desk.tell(desk.notice(payment, refund: "\(refund.id)", 800, state: "failed")).status == 200)
    }
    let found = try #require(try await desk.payments.cases(of: payment.id).first)
    #expect(try await desk.payments.openCases(.platform) == 1)
    #expect(found.kind == .refundFailedLater && found.refund == refund.id && found.amount.minor == 800)
    #expect(found.decisions == [.handled])
    // The books stay: whoever pays it out in another way says so.
    #expect(try await desk.payments.refunds(of: payment.id).map(\.state) == [.settled])
    #expect(try await desk.state(payment) == .partlyRefunded)
    #expect(try await desk.told(RefundFailed.name) == 0)
    #expect(try await desk.told(RefundCameBack.name) == 1)
    #expect(try await desk.payments.audit().isEmpty)
    #expect(try await desk.payments.notices(of: payment.id).map(\.effect) == ["repeated", "failedAfterAll", "moved"])
    let done = try await desk.payments.decide(found.id, .handled, reason: "transferred", by: StaffID(raw: 7))
    #expect(!done.isOpen)
  }

  @Test func `so is that of a refund which was begun at the provider, for each order`() async throws {
    let desk = try await PaymentDesk(.stored)
    let orders: [OrderID] = [desk.store.ids.next(), desk.store.ids.next()]
    let payment = try await desk.captured([(orders[0], 1000), (orders[1], 500)])
    #expect(try await desk.tell(desk.notice(payment, refund: "re_1", 1200, state: "failed")).status == 200)
    #expect(try await desk.payments.cases(of: payment.id).isEmpty, "it had never gone")
    try await desk.tell(desk.notice(payment, refund: "re_1", 1200))
    for _ in 1...2 { try await desk.tell(desk.notice(payment, refund: "re_1", 1200, state: "failed")) }
    let found = try await desk.payments.cases(of: payment.id)
    #expect(found.map(\.kind) == [.refundFailedLater, .refundFailedLater])
    #expect(found.compactMap(\.order) == orders && found.map(\.amount.minor) == [1000, 200])
    let told = try await desk.store.toldEvents().filter { $0.name == RefundCameBack.name }
      .map { try $0.decode(RefundCameBack.self) }
    #expect(told.map(\.order) == orders && told.map(\.amount.minor) == [1000, 200])
    #expect(told.map(\.refund) == found.compactMap(\.refund))
    #expect(try await desk.payments.audit().isEmpty)
  }

  // req: 4.2.4-6
  @Test func `a refund at the provider of what the balance has back already is a case, once`() async throws {
    let desk = try await PaymentDesk(.stored)
    let payment = try await desk.captured()
    let given = try await desk.payments.refund(
      RefundRequest(
        key: "goodwill", payment: payment.id, order: desk.order, amount: Money(minor: 800, currency: .cny), reason: "",
        toBalance: true))
    #expect(given.state == .settled)
    let whole = payment.amount.minor
    for _ in 1...2 { #expect(try await desk.tell(desk.notice(payment, refund: "re_9", whole)).status == 400) }
    let found = try await desk.payments.cases(of: payment.id)
    #expect(found.map(\.kind) == [.refundTooLarge] && found.first?.amount.minor == whole)
    #expect(found.first?.detail == "re_9" && found.first?.order == desk.order)
    #expect(found.first?.decisions == [.writeOff, .handled])
    #expect(try await desk.payments.refunds(of: payment.id).map(\.id) == [given.id], "nothing of it is booked")
    #expect(try await desk.payments.audit().isEmpty)
    let id = try #require(found.first?.id)
    #expect(try await !desk.payments.decide(id, .handled, reason: "the buyer pays it back", by: StaffID(raw: 7)).isOpen)
  }

  @Test func `where there is room for it later, such a case closes by itself`() async throws {
    let desk = try await PaymentDesk(.stored)
    let payment = try await desk.captured()
    desk.provider.set { $0.refundState = .pending }
    let ours = try await desk.payments.refund(
      RefundRequest(
        key: "r-1", payment: payment.id, order: desk.order, amount: Money(minor: 800, currency: .cny), reason: ""))
    #expect(try await desk.tell(desk.notice(payment, refund: "re_9", payment.amount.minor)).status == 400)
    #expect(try await desk.payments.openCases(.platform) == 1)
    try await desk.tell(desk.notice(payment, refund: "\(ours.id)", 800, state: "failed"))
    #expect(try await desk.tell(desk.notice(payment, refund: "re_9", payment.amount.minor)).status == 200)
    #expect(try await desk.payments.openCases(.platform) == 0)
    #expect(try await desk.state(payment) == .refunded)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test func `a refund that can't be is not taken in`() async throws {
    let desk = try await PaymentDesk(.stored)
    let payment = try await desk.captured()
    for (number, minor) in [("R1", 8801), ("R1", 0), ("R1", -5), ("not a number", 5)] as [(String, Int64)] {
      #expect(try await desk.tell(desk.notice(payment, refund: number, minor)).status == 400, "\(number) \(minor)")
    }
    let stranger: RefundID = desk.store.ids.next()
    #expect(try await desk.tell(desk.notice(payment, refund: "\(stranger)", 5)).status == 400)
    // Not done yet, and perhaps never.
    #expect(try await desk.tell(desk.notice(payment, refund: "R1", 5, state: "pending")).status == 200)
    #expect(try await desk.payments.refunds(of: payment.id).isEmpty)
    #expect(try await desk.state(payment) == .captured)
    #expect(try await desk.payments.audit().isEmpty)
  }
}
