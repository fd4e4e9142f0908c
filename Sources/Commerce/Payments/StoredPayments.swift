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
  let directory: ProviderDirectory
  let addresses: PaymentAddresses
  let logger: Logger
  static let strangersPerMinute = 20
  static let strangersAtOnce = 200
  /// How many notices that aren't believed are kept, so that strangers can't fill the disk.
  let strangers: RateLimit
  static let wholeStrangersPerDay = 100
  /// How many of those that are long are kept whole: of the others the beginning is.
  let wholeStrangers: RateLimit
  static let questionsPerMinute = 20
  /// How often a provider is asked about one payment because somebody looks at it: who looks all the time would use up what the
  /// provider lets the shop ask. The sweep asks besides.
  let questions: RateLimit

  let providerLimit: Duration

  /// - Parameters:
  ///   - providers: in the order in which to offer them; each with a method of its own. No others come.
  ///   - providerLimit: how long a call to a provider may take, ten seconds at most.
  public init(
    database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock, providers: [any PaymentProvider],
    addresses: PaymentAddresses, providerLimit: Duration = .seconds(10), logger: Logger
  ) {
    self.init(
      database: database, outbox: outbox, ids: ids, clock: clock,
      directory: ProviderDirectory(start: providers, clock: clock, logger: logger), addresses: addresses,
      providerLimit: providerLimit, logger: logger)
  }

  /// - Parameters:
  ///   - directory: who the providers are, as accounts are set up.
  ///   - providerLimit: how long a call to a provider may take, ten seconds at most.
  public init(
    database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock, directory: ProviderDirectory,
    addresses: PaymentAddresses, providerLimit: Duration = .seconds(10), logger: Logger
  ) {
    self.database = database
    self.outbox = outbox
    self.ids = ids
    self.clock = clock
    self.directory = directory
    self.addresses = addresses
    self.providerLimit = providerLimit
    self.logger = logger
    strangers = RateLimit(
      burst: Self.strangersAtOnce, perMinute: Self.strangersPerMinute, clock: clock, capacity: 100)
    wholeStrangers = RateLimit(perDay: Self.wholeStrangersPerDay, clock: clock, capacity: 100)
    questions = RateLimit(burst: Self.questionsPerMinute, perMinute: Self.questionsPerMinute, clock: clock)
  }

  public func methods() async throws -> [PaymentMethod] {
    let snapshot = try await directory.snapshot()
    return snapshot.listed.filter { snapshot.isOffered($0) }.map(\.method)
  }

  public func methods(for basis: PaymentBasis) async throws -> [PaymentMethod] {
    let snapshot = try await directory.snapshot()
    return snapshot.listed.filter { snapshot.offers($0, for: basis) }.map(\.method)
  }

  public func ways() async throws -> [PaymentMethod: [PaymentWay]] {
    let snapshot = try await directory.snapshot()
    return Dictionary(
      snapshot.listed.filter { snapshot.isOffered($0) }.map { ($0.method, $0.provider.ways) },
      uniquingKeysWith: { first, _ in first })
  }

  public func payment(_ id: PaymentID) async throws -> Payment? {
    try await database.read { try PaymentRows.payment(id, in: $0)?.payment }
  }

  public func handover(of id: PaymentID) async throws -> Handover? {
    let stored = try await database.read { try PaymentRows.payment(id, in: $0) }
    return stored?.goodHandover(at: clock.now)
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
  func stored(_ id: PaymentID) async throws -> StoredPayment {
    let found = try await database.read { try PaymentRows.payment(id, in: $0) }
    guard let found else { throw PaymentRefusal.unknownPayment }
    return found
  }

  /// A payment as its provider is told of it: its number there is our identifier.
  func asTold(_ stored: StoredPayment, _ client: PayingClient = PayingClient()) -> ProviderPayment {
    ProviderPayment(
      number: stored.id.description, amount: stored.payment.atProvider, subject: stored.subject,
      language: stored.language,
      expiresAt: stored.payment.expiresAt, returnURL: addresses.returnURL(of: stored.id),
      noticeURL: addresses.noticeURL(of: stored.payment.method), way: stored.payment.way, client: client,
      reference: stored.reference, providerNumber: stored.payment.providerNumber, openedAt: stored.payment.openedAt)
  }

  /// Calls a provider within the time limit, unless it has failed so often that it is left alone for a while. Whatever
  /// isn't a `ProviderFault` becomes `outcomeUnknown`: it may have happened.
  func calling<Value: Sendable>(
    _ method: PaymentMethod, _ what: String, _ body: @escaping @Sendable () async throws -> Value
  ) async throws(ProviderFault) -> Value {
    do {
      return try await directory.breaker(of: method).run(countingWhen: ProviderFault.speaksAgainst) {
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
}
