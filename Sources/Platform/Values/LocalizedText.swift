/// The languages in which the interface and the goods speak.
public enum Language: String, CaseIterable, Codable, Sendable {
  case en
  case zhHans = "zh-Hans"
}

/// One text in each language; a missing one falls back to the other.
public struct LocalizedText: Hashable, Codable, Sendable {
  public var en: String
  public var zhHans: String

  public init(en: String = "", zhHans: String = "") {
    self.en = en
    self.zhHans = zhHans
  }

  /// The same words in every language, for names and for goods known in one language only.
  public init(_ text: String) {
    en = text
    zhHans = text
  }

  enum CodingKeys: String, CodingKey {
    case en
    case zhHans = "zh-Hans"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    en = try container.decodeIfPresent(String.self, forKey: .en) ?? ""
    zhHans = try container.decodeIfPresent(String.self, forKey: .zhHans) ?? ""
  }

  public subscript(_ language: Language) -> String {
    switch language {
    case .en: en.isEmpty ? zhHans : en
    case .zhHans: zhHans.isEmpty ? en : zhHans
    }
  }

  public var isEmpty: Bool { en.isEmpty && zhHans.isEmpty }
}
