import Values

/// What a program shows to work in the back office for a member of staff. Only its hash is stored.
public struct StaffTokenSecret: RawRepresentable, Hashable, Sendable {
  /// By which people and scanners know one that was left lying about.
  public static let mark = "mst_"

  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
}

public struct StaffToken: Hashable, Codable, Sendable {
  public let id: StaffTokenID
  public let staff: StaffID
  public let staffName: String
  /// What its owner calls the program.
  public let name: String
  /// As far as the rights of the owner's role reach, too.
  public let scopes: Set<StaffRight>
  public let issuedAt: Timestamp
  public let expiresAt: Timestamp
  /// To within five minutes; nil for one that was never used.
  public let usedAt: Timestamp?
  public let revokedAt: Timestamp?

  public init(
    id: StaffTokenID, staff: StaffID, staffName: String, name: String, scopes: Set<StaffRight>, issuedAt: Timestamp,
    expiresAt: Timestamp, usedAt: Timestamp?, revokedAt: Timestamp?
  ) {
    self.id = id
    self.staff = staff
    self.staffName = staffName
    self.name = name
    self.scopes = scopes
    self.issuedAt = issuedAt
    self.expiresAt = expiresAt
    self.usedAt = usedAt
    self.revokedAt = revokedAt
  }

  public func counts(at moment: Timestamp) -> Bool { revokedAt == nil && moment < expiresAt }
}

public struct StaffTokenDraft: Hashable, Sendable {
  public static let dayRange = 1...366

  /// 1…60 characters.
  public var name: String
  public var scopes: Set<StaffRight>
  /// How long it counts, 1…366.
  public var days: Int

  public init(name: String, scopes: Set<StaffRight>, days: Int) {
    self.name = name
    self.scopes = scopes
    self.days = days
  }
}

public struct IssuedToken: Sendable {
  public let token: StaffToken
  /// To be shown this once.
  public let secret: StaffTokenSecret

  public init(token: StaffToken, secret: StaffTokenSecret) {
    self.token = token
    self.secret = secret
  }
}

/// A program at work: for whom, and as far as its token goes.
public struct StaffBearer: Hashable, Codable, Sendable {
  /// The owner, with no more rights than the token has.
  public let staff: Staff
  public let token: StaffTokenID
  public let tokenName: String
  public let expiresAt: Timestamp

  public init(staff: Staff, token: StaffTokenID, tokenName: String, expiresAt: Timestamp) {
    self.staff = staff
    self.token = token
    self.tokenName = tokenName
    self.expiresAt = expiresAt
  }
}

extension Staff {
  /// The same person with no more rights than these.
  func narrowed(to scopes: Set<StaffRight>) -> Staff {
    let narrow = StaffRole(
      id: role.id, employer: role.employer, name: role.name, rights: role.rights.intersection(scopes))
    return Staff(
      id: id, email: email, name: name, merchant: merchant, role: narrow, hasSecondFactor: hasSecondFactor, owes: owes)
  }
}
