import Events
import Governance
import Logging
import Storage
import Values

/// The payment centre over Storage and its providers.
public struct StoredPayments: PaymentService {
  let database: any Database
  let outbox: Outbox
  let ids: IDGenerator
  let clock: WallClock
  let providers: [any PaymentProvider]
  let addresses: PaymentAddresses
  let logger: Logger
  /// One for each provider, so that one that is down costs buyers no wait.
  public let breakers: [PaymentMethod: CircuitBreaker]
  static let strangersPerMinute = 20
  static let strangersAtOnce = 200
  /// How many notices that aren't believed are kept, so that strangers can't fill the disk.
  let strangers: RateLimit

  let providerLimit: Duration

  /// - Parameters:
  ///   - providers: in the order in which to offer them; each with a method of its own.
  ///   - providerLimit: how long a call to a provider may take, ten seconds at most.
  public init(
    database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock, providers: [any PaymentProvider],
    addresses: PaymentAddresses, providerLimit: Duration = .seconds(10), logger: Logger
  ) {
    self.database = database
    self.outbox = outbox
    self.ids = ids
    self.clock = clock
    self.providers = providers
    self.addresses = addresses
    self.providerLimit = providerLimit
    self.logger = logger
    breakers = Dictionary(
      providers.map { ($0.method, CircuitBreaker("payments.\($0.method.rawValue)", clock: clock)) },
      uniquingKeysWith: { first, _ in first })
    strangers = RateLimit(
      burst: Self.strangersAtOnce, perMinute: Self.strangersPerMinute, clock: clock, capacity: 100)
  }

  public func methods() async throws -> [PaymentMethod] { providers.map(\.method) }

  public func payment(_ id: PaymentID) async throws -> Payment? {
    try await database.read { try PaymentRows.payment(id, in: $0)?.payment }
  }

  public func payments(of order: OrderID) async throws -> [Payment] {
    try await database.read { transaction in
      try PaymentRows.payments(try PaymentRows.ids(of: [order], in: transaction), in: transaction).map(\.payment)
    }
  }

  public func captured(_ page: PageRequest) async throws -> Page<Payment> {
    let after = page.after?.parts.first.flatMap { Int64($0) } ?? -1
    return try await database.read { transaction in
      let ids: [PaymentID] = try transaction.rows(
        """
        SELECT id FROM payment WHERE id > \(after) AND captured_at IS NOT NULL ORDER BY id LIMIT \(page.limit + 1)
        """
      ).map { try $0["id"] }
      let payments = try PaymentRows.payments(ids, in: transaction).map(\.payment)
      return Page(fetched: payments.reversed(), limit: page.limit) { Cursor([String($0.id.raw)]) }
    }
  }

  public func refunds(of payment: PaymentID) async throws -> [Refund] {
    try await database.read { transaction in
      try transaction.rows("SELECT * FROM refund WHERE payment_id = \(payment) ORDER BY id LIMIT 1000")
        .map(RefundRows.refund)
    }
  }

  public func ledger(of payment: PaymentID) async throws -> [LedgerEntry] {
    try await database.read { transaction in
      try transaction.rows("SELECT * FROM ledger_entry WHERE payment_id = \(payment) ORDER BY id LIMIT 5000").map {
        row in
        LedgerEntry(
          booking: try row["booking"], book: try row["book"], party: try row["party"],
          amount: Money(minor: try row["amount"], currency: try row["currency"]), payment: try row["payment_id"],
          at: try row["booked_at"])
      }
    }
  }
}

extension StoredPayments {
  func provider(_ method: PaymentMethod) throws -> any PaymentProvider {
    guard let provider = providers.first(where: { $0.method == method }) else { throw PaymentRefusal.unknownMethod }
    return provider
  }

  func stored(_ id: PaymentID) async throws -> StoredPayment {
    let found = try await database.read { try PaymentRows.payment(id, in: $0) }
    guard let found else { throw PaymentRefusal.unknownPayment }
    return found
  }

  /// A payment as its provider is told of it: its number there is our identifier.
  func asTold(_ stored: StoredPayment, _ client: PayingClient = PayingClient()) -> ProviderPayment {
    ProviderPayment(
      number: stored.id.description, amount: stored.payment.amount, subject: stored.subject, language: stored.language,
      expiresAt: stored.payment.expiresAt, returnURL: addresses.returnURL(of: stored.id),
      noticeURL: addresses.noticeURL(of: stored.payment.method), way: stored.payment.way, client: client,
      reference: stored.reference, providerNumber: stored.payment.providerNumber)
  }

  /// Calls a provider within the time limit, unless it has failed so often that it is left alone for a while. Whatever
  /// isn't a `ProviderFault` becomes `outcomeUnknown`: it may have happened.
  func calling<Value: Sendable>(
    _ method: PaymentMethod, _ what: String, _ body: @escaping @Sendable () async throws -> Value
  ) async throws(ProviderFault) -> Value {
    do {
      guard let breaker = breakers[method] else { throw ProviderFault.unreachable("no such provider") }
      return try await breaker.run(countingWhen: Self.speaksAgainst) {
        try await Deadline.run(within: providerLimit, body)
      }
    } catch is CircuitOpen {
      throw .unreachable("left alone for a while")
    } catch let fault as ProviderFault {
      logger.warning("payment provider \(what)", metadata: ["method": "\(method)", "fault": "\(fault)"])
      throw fault
    } catch {
      logger.warning("payment provider \(what)", metadata: ["method": "\(method)", "fault": "\(error)"])
      throw .outcomeUnknown("\(error)")
    }
  }

  /// A provider that says no is well.
  private static func speaksAgainst(_ error: any Error) -> Bool {
    if case ProviderFault.refused = error { false } else { true }
  }
}
