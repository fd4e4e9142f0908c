import PartKit
import Payments
import Synchronization
import Testing
import TestKit
import Values

/// A provider that hears of a payment only once its buyer comes, so that what is closed before can still be paid.
@Suite struct UnseenClosingTests {
  /// Closed after five of its thirty minutes.
  private func closed(_ way: Way) async throws -> (PaymentDesk, Payment) {
    let desk = try await PaymentDesk(way)
    desk.provider.set { $0.closesUnseen = false }
    let payment = try await desk.open()
    desk.store.clock.advance(by: .minutes(5))
    #expect(try await desk.payments.close(payment.id).state == .closed)
    return (desk, payment)
  }

  private func become(_ state: ProviderReport.State, _ payment: Payment, _ desk: PaymentDesk) {
    desk.provider.set { $0.payments[payment.id.description]?.state = state }
  }

  private func sweep(_ desk: PaymentDesk, after minutes: Int) async throws -> Int {
    desk.store.clock.advance(by: .minutes(minutes))
    return try await desk.payments.sweep(now: desk.store.clock.now, limit: 10)
  }

  // req: 4.2.4-6
  @Test(arguments: Way.allCases) func `money that came by the old page is found once that is over, and goes back once`(
    _ way: Way
  ) async throws {
    let (desk, payment) = try await closed(way)
    #expect(try await sweep(desk, after: 10) == 1)
    become(.captured, payment, desk)
    #expect(try await sweep(desk, after: 15) == 0)
    #expect(try await sweep(desk, after: 1) == 1)
    #expect(try await desk.state(payment) == .captured)
    for _ in 1...2 {
      try await desk.payments.noteStray(payment.id, of: desk.order)
      _ = try await desk.payments.refund(
        RefundRequest(key: "late", payment: payment.id, order: desk.order, amount: payment.amount, reason: "late"))
    }
    #expect(try await desk.payments.cases(of: payment.id).map(\.kind) == [.paidAfterClose])
    #expect(try await desk.state(payment) == .refunded)
    #expect(desk.provider.books.withLock { $0.refunds.count } == 1)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `where the buyer came to the old page, that is closed as well`(_ way: Way)
    async throws
  {
    let (desk, payment) = try await closed(way)
    become(.pending, payment, desk)
    let before = desk.provider.calls.filter { $0 == "close" }.count
    #expect(try await sweep(desk, after: 10) == 1)
    #expect(desk.provider.calls.filter { $0 == "close" }.count == before + 1)
    #expect(desk.provider.books.withLock { $0.payments.values.map(\.state) } == [.closed])
    #expect(try await desk.state(payment) == .closed)
    #expect(try await desk.told(PaymentEnded.name) == 1)
  }

  @Test(arguments: Way.allCases) func `it is asked about four times and then left`(_ way: Way) async throws {
    let (desk, _) = try await closed(way)
    var rounds = 0
    for _ in 0..<400 { rounds += try await sweep(desk, after: 5) }
    #expect(rounds == 4)
  }
}
