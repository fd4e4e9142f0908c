/// Synonyms as queries are held against them.
struct SynonymBook: Sendable {
  /// What else is looked for, by the keys of the words with bars between them.
  private var others: [String: [[String]]] = [:]
  private var longestInWords = 1
  private var longestRun = 0
  static let worth = 0.8
  private static let mostWays = 8

  init(_ groups: [SynonymGroup]) {
    // Without words between words, as queries are read.
    func slots(of word: String) -> [QuerySlot] { QuerySlot.meaningful(QuerySlot.slots(of: word)) }
    for group in groups {
      let words = group.words.map(slots(of:)).filter { !$0.isEmpty }
      if let from = group.from {
        add(slots(of: from), words)
      } else {
        for (index, word) in words.enumerated() {
          add(word, words.enumerated().filter { $0.offset != index }.map(\.element))
        }
      }
    }
  }

  private mutating func add(_ slots: [QuerySlot], _ words: [[QuerySlot]]) {
    guard !slots.isEmpty else { return }
    let key = slots.map(\.key).joined(separator: "|")
    for word in words {
      let tokens = word.flatMap(\.tokens)
      guard !(others[key] ?? []).contains(tokens), tokens != slots.flatMap(\.tokens) else { continue }
      others[key, default: []].append(tokens)
    }
    longestInWords = max(longestInWords, slots.count)
    if slots.count == 1, case .run(let characters) = slots[0].shape { longestRun = max(longestRun, characters.count) }
  }

  /// The longest run of slots from here that has synonyms.
  func match(_ slots: ArraySlice<QuerySlot>) -> (length: Int, ways: [[String]])? {
    for length in stride(from: min(longestInWords, slots.count), through: 1, by: -1) {
      if let ways = others[slots.prefix(length).map(\.key).joined(separator: "|")], !ways.isEmpty {
        return (length, Array(ways.prefix(Self.mostWays)))
      }
    }
    return nil
  }

  /// Words of two characters and more inside a run, from left to right.
  func spans(in run: [String]) -> [(range: Range<Int>, ways: [[String]])] {
    guard longestRun >= 2 else { return [] }
    var spans: [(range: Range<Int>, ways: [[String]])] = []
    var start = 0
    while start + 2 <= run.count {
      var end = min(run.count, start + longestRun)
      while end - start >= 2 {
        if let ways = others[run[start..<end].joined()], !ways.isEmpty {
          spans.append((start..<end, Array(ways.prefix(Self.mostWays))))
          break
        }
        end -= 1
      }
      start = end - start >= 2 ? end : start + 1
    }
    return spans
  }
}
