import Logging
import Storage
import Values

/// The set-up of methods over Storage.
public struct StoredPaymentAccounts: PaymentAccountService {
  let database: any Database
  let ids: IDGenerator
  let clock: WallClock
  let directory: ProviderDirectory
  let terms: Terms

  /// What the program is set up with.
  public struct Terms: Sendable {
    /// Seals secrets; nil keeps none.
    let seal: SecretSeal?
    let http: any ProviderHTTP
    /// Real money moves: keys and addresses of tests are refused.
    let isProduction: Bool

    public init(seal: SecretSeal?, http: any ProviderHTTP, isProduction: Bool) {
      self.seal = seal
      self.http = http
      self.isProduction = isProduction
    }
  }

  /// - Parameter directory: over the same database; hears at once of what is saved here.
  public init(
    database: any Database, ids: IDGenerator, clock: WallClock, directory: ProviderDirectory, terms: Terms
  ) {
    self.database = database
    self.ids = ids
    self.clock = clock
    self.directory = directory
    self.terms = terms
  }

  var seal: SecretSeal? { terms.seal }
  public var canSeal: Bool { terms.seal != nil }
  public var isProduction: Bool { terms.isProduction }

  public func accounts() async throws -> [PaymentAccount] {
    try await database.read { try AccountRows.all(seal, in: $0).map(\.account) }
  }

  public func methodsOfStart() -> [PaymentMethod] { directory.ofStart }
  public func termsOfStart(_ method: PaymentMethod) -> PaymentTerms? { directory.termsOfStart(method) }

  public func switchedOff() async throws -> Set<PaymentSwitchedOff> {
    try await database.read { try AccountRows.switchedOff(in: $0) }
  }
}

// MARK: Commands

extension StoredPaymentAccounts {
  /// Seals anew what isn't sealed with the key of today. Throws `PaymentAccountRefusal.noSealKey`, and `.sealedOtherwise`
  /// where a secret opens with neither key; then none of that account was changed.
  /// - Returns: how many accounts were sealed anew.
  public func reseal() async throws -> Int {
    guard let seal else { throw PaymentAccountRefusal.noSealKey }
    return try await database.write { transaction in
      var count = 0
      var slice = try AccountRows.after(nil, seal, in: transaction)
      while let last = slice.last {
        for stored in slice where stored.sealed.values.contains(where: { !seal.isCurrent($0) }) {
          try Self.reseal(stored, by: seal, in: transaction)
          count += 1
        }
        slice = try AccountRows.after(last.account.id, seal, in: transaction)
      }
      return count
    }
  }

  private static func reseal(_ stored: StoredAccount, by seal: SecretSeal, in transaction: any Transaction) throws {
    guard let secrets = stored.opened(by: seal) else { throw PaymentAccountRefusal.sealedOtherwise }
    let sealed = try AccountRows.bytes(Self.sealed(secrets, of: stored.account.id, by: seal))
    let changed = try transaction.execute(
      """
      UPDATE payment_account SET secrets = \(sealed)
      WHERE id = \(stored.account.id) AND version = \(stored.account.version)
      """)
    guard changed == 1 else { throw StorageFault.busy }
  }

  static func sealed(
    _ secrets: [String: PaymentSecret], of id: PaymentAccountID, by seal: SecretSeal
  ) throws -> [String: String] {
    try Dictionary(
      uniqueKeysWithValues: secrets.map { ($0.key, try seal.seal($0.value, at: StoredAccount.place(id, $0.key))) })
  }

  /// Accounts that are on and which a shop with real money must not have: by whom, and why.
  public func unfit() async throws -> [(method: PaymentMethod, field: String, code: String)] {
    let stored = try await database.read { try AccountRows.all(seal, in: $0) }
    return stored.filter { $0.account.isCurrent && $0.account.terms.isOn }.flatMap { stored in
      testParts(of: stored).map { (method: stored.account.method, field: $0.field, code: $0.code) }
    }
  }

  /// What of an account a shop with real money must not use.
  func testParts(of stored: StoredAccount) -> [FieldFaults.Fault] {
    TestOnlyKeys.parts(of: stored, seal, now: clock.now)
  }
}
