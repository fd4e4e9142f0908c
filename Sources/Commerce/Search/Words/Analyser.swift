/// Cuts text into the tokens that are indexed. Latin words stand in their plain form; a code such as `WH-1000XM4` is its
/// parts and the whole without joints; a number with a unit is one token, whatever the unit was written like; Chinese,
/// Japanese and Korean are cut into single characters and pairs, so that a word of two characters is found inside any run.
/// `QueryReader` reads queries to match.
enum Analyser {
  /// Longer words are cut, on both sides alike. In characters.
  static let longestToken = 40
  /// Stands before words as they are written, which are for correcting and completing alone.
  static let written = "="

  /// What tokens are made of, one by one. Most of a text are words and characters that stood in another text before.
  enum Atom {
    case word(String)
    case character(UInt32)
    case pair(UInt32, UInt32)
    case code(Piece.Code)
    case amount(Piece.Quantity)

    /// What says all of it; nil for codes and amounts, which hardly come twice.
    var text: String? {
      switch self {
      case .word(let word): word
      case .character(let scalar): Scalars.text(scalar)
      case .pair(let one, let two): Scalars.text(one, two)
      case .code, .amount: nil
      }
    }
  }

  /// - Parameter limit: only so many Unicode scalars of the text are looked at.
  static func atoms(_ text: String, limit: Int, _ body: (Atom) -> Void) {
    for piece in PieceCutter.cut(text, limit: limit) {
      switch piece {
      case .word(let word): body(.word(word))
      case .code(let code): body(.code(code))
      case .run(let run): atoms(of: run, body)
      case .quantity(let quantity):
        body(.amount(quantity))
        if case .chinese(let characters) = quantity.unit {
          atoms(of: characters.flatMap { $0.unicodeScalars.map(\.value) }[...], body)
        }
      }
    }
  }

  private static func atoms(of run: ArraySlice<UInt32>, _ body: (Atom) -> Void) {
    var before: UInt32?
    for scalar in run {
      body(.character(scalar))
      if let before { body(.pair(before, scalar)) }
      before = scalar
    }
  }

  /// - Parameter naming: for titles, brands and names of categories: also each word as it is written, and how each pair of
  ///   Chinese characters is read, as `Pinyin.token` writes it.
  static func tokens(of atom: Atom, naming: Bool, _ body: (String) -> Void) {
    switch atom {
    case .word(let word):
      body(Stemmer.stem(word))
      if naming { asWritten(word, body) }
    case .character(let scalar): body(Scalars.text(scalar))
    case .pair(let one, let two):
      body(Scalars.text(one, two))
      if naming { Pinyin.tokens(one, two, body) }
    case .code(let code):
      tokens(of: code, body)
      if naming { for part in code.parts { asWritten(part, body) } }
    case .amount(let quantity): tokens(of: quantity, body)
    }
  }

  /// All tokens of a text, repeats included.
  static func tokens(_ text: String, limit: Int, naming: Bool = false, _ body: (String) -> Void) {
    atoms(text, limit: limit) { tokens(of: $0, naming: naming, body) }
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

  private static func tokens(of quantity: Piece.Quantity, _ body: (String) -> Void) {
    body(quantity.token)
    if quantity.token != quantity.number { body(quantity.number) }
    if Units.storage.contains(quantity.token) { body(quantity.token + "b") }
    if case .latin(let unit, isGlued: false) = quantity.unit { body(Stemmer.stem(unit)) }
  }
}
