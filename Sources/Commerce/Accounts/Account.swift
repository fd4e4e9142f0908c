import Values

public struct Account: Hashable, Codable, Sendable {
  public let id: AccountID
  /// Lower case; unique.
  public let email: String
  public var profile: Profile
  public let registeredAt: Timestamp
  /// Nil unless staff keep it out.
  public let block: AccountBlock?
  /// When it was taken out who it was; nil for those who are somebody.
  public let erasedAt: Timestamp?

  public init(
    id: AccountID, email: String, profile: Profile, registeredAt: Timestamp, block: AccountBlock? = nil,
    erasedAt: Timestamp? = nil
  ) {
    self.id = id
    self.email = email
    self.profile = profile
    self.registeredAt = registeredAt
    self.block = block
    self.erasedAt = erasedAt
  }

  public var isBlocked: Bool { block != nil }
  public var isErased: Bool { erasedAt != nil }
}

/// That an account can't log in nor order.
public struct AccountBlock: Hashable, Codable, Sendable {
  public let at: Timestamp
  /// For staff to read.
  public let reason: String

  public init(at: Timestamp, reason: String) {
    self.at = at
    self.reason = reason
  }
}

public struct Profile: Hashable, Codable, Sendable {
  /// 1…60 characters.
  public var name: String
  /// Empty, or a phone number of 5…20 digits, `+`, `-` and blanks.
  public var phone: String
  public var language: Language

  public init(name: String, phone: String = "", language: Language) {
    self.name = name
    self.phone = phone
    self.language = language
  }
}

public struct Registration: Sendable {
  public var email: String
  /// 8…128 characters.
  public var password: String
  public var name: String
  public var language: Language

  public init(email: String, password: String, name: String, language: Language) {
    self.email = email
    self.password = password
    self.name = name
    self.language = language
  }
}

/// The secret that a logged-in browser or client holds. Only its hash is stored.
public struct SessionToken: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// What a token stands for while its session is open.
public struct OpenSession: Sendable {
  public let account: Account
  /// This very call moved the session's end, so a browser is to be sent its cookie again.
  public let hasSlid: Bool

  public init(account: Account, hasSlid: Bool) {
    self.account = account
    self.hasSlid = hasSlid
  }
}

public struct Session: Sendable {
  /// How long one lasts that isn't used.
  public static let lifetime = Duration.days(30)

  public let token: SessionToken
  public let account: Account
  public let expiresAt: Timestamp

  public init(token: SessionToken, account: Account, expiresAt: Timestamp) {
    self.token = token
    self.account = account
    self.expiresAt = expiresAt
  }
}

public struct PasswordReset: Sendable {
  public let token: String
  public let account: Account

  public init(token: String, account: Account) {
    self.token = token
    self.account = account
  }
}

/// The random mark of a browser or client before anyone logs in: 32…64 of `A-Z a-z 0-9 _ -`.
public struct DeviceToken: RawRepresentable, Hashable, Codable, Sendable {
  public let rawValue: String
  public init?(rawValue: String) {
    guard (32...64).contains(rawValue.utf8.count),
      rawValue.utf8.allSatisfy({
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95 || $0 == 45
      })
    else { return nil }
    self.rawValue = rawValue
  }

  /// 180 random bits.
  public static func random() -> DeviceToken {
    let digits = StaticString("0123456789abcdefghjkmnpqrstvwxyz")
    var generator = SystemRandomNumberGenerator()
    let text = String(unsafeUninitializedCapacity: 36) { text in
      for word in 0..<3 {
        var bits: UInt64 = generator.next()
        for place in 0..<12 {
          text[word * 12 + place] = digits.utf8Start[Int(bits & 31)]
          bits >>= 5
        }
      }
      return 36
    }
    return DeviceToken(made: text)
  }

  private init(made text: String) { rawValue = text }
}

public enum Visitor: Hashable, Sendable {
  case account(AccountID)
  case device(DeviceToken)
}
