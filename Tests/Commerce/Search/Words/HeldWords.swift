import Values

@testable import Search

/// The words of a few titles, as an index would hold them.
struct HeldWords: Vocabulary {
  let held: [String: Int]
  let revision = 1

  init(_ titles: [String]) {
    var held: [String: Int] = [:]
    for title in titles { for token in tokens(of: title) { held[token, default: 0] += 1 } }
    self.held = held
  }

  func counts(_ tokens: [String]) async throws -> [Int] { tokens.map { held[$0] ?? 0 } }

  func words(beginning prefix: String, limit: Int) async throws -> [(token: String, count: Int)] {
    Array(ordered.filter { $0.token.hasPrefix(prefix) }.prefix(limit))
  }

  func written(beginning prefix: String, limit: Int) async throws -> [(token: String, count: Int)] {
    Array(spelled.filter { $0.token.hasPrefix(prefix) }.prefix(limit))
  }

  func spellable() async throws -> [(token: String, count: Int)] { spelled }

  /// As a file of words answers: those that are written in letters, and pairs of Chinese characters.
  var spelled: [(token: String, count: Int)] {
    ordered.compactMap { word in
      if word.token.hasPrefix(Analyser.written) { return (String(word.token.dropFirst()), word.count) }
      let isPair = word.token.unicodeScalars.count == 2 && word.token.unicodeScalars.allSatisfy { $0.value >= 0x3400 }
      return isPair ? word : nil
    }
  }

  func isKnown(_ token: String) -> Bool { held[token] != nil }

  var ordered: [(token: String, count: Int)] {
    held.map { (token: $0.key, count: $0.value) }.sorted { ($0.count, $1.token) > ($1.count, $0.token) }
  }
}

func tokens(of title: String) -> Set<String> { Set(orderedTokens(of: title, pinyin: true)) }

func orderedTokens(of title: String, pinyin: Bool = false) -> [String] {
  var tokens: [String] = []
  Analyser.tokens(title, limit: 400, naming: pinyin) { tokens.append($0) }
  return tokens
}

extension QueryTree {
  /// Whether a document with these tokens holds everything that is asked for.
  func isMet(by tokens: Set<String>) -> Bool {
    wants.allSatisfy { want in want.ways.contains { $0.isMet(by: tokens) } }
  }
}

extension QueryTree.Way {
  func isMet(by held: Set<String>) -> Bool {
    guard let last = tokens.last else { return false }
    let begun = isPrefix ? held.contains { $0.hasPrefix(last) } : held.contains(last)
    return begun && tokens.dropLast().allSatisfy(held.contains)
  }
}

/// A query, read without rules and synonyms against the words of some titles.
func read(
  _ text: String, isTyping: Bool = false, held titles: [String], tuning: SearchTuning = .plain
) async throws -> ReadQuery {
  try await QueryReader(tuning: tuning).read(text, isTyping: isTyping, vocabulary: HeldWords(titles))
}
