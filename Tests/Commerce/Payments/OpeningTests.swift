import Events
import Logging
import PartKit
import Payments
import Synchronization
import TestKit
import Testing
import Values

@Suite struct OpeningTests {
  // req: 3.3.4-2
  @Test(arguments: Way.allCases) func `opening hands the buyer to the provider`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let opened = try await desk.payments.open(desk.request())
    #expect(opened.payment.state == .pending)
    #expect(opened.handover == .redirect(url: "https://pay.example/\(opened.payment.id)"))
    let told = desk.provider.books.withLock { $0.payments[opened.payment.id.description]?.payment }
    #expect(told?.noticeURL == "https://shop.example/payments/notices/sandbox")
    #expect(told?.returnURL == "https://shop.example/checkout/result/\(opened.payment.id)")
    #expect(told?.amount == Money(minor: 8800, currency: .cny))
    #expect(try await desk.payments.payments(of: desk.order) == [opened.payment])
  }

  @Test(arguments: Way.allCases) func `opening again answers the same payment without asking the provider`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let first = try await desk.payments.open(desk.request())
    let again = try await desk.payments.open(desk.request())
    #expect(again.payment == first.payment)
    #expect(again.handover == first.handover)
    #expect(desk.provider.calls == ["open"])
  }

  // req: 3.3.6-2
  @Test func `a provider that hangs has the time that it is given, and the payment can be opened later`() async throws {
    let desk = try await PaymentDesk(.stored)
    let brief = StoredPayments(
      database: desk.store.database, outbox: desk.store.outbox, ids: desk.store.ids, clock: desk.store.clock.clock,
      providers: [desk.provider], addresses: PaymentAddresses(publicURL: "https://shop.example"),
      providerLimit: .milliseconds(50),
      logger: Logger(label: "payments", factory: { _ in SwiftLogNoOpLogHandler() }))
    desk.provider.set { $0.whileOpening = { _ in try await Task.sleep(for: .seconds(3600)) } }
    await #expect(throws: PaymentRefusal.providerUnavailable) { try await brief.open(desk.request()) }
    #expect(desk.provider.calls.isEmpty, "it never came to its end")
    desk.provider.set { $0.whileOpening = nil }
    #expect(try await desk.payments.open(desk.request()).payment.state == .pending)
  }

  @Test(arguments: Way.allCases) func `fifty openings at once make one payment`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let ids = try await withThrowingTaskGroup(of: PaymentID.self) { group in
      for _ in 0..<50 { group.addTask { try await desk.open().id } }
      return try await group.reduce(into: Set<PaymentID>()) { $0.insert($1) }
    }
    #expect(ids.count == 1)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `another method closes the first at its provider`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let first = try await desk.open()
    let second = try await desk.payments.open(desk.request(by: desk.other))
    #expect(try await desk.state(first) == .closed)
    #expect(second.payment.method == desk.other.method)
    #expect(desk.provider.calls == ["open", "close", "query"])
    #expect(try await desk.told(PaymentEnded.name) == 1)
  }

  @Test(arguments: Way.allCases) func `a payment that turns out to be paid keeps a second from opening`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let first = try await desk.open()
    desk.provider.set { $0.payments[first.id.description]?.state = .captured }
    await #expect(throws: PaymentRefusal.alreadyPaid(first.id)) {
      try await desk.payments.open(desk.request(by: desk.other))
    }
    #expect(try await desk.state(first) == .captured)
    await #expect(throws: PaymentRefusal.alreadyPaid(first.id)) { try await desk.payments.open(desk.request()) }
    #expect(desk.other.calls.isEmpty)
  }

  @Test(arguments: Way.allCases) func `while the first can't be closed there is no second way to pay`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let first = try await desk.open()
    desk.provider.set { $0.keepsOpen = true }
    await #expect(throws: PaymentRefusal.providerUnavailable) {
      try await desk.payments.open(desk.request(by: desk.other))
    }
    desk.provider.set { $0.fault = .outcomeUnknown("timeout") }
    await #expect(throws: PaymentRefusal.providerUnavailable) {
      try await desk.payments.open(desk.request(by: desk.other))
    }
    #expect(try await desk.state(first) == .pending)
    #expect(desk.other.calls.isEmpty)
  }

  @Test(arguments: Way.allCases)
  func `a payment that was closed while it was opened is closed at the provider too, and nobody is handed over`(
    _ way: Way
  )
    async throws
  {
    let desk = try await PaymentDesk(way)
    let payments = desk.payments
    desk.provider.set { books in
      books.whileOpening = { payment in
        guard let id = PaymentID(payment.number) else { return }
        _ = try await payments.close(id)
      }
    }
    await #expect(throws: PaymentRefusal.tooLate) { try await desk.open() }
    #expect(try await desk.payments.payments(of: desk.order).map(\.state) == [.closed])
    #expect(desk.provider.books.withLock { $0.payments.values.map(\.state) } == [.closed])
  }

  @Test(arguments: Way.allCases) func `a provider that is down leaves the payment for another try`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    desk.provider.set { $0.fault = .unreachable("down") }
    await #expect(throws: PaymentRefusal.providerUnavailable) { try await desk.open() }
    let waiting = try #require(try await desk.payments.payments(of: desk.order).first)
    #expect(waiting.state == .created)
    desk.provider.set { $0.fault = nil }
    #expect(try await desk.open().id == waiting.id)
    #expect(try await desk.state(waiting) == .pending)
  }

  @Test(arguments: Way.allCases) func `what was never sent is closed without its provider, what may have been is not`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    desk.provider.set { $0.fault = .unreachable("down") }
    await #expect(throws: PaymentRefusal.providerUnavailable) { try await desk.open() }
    #expect(try await desk.payments.open(desk.request(by: desk.other)).payment.state == .pending)

    let second = try await PaymentDesk(way)
    second.provider.set { $0.fault = .outcomeUnknown("timeout") }
    await #expect(throws: PaymentRefusal.providerUnavailable) { try await second.open() }
    second.provider.set { $0.fault = .unreachable("down") }
    await #expect(throws: PaymentRefusal.providerUnavailable) { try await second.open() }
    await #expect(throws: PaymentRefusal.providerUnavailable) {
      try await second.payments.open(second.request(by: second.other))
    }
  }

  @Test(arguments: Way.allCases) func `who is turned away has sent nothing now, but perhaps before`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    desk.provider.set { $0.fault = .turnedAway(code: "SIGN_ERROR") }
    await #expect(throws: PaymentRefusal.providerUnavailable) { try await desk.open() }
    #expect(try await desk.payments.open(desk.request(by: desk.other)).payment.state == .pending)

    let second = try await PaymentDesk(way)
    second.provider.set { $0.fault = .outcomeUnknown("timeout") }
    await #expect(throws: PaymentRefusal.providerUnavailable) { try await second.open() }
    second.provider.set { $0.fault = .turnedAway(code: "SIGN_ERROR") }
    await #expect(throws: PaymentRefusal.providerUnavailable) { try await second.open() }
    let waiting = try #require(try await second.payments.payments(of: second.order).first)
    #expect(waiting.state == .created)
    await #expect(throws: PaymentRefusal.providerUnavailable) {
      try await second.payments.open(second.request(by: second.other))
    }
  }

  @Test(arguments: Way.allCases) func `a provider that refuses ends the payment, and a new one may follow`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    desk.provider.set { $0.fault = .refused(code: "tooMuch") }
    await #expect(throws: PaymentRefusal.providerRefused("tooMuch")) { try await desk.open() }
    let failed = try #require(try await desk.payments.payments(of: desk.order).first)
    #expect(failed.state == .failed)
    desk.provider.set { $0.fault = nil }
    #expect(try await desk.open().id != failed.id)
  }

  @Test(arguments: Way.allCases) func `a payment that the buyer refused can be tried anew`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let first = try await desk.open()
    try await desk.tell(desk.notice(first, state: "failed"))
    #expect(try await desk.state(first) == .failed)
    #expect(try await desk.open().id != first.id)
  }

  @Test(arguments: Way.allCases) func `orders in other company or for another amount get a new payment`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let second: OrderID = desk.store.ids.next()
    let first = try await desk.open()
    let both = try await desk.open([(desk.order, 8800), (second, 100)])
    #expect(both.amount.minor == 8900)
    #expect(try await desk.state(first) == .closed)
    let changed = try await desk.open([(desk.order, 8700), (second, 100)])
    #expect(changed.id != both.id)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `an order that costs nothing goes along with one that costs`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured([(desk.order, 100), (desk.store.ids.next(), 0)])
    #expect(try await desk.state(payment) == .captured)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `what can't be paid is refused`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let none: [[(OrderID, Int64)]] = [[], [(desk.order, 0)], [(desk.order, -5)], [(desk.order, 5), (desk.order, 5)]]
    for shares in none {
      await #expect(throws: PaymentRefusal.nothingToPay) { try await desk.open(shares) }
    }
    // A fault, of which nothing but that it was one crosses between processes.
    await #expect(throws: (any Error).self) {
      try await desk.open([(desk.order, .max), (desk.store.ids.next(), .max)])
    }
    var mixed = desk.request()
    mixed.shares.append(.init(order: desk.store.ids.next(), amount: Money(minor: 5, currency: .usd)))
    await #expect(throws: PaymentRefusal.nothingToPay) { try await desk.payments.open(mixed) }
    var late = desk.request()
    late.expiresAt = desk.store.clock.now
    await #expect(throws: PaymentRefusal.tooLate) { try await desk.payments.open(late) }
    var strange = desk.request(subject: String(repeating: "👩‍👩‍👧‍👦茶", count: 200))
    #expect(try await desk.payments.open(strange).payment.state == .pending)
    strange.method = try #require(PaymentMethod(rawValue: "nobody"))
    await #expect(throws: PaymentRefusal.unknownMethod) { try await desk.payments.open(strange) }
  }

  @Test(arguments: Way.allCases)
  func `a provider that keeps failing is left alone for a while, one that says no isn't, nor is another`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    @Sendable func open() async -> PaymentRefusal? {
      do {
        _ = try await desk.open([(desk.store.ids.next(), 8800)])
        return nil
      } catch { return error as? PaymentRefusal }
    }
    desk.provider.set { $0.fault = .refused(code: "no") }
    for _ in 1...10 { _ = await open() }
    let calls = desk.provider.calls.count
    #expect(calls == 10)
    desk.provider.set { $0.fault = .unreachable("down") }
    for _ in 1...10 { #expect(await open() == .providerUnavailable) }
    #expect(desk.provider.calls.count == calls + 5)
    desk.provider.set { $0.fault = nil }
    #expect(await open() == .providerUnavailable)
    // Another one is asked all the while, and what it answers is no news of the first.
    for _ in 1...2 {
      let request = desk.request([(desk.store.ids.next(), 8800)], by: desk.other)
      #expect(try await desk.payments.open(request).payment.state == .pending)
    }
    #expect(desk.other.calls.count == 2)
    #expect(await open() == .providerUnavailable)
    #expect(desk.provider.calls.count == calls + 5)
    desk.store.clock.advance(by: .seconds(10))
    #expect(await open() == nil)
  }
}
