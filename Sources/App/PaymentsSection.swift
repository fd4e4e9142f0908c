import Configuration
import Logging
import Payments
import Storage
import Values

/// How the shop's accounts at payment providers are kept.
struct PaymentsSection: Sendable {
  /// Real money moves here: test keys, test hosts and the sandbox are refused.
  var isProduction: Bool
  /// Seals the secrets of accounts in the database; nil keeps none.
  var seal: SecretSeal?

  init(_ reader: ConfigReader) throws {
    isProduction = try Settings.flag(reader, "shop.isProduction", default: false)
    let key = reader.string(forKey: "payments.sealKey", isSecret: true, default: "")
    let former = reader.string(forKey: "payments.formerSealKey", isSecret: true, default: "")
    guard former.isEmpty || SecretSeal(former) != nil else { throw Self.fault("payments.formerSealKey") }
    if key.isEmpty { return }
    guard let seal = SecretSeal(key, former: former) else { throw Self.fault("payments.sealKey") }
    self.seal = seal
  }

  /// Without the value.
  private static func fault(_ key: String) -> SettingFault {
    SettingFault(
      key: key, value: "…",
      expected: "\(SecretSeal.keyBytes) bytes in base64; make one with: openssl rand -base64 \(SecretSeal.keyBytes)")
  }
}

extension Settings {
  /// Throws `SettingFault` where a shop with real money would take the sandbox's.
  func checkProduction() throws {
    guard payments.isProduction, sandbox.isOffered else { return }
    throw SettingFault(
      key: "sandbox.isOffered", value: "true",
      expected: "allowed while shop.isProduction is set: nobody may buy with the sandbox's money; take it away")
  }
}

extension Shop {
  /// Who takes money, and how that is set up. Throws `SettingFault` where a shop with real money must not start so.
  static func paymentAccounts(
    _ settings: Settings, _ world: ShopWorld, database: any Database, ids: IDGenerator, clock: WallClock,
    logger: Logger
  ) async throws -> (ProviderDirectory, StoredPaymentAccounts) {
    let seal = settings.payments.seal
    let directory = ProviderDirectory(
      start: try providers(settings, world.providers, clock: clock), database: database, seal: seal,
      http: world.providers, isProduction: settings.payments.isProduction, clock: clock, logger: logger)
    let accounts = StoredPaymentAccounts(
      database: database, ids: ids, clock: clock, directory: directory,
      terms: StoredPaymentAccounts.Terms(
        seal: seal, http: world.providers, isProduction: settings.payments.isProduction))
    try await checkProduction(settings, accounts)
    return (directory, accounts)
  }

  private static func providers(
    _ settings: Settings, _ http: any ProviderHTTP, clock: WallClock
  ) throws -> [any PaymentProvider] {
    let own = settings.ownMethods.methods(clock)
    guard settings.sandbox.isOffered else { return own }
    return [
      SandboxProvider(
        baseURL: settings.sandbox.url, merchant: settings.sandbox.merchant, secret: try settings.sandbox.secret,
        http: http, clock: clock)
    ] + own
  }

  /// Throws `SettingFault` where an account that is on has keys or addresses of tests: they were saved before the shop was
  /// said to take real money.
  static func checkProduction(_ settings: Settings, _ accounts: StoredPaymentAccounts) async throws {
    guard settings.payments.isProduction, let unfit = try await accounts.unfit().first else { return }
    throw SettingFault(
      key: "shop.isProduction", value: "true",
      expected: "possible while the payment method \(unfit.method) is on with a test's \(unfit.field) (\(unfit.code)); "
        + "start without it, correct or switch off the method at /admin/payments/methods, then set it again")
  }
}
