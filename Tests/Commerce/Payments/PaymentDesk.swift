import Events
import Logging
import PartKit
import Payments
import Remote
import Storage
import TestKit
import Values

/// A payment centre over a database of its own, with two providers in memory, reached in one way or the other.
struct PaymentDesk {
  let store: TestStore
  let provider: FakeProvider
  let other: FakeProvider
  let payments: any PaymentService
  let buyer: AccountID
  let order: OrderID
  private let part: ServedPart?

  init(_ way: Way) async throws {
    store = try await TestStore(StoredPayments.migrations)
    provider = try FakeProvider()
    other = try FakeProvider("other")
    let stored = StoredPayments(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock,
      providers: [
        provider, other, OwnMethod(.transfer, clock: store.clock.clock), OwnMethod(.cash, clock: store.clock.clock),
      ], addresses: PaymentAddresses(publicURL: "https://shop.example"),
      logger: Logger(label: "payments", factory: { _ in SwiftLogNoOpLogHandler() }))
    switch way {
    case .stored:
      (part, payments) = (nil, stored)
    case .remote:
      let part = try await ServedPart.start(PaymentVerbs.served(by: stored))
      payments = RemotePayments(caller(of: "payments", at: LiveList(part), clock: store.clock.clock))
      self.part = part
    }
    buyer = store.ids.next()
    order = store.ids.next()
  }

  func request(
    _ shares: [(OrderID, Int64)]? = nil, by provider: FakeProvider? = nil, subject: String = "Teapot",
    method: PaymentMethod? = nil, fromBalance: Int64? = nil
  ) -> OpenPayment {
    OpenPayment(
      method: method ?? (provider ?? self.provider).method, payer: buyer,
      shares: (shares ?? [(order, 8800)]).map {
        OpenPayment.Share(order: $0, amount: Money(minor: $1, currency: .cny))
      },
      subject: subject, language: .en, expiresAt: store.clock.now.adding(.minutes(30)),
      fromBalance: fromBalance.map { Money(minor: $0, currency: .cny) })
  }

  /// Gives the buyer store credit.
  func credit(_ minor: Int64, key: String = "gift") async throws {
    _ = try await payments.credit(
      BalanceCredit(key: key, account: buyer, amount: Money(minor: minor, currency: .cny), reason: "a gift"),
      by: StaffID(raw: 1))
  }

  var balance: Int64 { get async throws { try await payments.balance(of: buyer, in: .cny).minor } }

  func open(_ shares: [(OrderID, Int64)]? = nil) async throws -> Payment {
    try await payments.open(request(shares)).payment
  }

  func notice(
    _ payment: Payment, state: String = "captured", number: String? = nil, trade: String? = nil,
    merchant: String = "martlet", amount: Int64? = nil, currency: String = "CNY", seal: String? = "genuine"
  ) -> RawNotice {
    let parts = [
      number ?? payment.id.description, trade ?? "T-\(payment.id)", merchant, String(amount ?? payment.amount.minor),
      currency, state,
    ]
    return RawNotice(headers: seal.map { ["seal": $0] } ?? [:], body: Array(parts.joined(separator: "|").utf8))
  }

  /// The same with a refund that was made at the provider, or was asked for from here.
  func notice(
    _ payment: Payment, refund number: String, _ minor: Int64, state: String = "settled"
  ) -> RawNotice {
    let told = notice(payment)
    return RawNotice(headers: told.headers, body: told.body + Array("|\(number)|\(minor)|\(state)".utf8))
  }

  @discardableResult
  func tell(_ notice: RawNotice) async throws -> NoticeAnswer {
    try await payments.takeNotice(notice, from: provider.method)
  }

  func captured(_ shares: [(OrderID, Int64)]? = nil) async throws -> Payment {
    let payment = try await open(shares)
    try await tell(notice(payment))
    return payment
  }

  func state(_ payment: Payment) async throws -> PaymentState? { try await payments.payment(payment.id)?.state }
  func told(_ name: String) async throws -> Int { try await store.toldEvents().filter { $0.name == name }.count }
}
