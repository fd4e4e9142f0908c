import Foundation

/// What something was or became, field by field, as text. Bounded: what is longer is cut, and ends in `…`.
public struct DeedFields: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  public static let mostFields = 60
  public static let longestName = 60
  public static let longestValue = 1000
  /// Characters of all values together.
  public static let longestWhole = 8000
  /// The last words of names of fields that tell where a buyer lives and how to call them, or may do so.
  public static let contacts: Set<String> = ["recipient", "phone", "street", "postcode", "address", "wish"]

  public private(set) var values: [String: String] = [:]

  /// Nil values are left out.
  public init(dictionaryLiteral elements: (String, (any CustomStringConvertible)?)...) {
    self.init(elements.compactMap { name, value in value.map { (name, $0.description) } })
  }

  /// In this order, as many as there may be.
  public init(_ fields: some Sequence<(String, String)>) {
    var room = Self.longestWhole
    for (name, value) in fields {
      guard values.count < Self.mostFields else { return }
      let kept = value.cut(at: min(Self.longestValue, room))
      room -= kept.unicodeScalars.count
      values[name.cut(at: Self.longestName)] = kept
    }
  }

  /// Every value inside, named by its path: `lines.0.quantity`. Not for values that hold secrets.
  public init(of value: some Encodable) throws {
    let tree = try JSONDecoder().decode(Tree.self, from: JSONEncoder().encode(value))
    self.init(tree.leaves(""))
  }

  /// As the log stores it. Nil for a text that it never stored.
  init?(json: String) {
    guard let values = try? JSONDecoder().decode([String: String].self, from: Data(json.utf8)) else { return nil }
    self.values = values
  }

  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(values), as: UTF8.self)
    }
  }

  /// A value as Codable types spell it.
  private enum Tree: Decodable {
    case object([String: Tree])
    case list([Tree])
    case leaf(String)
    case nothing

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .nothing
      } else if let truth = try? container.decode(Bool.self) {
        self = .leaf("\(truth)")
      } else if let whole = try? container.decode(Int64.self) {
        self = .leaf("\(whole)")
      } else if let number = try? container.decode(Double.self) {
        self = .leaf("\(number)")
      } else if let text = try? container.decode(String.self) {
        self = .leaf(text)
      } else if let list = try? container.decode([Tree].self) {
        self = .list(list)
      } else {
        self = .object(try container.decode([String: Tree].self))
      }
    }

    func leaves(_ path: String) -> [(String, String)] {
      func below(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
      switch self {
      case .object(let members):
        return members.sorted { $0.key < $1.key }.flatMap { $0.value.leaves(below($0.key)) }
      case .list(let items): return items.enumerated().flatMap { $0.element.leaves(below("\($0.offset)")) }
      case .leaf(let text): return [(path, text)]
      case .nothing: return []
      }
    }
  }
}

extension String {
  /// At most so many code points, the last of which says that there were more.
  func cut(at limit: Int) -> String {
    guard unicodeScalars.count > limit else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.prefix(max(0, limit - 1)))) + (limit > 0 ? "…" : "")
  }

  /// In one line, without characters that can't be shown, and cut.
  func plain(_ limit: Int) -> String {
    let scalars = unicodeScalars.map { scalar -> Unicode.Scalar in
      scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? " " : scalar
    }
    return String(String.UnicodeScalarView(scalars)).cut(at: limit)
  }
}
