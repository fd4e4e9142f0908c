import Values

public struct Merchant: Hashable, Codable, Sendable {
  public let id: MerchantID
  public let slug: Slug
  public var name: LocalizedText
  public var introduction: LocalizedText
  /// Where notices for the merchant go.
  public var email: String
  public let openedAt: Timestamp

  public init(
    id: MerchantID, slug: Slug, name: LocalizedText, introduction: LocalizedText, email: String, openedAt: Timestamp
  ) {
    self.id = id
    self.slug = slug
    self.name = name
    self.introduction = introduction
    self.email = email
    self.openedAt = openedAt
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

public enum MerchantRefusal: Refusal, Hashable {
  case slugTaken

  public var code: String { "slugTaken" }
}
