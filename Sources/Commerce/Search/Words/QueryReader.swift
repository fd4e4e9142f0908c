import Values

/// Reads what people type into what an index is asked for.
struct QueryReader: Sendable {
  /// Only so many Unicode scalars of a query are looked at.
  static let longestQuery = 100
  private static let mostWants = 24

  private let synonyms: SynonymBook
  private let rules: [String: QueryRule]

  /// Made once per revision of the tuning.
  init(tuning: SearchTuning) {
    synonyms = SynonymBook(tuning.synonyms)
    var rules: [String: QueryRule] = [:]
    for rule in tuning.rules {
      for query in rule.queries {
        let key = Self.key(of: query)
        if rules[key] == nil { rules[key] = rule }
      }
    }
    self.rules = rules
  }

  /// A query as rules and counts of queries compare it: without case, accents, width and plural.
  static func key(of text: String) -> String { key(QuerySlot.slots(of: text), text) }

  func read(_ text: String, isTyping: Bool, vocabulary: any Vocabulary) async throws -> ReadQuery {
    let slots = QuerySlot.slots(of: text)
    let key = Self.key(slots, text)
    guard !slots.isEmpty else {
      let isEmpty = text.unicodeScalars.prefix(Self.longestQuery).allSatisfy(\.properties.isWhitespace)
      return ReadQuery(tree: QueryTree(isEmpty ? [] : [.init([])]), key: key, rule: rules[key], unknown: !isEmpty)
    }
    let isOpen = isTyping && !(text.unicodeScalars.last?.properties.isWhitespace ?? true)
    var draft = QueryDraft(QuerySlot.meaningful(slots), synonyms, isTyping: isTyping, isOpen: isOpen)
    try await draft.take(vocabulary)
    return ReadQuery(
      tree: QueryTree(draft.wants(most: Self.mostWants), allowsPart: !isTyping), key: key, rule: rules[key],
      unknown: draft.isUnknown)
  }

  private static func key(_ slots: [QuerySlot], _ text: String) -> String {
    guard slots.isEmpty else { return slots.map(\.key).joined(separator: " ") }
    let plain = Folding.plain(String(String.UnicodeScalarView(text.unicodeScalars.prefix(longestQuery))))
    return plain.split(separator: " ").joined(separator: " ")
  }
}

/// A query as it was read.
struct ReadQuery: Sendable {
  /// Without wants for a text without a character; with one want that can't be met for a text without words.
  let tree: QueryTree
  /// The folded form, as rules compare queries.
  let key: String
  /// The first whose queries hold the key, whether it is in force or not.
  let rule: QueryRule?
  /// Some want is met by no document: look for another spelling.
  let unknown: Bool
}
