import Foundation

@testable import API

/// What nobody types by accident, as text and as JSON.
struct NastyInput: Sendable {
  enum Kind: String, Sendable {
    case missing, null, empty, number, fraction, negative, overflow, exponent, flag, list, object
    case huge, emoji, rightToLeft, control, surrogate, script, quote
  }

  let kind: Kind
  /// Nil for a field that isn't sent.
  let json: String?
  /// Nil for what only JSON can say.
  let text: String?

  static let script = "<script>alert(1)</script>"

  static let all: [NastyInput] = [
    NastyInput(kind: .missing, json: nil, text: nil), NastyInput(kind: .null, json: "null", text: nil),
    NastyInput(kind: .number, json: "5", text: nil), typed(.fraction, "1.5"), typed(.negative, "-1"),
    typed(.overflow, "9223372036854775808"), typed(.exponent, "1e400"),
    NastyInput(kind: .flag, json: "true", text: nil), NastyInput(kind: .list, json: "[5,\"x\"]", text: nil),
    NastyInput(kind: .object, json: "{\"a\":1}", text: nil),
    NastyInput(kind: .surrogate, json: "\"\\ud800\"", text: nil),
    words(.empty, ""), words(.huge, String(repeating: "长", count: 9000)), words(.rightToLeft, "\u{202E}tset"),
    words(.control, "a\u{0}b"), words(.emoji, "🫖 fine 🫖"), words(.script, script),
    words(.quote, "'; DROP TABLE account; --"),
  ]

  /// What a form can send.
  static let typed = all.filter { $0.text != nil || $0.kind == .missing }

  /// Numbers in JSON, text in forms.
  private static func typed(_ kind: Kind, _ text: String) -> NastyInput {
    NastyInput(kind: kind, json: text, text: text)
  }

  private static func words(_ kind: Kind, _ text: String) -> NastyInput {
    let json = (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) }
    return NastyInput(kind: kind, json: json, text: text)
  }

  /// What is worth trying on buttons and hidden fields.
  var isForAnyField: Bool { [.missing, .overflow, .control, .script, .quote].contains(kind) }

  var isWords: Bool { [.empty, .huge, .emoji, .rightToLeft, .control, .surrogate, .script, .quote].contains(kind) }
}

/// What is to become of an input.
enum Verdict: Sendable { case refused, accepted, either }

/// What a text is for, by the name of its field.
enum TextUse: Sendable {
  /// Anything that can be seen, up to a length.
  case free
  /// Bound by length alone.
  case secret
  /// Answered in the same way whatever it is, so that nothing is told.
  case quiet
  case strict

  init(_ field: String, of route: ShopRoute) {
    switch field {
    // Of words that mean the same two are needed, and a query has one rule at a time.
    case _ where ["words", "queries"].contains(field) && route.pattern.contains("/admin/search/"): self = .quiet
    // Rich text is long, and sanitised rather than refused.
    case _ where field.hasPrefix("introduction") && route.pattern.hasPrefix("/admin/products"): self = .quiet
    case "name", "nameEn", "nameZh", "recipient", "street", "text", "proof", "explanation", "answer", "rejection",
      "words", "wish", "dismissal", "viewName", "carrier", "tags", "contact", "goods", "licence", "reference",
      "introductionEn", "introductionZh":
      self = .free
    // Out of a list where a buyer asks for money back.
    case "reason" where route.pattern.hasPrefix("/admin/"): self = .free
    case "titleEn", "titleZh", "summaryEn", "summaryZh", "textEn", "textZh", "actionEn", "actionZh", "alternativeEn",
      "alternativeZh":
      self = .free
    case "bodyEn", "bodyZh": self = .quiet
    case "addTags", "removeTags": self = .free
    case _ where field.hasSuffix(".barcode"): self = .free
    // One that is taken is refused, whatever it is.
    case _ where field.hasSuffix(".sku"): self = .quiet
    // A line of a menu takes words only beside an address.
    case _ where field.hasPrefix("titleEn.") || field.hasPrefix("titleZh."): self = .quiet
    case _ where field == "note" || field.hasPrefix("note."): self = .free
    case "password", "current", "new", "repeated": self = .secret
    case "email" where route.pattern.hasSuffix("/password-resets") || route.pattern == "/forgot": self = .quiet
    default: self = .strict
    }
  }

  func verdict(_ kind: NastyInput.Kind) -> Verdict {
    switch (self, kind) {
    case (.quiet, _): .either
    case (_, .huge): .refused
    case (.secret, _), (_, .empty): .either
    case (.free, .emoji), (.free, .script), (.free, .quote): .accepted
    case (.free, .rightToLeft), (.free, .control), (.free, .surrogate): .refused
    case (.free, _): .either
    case (.strict, _): .refused
    }
  }
}
