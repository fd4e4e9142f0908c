import Events
import PartKit
import Payments
import TestKit
import Testing
import Values

/// Whoever is told that a payment ended knows whose doing it was.
@Suite struct EndingTests {
  private func endings(_ desk: PaymentDesk) async throws -> [PaymentEnded] {
    try await desk.store.toldEvents().filter { $0.name == PaymentEnded.name }.map { try $0.decode(PaymentEnded.self) }
  }

  private func another(_ desk: PaymentDesk) async throws -> Payment {
    try await desk.open([(desk.store.ids.next(), 8800)])
  }

  // req: 4.1.4-4
  @Test(arguments: Way.allCases) func `the provider ends it by a notice, or by its answer`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    for state in ["closed", "failed"] {
      try await desk.tell(desk.notice(try await another(desk), state: state))
    }
    let asked = try await another(desk)
    desk.provider.set { $0.payments[asked.id.description]?.state = .failed }
    #expect(try await desk.payments.refresh(asked.id).state == .failed)
    let told = try await endings(desk)
    #expect(told.map(\.state) == [.closed, .failed, .failed])
    #expect(told.map(\.isByProvider) == [true, true, true])
  }

  // req: 4.1.4-4
  @Test(arguments: Way.allCases)
  func `the shop ends it by closing it, by its time, by another method, and by what can't be opened`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    #expect(try await desk.payments.close(try await another(desk).id).state == .closed)
    _ = try await desk.open()
    _ = try await desk.payments.open(desk.request(by: desk.other))
    desk.provider.set { $0.openFault = .refused(code: "NO") }
    await #expect(throws: PaymentRefusal.providerRefused("NO")) { _ = try await another(desk) }
    desk.store.clock.advance(by: .minutes(31))
    _ = try await desk.payments.sweep(now: desk.store.clock.now, limit: 100)
    let told = try await endings(desk)
    #expect(told.map(\.state) == [.closed, .closed, .failed, .closed])
    #expect(told.map(\.isByProvider) == [false, false, false, false])
  }

  // req: 4.1.4-4
  @Test(arguments: Way.allCases)
  func `a notice that a payment is closed which the shop has just asked for is the shop's doing`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    desk.provider.set { $0.keepsOpen = true }
    for (minutes, state) in [(0, "closed"), (4, "closed"), (6, "closed"), (0, "failed")] as [(Int, String)] {
      let payment = try await another(desk)
      #expect(try await desk.payments.close(payment.id).state == .pending)
      desk.store.clock.advance(by: .minutes(minutes))
      try await desk.tell(desk.notice(payment, state: state))
    }
    #expect(try await endings(desk).map(\.isByProvider) == [false, false, true, true])
  }
}
