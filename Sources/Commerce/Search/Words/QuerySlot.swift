/// A word of a query, or what counts as one.
struct QuerySlot: Sendable {
  enum Shape: Sendable {
    /// As typed, folded.
    case word(String)
    case code(parts: [String], segments: [String])
    case quantity(String, alternatives: [[String]])
    case run([String])
  }

  let shape: Shape
  /// For comparing queries and synonyms.
  let key: String
  /// Where it stands in the query, from 0, fillers counted.
  let position: Int

  static func slots(of text: String) -> [QuerySlot] {
    var slots: [QuerySlot] = []
    func add(_ shape: Shape, _ key: String) {
      slots.append(QuerySlot(shape: shape, key: key, position: slots.count))
    }
    for piece in PieceCutter.cut(text, limit: QueryReader.longestQuery) {
      switch piece {
      case .word(let word): add(.word(word), Stemmer.stem(word))
      case .code(let code): add(.code(parts: code.parts, segments: code.segments), Stemmer.stem(code.joined))
      case .quantity(let quantity): add(.quantity(quantity.token, alternatives: alternatives(quantity)), quantity.token)
      case .run(let run):
        let characters = run.map { Scalars.text($0) }
        // 的 joins what is asked for to what it is like, and stands in no index word worth asking for.
        for part in characters.count >= 3 ? characters.split(separator: "的").map(Array.init) : [characters] {
          add(.run(part), part.joined())
        }
      }
    }
    return slots
  }

  private static func alternatives(_ quantity: Piece.Quantity) -> [[String]] {
    var ways: [[String]] = []
    if Units.storage.contains(quantity.token) { ways.append([quantity.token + "b"]) }
    switch quantity.unit {
    case .latin(let unit, isGlued: false): ways.append([quantity.number, Stemmer.stem(unit)])
    case .chinese(let characters): ways.append([quantity.number] + pairs(characters))
    default: break
    }
    if quantity.token.hasSuffix("pc") { ways.append([quantity.number]) }
    return ways.filter { $0 != [quantity.token] }
  }

  static func pairs(_ run: [String]) -> [String] {
    run.count < 2 ? run : zip(run, run.dropFirst()).map { $0 + $1 }
  }

  /// Tokens that a document with these very words holds.
  var tokens: [String] {
    switch shape {
    case .word, .code: [key]
    case .quantity(let token, _): [token]
    case .run(let characters): Self.pairs(characters)
    }
  }

  /// Without the words that are said between others, unless there are no others.
  static func meaningful(_ slots: [QuerySlot]) -> [QuerySlot] {
    let meaningful = slots.filter { !fillers.contains($0.key) }
    return meaningful.isEmpty ? slots : meaningful
  }

  private static let fillers: Set<String> = [
    "a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "的", "和", "与", "及", "或", "给",
    "在", "了",
  ]
}
