/// Cuts text into the tokens that are indexed and asked for. Latin words and numbers are tokens in their singular; a code
/// such as `WH-1000XM4` is also one token without its joints; Chinese, Japanese and Korean are cut into single characters
/// and pairs, so that a word of two characters is found inside any run.
enum Analyser {
  /// Longer words are cut, on both sides alike.
  static let longestToken = 40

  enum Piece {
    case word(String)
    case compound([String])
    case run([String])
  }

  /// All tokens of a text, repeats included.
  static func tokens(_ text: String, limit: Int, _ body: (String) -> Void) {
    for piece in pieces(text, limit: limit) {
      switch piece {
      case .word(let word): body(singular(word))
      case .compound(let parts):
        for part in parts { body(singular(part)) }
        if parts.count <= 6 { body(joined(parts)) }
      case .run(let characters):
        for index in characters.indices {
          body(characters[index])
          if index > 0 { body(characters[index - 1] + characters[index]) }
        }
      }
    }
  }

  static func joined(_ parts: [String]) -> String { String(parts.joined().prefix(longestToken)) }

  static func pieces(_ text: String, limit: Int) -> [Piece] {
    let folded = Folding.fold(text, limit: limit)
    var pieces: [Piece] = []
    var index = 0
    while index < folded.kinds.count {
      switch folded.kinds[index] {
      case .word: pieces.append(word(folded, &index))
      case .han:
        let start = index
        while index < folded.kinds.count, folded.kinds[index] == .han { index += 1 }
        pieces.append(.run(folded.scalars[start..<index].compactMap { Unicode.Scalar($0).map { String($0) } }))
      case .gap, .joint, .point: index += 1
      }
    }
    return pieces
  }

  /// A word, or several with joints between them.
  private static func word(_ folded: Folding.Folded, _ index: inout Int) -> Piece {
    var parts: [String] = []
    var current = String.UnicodeScalarView()
    func isDigit(_ index: Int) -> Bool {
      folded.kinds.indices.contains(index) && (48...57).contains(folded.scalars[index])
    }
    func finish() {
      if !current.isEmpty { parts.append(String(String(current).prefix(longestToken))) }
      current = String.UnicodeScalarView()
    }
    loop: while index < folded.kinds.count {
      switch folded.kinds[index] {
      case .word: break
      case .point where isDigit(index - 1) && isDigit(index + 1): break
      case .joint where index + 1 < folded.kinds.count && folded.kinds[index + 1] == .word:
        finish()
        index += 1
        continue
      default: break loop
      }
      if let scalar = Unicode.Scalar(folded.scalars[index]) { current.append(scalar) }
      index += 1
    }
    finish()
    return parts.count == 1 ? .word(parts[0]) : .compound(parts)
  }

  /// The singular of an English word by its ending; words with digits or other letters stay as they are.
  static func singular(_ word: String) -> String {
    let bytes = Array(word.utf8)
    guard bytes.count >= 4, bytes.last == UInt8(ascii: "s"), bytes.allSatisfy({ (97...122).contains($0) }) else {
      return word
    }
    func ends(_ ending: String) -> Bool {
      bytes.count > ending.utf8.count && bytes.suffix(ending.utf8.count).elementsEqual(ending.utf8)
    }
    if ends("ss") || ends("us") || ends("is") { return word }
    if ends("ies"), bytes.count >= 5 { return String(word.dropLast(3)) + "y" }
    if ends("sses") || ends("xes") || ends("ches") || ends("shes") || ends("zzes") { return String(word.dropLast(2)) }
    return String(word.dropLast())
  }

  /// The tokens of a document with the fields they stand in, in one text: each as a digit of field bits and the token,
  /// with spaces between. Loading reads this again and analyses nothing.
  static func line(title: [String], words: [String], body: [String]) -> String {
    var bits: [String: Int] = [:]
    var order: [String] = []
    func add(_ texts: [String], limit: Int, bit: Int) {
      for (index, text) in texts.enumerated() where !texts[..<index].contains(text) {
        tokens(text, limit: limit) { token in
          if let known = bits[token] {
            bits[token] = known | bit
          } else {
            bits[token] = bit
            order.append(token)
          }
        }
      }
    }
    add(title, limit: 400, bit: Field.title)
    add(words, limit: 4000, bit: Field.words)
    add(body, limit: 2000, bit: Field.body)
    return order.map { "\(bits[$0] ?? 0)\($0)" }.joined(separator: " ")
  }
}

/// Where a token stands in a document, as bits.
enum Field {
  static let title = 1
  static let words = 2
  static let body = 4
  /// What a find is worth, by bits: the title most, the body least.
  static let worth: [Int32] = (0..<8).map { bits in
    Int32((bits & title != 0 ? 8 : 0) + (bits & words != 0 ? 3 : 0) + (bits & body != 0 ? 1 : 0))
  }
}
