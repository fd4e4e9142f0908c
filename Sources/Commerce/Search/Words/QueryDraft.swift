/// The wants of a query while it is read: first what the words alone say, then what the vocabulary adds.
struct QueryDraft {
  struct Draft {
    enum Shape {
      case word(String, position: Int)
      case code
      case pair(Pair)
      case other
    }

    let shape: Shape
    var want: QueryTree.Want
    /// How many ways, from the first, mean just what was typed, so that the query is known when one of them is held.
    var sure: Int
    /// The vocabulary leads there.
    var isMet = false
  }

  /// Two characters of a run, with the place of the pair among the pairs of its run.
  struct Pair {
    let characters: [String]
    let index: Int
    let runLength: Int
  }

  static let mostWays = 12
  /// What the characters of a Chinese pair are worth beside the pair.
  private static let characterWorth = 0.4
  let isTyping: Bool
  /// The last word may go on.
  let isOpen: Bool
  var drafts: [Draft] = []
  var counts: [String: Int] = [:]

  init(_ slots: [QuerySlot], _ synonyms: SynonymBook, isTyping: Bool, isOpen: Bool) {
    self.isTyping = isTyping
    self.isOpen = isOpen
    var rest = slots[...]
    while let slot = rest.first {
      if let match = synonyms.match(rest) {
        for slot in rest.prefix(match.length) { addSynonyms(of: slot, match.ways) }
        rest = rest.dropFirst(match.length)
      } else {
        add(slot, synonyms, isLast: rest.count == 1)
        rest = rest.dropFirst()
      }
    }
  }

  /// A word, or one of several that have synonyms together.
  private mutating func addSynonyms(of slot: QuerySlot, _ others: [[String]]) {
    let weight = if case .run(let run) = slot.shape { Self.weight(of: run, parts: slot.tokens.count) } else { 1.0 }
    for token in slot.tokens { addSynonyms(of: token, others, weight: weight) }
  }

  /// Each word of several stays a want with its own weight, which what is said instead of all of them meets as well:
  /// goods hold all of the words, or what is said instead, and no half of the words will do. Where goods that hold some
  /// wants count, each of the words counts as it does without synonyms.
  private mutating func addSynonyms(of token: String, _ others: [[String]], weight: Double = 1) {
    let ways = [QueryTree.Way([token])] + others.map { QueryTree.Way($0, worth: SynonymBook.worth) }
    drafts.append(Draft(shape: .other, want: .init(ways, weight: weight), sure: ways.count))
  }

  private mutating func add(_ slot: QuerySlot, _ synonyms: SynonymBook, isLast: Bool) {
    switch slot.shape {
    case .word(let word):
      drafts.append(
        Draft(shape: .word(word, position: slot.position), want: .init([.init([slot.key])]), sure: 1))
    case .code(let parts, let segments):
      var ways = [QueryTree.Way([slot.key])]
      if parts.count > 1 { ways.append(.init(parts.map(Stemmer.stem), worth: 0.9)) }
      if segments.count > 1, segments != parts { ways.append(.init(segments.map(Stemmer.stem), worth: 0.8)) }
      let sure = ways.count
      if isLast, isOpen { ways.append(.init([slot.key], isPrefix: true, worth: 0.7)) }
      drafts.append(Draft(shape: .code, want: .init(ways), sure: sure))
    case .quantity(let token, let alternatives):
      let ways = [QueryTree.Way([token])] + alternatives.map { .init($0, worth: 0.6) }
      drafts.append(Draft(shape: .other, want: .init(ways), sure: ways.count))
    case .run(let characters): add(run: characters, synonyms.spans(in: characters))
    }
  }

  // MARK: Chinese

