import Values

/// A member of staff as those see them who manage staff.
public struct StaffMember: Hashable, Codable, Sendable {
  public let staff: Staff
  /// False for who was dismissed: can't log in, and is kept for what they did.
  public let isActive: Bool
  public let secondFactorSince: Timestamp?
  /// Recovery codes that weren't used yet.
  public let recoveryCodesLeft: Int
  public let loggedInAt: Timestamp?

  public init(
    staff: Staff, isActive: Bool, secondFactorSince: Timestamp?, recoveryCodesLeft: Int, loggedInAt: Timestamp?
  ) {
    self.staff = staff
    self.isActive = isActive
    self.secondFactorSince = secondFactorSince
    self.recoveryCodesLeft = recoveryCodesLeft
    self.loggedInAt = loggedInAt
  }
}

/// Which members of staff a list shows; all that is said must fit.
public struct StaffFilter: Hashable, Codable, Sendable {
  /// How somebody gets in.
  public enum Door: String, CaseIterable, Codable, Sendable {
    /// With a second factor.
    case factor
    /// By a password alone.
    case noFactor
    /// Not any more.
    case dismissed
  }

  /// Part of a name or an e-mail address, without case; empty for any.
  public var text: String
  public var role: StaffRoleID?
  public var door: Door?

  public init(text: String = "", role: StaffRoleID? = nil, door: Door? = nil) {
    self.text = text
    self.role = role
    self.door = door
  }
}

public struct StaffRevision: Hashable, Sendable {
  /// 1…60 characters.
  public var name: String
  public var role: StaffRoleID

  public init(name: String, role: StaffRoleID) {
    self.name = name
    self.role = role
  }
}

/// Where somebody logs in from, as far as the network tells.
public struct LogInPlace: Hashable, Sendable {
  /// The network address; cut to 64 characters.
  public let address: String
  /// What the browser says that it is; cut to 300 characters.
  public let agent: String

  public init(address: String, agent: String = "") {
    self.address = Self.cut(address, 64)
    self.agent = Self.cut(agent, 300)
  }

  /// What can be printed, and no more of it than there is room for.
  private static func cut(_ text: String, _ most: Int) -> String {
    let scalars = text.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }
    return String(String.UnicodeScalarView(scalars.prefix(most)))
  }
}

/// What the right password led to.
public enum StaffEntry: Sendable {
  case session(StaffSession)
  /// The second step: a code is asked for.
  case challenge(StaffChallenge)
}

/// A log-in that lacks its second step.
public struct StaffChallenge: Sendable {
  /// How long there is for it.
  public static let lifetime = Duration.minutes(5)

  public let token: ChallengeToken
  public let staff: StaffID
  public let expiresAt: Timestamp

  public init(token: ChallengeToken, staff: StaffID, expiresAt: Timestamp) {
    self.token = token
    self.staff = staff
    self.expiresAt = expiresAt
  }
}

/// The secret of who has shown a password and not yet a code. Only its hash is stored.
public struct ChallengeToken: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
}

public struct StaffSession: Sendable {
  /// How long one lasts, used or not.
  public static let lifetime = Duration.hours(12)

  public let token: SessionToken
  public let staff: Staff
  public let expiresAt: Timestamp

  public init(token: SessionToken, staff: Staff, expiresAt: Timestamp) {
    self.token = token
    self.staff = staff
    self.expiresAt = expiresAt
  }
}

/// A session in a list, without what opens it.
public struct StaffSessionEntry: Hashable, Sendable {
  public let key: StaffSessionKey
  public let place: LogInPlace
  public let beganAt: Timestamp
  /// To within five minutes.
  public let seenAt: Timestamp
  public let expiresAt: Timestamp

  public init(
    key: StaffSessionKey, place: LogInPlace, beganAt: Timestamp, seenAt: Timestamp, expiresAt: Timestamp
  ) {
    self.key = key
    self.place = place
    self.beganAt = beganAt
    self.seenAt = seenAt
    self.expiresAt = expiresAt
  }
}

/// Names a session without opening it: the hash of its token.
public struct StaffSessionKey: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: String

  /// Nil unless the text is 64 hex digits in small letters.
  public init?(rawValue: String) {
    guard rawValue.utf8.count == 64, rawValue.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { return nil }
    self.rawValue = rawValue
  }

  public init(of token: SessionToken) { rawValue = SecretToken.hash(token.rawValue) }

  public var description: String { rawValue }
}
