import Values

/// Who works in the shop: staff of the platform (an employer of nil) or of one merchant, what their roles let them do, and
/// how they get in. Changes count at once in the process that makes them, and within five seconds in all others.
public protocol StaffService: Sendable {
  // MARK: The door

  /// Checks the password, and opens a session unless a code is needed besides. Throws `.wrongCredentials`, also of who was
  /// dismissed, and `.tooManyAttempts`.
  func enter(email: String, password: String, from place: LogInPlace) async throws -> StaffEntry
  /// The second step: a code of the authenticator, or a recovery code, which works once. Throws `FieldFaults` for a wrong
  /// `code`, `.logInExpired` after five of them or five minutes, and `.tooManyAttempts` when codes of these staff were
  /// wrong too often, wherever they came from.
  func confirm(_ challenge: ChallengeToken, code: String, from place: LogInPlace) async throws -> StaffSession
  /// Who a session token stands for; nil when unknown, expired, ended or of who was dismissed.
  func staff(session token: SessionToken) async throws -> Staff?
  func logOut(_ token: SessionToken) async throws
  /// Drops sessions and half log-ins that ran out; answers how many.
  func prune() async throws -> Int

  // MARK: People

  /// Throws `FieldFaults` (also for a `role` that isn't the employer's) and `.emailTaken`.
  func hire(_ hire: StaffHire, by actor: Actor) async throws -> Staff
  func staff(_ id: StaffID) async throws -> Staff?
  func member(_ id: StaffID) async throws -> StaffMember?
  /// What many are called, in one statement; those that there aren't are left out.
  func names(of ids: [StaffID]) async throws -> [StaffID: String]
  /// Whoever logs in with the address, dismissed or not; it belongs to one member of staff of the whole shop.
  func member(email: String) async throws -> StaffMember?
  /// By name; those who were dismissed as well, unless the filter says otherwise.
  func members(
    of employer: MerchantID?, matching filter: StaffFilter, _ page: PageRequest
  ) async throws -> Page<StaffMember>
  /// Throws `FieldFaults` for `name` and `role`, `.unknownStaff`, and `.lastStaffEditor` when nobody would remain of the
  /// employer who may edit staff; so do the next and whatever takes rights away.
  func revise(_ id: StaffID, _ revision: StaffRevision, by actor: Actor) async throws -> StaffMember
  /// Ends all their sessions; they can't log in until reinstated. Harmless when dismissed already.
  func dismiss(_ id: StaffID, by actor: Actor) async throws
  func reinstate(_ id: StaffID, by actor: Actor) async throws
  /// Ends all their sessions, revokes their programs' tokens and answers a password that they must change once they are in.
  /// Throws `.unknownStaff`.
  func resetPassword(of id: StaffID, by actor: Actor) async throws -> String
  /// Throws `FieldFaults` for `newPassword`, `.wrongCredentials` when the current one isn't right, `.tooManyAttempts`.
  /// Other sessions end, and their programs' tokens are revoked: whoever knew the old one may have made some.
  func changePassword(of id: StaffID, current: String, new: String, keeping token: SessionToken) async throws

  // MARK: Roles

  /// The owner's first, then by name; at most 50.
  func roles(of employer: MerchantID?) async throws -> [StaffRole]
  func role(_ id: StaffRoleID) async throws -> StaffRole?
  /// How many have each role, those who were dismissed as well.
  func headcount(of employer: MerchantID?) async throws -> [StaffRoleID: Int]
  /// Throws `FieldFaults` for `name` and `rights`, and `.tooManyRoles`.
  func addRole(_ draft: StaffRoleDraft, of employer: MerchantID?, by actor: Actor) async throws -> StaffRole
  /// Throws `FieldFaults`, `.unknownRole`, `.ownerRole`, `.lastStaffEditor`.
  func reviseRole(_ id: StaffRoleID, _ draft: StaffRoleDraft, by actor: Actor) async throws -> StaffRole
  /// Throws `.unknownRole`, `.ownerRole`, and `.roleInUse` while anybody has it, dismissed or not.
  func removeRole(_ id: StaffRoleID, by actor: Actor) async throws

  // MARK: Sessions

  /// The newest first; at most 100.
  func sessions(of id: StaffID) async throws -> [StaffSessionEntry]
  /// Throws `.unknownSession` unless it is one of theirs.
  func endSession(_ key: StaffSessionKey, of id: StaffID, by actor: Actor) async throws
  /// Revokes their programs' tokens, too.
  /// - Parameter token: the session that goes on, for who does it to themselves.
  /// - Returns: how many ended.
  func endSessions(of id: StaffID, keeping token: SessionToken?, by actor: Actor) async throws -> Int