  /// The pairs of a run share the weight of one or two words. Those of a word with synonyms are met by these too; of a
  /// pair across its edge, the character outside is enough, since goods that are named otherwise don't hold the pair.
  private mutating func add(run: [String], _ spans: [(range: Range<Int>, ways: [[String]])]) {
    let first = drafts.count
    if run.count == 1 {
      drafts.append(Draft(shape: .other, want: .init([.init(run)]), sure: 1))
      return
    }
    var isCovered = [Bool](repeating: false, count: run.count)
    for span in spans { for index in span.range { isCovered[index] = true } }
    for index in 0..<run.count - 1 {
      if let span = spans.first(where: { $0.range.lowerBound == index }) {
        for pair in QuerySlot.pairs(Array(run[span.range])) { addSynonyms(of: pair, span.ways) }
      }
      if isCovered[index], isCovered[index + 1] { continue }
      var ways = [QueryTree.Way([run[index] + run[index + 1]])]
      if isCovered[index] { ways.append(.init([run[index + 1]], worth: 0.5)) }
      if isCovered[index + 1] { ways.append(.init([run[index]], worth: 0.5)) }
      let isPlain = ways.count == 1
      let pair = Pair(characters: [run[index], run[index + 1]], index: index, runLength: run.count)
      drafts.append(Draft(shape: isPlain ? .pair(pair) : .other, want: .init(ways), sure: ways.count))
    }
    let weight = Self.weight(of: run, parts: drafts.count - first)
    for index in first..<drafts.count { drafts[index].want.weight = weight }
  }

  /// What each of so many parts of a run weighs.
  private static func weight(of run: [String], parts: Int) -> Double {
    min(1, min(2, max(1, Double(run.count) / 2)) / Double(parts))
  }

  /// A pair that goods hold less often than the pairs on both sides lies across two words mostly: its characters are enough
  /// where they stand apart, and goods with both neighbours hold them. So is the rarer pair of three characters, of which
  /// two make a word.
  private mutating func loosenPairs() {
    func pair(_ index: Int) -> (pair: Pair, count: Int)? {
      guard drafts.indices.contains(index), case .pair(let pair) = drafts[index].shape else { return nil }
      return (pair, counts[pair.characters.joined()] ?? 0)
    }
    for index in drafts.indices {
      guard let own = pair(index) else { continue }
      let before = own.pair.index > 0 ? pair(index - 1) : nil
      let after = own.pair.index < own.pair.runLength - 2 ? pair(index + 1) : nil
      if let before, let after {
        guard own.count < min(before.count, after.count) else { continue }
        drafts[index].isMet = true
      } else {
        guard own.pair.runLength == 3, let other = before ?? after, own.count * 2 <= other.count, other.count > 0
        else { continue }
      }
      drafts[index].want.ways.append(.init(own.pair.characters, worth: Self.characterWorth))
    }
  }

  /// A pair that no goods hold, nor anything that means the same: its characters are looked for one by one, for less.
  /// What was typed stays unknown, so that another spelling is looked for. While somebody types the word may not be whole.
  private mutating func partUnknownPairs() {
    guard !isTyping else { return }
    for index in drafts.indices {
      let ways = drafts[index].want.ways
      guard !ways.contains(where: isHeld) else { continue }
      let apart = ways.compactMap(Self.characters(of:)).filter { apart in !ways.contains { $0.tokens == apart } }
      drafts[index].want.ways += apart.map { .init($0, worth: Self.characterWorth) }
    }
  }

  private static func characters(of way: QueryTree.Way) -> [String]? {
    guard way.tokens.count == 1, way.tokens[0].unicodeScalars.count == 2,
      way.tokens[0].unicodeScalars.allSatisfy({ $0.value >= 0x2E80 })
    else { return nil }
    return way.tokens[0].unicodeScalars.map { String($0) }
  }

  // MARK: The vocabulary

  /// Whether goods hold all of it, as far as can be told: each of the tokens, though maybe not together.
  private func isHeld(_ way: QueryTree.Way) -> Bool { way.tokens.allSatisfy { counts[$0] ?? 0 > 0 } }

