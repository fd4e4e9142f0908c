import Governance
import Logging
import Storage
import Synchronization
import Values

/// A provider, with the account under which it speaks; nil for one that is set up at the start, which may have bounds all the
/// same.
struct ListedProvider: Sendable {
  let provider: any PaymentProvider
  let account: PaymentAccountID?
  let terms: PaymentTerms?
  let isCurrent: Bool
  /// Since when payments are opened by another account.
  var retiredAt: Timestamp?
  /// Whose bill has its movements.
  var billOwner = ""
  /// Has keys or addresses of tests where real money moves: it is neither heard nor asked whether something was paid.
  var isOfTests = false

  var method: PaymentMethod { provider.method }
}

/// Who the providers are: those of the start, and those of the accounts that were set up since. The shop's own methods are
/// always known, so that what was opened by one that isn't offered any more can still be confirmed and given back. Kept in memory for at most
/// `freshFor`, so that every process follows what is changed at a desk; an account that hasn't changed keeps its adapter,
/// with the certificates that it has fetched.
public final class ProviderDirectory: Sendable {
  public static let freshFor = Duration.seconds(5)

  struct Snapshot: Sendable {
    /// Those of the start first, then by place, then the shop's own.
    var listed: [ListedProvider] = []
    /// Methods that have an account which is used, readable or not.
    var terms: [PaymentMethod: PaymentTerms] = [:]
    var switchedOff: Set<PaymentSwitchedOff> = []
  }

  private struct Adapter {
    let version: Int
    let provider: any PaymentProvider
    let isOfTests: Bool
  }

  private struct Kept {
    var snapshot: Snapshot?
    var readAt: Timestamp?
    var adapters: [PaymentAccountID: Adapter] = [:]
    /// Of which version it was said that it can't be used.
    var unusable: [PaymentAccountID: Int] = [:]
    var breakers: [PaymentMethod: CircuitBreaker] = [:]
    var hear: @Sendable (CircuitBreaker) -> Void = { _ in }
  }

  private let start: [any PaymentProvider]
  /// The shop's own methods that the start doesn't offer.
  private let unoffered: [any PaymentProvider]
  private let database: (any Database)?
  private let seal: SecretSeal?
  private let http: any ProviderHTTP
  private let isProduction: Bool
  private let clock: WallClock
  private let logger: Logger
  private let kept = Mutex(Kept())

  /// - Parameters:
  ///   - start: set up at the start, in the order in which to offer them; always there unless switched off. The shop's own
  ///     stand behind the accounts.
  ///   - database: where accounts are; nil for those of the start alone.
  ///   - isProduction: real money moves: what accounts of tests say of payments counts no more, whenever these were opened.
  public init(
    start: [any PaymentProvider], database: (any Database)? = nil, seal: SecretSeal? = nil,
    http: any ProviderHTTP = ProviderHTTPClient(), isProduction: Bool = false, clock: WallClock, logger: Logger
  ) {
    self.start = start
    unoffered = OwnMethod.all.filter { method in !start.contains { $0.method == method } }
      .map { OwnMethod($0, clock: clock) }
    self.database = database
    self.seal = seal
    self.http = http
    self.isProduction = isProduction
    self.clock = clock
    self.logger = logger
    for provider in start { _ = breaker(of: provider.method) }
  }

  /// Methods of the start.
  var ofStart: [PaymentMethod] { start.map(\.method) }
  /// Within which bounds one of the start is offered; nil where it has none.
  func termsOfStart(_ method: PaymentMethod) -> PaymentTerms? {
    start.lazy.compactMap { $0 as? OwnMethod }.first { $0.method == method }?.terms
  }
  /// All that payments may have been opened by, for questions by method.
  var known: [PaymentMethod] { ofStart + unoffered.map(\.method) + PaymentMethod.setUp + [.balance, .free] }

  /// One for each method, so that one that is down costs buyers no wait.
  public func breaker(of method: PaymentMethod) -> CircuitBreaker {
    let (breaker, hear) = kept.withLock { kept -> (CircuitBreaker, (@Sendable (CircuitBreaker) -> Void)?) in
      if let breaker = kept.breakers[method] { return (breaker, nil) }
      let breaker = CircuitBreaker("payments.\(method.rawValue)", clock: clock)
      kept.breakers[method] = breaker
      return (breaker, kept.hear)
    }
    hear?(breaker)
    return breaker
  }

  /// Tells of every breaker there is, and of each that comes.
  public func onBreaker(_ hear: @escaping @Sendable (CircuitBreaker) -> Void) {
    let known = kept.withLock { kept in
      kept.hear = hear
      return kept.breakers.values.sorted { $0.name < $1.name }
    }
    for breaker in known { hear(breaker) }
  }

  /// Reads anew when it is asked next.
  func renew() { kept.withLock { $0.readAt = nil } }

  func snapshot() async throws -> Snapshot {
    guard let database else { return made(of: [], []) }
    let now = clock.now
    let fresh = kept.withLock { kept -> Snapshot? in
      guard let readAt = kept.readAt, readAt <= now, now < readAt.adding(Self.freshFor) else { return nil }
      return kept.snapshot
    }
    if let fresh { return fresh }
    let (accounts, switchedOff) = try await database.read { [seal] transaction in
      (try AccountRows.all(seal, in: transaction), try AccountRows.switchedOff(in: transaction))
    }
    let snapshot = made(of: accounts, switchedOff)
    kept.withLock { kept in
      kept.snapshot = snapshot
      kept.readAt = now
    }
    return snapshot
  }