  // MARK: The second factor

  /// Makes a secret for an authenticator; an earlier one still counts until this is confirmed. Throws `.unknownStaff`, and
  /// as `giveUpSecondFactor` for a wrong code.
  /// - Parameter code: of the authenticator or a recovery code, where there is a second factor already.
  func beginSecondFactor(of id: StaffID, code: String) async throws -> SecondFactorSecret
  /// The secret that waits to be confirmed.
  func secondFactorBegun(of id: StaffID) async throws -> SecondFactorSecret?
  /// From now on log-ins ask for a code. Other sessions end, since they were begun without it. Throws `FieldFaults` for a
  /// wrong `code`, and `.noSecondFactor` when none was begun.
  /// - Parameter token: of the session in which it is done; nil where it is in none.
  /// - Returns: ten recovery codes, to be shown this once.
  func confirmSecondFactor(of id: StaffID, code: String, keeping token: SessionToken?) async throws -> [String]
  /// New recovery codes in the place of all others. Throws as `giveUpSecondFactor`.
  func renewRecoveryCodes(of id: StaffID, code: String) async throws -> [String]
  /// By themselves, with a code of it. Throws `FieldFaults` for a wrong `code`, `.noSecondFactor`, `.tooManyAttempts`, and
  /// `.secondFactorRequired` where the shop asks for one.
  func giveUpSecondFactor(of id: StaffID, code: String) async throws
  /// By others, for who lost it. Ends all their sessions and revokes their programs' tokens. Throws `.unknownStaff` and `.noSecondFactor`.
  func dropSecondFactor(of id: StaffID, by actor: Actor) async throws

  // MARK: Tokens of programs

  /// A secret by which a program works for this member of staff, whose rights it has as far as its scopes reach. Throws
  /// `FieldFaults` for `name`, `scopes` and `days`, `.unknownStaff` also of who was dismissed, and `.tooManyTokens` above 20
  /// that count.
  /// - Parameter password: their own, of who asks for one at a desk: `.wrongCredentials` when it isn't right,
  ///   `.tooManyAttempts`. Nil for the shop's own hand.
  /// - Returns: also the secret, which isn't kept anywhere.
  func issueToken(
    _ draft: StaffTokenDraft, to id: StaffID, password: String?, by actor: Actor
  ) async throws -> IssuedToken
  /// Whom a secret stands for, with no more rights than its scopes and their role now have in common; nil when it is
  /// unknown, expired, revoked, or of who was dismissed.
  func bearer(of secret: StaffTokenSecret) async throws -> StaffBearer?
  /// The newest first, with those that don't count any more; at most 100.
  func tokens(of id: StaffID) async throws -> [StaffToken]
  /// Those that count, of all of an employer's staff, the newest first.
  func tokens(ofStaffOf employer: MerchantID?, _ page: PageRequest) async throws -> Page<StaffToken>
  func token(_ id: StaffTokenID) async throws -> StaffToken?
  /// From now on it opens nothing. Harmless when it doesn't count any more. Throws `.unknownToken`.
  func revokeToken(_ id: StaffTokenID, by actor: Actor) async throws
  /// Whether there is any that counts: without one nobody follows facts. Known for a moment, and true from the moment
  /// at which the first one is handed out, in every process (`TokenKnowledge`).
  func hasTokens() async throws -> Bool
}

extension StaffService {
  /// By the shop's own hand: a command, or the demo.
  public func hire(_ hire: StaffHire) async throws -> Staff { try await self.hire(hire, by: .system) }

  /// By the shop's own hand.
  public func issueToken(_ draft: StaffTokenDraft, to id: StaffID, by actor: Actor) async throws -> IssuedToken {
    try await issueToken(draft, to: id, password: nil, by: actor)
  }

  /// Both steps in one, of who needs no code. Throws `.codeNeeded` of who does.
  public func logIn(email: String, password: String, client: String) async throws -> StaffSession {
    switch try await enter(email: email, password: password, from: LogInPlace(address: client)) {
    case .session(let session): return session
    case .challenge: throw AccountRefusal.codeNeeded
    }
  }
}

extension StaffService {
  /// By name; those who were dismissed as well.
  public func members(of employer: MerchantID?, _ page: PageRequest) async throws -> Page<StaffMember> {
    try await members(of: employer, matching: StaffFilter(), page)
  }
}
