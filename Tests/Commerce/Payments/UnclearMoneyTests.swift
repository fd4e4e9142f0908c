import PartKit
import Payments
import Storage
import TestKit
import Testing
import Values

/// Money of which nobody knows yet whose it is: it stands apart as long as its case is open.
@Suite struct UnclearMoneyTests {
  private static let staff = StaffID(raw: 7)

  private func confirm(_ payment: Payment, _ key: String, _ minor: Int64, _ desk: PaymentDesk, isMore: Bool = false)
    async throws
  {
    _ = try await desk.payments.confirm(
      MoneyReceipt(
        key: key, payment: payment.id, amount: Money(minor: minor, currency: .cny), receivedAt: desk.store.clock.now,
        isMore: isMore), by: Self.staff)
  }

  private func opened(_ desk: PaymentDesk, _ method: PaymentMethod = .cash) async throws -> Payment {
    try await desk.payments.open(desk.request(method: method)).payment
  }

  private func rows(_ desk: PaymentDesk) async throws -> [String] {
    try await desk.payments.unclearMoney(of: desk.order).map { "\($0.kind) \($0.amount.minor)" }
  }

  private func decide(
    _ desk: PaymentDesk, _ kind: PaymentCase.Kind, _ decision: PaymentCase.Decision
  ) async throws {
    let open = try await desk.payments.cases(.platform, open: true, PageRequest()).items
    let found = try #require(open.first { $0.kind == kind })
    _ = try await desk.payments.decide(found.id, decision, reason: "seen to", by: Self.staff)
  }

  /// Its time to pay is over.
  private func end(_ payment: Payment, _ desk: PaymentDesk) async throws {
    desk.store.clock.advance(by: .hours(1))
    _ = try await desk.payments.sweep(now: desk.store.clock.now, limit: 10)
    #expect(try await desk.state(payment) == .closed)
    #expect(try await desk.balance == 2000)
  }

  /// Cash of which the balance was to pay a part, and for which nothing came in time.
  private func neverPaid(_ decision: PaymentCase.Decision, _ desk: PaymentDesk) async throws -> Payment {
    try await desk.credit(2000)
    let payment = try await desk.payments.open(desk.request(method: .cash, fromBalance: 2000)).payment
    try await end(payment, desk)
    try await decide(desk, .neverPaid, decision)
    return payment
  }

