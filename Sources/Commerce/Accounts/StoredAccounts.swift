import Events
import Governance
import Logging
import Storage
import Values

/// Accounts over a database.
public final class StoredAccounts: AccountService, Sendable {
  static let resetLifetime = Duration.hours(1)
  static let resetInterval = Duration.minutes(1)
  static let mostAddresses = 50

  let database: any Database
  let outbox: Outbox
  let ids: IDGenerator
  let clock: WallClock
  let hashing: PasswordHashing
  let regions: RegionDirectory
  let logger: Logger
  let sessions: SessionCache<Account>
  /// Pages for those who have logged in promise delivery to their address.
  let knownAddresses: ReadCache<AccountID, [Address]>
  let throttle: LogInThrottle
  /// Apart from that of log-ins, so that asking for letters uses up nobody's tries to log in.
  let resetThrottle: LogInThrottle

  public init(
    database: any Database, outbox: Outbox, ids: IDGenerator, clock: WallClock, hashing: PasswordHashing,
    regions: RegionDirectory, logInsPerMinute: Int = LogInThrottle.usual,
    logger: Logger = Logger(label: "martlet.accounts")
  ) {
    self.database = database
    self.outbox = outbox
    self.ids = ids
    self.clock = clock
    self.hashing = hashing
    self.regions = regions
    self.logger = logger
    sessions = SessionCache(of: database)
    knownAddresses = ReadCache(capacity: 5000, of: database)
    throttle = LogInThrottle(clock: clock, perMinute: logInsPerMinute)
    resetThrottle = LogInThrottle(clock: clock, perMinute: logInsPerMinute)
  }

  public func register(_ registration: Registration) async throws -> Account {
    let account = try checked(registration)
    try await write(account, password: registration.password)
    return account
  }

  public func register(_ registration: Registration, client: String) async throws -> Session {
    let account = try checked(registration)
    try throttle.take(client: client)
    let session = newSession(of: account)
    try await write(account, password: registration.password) { try Self.write(session, in: $0) }
    return session
  }

  /// Throws `FieldFaults`.
  private func checked(_ registration: Registration) throws -> Account {
    var faults = FieldFaults()
    let email = faults.email(registration.email)
    let name = faults.text(registration.name, "name", max: 60)
    faults.password(registration.password)
    try faults.throwIfAny()
    return Account(
      id: ids.next(), email: email, profile: Profile(name: name, language: registration.language),
      registeredAt: clock.now)
  }

  /// - Parameter more: what is written along with the account.
  private func write(
    _ account: Account, password: String, and more: @escaping @Sendable (any Transaction) throws -> Void = { _ in }
  ) async throws {
    let hash = try await hashing.hash(password)
    let profile = account.profile
    do {
      try await database.write { transaction in
        try transaction.execute(
          """
          INSERT INTO account (id, email, password, name, name_key, phone, language, registered_at)
          VALUES
            (\(account.id), \(account.email), \(hash), \(profile.name), \(CustomerKeys.name(profile.name)), '',
             \(profile.language), \(account.registeredAt))
          """)
        try self.outbox.tell(AccountRegistered(account: account.id, language: profile.language), in: transaction)
        try more(transaction)
      }
    } catch StorageFault.duplicateKey {
      throw AccountRefusal.emailTaken
    }
  }

  public func account(_ id: AccountID) async throws -> Account? { try await accounts([id])[id] }

  public func accounts(_ ids: [AccountID]) async throws -> [AccountID: Account] {
    try await database.read { transaction in
      let accounts = try transaction.rows("SELECT * FROM account WHERE id IN \(list: ids)").map { try Account($0) }
      return Dictionary(accounts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
  }

  public func reviseProfile(of account: AccountID, _ profile: Profile) async throws -> Account {
    var faults = FieldFaults()
    let name = faults.text(profile.name, "name", max: 60)
    let phone = faults.phone(profile.phone, required: false)
    try faults.throwIfAny()
    let revised = try await database.write { transaction in
      try transaction.execute(
        """
        UPDATE account SET name = \(name), name_key = \(CustomerKeys.name(name)), phone = \(phone),
          phone_key = \(CustomerKeys.phone(phone)), language = \(profile.language)
        WHERE id = \(account) AND erased_at IS NULL
        """)
      guard let row = try transaction.row("SELECT * FROM account WHERE id = \(account)") else {
        throw AccountRefusal.wrongCredentials
      }
      return try Account(row)
    }
    sessions.drop { $0.id == account }
    return revised
  }

  public func prune() async throws -> Int {
    let now = clock.now
    return try await database.write { transaction in
      try transaction.execute("DELETE FROM password_reset WHERE expires_at <= \(now)")
        + transaction.execute("DELETE FROM account_session WHERE expires_at <= \(now)")
    }
  }
}

/// Slows down who guesses passwords: by client, by client and address together, and loosely by address, so that one who
/// guesses at an address doesn't keep its owner out, who asks from elsewhere.
public struct LogInThrottle: Sendable {
  private let byEmail: RateLimit
  private let byBoth: RateLimit
  private let byClient: RateLimit

  /// Log-ins that one network address may try in a minute; three times as many at once.
  public static let usual = 20

  init(clock: WallClock, perMinute: Int = usual) {
    byEmail = RateLimit(burst: 200, perMinute: 10, clock: clock)
    byBoth = RateLimit(burst: 8, perMinute: 1, clock: clock)
    byClient = RateLimit(burst: perMinute * 3, perMinute: perMinute, clock: clock)
  }

  /// Throws `.tooManyAttempts`. A client that is refused uses up no try of the address, which may be someone else's.
  /// - Parameter client: nil where it isn't known; the address alone counts then.
  func take(email: String, client: String?) throws {
    if let client { try take(client: client) }
    if let seconds = byBoth.take(Self.both(email, client)) ?? byEmail.take(email) {
      throw AccountRefusal.tooManyAttempts(retryAfterSeconds: seconds)
    }
  }

  /// Throws `.tooManyAttempts`.
  func take(client: String) throws {
    if let seconds = byClient.take(client) { throw AccountRefusal.tooManyAttempts(retryAfterSeconds: seconds) }
  }

  func succeeded(email: String, client: String?) {
    byBoth.clear(Self.both(email, client))
    byEmail.clear(email)
  }

  private static func both(_ email: String, _ client: String?) -> String { "\(client ?? "") \(email)" }
}
