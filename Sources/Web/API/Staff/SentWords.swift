import Values

/// Text in one or both languages, as a body sends it: `{"en": "Teapot", "zh-Hans": "茶壶"}`.
struct SentWords: Decodable, Sendable {
  private enum CodingKeys: String, CodingKey {
    case en
    case zhHans = "zh-Hans"
  }

  /// The fields of a desk's form, as a body calls them.
  static let fields = ["nameEn": "name.en", "nameZh": "name.zh-Hans"]

  let text: LocalizedText

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let (en, zhHans) = (
      try container.decodeIfPresent(String.self, forKey: .en),
      try container.decodeIfPresent(String.self, forKey: .zhHans)
    )
    guard en != nil || zhHans != nil else {
      throw DecodingError.keyNotFound(
        CodingKeys.en, DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "no language"))
    }
    text = LocalizedText(en: en ?? "", zhHans: zhHans ?? "")
  }
}
