import Foundation
import Logging
import Storage
import Synchronization
import TestKit
import Testing
import Values

@testable import Payments

/// A payment centre whose methods are set up as accounts, with providers that answer as a test wants.
struct AccountDesk {
  static let sealKey = Data(repeating: 7, count: 32).base64EncodedString()
  static let newSealKey = Data(repeating: 8, count: 32).base64EncodedString()

  let store: TestStore
  let http: ScriptedHTTP
  let directory: ProviderDirectory
  let accounts: StoredPaymentAccounts
  let payments: StoredPayments
  let staff: StaffID
  let lines: LogLines

  init(
    start: [any PaymentProvider] = [], isProduction: Bool = false, sealKey: String? = Self.sealKey,
    _ answer: @escaping @Sendable (ProviderCall) throws -> ProviderAnswer = { _ in .json("", 500) }
  ) async throws {
    let store = try await TestStore(StoredPayments.migrations)
    self.store = store
    http = ScriptedHTTP(answer)
    lines = LogLines()
    staff = store.ids.next()
    let seal = try sealKey.map { try #require(SecretSeal($0)) }
    directory = ProviderDirectory(
      start: start, database: store.database, seal: seal, http: http, isProduction: isProduction,
      clock: store.clock.clock, logger: lines.logger)
    accounts = StoredPaymentAccounts(
      database: store.database, ids: store.ids, clock: store.clock.clock, directory: directory,
      terms: StoredPaymentAccounts.Terms(seal: seal, http: http, isProduction: isProduction))
    payments = StoredPayments(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock, directory: directory,
      addresses: PaymentAddresses(publicURL: "https://shop.example"), logger: lines.logger)
  }

  /// Another process over the same database, with a key of its own.
  func other(_ seal: SecretSeal?) -> (ProviderDirectory, StoredPaymentAccounts) {
    let directory = ProviderDirectory(
      start: [], database: store.database, seal: seal, http: http, clock: store.clock.clock, logger: lines.logger)
    let accounts = StoredPaymentAccounts(
      database: store.database, ids: store.ids, clock: store.clock.clock, directory: directory,
      terms: StoredPaymentAccounts.Terms(seal: seal, http: http, isProduction: false))
    return (directory, accounts)
  }

  /// The same shop, started again as one that takes real money.
  func inProduction() throws -> (accounts: StoredPaymentAccounts, payments: StoredPayments) {
    let seal = try #require(SecretSeal(Self.sealKey))
    let directory = ProviderDirectory(
      start: [], database: store.database, seal: seal, http: http, isProduction: true, clock: store.clock.clock,
      logger: lines.logger)
    let accounts = StoredPaymentAccounts(
      database: store.database, ids: store.ids, clock: store.clock.clock, directory: directory,
      terms: StoredPaymentAccounts.Terms(seal: seal, http: http, isProduction: true))
    let payments = StoredPayments(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock, directory: directory,
      addresses: PaymentAddresses(publicURL: "https://shop.example"), logger: lines.logger)
    return (accounts, payments)
  }

  static let terms = PaymentTerms(isOn: true, feePoints: 60, feeFixed: .zero(.cny))

  func stripe(
    _ account: String = "acct_1TESTONLY", key: String = "sk_test_ABCDEFGHIJ0123456789",
    hook: String = "whsec_ABCDEFGHIJ0123456789", terms: PaymentTerms = Self.terms, version: Int? = nil
  ) -> PaymentAccountDraft {
    PaymentAccountDraft(
      method: StripeProvider.name, fields: ["accountID": account],
      secrets: ["secretKey": PaymentSecret(key), "webhookSecret": PaymentSecret(hook)], terms: terms, version: version)
  }

  func alipay(_ change: (inout PaymentAccountDraft) throws -> Void = { _ in }) throws -> PaymentAccountDraft {
    let keys = try Vectors.keys()
    var draft = PaymentAccountDraft(
      method: AlipayProvider.name,
      fields: [
        "appID": "2021000000000001", "sellerID": "2088000000000002", "trust": "publicKey",
        "publicKey": try keys.pair("alipay-platform").public_spki_pem,
      ],
      secrets: ["privateKey": PaymentSecret(try keys.pair("alipay-app").private_pkcs8_pem)], terms: Self.terms,
      version: nil)
    try change(&draft)
    return draft
  }

  @discardableResult
  func save(_ draft: PaymentAccountDraft) async throws -> PaymentAccount {
    try await accounts.save(draft, by: staff)
  }

  /// The codes beside the fields, where it isn't taken.
  func faults(_ draft: PaymentAccountDraft) async throws -> [String: String] {
    do {
      try await save(draft)
      return [:]
    } catch let faults as FieldFaults {
      return Dictionary(faults.faults.map { ($0.field, $0.code) }, uniquingKeysWith: { first, _ in first })
    }
  }

  func request(_ method: PaymentMethod, _ minor: Int64 = 8880, merchant: MerchantID? = nil) -> OpenPayment {
    OpenPayment(
      method: method, payer: store.ids.next(),
      shares: [
        OpenPayment.Share(
          order: store.ids.next(), amount: Money(minor: minor, currency: .cny), merchant: merchant)
      ],
      subject: "Teapot", language: .en, expiresAt: store.clock.now.adding(.minutes(30)))
  }
}

/// All that is logged, at every level.
final class LogLines: Sendable {
  private let said = Mutex<[String]>([])

  var text: String { said.withLock { $0.joined(separator: "\n") } }

  var logger: Logger {
    var logger = Logger(label: "payments") { [self] _ in Handler(lines: self) }
    logger.logLevel = .trace
    return logger
  }

  private func say(_ line: String) { said.withLock { $0.append(line) } }

  private struct Handler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      lines.say("\(event.level) \(event.message) \(event.metadata ?? [:])")
    }
  }
}
