import Events
import Logging
import PartKit
import Payments
import TestKit
import Testing
import Values

@Suite struct SweepTests {
  private func sweep(_ desk: PaymentDesk) async throws -> Int {
    try await desk.payments.sweep(now: desk.store.clock.now, limit: 100)
  }

  @Test(arguments: Way.allCases) func `a lost notice is recovered by asking after thirty seconds`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
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

  @Test(arguments: Way.allCases)
  func `a pending payment is asked about after 30 s, 2, 5 and 15 minutes, then closed at its expiry`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
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

  @Test(arguments: Way.allCases) func `money that came after closing, and whose notice was lost, is found within a day`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.open()
    _ = try await desk.payments.close(payment.id)
    desk.provider.set { $0.payments[payment.id.description]?.state = .captured }
    desk.store.clock.advance(by: .minutes(10))
    #expect(try await sweep(desk) == 1)
    #expect(try await desk.state(payment) == .captured)
  }

  @Test(arguments: Way.allCases) func `a closed payment is asked about three times and then left`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.open()
    _ = try await desk.payments.close(payment.id)
    var rounds = 0
    for _ in 0..<200 {
      desk.store.clock.advance(by: .minutes(10))
      rounds += try await sweep(desk)
    }
    #expect(rounds == 3)
  }

  @Test(arguments: Way.allCases) func `a provider that doesn't answer is asked again later`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
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

  @Test(arguments: Way.allCases) func `a payment that never reached its provider is closed at its expiry`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    desk.provider.set { $0.fault = .outcomeUnknown("timeout") }
    await #expect(throws: PaymentRefusal.providerUnavailable) { try await desk.open() }
    desk.provider.set { $0.fault = nil }
    desk.store.clock.advance(by: .minutes(31))
    _ = try await sweep(desk)
    #expect(try await desk.payments.payments(of: desk.order).map(\.state) == [.closed])
  }

  @Test(arguments: Way.allCases)
  func `a payment that came is asked for by its orders after five seconds, then each minute, until they have heard`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    _ = try await desk.open([(desk.store.ids.next(), 100)])
    let paid = try await desk.captured()
    func unheard() async throws -> [PaymentID] {
      try await desk.payments.unheard(now: desk.store.clock.now, limit: 10).map(\.id)
    }
    #expect(try await unheard().isEmpty)
    desk.store.clock.advance(by: .seconds(5))
    #expect(try await unheard() == [paid.id])
    #expect(try await unheard().isEmpty, "whoever asked has a minute")
    desk.store.clock.advance(by: .minutes(1))
    #expect(try await unheard() == [paid.id])
    try await desk.payments.noteHeard([paid.id])
    desk.store.clock.advance(by: .days(1))
    #expect(try await unheard().isEmpty)
    #expect(try await desk.state(paid) == .captured)
  }

  @Test(arguments: Way.allCases) func `two sweeps at once don't ask twice`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    for _ in 0..<20 { _ = try await desk.open([(desk.store.ids.next(), 100)]) }
    desk.store.clock.advance(by: .seconds(30))
    async let first = sweep(desk)
    async let second = sweep(desk)
    #expect(try await first + second == 20)
    #expect(desk.provider.calls.filter { $0 == "query" }.count == 20)
  }

  @Test(arguments: Way.allCases) func `a sweep takes no more than its limit`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    for _ in 0..<5 { _ = try await desk.open([(desk.store.ids.next(), 100)]) }
    desk.store.clock.advance(by: .seconds(30))
    #expect(try await desk.payments.sweep(now: desk.store.clock.now, limit: 3) == 3)
    #expect(try await desk.payments.sweep(now: desk.store.clock.now, limit: 3) == 2)
    #expect(try await desk.payments.sweep(now: desk.store.clock.now, limit: 0) == 0)
  }

  @Test(arguments: Way.allCases) func `refunds aren't kept waiting by payments`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let paid = try await desk.captured()
    desk.provider.set { $0.fault = .unreachable("down") }
    _ = try await desk.payments.refund(
      RefundRequest(key: "r-1", payment: paid.id, order: desk.order, amount: paid.amount, reason: ""))
    desk.provider.set { $0.fault = nil }
    for _ in 0..<5 { _ = try await desk.open([(desk.store.ids.next(), 100)]) }
    desk.store.clock.advance(by: .minutes(1))
    _ = try await desk.payments.sweep(now: desk.store.clock.now, limit: 3)
    #expect(try await desk.payments.refunds(of: paid.id).map(\.state) == [.settled])
  }

  @Test(arguments: Way.allCases)
  func `a refund by a method that is gone doesn't keep the others waiting, and is asked about later`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let order: OrderID = desk.store.ids.next()
    let gone = try await desk.payments.open(desk.request([(order, 100)], by: desk.other)).payment
    desk.other.set { $0.payments[gone.id.description]?.state = .captured }
    _ = try await desk.payments.refresh(gone.id)
    let paid = try await desk.captured()
    for provider in [desk.provider, desk.other] { provider.set { $0.fault = .unreachable("down") } }
    for (payment, order) in [(gone, order), (paid, desk.order)] {
      _ = try await desk.payments.refund(
        RefundRequest(key: "\(payment.id)", payment: payment.id, order: order, amount: payment.amount, reason: ""))
    }
    desk.provider.set { $0.fault = nil }
    let left = StoredPayments(
      database: desk.store.database, outbox: desk.store.outbox, ids: desk.store.ids, clock: desk.store.clock.clock,
      providers: [desk.provider], addresses: PaymentAddresses(publicURL: "https://shop.example"),
      logger: Logger(label: "payments", factory: { _ in SwiftLogNoOpLogHandler() }))
    desk.store.clock.advance(by: .minutes(1))
    #expect(try await left.sweep(now: desk.store.clock.now, limit: 10) == 2)
    #expect(try await left.refunds(of: paid.id).map(\.state) == [.settled])
    #expect(try await left.refunds(of: gone.id).map(\.state) == [.sent])
    desk.store.clock.advance(by: .minutes(2))
    #expect(try await left.sweep(now: desk.store.clock.now, limit: 10) == 0)
    desk.store.clock.advance(by: .minutes(2))
    #expect(try await left.sweep(now: desk.store.clock.now, limit: 10) == 1)
  }

  @Test(arguments: Way.allCases) func `a refund that fails after a while is told`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let paid = try await desk.captured()
    desk.provider.set { $0.refundState = .pending }
    let refund = try await desk.payments.refund(
      RefundRequest(key: "r-1", payment: paid.id, order: desk.order, amount: paid.amount, reason: ""))
    desk.provider.set { $0.refunds[refund.id.description]?.state = .failed }
    desk.store.clock.advance(by: .minutes(1))
    _ = try await sweep(desk)
    #expect(try await desk.payments.refunds(of: paid.id).map(\.state) == [.failed])
    #expect(try await desk.told(RefundFailed.name) == 1)
  }
}