  private static func ofStart(_ provider: any PaymentProvider) -> ListedProvider {
    ListedProvider(provider: provider, account: nil, terms: (provider as? OwnMethod)?.terms, isCurrent: true)
  }

  private func made(of accounts: [StoredAccount], _ switchedOff: Set<PaymentSwitchedOff>) -> Snapshot {
    var snapshot = Snapshot(listed: start.filter { !$0.isOwn }.map(Self.ofStart), switchedOff: switchedOff)
    for stored in accounts {
      let account = stored.account
      if account.isCurrent { snapshot.terms[account.method] = account.terms }
      if let listed = listed(stored) { snapshot.listed.append(listed) }
    }
    snapshot.listed += start.filter(\.isOwn).map(Self.ofStart)
    return snapshot
  }

  private func listed(_ stored: StoredAccount) -> ListedProvider? {
    guard let adapter = adapter(of: stored) else { return nil }
    let account = stored.account
    return ListedProvider(
      provider: adapter.provider, account: account.id, terms: account.terms, isCurrent: account.isCurrent,
      retiredAt: account.retiredAt, billOwner: account.method.billOwner(account.fields), isOfTests: adapter.isOfTests)
  }

  /// One that isn't among those in memory: of very many the oldest. Nil where it isn't there, or can't be used.
  private func beyond(_ id: PaymentAccountID) async throws -> ListedProvider? {
    guard let database else { return nil }
    let stored = try await database.read { [seal] transaction in
      try AccountRows.account(id, seal, in: transaction)
    }
    return stored.flatMap { listed($0) }
  }

  private func adapter(of stored: StoredAccount) -> Adapter? {
    let account = stored.account
    let known = kept.withLock { $0.adapters[account.id] }
    if let known, known.version == account.version { return known }
    guard let provider = Self.provider(of: stored, seal, http, clock: clock) else {
      let isNews = kept.withLock { $0.unusable.updateValue(account.version, forKey: account.id) != account.version }
      if isNews {
        logger.error(
          "a payment account can't be used", metadata: ["method": "\(account.method)", "account": "\(account.id)"])
      }
      return nil
    }
    let isOfTests = isProduction && !TestOnlyKeys.parts(of: stored, seal, now: clock.now).isEmpty
    let adapter = Adapter(version: account.version, provider: provider, isOfTests: isOfTests)
    kept.withLock { $0.adapters[account.id] = adapter }
    return adapter
  }

  /// Nil where its secrets don't open here, or it isn't complete.
  static func provider(
    of stored: StoredAccount, _ seal: SecretSeal?, _ http: any ProviderHTTP, clock: WallClock
  ) -> (any PaymentProvider)? {
    guard let secrets = stored.opened(by: seal) else { return nil }
    var reading = AccountReading(stored.account.method, stored.account.fields, secrets)
    return reading.configuration()?.provider(http, clock: clock)
  }
}

extension ProviderDirectory {
  /// How payments of a method are opened now. Throws `PaymentRefusal.unknownMethod`.
  func current(_ method: PaymentMethod) async throws -> ListedProvider {
    let snapshot = try await snapshot()
    guard let listed = snapshot.listed.first(where: { $0.method == method && $0.isCurrent }),
      snapshot.isOffered(listed)
    else { throw PaymentRefusal.unknownMethod }
    return listed
  }

  /// The provider by which a payment was opened, whatever became of its account. Throws `PaymentRefusal.unknownMethod`, or
  /// `.providerUnavailable` while its account's secrets can't be opened here.
  func provider(of payment: StoredPayment) async throws -> ListedProvider {
    let (method, account) = (payment.payment.method, payment.account)
    if account == nil, let own = unoffered.first(where: { $0.method == method }) {
      return ListedProvider(provider: own, account: nil, terms: nil, isCurrent: false)
    }
    let all = try await snapshot().listed.filter { $0.method == method }
    if let listed = all.first(where: { $0.account == account }) { return listed }
    guard let account else { throw PaymentRefusal.unknownMethod }
    guard let listed = try await beyond(account) else { throw PaymentRefusal.providerUnavailable }
    return listed
  }

  /// Who may have sent a notice of the method, the one that is used first; nobody for the shop's own, nor of tests where
  /// real money moves.
  func all(_ method: PaymentMethod) async throws -> [ListedProvider] {
    try await snapshot().listed.filter { $0.method == method && !$0.provider.isOwn && !$0.isOfTests }
  }
}

extension ProviderDirectory.Snapshot {
  /// Whether the shop offers it at all.
  func isOffered(_ listed: ListedProvider) -> Bool {
    listed.isCurrent && !listed.isOfTests && listed.terms?.isOn != false
      && !switchedOff.contains(PaymentSwitchedOff(.shop, listed.method))
  }

  func offers(_ listed: ListedProvider, for basis: PaymentBasis) -> Bool {
    guard isOffered(listed) else { return false }
    if let amount = basis.amount, listed.terms?.allows(amount) == false { return false }
    let owners =
      [PaymentSwitchOwner.channel(basis.channel)]
      + Set(basis.merchants).flatMap { [PaymentSwitchOwner.merchant($0), .platform($0)] }
    return !owners.contains { switchedOff.contains(PaymentSwitchedOff($0, listed.method)) }
  }
}
