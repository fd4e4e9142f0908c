/// What customers are found by, as it stands in the indexes.
enum CustomerKeys {
  /// Above every text that begins with what is looked for.
  static let end = "\u{10FFFF}"

  /// Whatever the case of its letters.
  static func name(_ name: String) -> String {
    String(String.UnicodeScalarView(name.lowercased().unicodeScalars.prefix(120)))
  }

  /// Its digits alone.
  static func phone(_ phone: String) -> String {
    String(decoding: phone.utf8.filter { (48...57).contains($0) }, as: UTF8.self)
  }
}
