/// Cuts text into the tokens that are indexed. Latin words stand in their plain form; a code such as `WH-1000XM4` is its
/// parts and the whole without joints; a number with a unit is one token, whatever the unit was written like; Chinese,
/// Japanese and Korean are cut into single characters and pairs, so that a word of two characters is found inside any run.
/// `QueryReader` reads queries to match.
enum Analyser {
  /// Longer words are cut, on both sides alike. In characters.
  static let longestToken = 40
  /// Stands before words as they are written, which are for correcting and completing alone.
  static let written = "="

  /// All tokens of a text, repeats included.
  /// - Parameters:
  ///   - limit: only so many Unicode scalars of the text are looked at.
  ///   - naming: for titles, brands and names of categories: also each word as it is written, and how each pair of Chinese
  ///     characters is read, as `Pinyin.token` writes it.
  static func tokens(_ text: String, limit: Int, naming: Bool = false, _ body: (String) -> Void) {
    for piece in PieceCutter.cut(text, limit: limit) {
      switch piece {
      case .word(let word):
        body(Stemmer.stem(word))
        if naming { asWritten(word, body) }
      case .code(let code):
        tokens(of: code, body)
        if naming { for part in code.parts { asWritten(part, body) } }
      case .run(let run): tokens(of: run, pinyin: naming, body)
      case .quantity(let quantity): tokens(of: quantity, pinyin: naming, body)
      }
    }
  }

  /// Whether a token only says how something is written or read, and isn't asked for.
  static func isMark(_ token: String) -> Bool {
    let first = token.utf8.first
    return first == written.utf8.first || first == Pinyin.mark.utf8.first
  }

  private static func asWritten(_ word: String, _ body: (String) -> Void) {
    if (3...DeleteIndex.longest).contains(word.utf8.count), DeleteIndex.isLetters(word) { body(written + word) }
  }

  private static func tokens(of code: Piece.Code, _ body: (String) -> Void) {
    for part in code.parts { body(Stemmer.stem(part)) }
    if code.parts.count > 1 { body(Stemmer.stem(code.joined)) }
    if code.parts.count > 2 {
      for (one, two) in zip(code.parts, code.parts.dropFirst()) {
        body(Stemmer.stem(String((one + two).prefix(longestToken))))
      }
    }
    for segment in code.segments where !code.parts.contains(segment) { body(Stemmer.stem(segment)) }
  }

  private static func tokens(of quantity: Piece.Quantity, pinyin: Bool, _ body: (String) -> Void) {
    body(quantity.token)
    if quantity.token != quantity.number { body(quantity.number) }
    if Units.storage.contains(quantity.token) { body(quantity.token + "b") }
    switch quantity.unit {
    case .latin(let unit, isGlued: false): body(Stemmer.stem(unit))
    case .chinese(let characters):
      tokens(of: characters.flatMap { $0.unicodeScalars.map(\.value) }[...], pinyin: pinyin, body)
    default: break
    }
  }

  private static func tokens(of run: ArraySlice<UInt32>, pinyin: Bool, _ body: (String) -> Void) {
    var before: UInt32?
    for scalar in run {
      body(Scalars.text(scalar))
      if let before {
        body(Scalars.text(before, scalar))
        if pinyin { Pinyin.tokens(before, scalar, body) }
      }
      before = scalar
    }
  }
}
