/// Folded, trimmed, with single spaces.
enum SpacedText {
  /// - Parameter limit: scalars of the answer, at most.
  static func folded(_ text: String, limit: Int) -> String {
    // Folding can make several characters of one, and takes some away.
    let read = String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit * 2)))
    let words = Folding.plain(read).unicodeScalars.split { $0.properties.isWhitespace || $0.value < 0x20 }
    let spaced = words.map { String($0) }.joined(separator: " ")
    var cut = String.UnicodeScalarView(spaced.unicodeScalars.prefix(limit))
    while cut.last == " " { cut.removeLast() }
    return String(cut)
  }

  /// A `LIKE … ESCAPE '!'` pattern that finds the text anywhere in one that is folded.
  static func pattern(containing text: String) -> String {
    var pattern = "%"
    for scalar in folded(text, limit: SearchQuery.longestText).unicodeScalars {
      if scalar == "!" || scalar == "%" || scalar == "_" { pattern.append("!") }
      pattern.unicodeScalars.append(scalar)
    }
    return pattern + "%"
  }
}
