import Foundation

extension Schema {
  /// A value of this shape, for readers.
  func sample(_ schemas: [String: Schema] = APISchemas.all) -> JSONValue {
    switch self {
    case .text(let format, let pattern): .text(Self.text(format: format, pattern: pattern))
    case .integer(let range): .integer(Int64(range?.lowerBound ?? 1))
    case .number: .number(4.5)
    case .flag: .flag(true)
    case .choice(let texts): .text(texts.first ?? "")
    case .list(let item): .list([item.sample(schemas)])
    case .map(let value): ["name": value.sample(schemas)]
    case .object(let fields):
      .object(
        Dictionary(fields.map { ($0.name, $0.schema.sample(schemas)) }, uniquingKeysWith: { first, _ in first }))
    case .nullable(let schema): schema.sample(schemas)
    case .either(let all): all.last?.sample(schemas) ?? .null
    case .named("Money"): ["amount": "88.00", "minor": 8800, "currency": "CNY"]
    case .named("Words"): ["en": "Words", "zh-Hans": "文字"]
    // The shape of OpenAPI itself is told elsewhere.
    case .named("Operation"): ["summary": "…"]
    case .named(let name): schemas[name]?.sample(schemas) ?? .null
    }
  }

  /// How the docs name a type in a word.
  var typeName: String {
    switch self {
    case .text(let format, _): format ?? "text"
    case .integer: "number"
    case .number: "number"
    case .flag: "true, false"
    case .choice(let texts): texts.joined(separator: ", ")
    case .list: "list"
    case .map, .object: "object"
    case .nullable(let schema): schema.typeName
    case .either(let all): all.map(\.typeName).joined(separator: " or ")
    case .named(let name): name
    }
  }

  private static func text(format: String?, pattern: String?) -> String {
    if format == "date-time" { return "2026-11-24T08:00:00.000Z" }
    if format == "uri-reference" { return "/…" }
    // An identifier's pattern begins with its prefix.
    if let pattern, pattern.hasPrefix("^"), let end = pattern.firstIndex(of: "_"), end < pattern.endIndex,
      pattern[pattern.index(after: pattern.startIndex)..<end].allSatisfy(\.isLetter)
    {
      return pattern[pattern.index(after: pattern.startIndex)..<end] + "_…"
    }
    if pattern == "^[0-9]{6}$" { return "310101" }
    return "…"
  }
}

extension JSONValue {
  /// Indented text, with members by name.
  var indented: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // A tree of JSON values always has a JSON text.
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
