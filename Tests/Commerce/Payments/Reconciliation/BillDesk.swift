import Events
import Logging
import Payments
import Storage
import TestKit
import Testing
import Values

/// A payment centre with one provider whose bills are written by the test. It begins on 15 January 2026 at ten in the morning in
/// China; the bill of that day is due a day later.
struct BillDesk {
  static let day = "2026-01-15"
  static let next = "2026-01-16"

  let store: TestStore
  let provider: FakeProvider
  let payments: StoredPayments
  let staff: StaffID

  init() async throws {
    store = try await TestStore(StoredPayments.migrations)
    provider = try FakeProvider()
    payments = Self.payments(store, provider)
    staff = store.ids.next()
  }

  /// The same centre as another process has it.
  func again() -> StoredPayments { Self.payments(store, provider) }

  private static func payments(_ store: TestStore, _ provider: FakeProvider) -> StoredPayments {
    StoredPayments(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock,
      providers: [provider], addresses: PaymentAddresses(publicURL: "https://shop.example"),
      logger: Logger(label: "payments", factory: { _ in SwiftLogNoOpLogHandler() }))
  }

  func open(_ amounts: [Int64] = [8800], fromBalance: Int64 = 0) async throws -> Payment {
    let payer: AccountID = store.ids.next()
    let part = Money(minor: fromBalance, currency: .cny)
    if part.isPositive {
      _ = try await payments.credit(
        BalanceCredit(key: "gift", account: payer, amount: part, reason: "a gift"), by: staff)
    }
    let request = OpenPayment(
      method: provider.method, payer: payer,
      shares: amounts.map {
        OpenPayment.Share(order: store.ids.next(), amount: Money(minor: $0, currency: .cny))
      }, subject: "Teapot", language: .en, expiresAt: store.clock.now.adding(.minutes(30)),
      fromBalance: part.isPositive ? part : nil)
    return try await payments.open(request).payment
  }

  /// What the provider tells of it.
  func tell(_ payment: Payment, _ more: String = "") async throws {
    let text = "\(payment.id)|T-\(payment.id)|martlet|\(payment.atProvider.minor)|CNY|captured\(more)"
    let notice = RawNotice(headers: ["seal": "genuine"], body: Array(text.utf8))
    _ = try await payments.takeNotice(notice, from: provider.method)
  }

  func captured(_ amounts: [Int64] = [8800], fromBalance: Int64 = 0) async throws -> Payment {
    let payment = try await open(amounts, fromBalance: fromBalance)
    try await tell(payment)
    return try #require(try await payments.payment(payment.id))
  }

  func refund(_ payment: Payment, _ minor: Int64) async throws -> Refund {
    try await payments.refund(
      RefundRequest(
        key: "back-\(minor)", payment: payment.id, order: payment.shares[0].order,
        amount: Money(minor: minor, currency: .cny), reason: ""))
  }

  func row(
    _ payment: Payment, _ minor: Int64? = nil, fee: Int64 = 53, refund: String? = nil, at: Timestamp? = nil
  ) -> StatementRow {
    StatementRow(
      kind: refund == nil ? .payment : .refund, payment: payment.id.description, refund: refund ?? "",
      providerNumber: "T-\(payment.id)", amount: Money(minor: minor ?? payment.atProvider.minor, currency: .cny),
      fee: Money(minor: fee, currency: .cny), at: at ?? store.clock.now)
  }

  /// Of the provider's own.
  func movement(_ number: String, _ minor: Int64) -> StatementRow {
    StatementRow(
      kind: .other, payment: "", providerNumber: number, amount: Money(minor: minor, currency: .cny),
      fee: .zero(.cny), at: store.clock.now)
  }

  func bill(_ rows: [StatementRow], on day: String = day) { provider.set { $0.bills[day] = rows } }

  @discardableResult
  func reconcile() async throws -> Int { try await payments.reconcile(now: store.clock.now, limit: 10) }

  /// The next morning, when the bill of the day before is due.
  @discardableResult
  func nextMorning() async throws -> Int {
    store.clock.advance(by: .days(1))
    return try await reconcile()
  }

  /// Later that day, when a bill without lines is believed.
  @discardableResult
  func afternoon() async throws -> Int {
    try await nextMorning()
    store.clock.advance(by: .hours(2))
    return try await reconcile()
  }

  func day(_ day: String = day) async throws -> BillDay {
    let named = try #require(ProviderDay(rawValue: day))
    return try #require(try await payments.bill(of: provider.method, on: named))
  }

  func totals(_ day: String = day) async throws -> BillTotals {
    let named = try #require(ProviderDay(rawValue: day))
    return try #require(try await payments.totals(of: provider.method, on: named).first)
  }

  func differences(_ filter: BillDifferenceFilter = BillDifferenceFilter()) async throws -> [BillDifference] {
    try await payments.differences(matching: filter, PageRequest(limit: 100)).items
  }

  func only() async throws -> BillDifference {
    let all = try await differences()
    #expect(all.count == 1)
    return try #require(all.first)
  }

  func deeds() async throws -> [String] {
    try await store.database.read { transaction in
      try transaction.rows("SELECT verb FROM deed ORDER BY number").map { try $0["verb"] }
    }
  }

  /// Rows of bills that are stored.
  func storedRows() async throws -> Int {
    try await store.database.read { try $0.value("SELECT COUNT(*) FROM bill_row") ?? 0 }
  }
}
