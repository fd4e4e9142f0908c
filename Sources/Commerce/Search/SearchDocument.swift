import Values

/// A product as search knows it.
public struct SearchDocument: Hashable, Codable, Sendable {
  public let card: ProductCard
  /// The brand's name, which has no language; empty without one.
  public let brand: String
  /// Names of the category and of those above it, the nearest first.
  public let categoryNames: LocalizedText
  /// Searched at low weight: subtitle, attributes, options, tags, SKUs.
  public let words: LocalizedText
  /// Plain text of the introduction, at the lowest weight; cut to 2,000 characters.
  public let body: LocalizedText
  /// What the product can be filtered by; up to 32.
  public let choices: [AttributeChoice]
  public let createdAt: Timestamp

  public init(
    card: ProductCard, brand: String = "", categoryNames: LocalizedText = LocalizedText(),
    words: LocalizedText = LocalizedText(), body: LocalizedText = LocalizedText(), choices: [AttributeChoice] = [],
    createdAt: Timestamp
  ) {
    self.card = card
    self.brand = brand
    self.categoryNames = categoryNames
    self.words = words
    self.body = body
    self.choices = choices
    self.createdAt = createdAt
  }
}

/// A value of an attribute or of an option, such as colour and red.
public struct AttributeChoice: Hashable, Codable, Sendable {
  /// Key of the attribute in addresses: its folded English name, else its Chinese one; 1…40 characters.
  public let attribute: String
  /// Key of the value, made in the same way.
  public let value: String
  public let name: LocalizedText
  public let label: LocalizedText

  /// Nil when either has no letter or digit to make a key of.
  public init?(name: LocalizedText, label: LocalizedText) {
    guard let attribute = Self.key(name), let value = Self.key(label) else { return nil }
    self.attribute = attribute
    self.value = value
    self.name = name
    self.label = label
  }

  /// Letters and digits folded, all else as single hyphens.
  private static func key(_ text: LocalizedText) -> String? {
    let folded = Folding.plain(text.en.isEmpty ? text.zhHans : text.en)
    let parts = folded.split { !$0.isLetter && !$0.isNumber }
    let key = parts.joined(separator: "-").prefix(40)
    return key.isEmpty ? nil : String(key)
  }
}
