import Values

public struct Merchant: Hashable, Codable, Sendable {
  public let id: MerchantID
  public let slug: Slug
  public var name: LocalizedText
  public var introduction: LocalizedText
  /// Where notices for the merchant go.
  public var email: String
  /// How shoppers reach the merchant beside the address for mail: a phone number, an hour. Empty where nothing is said.
  public var contact: String
  public var logo: FileKey?
  /// In which the merchant is written to.
  public var language: Language
  public let state: MerchantState
  /// Why it isn't open, as staff of the platform wrote it.
  public let reason: String
  public let openedAt: Timestamp
  /// Since when it is in its state.
  public let movedAt: Timestamp
  /// The application that led to it; nil where the platform opened it by itself.
  public let application: MerchantApplicationID?
  /// Grows by one with every change.
  public let version: Int

  public init(
    id: MerchantID, slug: Slug, name: LocalizedText, introduction: LocalizedText, email: String, contact: String = "",
    logo: FileKey? = nil, language: Language = .en, state: MerchantState = .open, reason: String = "",
    openedAt: Timestamp, movedAt: Timestamp? = nil, application: MerchantApplicationID? = nil, version: Int = 1
  ) {
    self.id = id
    self.slug = slug
    self.name = name
    self.introduction = introduction
    self.email = email
    self.contact = contact
    self.logo = logo
    self.language = language
    self.state = state
    self.reason = reason
    self.openedAt = openedAt
    self.movedAt = movedAt ?? openedAt
    self.application = application
    self.version = version
  }

  /// Whether shoppers find the merchant and its goods.
  public var isOpen: Bool { state == .open }

  public var profile: MerchantProfile {
    MerchantProfile(
      name: name, introduction: introduction, email: email, contact: contact, logo: logo, language: language)
  }
}

/// What a merchant says of itself, and may change.
public struct MerchantProfile: Hashable, Sendable {
  /// Up to 100 characters in each language; one of them is needed.
  public var name: LocalizedText
  /// Up to 1000 characters in each language.
  public var introduction: LocalizedText
  public var email: String
  /// Up to 200 characters.
  public var contact: String
  public var logo: FileKey?
  public var language: Language

  public init(
    name: LocalizedText, introduction: LocalizedText, email: String, contact: String = "", logo: FileKey? = nil,
    language: Language = .en
  ) {
    self.name = name
    self.introduction = introduction
    self.email = email
    self.contact = contact
    self.logo = logo
    self.language = language
  }
}

public struct MerchantDraft: Sendable {
  public var slug: Slug
  public var name: LocalizedText
  public var introduction: LocalizedText
  public var email: String

  public init(slug: Slug, name: LocalizedText, introduction: LocalizedText = LocalizedText(), email: String) {
    self.slug = slug
    self.name = name
    self.introduction = introduction
    self.email = email
  }
}
