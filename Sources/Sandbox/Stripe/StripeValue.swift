/// What is written as JSON. Members come as Stripe orders them: `id` and `object` first, the others by name.
indirect enum StripeValue: Hashable, Sendable {
  case null
  case flag(Bool)
  case number(Int64)
  case text(String)
  case list([StripeValue])
  case object([String: StripeValue])

  init(_ text: String?) { self = text.map(StripeValue.text) ?? .null }
  init(_ number: Int64?) { self = number.map(StripeValue.number) ?? .null }
  init(_ texts: [String: String]) { self = .object(texts.mapValues(StripeValue.text)) }

  subscript(name: String) -> StripeValue? {
    get {
      guard case .object(let members) = self else { return nil }
      return members[name]
    }
    set {
      guard case .object(var members) = self else { return }
      members[name] = newValue
      self = .object(members)
    }
  }

  var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }

  var number: Int64? {
    guard case .number(let number) = self else { return nil }
    return number
  }

  var bytes: [UInt8] { Array(written(inset: "").utf8) }

  private func written(inset: String) -> String {
    let deeper = inset + "  "
    switch self {
    case .null: return "null"
    case .flag(let flag): return flag ? "true" : "false"
    case .number(let number): return "\(number)"
    case .text(let text): return Self.quoted(text)
    case .list(let items) where items.isEmpty: return "[]"
    case .list(let items):
      let lines = items.map { deeper + $0.written(inset: deeper) }
      return "[\n\(lines.joined(separator: ",\n"))\n\(inset)]"
    case .object(let members) where members.isEmpty: return "{}"
    case .object(let members):
      let lines = members.sorted { (Self.rank($0.key), $0.key) < (Self.rank($1.key), $1.key) }.map { member in
        "\(deeper)\(Self.quoted(member.key)): \(member.value.written(inset: deeper))"
      }
      return "{\n\(lines.joined(separator: ",\n"))\n\(inset)}"
    }
  }

  private static func rank(_ name: String) -> Int { name == "id" ? 0 : name == "object" ? 1 : 2 }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case _ where scalar.value < 32 || scalar.value == 127:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

extension StripeValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int64) { self = .number(value) }
  init(booleanLiteral value: Bool) { self = .flag(value) }
  init(nilLiteral: ()) { self = .null }
  init(dictionaryLiteral elements: (String, StripeValue)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}

extension StripeValue: Decodable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let members = try? decoder.container(keyedBy: Name.self) {
      var read: [String: StripeValue] = [:]
      for name in members.allKeys { read[name.stringValue] = try members.decode(StripeValue.self, forKey: name) }
      self = .object(read)
      return
    }
    let single = try decoder.singleValueContainer()
    if single.decodeNil() {
      self = .null
    } else if let flag = try? single.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? single.decode(Int64.self) {
      self = .number(number)
    } else if let text = try? single.decode(String.self) {
      self = .text(text)
    } else {
      self = .list(try single.decode([StripeValue].self))
    }
  }
}
