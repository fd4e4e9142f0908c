import Events
import Foundation
import Governance
import Logging
import Storage
import Values

/// Where the outside reaches the shop, for the addresses that providers are given.
public struct PaymentAddresses: Sendable {
  /// Without a slash at the end.
  public let publicURL: String

  public init(publicURL: String) { self.publicURL = publicURL }

  func returning(_ payment: PaymentID) -> String { "\(publicURL)/checkout/result/\(payment)" }
  func notices(_ method: PaymentMethod) -> String { "\(publicURL)/payments/notices/\(method)" }
}

/// The payment centre over a database and the providers that it is given.
public final class StoredPayments: PaymentService, Sendable {
  /// How long a provider may take to answer.
  static let patience = Duration.seconds(10)
  /// When a payment without news is asked about: after so much time since the last question.
  static let querySteps: [Duration] = [.seconds(30), .minutes(2), .minutes(5), .minutes(15)]

  let database: any Database
  let outbox: Outbox
  let ids: IDGenerator
  let clock: WallClock
  let providers: [any PaymentProvider]
  let addresses: PaymentAddresses
  let logger: Logger

  public init(
    database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock, providers: [any PaymentProvider],
    addresses: PaymentAddresses, logger: Logger
  ) {
    self.database = database
    self.outbox = outbox
    self.ids = ids
    self.clock = clock
    self.providers = providers
    self.addresses = addresses
    self.logger = logger
  }

  public func methods() async throws -> [PaymentMethod] { providers.map(\.method) }

  public func payment(_ id: PaymentID) async throws -> Payment? {
    try await database.read { try $0.payment(id)?.payment }
  }

  public func payments(of order: OrderID) async throws -> [Payment] {
    try await database.read { transaction in
      try transaction.payments(
        transaction.rows(
          """
          SELECT payment.* FROM payment JOIN payment_share ON payment_share.payment_id = payment.id
          WHERE payment_share.order_id = \(order) ORDER BY payment.id DESC LIMIT 100
          """)
      ).map(\.payment)
    }
  }

  public func refunds(of payment: PaymentID) async throws -> [Refund] {
    try await database.read { transaction in
      try transaction.rows(
        """
        SELECT payment_refund.*, payment.currency FROM payment_refund
        JOIN payment ON payment.id = payment_refund.payment_id
        WHERE payment_refund.payment_id = \(payment) ORDER BY payment_refund.id LIMIT 100
        """
      ).map { try RefundRow($0).refund }
    }
  }

  public func ledger(of payment: PaymentID) async throws -> [LedgerEntry] {
    try await database.read { transaction in
      try transaction.rows("SELECT * FROM ledger_entry WHERE payment_id = \(payment) ORDER BY id LIMIT 1000").map {
        row in
        LedgerEntry(
          booking: try row["booking"], book: try row["book"], party: try row["party"],
          amount: Money(minor: try row["amount"], currency: try row["currency"]), payment: try row["payment_id"],
          at: try row["at"])
      }
    }
  }

  func provider(_ method: PaymentMethod) throws -> any PaymentProvider {
    guard let provider = providers.first(where: { $0.method == method }) else { throw PaymentRefusal.unknownMethod }
    return provider
  }

  func told(_ row: PaymentRow) -> ProviderPayment {
    ProviderPayment(
      number: row.number, amount: row.payment.amount, subject: row.subject, language: row.language,
      expiresAt: row.payment.expiresAt, returnURL: addresses.returning(row.payment.id),
      noticeURL: addresses.notices(row.payment.method))
  }

  /// Asks a provider within the deadline; a failure becomes a refusal that a person understands.
  func asking<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
    do {
      return try await Deadline.run(within: Self.patience, body)
    } catch ProviderFault.refused(let code) {
      throw PaymentRefusal.providerRefused(code)
    } catch let fault as ProviderFault {
      logger.warning("payment provider doesn't answer", metadata: ["fault": "\(fault)"])
      throw PaymentRefusal.providerUnavailable
    } catch is DeadlineExceeded {
      throw PaymentRefusal.providerUnavailable
    }
  }
}
