import Events
import PartKit
import Payments
import Storage
import TestKit
import Testing
import Values

@Suite struct TransitionTests {
  @Test(arguments: Way.allCases) func `fifty notices at once capture once`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.open()
    let answers = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<50 { group.addTask { try await desk.tell(desk.notice(payment)).status } }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(answers == [200])
    #expect(try await desk.state(payment) == .captured)
    #expect(try await desk.told(PaymentCaptured.name) == 1)
    #expect(try await desk.payments.ledger(of: payment.id).map(\.amount.minor).sorted() == [-8800, 8800])
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases)
  func `notices are forgotten when they are old, those that weren't believed sooner`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    func rows(_ condition: SQL) async throws -> Int? {
      try await desk.store.database.read { try $0.value("SELECT COUNT(*) FROM provider_notice WHERE \(condition)") }
    }
    func prune(_ limit: Int = 500) async throws -> Int {
      let now = desk.store.clock.now
      return try await desk.payments.prune(
        noticesBefore: now.adding(.days(-90)), disbelievedBefore: now.adding(.days(-7)), limit: limit)
    }
    _ = try await desk.captured()
    for _ in 1...5 {
      try await desk.tell(RawNotice(headers: [:], body: [UInt8](repeating: 65, count: 60_000)))
    }
    #expect(try await rows("LENGTH(body) = 16384") == 5)
    #expect(try await prune() == 0)
    desk.store.clock.advance(by: .days(8))
    #expect(try await prune(3) == 3)
    #expect(try await prune(3) == 2)
    #expect(try await rows("verification = 'verified'") == 1)
    #expect(try await rows("1 = 1") == 1)
    desk.store.clock.advance(by: .days(83))
    #expect(try await prune() == 1)
  }

  @Test(arguments: Way.allCases) func `notice, query and closing in any order end captured, once`(_ way: Way)
    async throws
  {
    let steps = ["notice", "query", "close", "pendingNotice", "closedNotice", "failedNotice"]
    for seed in 0..<60 {
      var generator = Dice(seed: UInt64(seed))
      let desk = try await PaymentDesk(way)
      let payment = try await desk.open()
      for (index, step) in steps.shuffled(using: &generator).enumerated() {
        if index == 1 { desk.provider.set { $0.payments[payment.id.description]?.state = .captured } }
        switch step {
        case "notice": try await desk.tell(desk.notice(payment))
        case "query": _ = try await desk.payments.refresh(payment.id)
        case "close": _ = try await desk.payments.close(payment.id)
        case "pendingNotice": try await desk.tell(desk.notice(payment, state: "pending"))
        case "closedNotice": try await desk.tell(desk.notice(payment, state: "closed"))
        default: try await desk.tell(desk.notice(payment, state: "failed"))
        }
      }
      #expect(try await desk.state(payment) == .captured)
      #expect(try await desk.told(PaymentCaptured.name) == 1)
      #expect(try await desk.payments.audit().isEmpty)
    }
  }

  @Test(arguments: Way.allCases) func `a notice that isn't genuine, or isn't ours, changes nothing`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.open()
    let refused = [
      desk.notice(payment, seal: nil), desk.notice(payment, seal: "forged"),
      desk.notice(payment, merchant: "somebody-else"), desk.notice(payment, amount: 8799),
      desk.notice(payment, amount: 0), desk.notice(payment, currency: "USD"),
      desk.notice(payment, number: "pay_0000000000001"), desk.notice(payment, number: "'; DROP TABLE payment; --"),
      desk.notice(payment, state: "closed", amount: 1),
      RawNotice(headers: ["seal": "genuine"], body: []),
      RawNotice(headers: ["seal": "genuine"], body: Array(repeating: 0, count: 100_000)),
    ]
    for notice in refused {
      let answer = try await desk.tell(notice)
      #expect(answer.status == 400)
      #expect(answer.body == "failure")
    }
    #expect(try await desk.state(payment) == .pending)
    #expect(try await desk.told(PaymentCaptured.name) == 0)
    #expect(try await desk.payments.ledger(of: payment.id).isEmpty)
    let method = try #require(PaymentMethod(rawValue: "nobody"))
    await #expect(throws: PaymentRefusal.unknownMethod) {
      try await desk.payments.takeNotice(desk.notice(payment), from: method)
    }
    // Genuine for one provider is nothing for another.
    let elsewhere = try await desk.payments.takeNotice(desk.notice(payment), from: desk.other.method)
    #expect(elsewhere.status == 400)
    try await desk.tell(desk.notice(payment))
    #expect(try await desk.state(payment) == .captured)
  }

  @Test(arguments: Way.allCases) func `one provider's number pays one payment`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let first = try await desk.open()
    let second = try await desk.open([(desk.store.ids.next(), 8800)])
    #expect(try await desk.tell(desk.notice(first, trade: "T-1")).status == 200)
    #expect(try await desk.tell(desk.notice(second, trade: "T-1")).status == 400)
    #expect(try await desk.tell(desk.notice(first, trade: "T-2")).status == 400)
    #expect(try await desk.state(second) == .pending)
  }

  @Test(arguments: Way.allCases) func `every notice is kept, strangers' ones up to a limit`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.open()
    for _ in 0..<300 { try await desk.tell(desk.notice(payment, seal: "forged")) }
    try await desk.tell(desk.notice(payment))
    let effects = try await desk.store.database.read { transaction in
      try transaction.rows("SELECT effect, COUNT(*) AS notices FROM provider_notice GROUP BY effect ORDER BY effect")
        .map { [try $0["effect"] as String: try $0["notices"] as Int] }
    }
    #expect(effects == [["moved": 1], ["none": 200]])
  }

  @Test(arguments: Way.allCases) func `a genuine notice that can't be taken yet comes again, and is kept as such`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.open()
    let long = Array(repeating: UInt8(ascii: "n"), count: 20_000)
    #expect(try await desk.tell(RawNotice(headers: ["seal": "asleep"], body: long)).status == 400)
    let filter = NoticeFilter(isBelieved: true, effect: "notYet")
    let heard = try await desk.payments.notices(matching: filter, PageRequest(limit: 10)).items
    #expect(heard.count == 1 && heard.allSatisfy(\.isBelieved))
    #expect(heard.first?.notice.body.utf8.count == 16_384)
    #expect(HeardNotice.effects.contains("notYet"))
    try await desk.tell(desk.notice(payment))
    #expect(try await desk.state(payment) == .captured)
  }

  @Test(arguments: Way.allCases) func `money that comes after closing is recorded and told`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.open()
    #expect(try await desk.payments.close(payment.id).state == .closed)
    #expect(try await desk.tell(desk.notice(payment)).status == 200)
    #expect(try await desk.state(payment) == .captured)
    #expect(try await desk.told(PaymentCaptured.name) == 1)
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test(arguments: Way.allCases) func `closing asks once more and finds the money`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.open()
    desk.provider.set { $0.payments[payment.id.description]?.state = .captured }
    #expect(try await desk.payments.close(payment.id).state == .captured)
    #expect(try await desk.payments.close(payment.id).state == .captured)
  }

  @Test(arguments: Way.allCases) func `a query without an answer changes nothing`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.open()
    desk.provider.set { $0.fault = .outcomeUnknown("timeout") }
    await #expect(throws: PaymentRefusal.providerUnavailable) { try await desk.payments.refresh(payment.id) }
    await #expect(throws: PaymentRefusal.providerUnavailable) { try await desk.payments.close(payment.id) }
    #expect(try await desk.state(payment) == .pending)
    await #expect(throws: PaymentRefusal.unknownPayment) { try await desk.payments.refresh(desk.store.ids.next()) }
  }
}

/// Repeatable chance.
struct Dice: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
