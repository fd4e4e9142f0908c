/// The shape of a JSON value, from which the OpenAPI document is written and against which tests hold real answers.
public indirect enum Schema: Hashable, Sendable {
  public struct Field: Hashable, Sendable {
    let name: String
    let schema: Schema
    let isRequired: Bool
  }

  /// Text, perhaps of a format such as `date-time`.
  case text(format: String? = nil, pattern: String? = nil)
  case integer(ClosedRange<Int>? = nil)
  case number
  case flag
  /// One of these texts.
  case choice([String])
  case list(Schema)
  /// Members by any name.
  case map(Schema)
  case object([Field])
  case nullable(Schema)
  case either([Schema])
  /// A schema by its name in the document.
  case named(String)

  public static let text = Schema.text()
  public static let integer = Schema.integer()
  public static let time = Schema.text(format: "date-time")
  public static let address = Schema.text(format: "uri-reference")
  /// Text in both languages, or plain where `lang` was given.
  public static let words = Schema.named("Words")
  public static let money = Schema.named("Money")

  static func id(_ prefix: String) -> Schema { .text(pattern: "^\(prefix)_[0-9a-hjkmnp-tv-z]{13}$") }

  public var json: JSONValue {
    switch self {
    case .text(let format, let pattern):
      var members: [String: JSONValue] = ["type": "string"]
      if let format { members["format"] = .text(format) }
      if let pattern { members["pattern"] = .text(pattern) }
      return .object(members)
    case .integer(let range):
      guard let range else { return ["type": "integer"] }
      return [
        "type": "integer", "minimum": .integer(Int64(range.lowerBound)), "maximum": .integer(Int64(range.upperBound)),
      ]
    case .number: return ["type": "number"]
    case .flag: return ["type": "boolean"]
    case .choice(let texts): return ["type": "string", "enum": .list(texts.map(JSONValue.text))]
    case .list(let item): return ["type": "array", "items": item.json]
    case .map(let value): return ["type": "object", "additionalProperties": value.json]
    case .object(let fields): return Self.json(of: fields)
    case .nullable(let schema): return ["anyOf": [schema.json, ["type": "null"]]]
    case .either(let schemas): return ["anyOf": .list(schemas.map(\.json))]
    case .named(let name): return ["$ref": .text("#/components/schemas/\(name)")]
    }
  }

  private static func json(of fields: [Field]) -> JSONValue {
    let members = fields.map { ($0.name, $0.schema.json) }
    let required = fields.filter(\.isRequired).map { JSONValue.text($0.name) }
    var json: [String: JSONValue] = [
      "type": "object", "properties": .object(Dictionary(members, uniquingKeysWith: { _, last in last })),
    ]
    if !required.isEmpty { json["required"] = .list(required) }
    return .object(json)
  }
}

extension Schema {
  /// An object whose members are all there, but for those whose name ends in `?`.
  static func object(_ members: KeyValuePairs<String, Schema>) -> Schema {
    .object(
      members.map { name, schema in
        name.hasSuffix("?")
          ? Field(name: String(name.dropLast()), schema: schema, isRequired: false)
          : Field(name: name, schema: schema, isRequired: true)
      })
  }

  /// A whole list.
  static func items(_ item: Schema) -> Schema { .object(["items": .list(item)]) }

  /// One page of a list.
  static func page(_ item: Schema) -> Schema { .object(["items": .list(item), "next": .nullable(.text)]) }
}
