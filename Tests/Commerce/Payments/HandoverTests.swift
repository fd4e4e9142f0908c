import PartKit
import Payments
import TestKit
import Testing
import Values

/// Handovers that are over before their payment is.
@Suite struct HandoverTests {
  /// A payment whose handover is good for five minutes.
  private func opened(_ way: Way) async throws -> (PaymentDesk, Payment) {
    let desk = try await PaymentDesk(way)
    desk.provider.set { $0.goodUntil = desk.store.clock.now.adding(.minutes(5)) }
    return (desk, try await desk.open())
  }

  @Test(arguments: Way.allCases) func `a handover that is over is asked for anew, for the same payment`(_ way: Way)
    async throws
  {
    let (desk, payment) = try await opened(way)
    desk.store.clock.advance(by: .minutes(4))
    #expect(try await desk.open().id == payment.id)
    #expect(try await desk.payments.handover(of: payment.id) != nil)
    #expect(desk.provider.calls == ["open"])
    desk.store.clock.advance(by: .seconds(30))
    #expect(try await desk.payments.handover(of: payment.id) == nil, "nobody gets there in what is left")
    desk.provider.set { $0.goodUntil = desk.store.clock.now.adding(.minutes(5)) }
    #expect(try await desk.open().id == payment.id)
    #expect(desk.provider.calls == ["open", "open"])
    #expect(try await desk.payments.handover(of: payment.id) != nil)
    #expect(try await desk.open().id == payment.id)
    #expect(desk.provider.calls.count == 2)
    try await desk.tell(desk.notice(payment))
    #expect(try await desk.payments.handover(of: payment.id) == nil)
  }

  @Test(arguments: Way.allCases) func `one that isn't opened again is closed, since its first handover may be paid`(
    _ way: Way
  ) async throws {
    let (desk, payment) = try await opened(way)
    desk.store.clock.advance(by: .minutes(5))
    desk.provider.set { $0.openFault = .refused(code: "OUT_TRADE_NO_USED") }
    await #expect(throws: PaymentRefusal.providerRefused("OUT_TRADE_NO_USED")) { try await desk.open() }
    #expect(try await desk.state(payment) == .closed)
    #expect(desk.provider.calls == ["open", "open", "close", "query"])
    desk.provider.set { $0.openFault = nil }
    #expect(try await desk.open().id != payment.id)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(
    arguments: Way.allCases, [ProviderFault.refused(code: "ORDERPAID"), ProviderFault.outcomeUnknown("ORDERPAID")])
  func `that it was paid meanwhile is found where it is opened again`(_ way: Way, _ fault: ProviderFault)
    async throws
  {
    let (desk, payment) = try await opened(way)
    desk.store.clock.advance(by: .minutes(5))
    desk.provider.set { books in
      books.payments[payment.id.description]?.state = .captured
      books.openFault = fault
    }
    await #expect(throws: PaymentRefusal.alreadyPaid(payment.id)) { try await desk.open() }
    #expect(try await desk.state(payment) == .captured)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test func `one that isn't opened again for now can still be opened`() async throws {
    for fault in [ProviderFault.outcomeUnknown("timeout"), .turnedAway(code: "SIGN_ERROR"), .unreachable("down")] {
      let (desk, payment) = try await opened(.stored)
      desk.store.clock.advance(by: .minutes(5))
      desk.provider.set { $0.openFault = fault }
      await #expect(throws: PaymentRefusal.providerUnavailable) { try await desk.open() }
      #expect(try await desk.state(payment) == .pending)
      desk.provider.set { $0.openFault = nil }
      #expect(try await desk.open().id == payment.id)
    }
  }
}
