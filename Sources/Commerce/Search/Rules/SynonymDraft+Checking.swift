import Values

extension SynonymGroup {
  public static let mostWords = 20
  /// Of a word, in characters.
  public static let longestWord = 60
}

extension SynonymDraft {
  /// The group that the draft makes, its words trimmed and empty ones left out. Throws `FieldFaults`, which name words by
  /// their place in the draft: `words.2`.
  public func group(_ id: SynonymID) throws -> SynonymGroup {
    var faults = FieldFaults()
    let from = faults.text(from, "from", max: SynonymGroup.longestWord, required: false)
    var seen: Set<String> = from.isEmpty ? [] : [QueryReader.key(of: from)]
    var kept: [String] = []
    for (index, word) in words.enumerated() {
      let trimmed = faults.text(word, "words.\(index)", max: SynonymGroup.longestWord, required: false)
      guard !trimmed.isEmpty else { continue }
      if !seen.insert(QueryReader.key(of: trimmed)).inserted { faults.add("words.\(index)", "repeated") }
      kept.append(trimmed)
    }
    if kept.isEmpty {
      faults.add("words", "missing")
    } else if kept.count == 1, from.isEmpty {
      faults.add("words", "tooFew", ["min": "2"])
    }
    if kept.count > SynonymGroup.mostWords {
      faults.add("words", "tooMany", ["max": String(SynonymGroup.mostWords)])
    }
    try faults.throwIfAny()
    return SynonymGroup(id: id, from: from.isEmpty ? nil : from, words: kept)
  }
}
