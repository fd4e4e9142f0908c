import Values

/// How texts are answered: in both languages, or in the one that was asked for.
struct Wording: Sendable {
  let language: Language?

  func callAsFunction(_ text: LocalizedText) -> TextAnswer {
    language.map { .plain(text[$0]) } ?? .both(LocalizedText(en: text[.en], zhHans: text[.zhHans]))
  }

  /// Part of a cache's key.
  var key: String { language?.rawValue ?? "all" }
}

enum TextAnswer: Encodable, Sendable {
  case plain(String)
  case both(LocalizedText)

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .plain(let text):
      var container = encoder.singleValueContainer()
      try container.encode(text)
    case .both(let text): try text.encode(to: encoder)
    }
  }
}

struct MoneyAnswer: Encodable, Sendable {
  let amount: String
  let minor: Int64
  let currency: String

  init(_ money: Money) {
    amount = money.decimalText
    minor = money.minor
    currency = money.currency.code
  }
}

/// Encodes `null` where a member has no value, so that clients can rely on every member.
@propertyWrapper
struct OrNull<Value: Encodable & Sendable>: Encodable, Sendable {
  var wrappedValue: Value?

  init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
  }
}

struct ListAnswer<Item: Encodable & Sendable>: Encodable, Sendable {
  let items: [Item]
}

struct PageAnswer<Item: Encodable & Sendable>: Encodable, Sendable {
  let items: [Item]
  @OrNull var next: String?
}

struct NamedAnswer: Encodable, Sendable {
  let id: String
  let slug: String
  let name: TextAnswer
}
