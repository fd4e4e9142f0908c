import Events
import Payments
import TestKit
import Testing
import Values

@Suite struct SweepTests {
  private func sweep(_ desk: PaymentDesk) async throws -> Int {
    try await desk.payments.sweep(now: desk.store.clock.now, limit: 100)
  }

  @Test func `a lost notice is recovered by asking after thirty seconds`() async throws {
    let desk = try await PaymentDesk()
    let payment = try await desk.open()
    desk.provider.set { $0.payments[payment.id.description]?.state = .captured }
    desk.store.clock.advance(by: .seconds(29))
    #expect(try await sweep(desk) == 0)
    desk.store.clock.advance(by: .seconds(1))
    #expect(try await sweep(desk) == 1)
    #expect(try await desk.state(payment) == .captured)
    #expect(try await desk.told(PaymentCaptured.name) == 1)
    desk.store.clock.advance(by: .days(2))
    #expect(try await sweep(desk) == 0)
  }

  @Test func `a pending payment is asked about after 30 s, 2, 5 and 15 minutes, then closed at its expiry`()
    async throws
  {
    let desk = try await PaymentDesk()
    let payment = try await desk.open()
    var asked: [Int] = []
    for second in stride(from: 0, through: 1810, by: 10) {
      if try await sweep(desk) > 0 { asked.append(second) }
      desk.store.clock.advance(by: .seconds(10))
    }
    #expect(asked == [30, 120, 300, 900, 1800])
    #expect(try await desk.state(payment) == .closed)
    #expect(try await desk.told(PaymentEnded.name) == 1)
  }

  @Test func `money that came after closing, and whose notice was lost, is found within a day`() async throws {
    let desk = try await PaymentDesk()
    let payment = try await desk.open()
    _ = try await desk.payments.close(payment.id)
    desk.provider.set { $0.payments[payment.id.description]?.state = .captured }
    desk.store.clock.advance(by: .minutes(10))
    #expect(try await sweep(desk) == 1)
    #expect(try await desk.state(payment) == .captured)
  }

  @Test func `a closed payment is asked about three times and then left`() async throws {
    let desk = try await PaymentDesk()
    let payment = try await desk.open()
    _ = try await desk.payments.close(payment.id)
    var rounds = 0
    for _ in 0..<200 {
      desk.store.clock.advance(by: .minutes(10))
      rounds += try await sweep(desk)
    }
    #expect(rounds == 3)
  }

  @Test func `a provider that doesn't answer is asked again later`() async throws {
    let desk = try await PaymentDesk()
    let payment = try await desk.open()
    desk.provider.set { $0.fault = .outcomeUnknown("timeout") }
    desk.store.clock.advance(by: .minutes(31))
    #expect(try await sweep(desk) == 1)
    #expect(try await desk.state(payment) == .pending)
    #expect(try await sweep(desk) == 0)
    desk.provider.set { $0.fault = nil }
    desk.store.clock.advance(by: .minutes(5))
    #expect(try await sweep(desk) == 1)
    #expect(try await desk.state(payment) == .closed)
  }

  @Test func `a payment that never reached its provider is closed at its expiry`() async throws {
    let desk = try await PaymentDesk()
    desk.provider.set { $0.fault = .outcomeUnknown("timeout") }
    await #expect(throws: PaymentRefusal.providerUnavailable) { try await desk.open() }
    desk.provider.set { $0.fault = nil }
    desk.store.clock.advance(by: .minutes(31))
    _ = try await sweep(desk)
    #expect(try await desk.payments.payments(of: desk.order).map(\.state) == [.closed])
  }

  @Test func `two sweeps at once don't ask twice`() async throws {
    let desk = try await PaymentDesk()
    for _ in 0..<20 { _ = try await desk.open([(desk.store.ids.next(), 100)]) }
    desk.store.clock.advance(by: .seconds(30))
    async let first = sweep(desk)
    async let second = sweep(desk)
    #expect(try await first + second == 20)
    #expect(desk.provider.calls.filter { $0 == "query" }.count == 20)
  }

  @Test func `a sweep takes no more than its limit`() async throws {
    let desk = try await PaymentDesk()
    for _ in 0..<5 { _ = try await desk.open([(desk.store.ids.next(), 100)]) }
    desk.store.clock.advance(by: .seconds(30))
    #expect(try await desk.payments.sweep(now: desk.store.clock.now, limit: 3) == 3)
    #expect(try await desk.payments.sweep(now: desk.store.clock.now, limit: 3) == 2)
    #expect(try await desk.payments.sweep(now: desk.store.clock.now, limit: 0) == 0)
  }
}
