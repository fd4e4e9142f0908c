import Values

/// What people ask for, in the form in which it is counted.
struct KeptQuery: Hashable, Comparable, Sendable {
  let language: Language
  /// Folded; empty where it isn't kept.
  let text: String

  /// - Parameter text: as typed.
  init(_ text: String, _ language: Language) {
    self.language = language
    let folded = SpacedText.folded(text, limit: SearchQuery.longestText)
    self.text = text.unicodeScalars.count > SearchQuery.longestText || PersonalText.isSeen(in: folded) ? "" : folded
  }

  init(folded text: String, _ language: Language) {
    self.language = language
    self.text = text
  }

  /// The same without its text.
  var unnamed: KeptQuery { KeptQuery(folded: "", language) }

  static func < (left: KeptQuery, right: KeptQuery) -> Bool {
    (left.language.rawValue, left.text) < (right.language.rawValue, right.text)
  }
}

/// Who opens finds. Longer keys are cut.
enum VisitorKey {
  static let limit = 100
  static func cut(_ key: String) -> String { StoredText.cut(key, limit) }
}

/// What people type by mistake and nobody else should read.
enum PersonalText {
  /// So many digits in a row, with what people put between them, are a telephone, a card or a paper rather than goods. It costs
  /// the numbers on goods (13 digits as a rule), which few people type.
  private static let fewestDigits = 7

  /// Whether a folded text looks like an address for mail, or has a long number in it.
  static func isSeen(in text: String) -> Bool { hasMailAddress(text) || hasLongNumber(text) }

  private static func hasMailAddress(_ text: String) -> Bool {
    text.unicodeScalars.split { $0 == " " }.contains { word in
      guard let at = word.firstIndex(of: "@"), at > word.startIndex else { return false }
      let host = word[word.index(after: at)...]
      return host.contains(".") || host.contains("。")
    }
  }

  private static func hasLongNumber(_ text: String) -> Bool {
    var digits = 0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "0"..."9": digits += 1
      case " ", "-", "+", "(", ")", ".", "/": break
      default: digits = 0
      }
      if digits >= fewestDigits { return true }
    }
    return false
  }
}
