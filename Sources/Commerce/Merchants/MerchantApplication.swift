import Values

/// Somebody asks to sell here.
public struct MerchantApplication: Hashable, Codable, Sendable {
  public enum State: String, CaseIterable, Codable, Sendable {
    /// Nobody has opened the letter that was sent to its address yet.
    case unconfirmed
    /// For staff of the platform to decide.
    case waiting
    /// For whoever applied to say or send more.
    case asked
    case approved
    case rejected
    case withdrawn

    /// Nobody has decided yet, and somebody should.
    public static let open: Set<State> = [.waiting, .asked]
    /// Nothing follows any more.
    public static let over: Set<State> = [.approved, .rejected, .withdrawn]

    /// Where it may go from here.
    public var next: Set<State> { Self.moves[self] ?? [] }

    private static let moves: [State: Set<State>] = [
      .unconfirmed: [.waiting, .withdrawn],
      .waiting: [.asked, .approved, .rejected, .withdrawn], .asked: [.waiting, .approved, .rejected, .withdrawn],
      .approved: [], .rejected: [], .withdrawn: [],
    ]
  }

  /// The revision of one whose letter was opened just now.
  public static let confirmedRevision = 2

  public let id: MerchantApplicationID
  /// What opens it to whoever has the letter.
  public let key: ApplicationKey
  public let name: LocalizedText
  /// The short name in addresses that is wished for.
  public let slug: Slug
  /// Who applies.
  public let contact: String
  public let phone: String
  public let email: String
  /// What they sell.
  public let goods: String
  /// The number of their business licence.
  public let licence: String
  /// Nil once it is forgotten.
  public let licencePicture: FileKey?
  /// In which they are written to.
  public let language: Language
  public let state: State
  /// What staff of the platform answered last; empty where they haven't.
  public let answer: String
  public let appliedAt: Timestamp
  /// Since when it is in its state.
  public let movedAt: Timestamp
  /// Grows by one with every move.
  public let revision: Int
  /// What became of it.
  public let merchant: MerchantID?

  public init(
    id: MerchantApplicationID, key: ApplicationKey, name: LocalizedText, slug: Slug, contact: String, phone: String,
    email: String, goods: String, licence: String, licencePicture: FileKey?, language: Language, state: State,
    answer: String, appliedAt: Timestamp, movedAt: Timestamp, revision: Int, merchant: MerchantID?
  ) {
    self.id = id
    self.key = key
    self.name = name
    self.slug = slug
    self.contact = contact
    self.phone = phone
    self.email = email
    self.goods = goods
    self.licence = licence
    self.licencePicture = licencePicture
    self.language = language
    self.state = state
    self.answer = answer
    self.appliedAt = appliedAt
    self.movedAt = movedAt
    self.revision = revision
    self.merchant = merchant
  }
}

/// The secret part of an application's address.
public struct ApplicationKey: RawRepresentable, Hashable, Codable, Sendable {
  private static let length = 32
  private static let signs = Array("abcdefghijkmnpqrstuvwxyz23456789")

  public let rawValue: String

  /// Nil unless the text has the form of one.
  public init?(rawValue: String) {
    guard rawValue.utf8.count == Self.length, rawValue.allSatisfy({ Self.signs.contains($0) }) else { return nil }
    self.rawValue = rawValue
  }

  private init(made text: String) { rawValue = text }

  /// 160 random bits.
  public static func random() -> ApplicationKey {
    var generator = SystemRandomNumberGenerator()
    let signs = (0..<length).map { _ in Self.signs[Int.random(in: 0..<Self.signs.count, using: &generator)] }
    return ApplicationKey(made: String(signs))
  }
}

/// What is typed by whoever applies.
public struct ApplicationDraft: Hashable, Sendable {
  /// Up to 100 characters in each language; one of them is needed.
  public var name: LocalizedText
  /// 2…60 small letters, digits and hyphens within.
  public var slug: String
  /// Up to 60 characters.
  public var contact: String
  public var phone: String
  public var email: String
  /// Up to 1000 characters.
  public var goods: String
  /// Up to 40 characters.
  public var licence: String
  public var licencePicture: FileKey?
  public var language: Language

  public init(
    name: LocalizedText, slug: String, contact: String, phone: String, email: String, goods: String, licence: String,
    licencePicture: FileKey?, language: Language
  ) {
    self.name = name
    self.slug = slug
    self.contact = contact
    self.phone = phone
    self.email = email
    self.goods = goods
    self.licence = licence
    self.licencePicture = licencePicture
    self.language = language
  }
}
