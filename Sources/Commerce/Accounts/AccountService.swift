import Values

/// Who buys: registration, log-in, profile, addresses.
public protocol AccountService: Sendable {
  /// Makes an account by the shop's own hand and tells `AccountRegistered`. Throws `FieldFaults` for `email`, `password`,
  /// `name`, and `AccountRefusal.emailTaken`.
  func register(_ registration: Registration) async throws -> Account

  /// As above for who asks over the network, and opens a session with it: both or neither. Also throws
  /// `.tooManyAttempts`, before anything costly is done.
  /// - Parameter client: the network address that asks, for throttling.
  func register(_ registration: Registration, client: String) async throws -> Session

  /// Checks the password and opens a session. Throws `.wrongCredentials` whether the address is unknown or the password
  /// wrong, and `.tooManyAttempts` after repeated failures for one address or from one client. Who knows the password of an
  /// account that staff keep out is told `.accountBlocked`.
  /// - Parameter client: the network address that asks, for throttling.
  func logIn(email: String, password: String, client: String) async throws -> Session

  /// Who a session token stands for; nil when unknown, expired or logged out. Cheap: kept in memory. At most once a day
  /// the end of a session that is used moves to `Session.lifetime` from now.
  func openSession(_ token: SessionToken) async throws -> OpenSession?

  func logOut(_ token: SessionToken) async throws

  /// Tells `PasswordResetAsked`; the reset starts when it is heard. The work is the same whether anyone has the address
  /// or not, so that the time of the answer doesn't tell. Throws `.tooManyAttempts`.
  /// - Parameter client: the network address that asks, for throttling.
  func askPasswordReset(email: String, client: String) async throws
  /// Starts a password reset; nil when nobody has the address, or when one was started within the last minute. Each token
  /// works once, for an hour, whatever else is asked for meanwhile; what is used ends the others.
  func startPasswordReset(email: String) async throws -> PasswordReset?

  /// Sets a new password and ends all sessions of the account. Throws `.resetExpired` for an unknown, used or old token.
  func resetPassword(token: String, newPassword: String) async throws

  /// Throws `.wrongCredentials` when the current password isn't right; other sessions of the account end,
  /// and resets that are under way.
  func changePassword(of account: AccountID, current: String, new: String, keeping token: SessionToken) async throws

  func account(_ id: AccountID) async throws -> Account?
  func accounts(_ ids: [AccountID]) async throws -> [AccountID: Account]
  func reviseProfile(of account: AccountID, _ profile: Profile) async throws -> Account

  /// The default address first, then the newest first.
  func addresses(of account: AccountID) async throws -> [Address]
  func address(_ id: AddressID, of account: AccountID) async throws -> Address?
  /// Throws `FieldFaults`, and `.tooManyAddresses` above 50. The first address becomes the default.
  /// Throws `CustomerRefusal.erased` for an account that was, as all that changes addresses and favourites does.
  func addAddress(_ draft: AddressDraft, to account: AccountID) async throws -> Address
  func reviseAddress(_ id: AddressID, of account: AccountID, _ draft: AddressDraft) async throws -> Address
  func removeAddress(_ id: AddressID, of account: AccountID) async throws
  func makeDefault(_ id: AddressID, of account: AccountID) async throws

  /// Those that registered at the moment or later, the oldest first.
  func accounts(registeredSince moment: Timestamp, _ page: PageRequest) async throws -> Page<Account>

  /// Drops sessions and resets that ran out; answers how many. Nothing depends on when it runs.
  func prune() async throws -> Int
}

extension AccountService {
  /// The account that a session token stands for, as `openSession`.
  public func account(session token: SessionToken) async throws -> Account? { try await openSession(token)?.account }
}

/// What a person keeps and leaves behind while browsing. A visitor is an account, or a device until someone logs in.
public protocol BrowsingService: Sendable {
  /// Throws `AccountRefusal.tooManyFavourites` above 1,000. Harmless when it is so already.
  func setFavourite(_ product: ProductID, of account: AccountID, _ isFavourite: Bool) async throws
  func isFavourite(_ product: ProductID, of account: AccountID) async throws -> Bool
  /// The newest first.
  func favourites(of account: AccountID, _ page: PageRequest) async throws -> Page<ProductID>

  /// Adds to the history of views. Collected in memory and stored within a second, so a page view costs no commit; a crash
  /// may lose that second.
  func recordView(of product: ProductID, by visitor: Visitor) async
  /// The products last seen, the newest first, each once; at most 50 are kept.
  func recentViews(of visitor: Visitor, limit: Int) async throws -> [ProductID]
  func forgetViews(of visitor: Visitor) async throws

  /// Adds to the history of searches, as `recordView`.
  func recordSearch(_ text: String, by visitor: Visitor) async
  /// The newest first, each once; at most 20 are kept.
  func recentSearches(of visitor: Visitor, limit: Int) async throws -> [String]
  func forgetSearches(of visitor: Visitor) async throws

  /// Gives the device's history to the account that logged in on it.
  func adopt(device: DeviceToken, by account: AccountID) async throws
  /// Stores what is still in memory.
  func flush() async throws
  /// Drops device histories that nobody touched since.
  func prune(before: Timestamp) async throws -> Int
}
