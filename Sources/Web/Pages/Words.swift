import Foundation
import Values

/// The words of the interface in one language, by dotted key: `cart.empty`.
public struct Words: Sendable {
  public let language: Language
  private let byKey: [String: String]

  /// - Parameter json: nested objects of strings.
  public init(language: Language, json: Data) throws {
    guard let tree = try JSONSerialization.jsonObject(with: json) as? [String: Any] else {
      throw ThemeFault.notAnObject(language)
    }
    self.language = language
    byKey = Self.flattened(tree)
  }

  public var keys: Set<String> { Set(byKey.keys) }

  /// Nil for a word that the theme lacks.
  public subscript(_ key: String) -> String? { byKey[key] }

  /// A sentence of `phrases.`, or a plain word of the lists, with its places filled: `{count}`, `{name}`. A missing one is
  /// shown by its key, so that a gap in a theme is seen and nothing breaks.
  public func phrase(_ key: String, _ values: [String: String] = [:]) -> String {
    filled(byKey["phrases." + key] ?? byKey[key] ?? key, values)
  }

  /// As `phrase`, choosing the form for the number; `{count}` is filled by it.
  public func phrase(_ key: String, count: Int, _ values: [String: String] = [:]) -> String {
    let form = language == .en && count == 1 ? "one" : "other"
    let text = byKey["phrases.\(key).\(form)"] ?? byKey["phrases.\(key).other"] ?? byKey["phrases." + key] ?? key
    return filled(text, values.merging(["count": String(count)]) { given, _ in given })
  }

  /// What something is called, and what is said of it: `Main: 50`, `主仓：50`.
  public func pair(_ name: String, _ said: String) -> String { phrase("pair", ["name": name, "said": said]) }

  /// What a refusal says to a person. Where nothing is left, "only 0 left" is no answer: `CODENone` says it if it is there.
  public func refusal(_ refusal: any Refusal) -> String {
    let none = refusal.details["left"] == "0" ? byKey["refusal.\(refusal.code)None"] : nil
    let own = refusal.details["switch"].flatMap { byKey["switch.\($0).off"] }
    return filled(
      own ?? none ?? byKey["refusal." + refusal.code] ?? byKey["refusal.unknown"] ?? refusal.code, refusal.details)
  }

  public func fault(_ fault: FieldFaults.Fault) -> String {
    filled(byKey["fault." + fault.code] ?? byKey["fault.invalid"] ?? fault.code, fault.details)
  }

  private func filled(_ text: String, _ values: [String: String]) -> String {
    // In one pass, so that braces in a value stay what they are.
    var result = ""
    var rest = text.utf8[...]
    while let start = rest.firstIndex(of: UInt8(ascii: "{")), let end = rest[start...].firstIndex(of: UInt8(ascii: "}"))
    {
      let place = rest[start...end]
      result += Substring(rest[..<start])
      result += values[String(Substring(place.dropFirst().dropLast()))] ?? String(Substring(place))
      rest = rest[end...].dropFirst()
    }
    return result + Substring(rest)
  }

  private static func flattened(_ tree: [String: Any], prefix: String = "") -> [String: String] {
    var words: [String: String] = [:]
    for (key, value) in tree {
      if let text = value as? String {
        words[prefix + key] = text
      } else if let branch = value as? [String: Any] {
        words.merge(flattened(branch, prefix: prefix + key + ".")) { first, _ in first }
      }
    }
    return words
  }
}
