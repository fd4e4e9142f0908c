import Foundation

/// Corrects what people mistype to words that goods hold. Built from the vocabulary; about 12 MB at 200,000 words.
struct Spelling: Sendable {
  /// Unknown words of a text that are looked for, and those of them that are looked for two edits away, which costs most.
  private static let mostUnknown = 8
  private static let mostFar = 2

  private let words: DeleteIndex
  private let homophones: Homophones

  /// - Parameter words: those with digits and marks of pinyin are left out, since nobody can tell what they should be.
  init(_ words: [(token: String, count: Int)]) {
    var latin: [(token: String, count: Int)] = []
    var pairs: [(token: String, count: Int)] = []
    for word in words {
      if DeleteIndex.isLetters(word.token) {
        latin.append(word)
      } else if word.token.unicodeScalars.count == 2, word.token.unicodeScalars.allSatisfy({ $0.value >= 0x3400 }) {
        pairs.append(word)
      }
    }
    self.words = DeleteIndex(latin)
    homophones = Homophones(pairs)
  }

  /// The text with words corrected, as a person would type it; nil when nothing is better.
  /// - Parameter isKnown: whether a token is held by documents.
  func corrected(_ text: String, isKnown: (String) -> Bool) -> String? {
    let scalars = Array(text.unicodeScalars.prefix(QueryReader.longestQuery))
    var corrected = String.UnicodeScalarView()
    var isBetter = false
    var unknown = 0
    var index = 0
    while index < scalars.count {
      let start = index
      let kind = Self.kind(scalars[index])
      while index < scalars.count, Self.kind(scalars[index]) == kind { index += 1 }
      let part = String(String.UnicodeScalarView(scalars[start..<index]))
      var better: String?
      if kind != .gap, unknown < Self.mostUnknown {
        better = kind == .word ? correctedWord(part, isKnown, &unknown) : homophones.corrected(part, isKnown: isKnown)
        if kind == .han, better != nil { unknown += 1 }
      }
      isBetter = isBetter || better != nil
      corrected.append(contentsOf: (better ?? part).unicodeScalars)
    }
    return isBetter ? String(corrected) : nil
  }

  private enum Kind {
    case gap, word, han
  }

  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    guard scalar.value < 0x10000 else { return scalar.value < 0x20000 ? .gap : .han }
    switch Folding.simple(scalar.value)?.kind {
    case .letter, .digit, .joint: return .word
    case .han: return .han
    case nil: return .word
    default: return .gap
    }
  }

  private func correctedWord(_ given: String, _ isKnown: (String) -> Bool, _ unknown: inout Int) -> String? {
    let word = Folding.plain(given)
    guard (3...30).contains(word.utf8.count), DeleteIndex.isLetters(word) else { return nil }
    let stem = Stemmer.stem(word)
    if isKnown(stem) || isKnown(word) { return nil }
    unknown += 1
    // The stem of a mistyped word may be further from the right one than the word, or nearer.
    let forms = stem == word ? [word] : [word, stem]
    if let best = words.best(forms, edits: 1) { return withPlural(best, of: word) }
    if let split = split(word, isKnown) { return split }
    guard word.utf8.count >= 8, unknown <= Self.mostFar, let best = words.best(forms, edits: 2) else { return nil }
    return withPlural(best, of: word)
  }

  /// A typed plural stays one: when the typed word is nearer to it than to the singular.
  private func withPlural(_ word: String, of typed: String) -> String {
    let plural = word + "s"
    guard typed.hasSuffix("s"), !word.hasSuffix("s"), Stemmer.stem(plural) == word else { return word }
    func cost(_ meant: String) -> Double {
      EditCost.cost(typed: Array(typed.utf8), meant: Array(meant.utf8), most: 3) ?? .infinity
    }
    // A letter forgotten before the ending is likelier than the ending typed for another letter.
    return cost(plural) < cost(word) + 0.15 ? plural : word
  }

  /// Two known words that lost the space between them.
  private func split(_ word: String, _ isKnown: (String) -> Bool) -> String? {
    let bytes = Array(word.utf8)
    guard bytes.count >= 6 else { return nil }
    var best: (text: String, worth: Double)?
    for length in 3...bytes.count - 3 {
      let one = String(decoding: bytes[..<length], as: UTF8.self)
      let two = String(decoding: bytes[length...], as: UTF8.self)
      let (first, second) = (Stemmer.stem(one), Stemmer.stem(two))
      guard isKnown(first), isKnown(second) else { continue }
      let worth = log(Double(1 + words.count(of: one))) + log(Double(1 + words.count(of: two)))
      if worth > best?.worth ?? -1 { best = ("\(one) \(two)", worth) }
    }
    return best?.text
  }
}
