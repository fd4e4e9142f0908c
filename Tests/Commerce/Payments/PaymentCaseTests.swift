import PartKit
import Payments
import Storage
import TestKit
import Testing
import Values

/// Money that went astray: noted, and done with by itself where that is sure.
@Suite struct PaymentCaseTests {
  private static let staff = StaffID(raw: 7)

  private func back(_ payment: Payment, _ minor: Int64) -> RefundRequest {
    RefundRequest(
      key: "late", payment: payment.id, order: payment.shares[0].order, amount: Money(minor: minor, currency: .cny),
      reason: "late")
  }

  @Test(arguments: Way.allCases) func `money after the close is a case until it has gone back`(_ way: Way) async throws
  {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.open()
    _ = try await desk.payments.close(payment.id)
    try await desk.tell(desk.notice(payment))
    for _ in 1...2 { try await desk.payments.noteStray(payment.id, of: desk.order) }
    let noted = try await desk.payments.cases(.platform, open: true, PageRequest()).items
    #expect(noted.map(\.kind) == [.paidAfterClose])
    #expect(try await desk.payments.refund(back(payment, 8800)).state == .settled)
    #expect(try await desk.payments.openCases(.platform) == 0)
    let done = try await desk.payments.cases(.platform, open: false, PageRequest()).items
    #expect(done.first?.handledBy == nil)
    #expect(done.count == 1)
  }

  @Test(arguments: Way.allCases) func `who pays the first of two is told apart from who pays a cancelled order`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    let first = try await desk.open()
    _ = try await desk.payments.close(first.id)
    let second = try await desk.payments.open(desk.request(by: desk.other)).payment
    desk.other.set { $0.payments[second.id.description]?.state = .captured }
    _ = try await desk.payments.refresh(second.id)
    try await desk.tell(desk.notice(first))
    try await desk.payments.noteStray(first.id, of: desk.order)
    #expect(try await desk.payments.cases(of: first.id).map(\.kind) == [.paidTwice])
    let alone = try await desk.captured([(desk.store.ids.next(), 500)])
    try await desk.payments.noteStray(alone.id, of: alone.shares[0].order)
    #expect(try await desk.payments.cases(of: alone.id).map(\.kind) == [.paidForCancelled])
  }

  @Test(arguments: Way.allCases) func `a stuck refund is a case, and another try settles it`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured()
    desk.provider.set { $0.refundState = .stuck }
    let refund = try await desk.payments.refund(back(payment, 8800))
    #expect(refund.state == .sent)
    let stuck = try #require(try await desk.payments.cases(.platform, open: true, PageRequest()).items.first)
    #expect(stuck.kind == .refundStuck)
    #expect(try await desk.payments.decide(stuck.id, .tryAgain, reason: "", by: Self.staff).isOpen)
    desk.provider.set { $0.refunds[refund.id.description]?.state = .settled }
    let after = try await desk.payments.decide(stuck.id, .tryAgain, reason: "", by: Self.staff)
    #expect(!after.isOpen)
    #expect(after.handledBy == nil)
    #expect(try await desk.state(payment) == .refunded)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test func `that a refund is stuck is logged once`() async throws {
    let provider = try FakeProvider()
    let desk = try await AccountDesk(start: [provider])
    let payment = try await desk.payments.open(desk.request(provider.method)).payment
    provider.set { books in
      books.payments[payment.id.description]?.state = .captured
      books.refundState = .stuck
    }
    _ = try await desk.payments.refresh(payment.id)
    let refund = try await desk.payments.refund(back(payment, 8880))
    for _ in 1...2 {
      desk.store.clock.advance(by: .hours(1))
      #expect(try await desk.payments.sweep(now: desk.store.clock.now, limit: 10) == 1)
    }
    #expect(try await desk.payments.refund(refund.id)?.state == .sent)
    let said = desk.lines.text.split(separator: "\n").filter { $0.contains("refund stuck") }
    #expect(said.count == 1 && said.allSatisfy { $0.hasPrefix("error") && $0.contains("\(refund.id)") })
  }
}