  mutating func take(_ vocabulary: any Vocabulary) async throws {
    var asked: Set<String> = []
    for draft in drafts { for way in draft.want.ways { asked.formUnion(way.tokens) } }
    for (one, two) in neighbours { asked.insert(Stemmer.stem(one.word + two.word)) }
    let tokens = asked.sorted()
    for (token, count) in zip(tokens, try await vocabulary.counts(tokens)) { counts[token] = count }
    loosenPairs()
    partUnknownPairs()
    joinNeighbours()
    completeLast()
    try await addSplits(vocabulary)
    try await addPinyin(vocabulary)
  }

  typealias Word = (index: Int, word: String, position: Int)

  var words: [Word] {
    drafts.indices.compactMap { index in
      if case .word(let word, let position) = drafts[index].shape { (index, word, position) } else { nil }
    }
  }

  /// Words that stand next to each other.
  private var neighbours: [(Word, Word)] {
    zip(words, words.dropFirst()).filter { one, two in
      one.position + 1 == two.position
        && (4...Analyser.longestToken).contains(one.word.utf8.count + two.word.utf8.count)
    }
  }

  func count(of word: Word) -> Int { counts[drafts[word.index].want.ways[0].tokens[0]] ?? 0 }

  /// `ear phones` also finds earphones.
  private mutating func joinNeighbours() {
    for (one, two) in neighbours {
      let joined = Stemmer.stem(one.word + two.word)
      guard counts[joined] ?? 0 > 0 else { continue }
      for index in [one.index, two.index] {
        drafts[index].want.ways.append(.init([joined], worth: 0.9))
        drafts[index].isMet = true
      }
    }
  }

  /// The beginning of the last word is enough while somebody types, and when no goods hold the word itself.
  private mutating func completeLast() {
    guard let last = words.last, last.index == drafts.count - 1 else { return }
    if isOpen {
      drafts[last.index].want.ways.append(.init([last.word], isPrefix: true, worth: 0.7))
    } else if count(of: last) == 0, last.word.utf8.count >= 3 {
      drafts[last.index].want.ways.append(.init([last.word], isPrefix: true, worth: 0.6))
    }
  }

  /// `powerbank` also finds power banks, where no goods say it in one word.
  private mutating func addSplits(_ vocabulary: any Vocabulary) async throws {
    var splits: [(index: Int, one: String, two: String)] = []
    for word in words.filter({ count(of: $0) == 0 && (6...30).contains($0.word.utf8.count) }).prefix(4) {
      let letters = Array(word.word)
      guard letters.count >= 6, letters.allSatisfy(\.isLetter) else { continue }
      for length in 3...letters.count - 3 {
        splits.append((word.index, String(letters[..<length]), Stemmer.stem(String(letters[length...]))))
      }
    }
    guard !splits.isEmpty else { return }
    let held = try await vocabulary.counts(splits.flatMap { [Stemmer.stem($0.one), $0.two] })
    var best: [Int: Int] = [:]
    for (place, split) in splits.enumerated() where held.count >= 2 * place + 2 {
      let count = min(held[2 * place], held[2 * place + 1])
      guard count > best[split.index] ?? 0 else { continue }
      if best[split.index] != nil { drafts[split.index].want.ways.removeLast() }
      best[split.index] = count
      drafts[split.index].want.ways.append(.init([Stemmer.stem(split.one), split.two], worth: 0.6))
      drafts[split.index].isMet = true
    }
  }

  // MARK: The outcome

  /// Some want is met by no document, as far as can be told.
  var isUnknown: Bool {
    drafts.contains { draft in
      !draft.isMet && !draft.want.ways.prefix(draft.sure).contains(where: isHeld)
    }
  }

  /// Each want once. Words that stand twice are two wants where something else is said instead of the one and the other.
  func wants(most: Int) -> [QueryTree.Want] {
    var seen: Set<Set<QueryTree.Way>> = []
    return drafts.map { draft in
      var want = draft.want
      want.ways = Array(want.ways.prefix(Self.mostWays))
      return want
    }.filter { want in
      // What a way is worth makes no other want of it.
      seen.insert(Set(want.ways.map { QueryTree.Way($0.tokens, isPrefix: $0.isPrefix) })).inserted
    }.prefix(most).map { $0 }
  }
}