  // req: 3.3.4-3
  @Test(arguments: Way.allCases) func `a part is unclear until the rest is there`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await opened(desk, .transfer)
    try await confirm(payment, "a", 8000, desk)
    try await confirm(payment, "b", 300, desk)
    #expect(try await rows(desk) == ["came 8000", "came 300"])
    #expect(try await desk.told(UnclearMoneyMoved.name) == 2)
    #expect(try await desk.payments.audit().isEmpty)
    try await confirm(payment, "c", 500, desk)
    #expect(try await desk.state(payment) == .captured)
    #expect(try await rows(desk) == ["came 8000", "came 300", "left 8300"])
    let page = try await desk.payments.unclearMoney(PageRequest(limit: 2))
    #expect(page.items.map(\.amount.minor) == [8000, 300])
    #expect(try await desk.payments.unclearMoney(PageRequest(after: page.next)).items.map(\.kind) == [.left])
    #expect(page.items.allSatisfy { $0.payment == payment.id && $0.method == .transfer && $0.order == desk.order })
    #expect(try await desk.payments.audit().isEmpty)
  }

  // req: 3.3.4-3
  @Test(arguments: Way.allCases) func `a part that was paid back counts no more, and another opens the case again`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await opened(desk, .transfer)
    try await confirm(payment, "a", 8000, desk)
    let short = try #require(try await desk.payments.cases(of: payment.id).first)
    #expect(short.decisions == [.handled])
    try await decide(desk, .paidShort, .handled)
    #expect(try await rows(desk) == ["came 8000", "left 8000"])
    try await confirm(payment, "b", 800, desk)
    #expect(try await desk.state(payment) == .pending)
    let again = try #require(try await desk.payments.paymentCase(short.id))
    #expect(again.isOpen && again.amount.minor == 8000 && again.reason.isEmpty)
    #expect(try await desk.payments.audit().isEmpty)
    try await confirm(payment, "c", 8000, desk)
    #expect(try await desk.state(payment) == .captured)
    #expect(try await rows(desk) == ["came 8000", "left 8000", "came 800", "left 800"])
    #expect(try await desk.payments.openCases(.platform) == 0)
    #expect(try await desk.payments.audit().isEmpty)
  }

  // req: 3.3.4-3
  @Test(arguments: Way.allCases) func `what is missing at the door is given up, and isn't where it comes after all`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await opened(desk)
    try await confirm(payment, "a", 8000, desk)
    try await decide(desk, .paidShort, .writeOff)
    #expect(try await rows(desk) == ["came 8000", "lost 800", "taken 8800"])
    #expect(try await desk.payments.openCases(.platform) == 0)
    #expect(try await desk.payments.audit().isEmpty)
    try await confirm(payment, "b", 300, desk)
    #expect(try await rows(desk).suffix(2) == ["came 300", "regained 300"])
    #expect(try await desk.payments.openCases(.platform) == 0)
    #expect(try await desk.payments.audit().isEmpty)
    try await confirm(payment, "c", 500, desk)
    #expect(try await desk.state(payment) == .captured)
    #expect(try await rows(desk).suffix(3) == ["released 8800", "regained 500", "left 8300"])
    #expect(try await desk.payments.audit().isEmpty)
  }

  // req: 3.3.4-3
  @Test(arguments: Way.allCases) func `what comes after the balance had its part back takes nothing from its order`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    try await desk.credit(2000)
    let payment = try await desk.payments.open(desk.request(method: .cash, fromBalance: 2000)).payment
    try await confirm(payment, "a", 5000, desk)
    try await decide(desk, .paidShort, .writeOff)
    #expect(try await rows(desk) == ["came 5000", "lost 3800", "taken 8800"])
    desk.store.clock.advance(by: .hours(1))
    _ = try await desk.payments.sweep(now: desk.store.clock.now, limit: 10)
    #expect(try await desk.state(payment) == .closed)
    #expect(try await desk.balance == 2000)
    try await confirm(payment, "b", 300, desk)
    #expect(try await rows(desk).suffix(2) == ["came 300", "regained 300"])
    #expect(try await desk.payments.audit().isEmpty)
    try await confirm(payment, "c", 1600, desk)
    #expect(try await rows(desk).suffix(3) == ["came 1500", "regained 1500", "came 100"])
    #expect(try await desk.state(payment) == .closed)
    #expect(try await desk.told(PaymentCaptured.name) == 0)
    #expect(try await desk.payments.audit().isEmpty)
    await #expect(throws: PaymentRefusal.alreadyPaid(payment.id)) { try await confirm(payment, "d", 50, desk) }
    try await confirm(payment, "e", 50, desk, isMore: true)
    let open = try await desk.payments.cases(.platform, open: true, PageRequest()).items
    #expect(open.allSatisfy { $0.kind == .paidTooMuch } && Set(open.map(\.amount.minor)) == [50, 100])
    #expect(try await desk.payments.audit().isEmpty)
  }

  // req: 3.3.4-3
  @Test(arguments: Way.allCases) func `the balance may have its part back before what is missing is given up`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    try await desk.credit(2000)
    let payment = try await desk.payments.open(desk.request(method: .cash, fromBalance: 2000)).payment
    try await confirm(payment, "a", 5000, desk)
    try await end(payment, desk)
    try await decide(desk, .paidShort, .writeOff)
    try await confirm(payment, "b", 1800, desk)
    #expect(try await rows(desk) == ["came 5000", "lost 3800", "taken 8800", "came 1800", "regained 1800"])
    #expect(try await desk.told(PaymentCaptured.name) == 0)
    #expect(try await desk.payments.audit().isEmpty)
  }

  // req: 3.3.4-3
  @Test(arguments: Way.allCases) func `what comes once all was given up and the balance had its part back is taken`(
    _ way: Way
  ) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await neverPaid(.writeOff, desk)
    try await confirm(payment, "a", 5000, desk)
    #expect(try await rows(desk) == ["came 5000"])
    #expect(try await desk.payments.audit().isEmpty)
    try await confirm(payment, "b", 1900, desk)
    #expect(try await rows(desk) == ["came 5000", "came 1800", "lost 2000", "taken 8800", "came 100"])
    #expect(try await desk.state(payment) == .closed)
    #expect(try await desk.told(PaymentCaptured.name) == 0)
    let open = try await desk.payments.cases(.platform, open: true, PageRequest()).items
    #expect(open.map(\.kind) == [.paidTooMuch])
    #expect(try await desk.payments.audit().isEmpty)
    await #expect(throws: PaymentRefusal.alreadyPaid(payment.id)) { try await confirm(payment, "c", 50, desk) }
  }

  // req: 3.3.4-3
  @Test(arguments: [true, false])
  func `what comes late isn't taken where nothing was given up, or another payment has paid`(_ isPaid: Bool)
    async throws
  {
    let desk = try await PaymentDesk(.stored)
    let payment = try await neverPaid(isPaid ? .writeOff : .handled, desk)
    if isPaid { _ = try await desk.captured() }
    try await confirm(payment, "a", 6800, desk)
    #expect(try await rows(desk).isEmpty)
    #expect(try await desk.state(payment) == .captured)
    #expect(try await desk.payments.audit().isEmpty)
  }

  // req: 3.3.4-3
  @Test func `what is missing isn't given up once another payment brought all of it`() async throws {
    let desk = try await PaymentDesk(.stored)
    try await desk.credit(2000)
    let payment = try await desk.payments.open(desk.request(method: .cash, fromBalance: 2000)).payment
    try await confirm(payment, "a", 5000, desk)
    try await end(payment, desk)
    _ = try await desk.captured()
    await #expect(throws: PaymentRefusal.wrongForCase) { try await decide(desk, .paidShort, .writeOff) }
    #expect(try await rows(desk) == ["came 5000"])
    #expect(try await desk.payments.audit().isEmpty)
  }

  @Test func `given up and paid in the same moment it is one of both`() async throws {
    for round in 1...5 {
      let desk = try await PaymentDesk(.stored)
      let payment = try await opened(desk)
      try await confirm(payment, "a", 8000, desk)
      let short = try #require(try await desk.payments.cases(of: payment.id).first)
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          _ = try? await desk.payments.decide(short.id, .writeOff, reason: "gone", by: Self.staff)
        }
        group.addTask { _ = try? await confirm(payment, "b", 800, desk) }
      }
      #expect(try await desk.state(payment) == .captured, "round \(round)")
      #expect(try await desk.payments.audit().isEmpty, "round \(round)")
    }
  }

  // req: 3.3.4-3
  @Test(arguments: Way.allCases) func `what is too much is unclear until it is paid back`(_ way: Way) async throws {
    let desk = try await PaymentDesk(way)
    let payment = try await opened(desk, .transfer)
    try await confirm(payment, "a", 9000, desk)
    try await confirm(payment, "b", 100, desk, isMore: true)
    #expect(try await rows(desk) == ["came 200", "came 100"])
    #expect(try await desk.payments.audit().isEmpty)
    for _ in 1...2 { try await decide(desk, .paidTooMuch, .handled) }
    #expect(try await rows(desk).sorted() == ["came 100", "came 200", "left 100", "left 200"])
    #expect(try await desk.payments.audit().isEmpty)
  }

  // req: 4.2.4-6
  @Test(arguments: Way.allCases) func `money of a refund that came back is unclear until it is paid out`(_ way: Way)
    async throws
  {
    let desk = try await PaymentDesk(way)
    let payment = try await desk.captured()
    let refund = try await desk.payments.refund(
      RefundRequest(
        key: "r-1", payment: payment.id, order: desk.order, amount: Money(minor: 800, currency: .cny), reason: ""))
    for _ in 1...2 { try await desk.tell(desk.notice(payment, refund: "\(refund.id)", 800, state: "failed")) }
    #expect(try await rows(desk) == ["came 800"])
    #expect(try await desk.payments.audit().isEmpty)
    try await decide(desk, .refundFailedLater, .handled)
    #expect(try await rows(desk) == ["came 800", "left 800"])
    // The provider has what its bank sent back.
    #expect(try await desk.payments.unclearMoney(of: desk.order).map(\.method) == [desk.provider.method, .transfer])
    #expect(try await desk.payments.audit().isEmpty)
  }

  // req: 4.2.4-6
  @Test(arguments: [PaymentCase.Decision.handled, .writeOff])
  func `money that left by itself is unclear until it is back, or given up`(_ decision: PaymentCase.Decision)
    async throws
  {
    let desk = try await PaymentDesk(.stored)
    let payment = try await desk.captured()
    _ = try await desk.payments.refund(
      RefundRequest(
        key: "goodwill", payment: payment.id, order: desk.order, amount: Money(minor: 800, currency: .cny), reason: "",
        toBalance: true))
    for _ in 1...2 { try await desk.tell(desk.notice(payment, refund: "re_9", 8800)) }
    #expect(try await rows(desk) == ["left 8800"])
    #expect(try await desk.payments.audit().isEmpty)
    try await decide(desk, .refundTooLarge, decision)
    #expect(try await rows(desk) == ["left 8800", decision == .handled ? "came 8800" : "lost 8800"])
    #expect(try await desk.payments.audit().isEmpty)
  }

  // req: 3.3.4-3
  @Test func `a case whose money was changed is named`() async throws {
    let desk = try await PaymentDesk(.stored)
    let payment = try await opened(desk)
    try await confirm(payment, "a", 8000, desk)
    let short = try #require(try await desk.payments.cases(of: payment.id).first)
    try await desk.store.database.write { _ = try $0.execute("UPDATE unclear_money SET amount = amount + 1") }
    #expect(try await desk.payments.audit().map(\.row) == ["\(short.id)"])
    try await desk.store.database.write { _ = try $0.execute("DELETE FROM unclear_money") }
    #expect(try await desk.payments.audit().map(\.row) == ["\(short.id)"])
  }

  @Test func `what was unclear before the schema knew of it is so after it`() async throws {
    let store = try await TestStore(Array(StoredPayments.migrations.prefix(10)))
    let cases: [(Int, String, Int, Int64)] = [
      (1, "paidShort", 1, 800), (2, "paidTooMuch", 1, 200), (3, "refundTooLarge", 1, 300),
      (4, "refundFailedLater", 0, 400), (5, "neverPaid", 1, 500),
    ]
    try await store.database.write { transaction in
      try transaction.execute(
        """
        INSERT INTO payment (id, method, payer_id, amount, currency, state, subject, language, opened_at, expires_at)
        VALUES (1, 'cash', 1, 8800, 'CNY', 'closed', 'Teapot', 'en', 0, 0)
        """)
      try transaction.execute(
        """
        INSERT INTO money_receipt (id, receipt_key, payment_id, amount, currency, received_at, note, staff_id, noted_at)
        VALUES (1, 'a', 1, 8000, 'CNY', 0, '', 7, 0)
        """)
      // Of the second a part was paid back, the third has its money.
      for (id, state) in [(2, "pending"), (3, "captured")] {
        try transaction.execute(
          """
          INSERT INTO payment (id, method, payer_id, amount, currency, state, subject, language, opened_at, expires_at)
          VALUES (\(id), 'transfer', 1, 8800, 'CNY', \(state), 'Teapot', 'en', 0, 0)
          """)
        for (receipt, minor) in [(id * 10, 5000), (id * 10 + 1, 3000)] {
          try transaction.execute(
            """
            INSERT INTO money_receipt (id, receipt_key, payment_id, amount, currency, received_at, note, staff_id, noted_at)
            VALUES (\(receipt), \("key \(receipt)"), \(id), \(minor), 'CNY', 0, '', 7, 0)
            """)
        }
        try transaction.execute(
          """
          INSERT INTO payment_case (id, case_key, kind, payment_id, order_id, amount, currency, detail, is_open, opened_at,
            handled_at, handled_by, reason)
          VALUES (\(id + 100), \("short \(id)"), 'paidShort', \(id), 3, 800, 'CNY', '', 0, 0, 9, 7, 'back')
          """)
      }
      for (id, kind, isOpen, minor) in cases {
        try transaction.execute(
          """
          INSERT INTO payment_case (id, case_key, kind, payment_id, order_id, amount, currency, detail, is_open, opened_at,
            reason)
          VALUES (\(id), \("key \(id)"), \(kind), 1, 3, \(minor), 'CNY', '', \(isOpen), 0, '')
          """)
      }
    }
    try await Migrator(StoredPayments.migrations + store.migrations.filter { $0.context != "payments" })
      .run(on: store.database, now: store.clock.now)
    let rows: [String] = try await store.database.read { transaction in
      try transaction.rows("SELECT * FROM unclear_money ORDER BY id").map { row in
        let (id, kind, minor): (Int, String, Int64) = (try row["case_id"], try row["kind"], try row["amount"])
        return "\(id) \(kind) \(minor)"
      }
    }
    #expect(rows == ["1 came 8000", "2 came 200", "3 left 300", "102 came 8000", "102 left 8000"])
  }
}
