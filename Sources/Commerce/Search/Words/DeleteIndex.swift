import Foundation

/// Finds words that are one edit away, and two. Each word is filed under itself and under all that remain when one letter
/// is taken out; a query is looked up in the same way. The files hold numbers of words alone, in buckets of a hash, and
/// what is found is compared letter by letter.
struct DeleteIndex: Sendable {
  private var letters: [UInt8] = []
  private var starts: [UInt32] = [0]
  private var counts: [UInt32] = []
  private var buckets: [UInt32] = []
  private var entries: [UInt32] = []
  private var mask: UInt32 = 0

  /// Longer words aren't filed.
  static let longest = 24
  /// How much more frequent a word must be to make up for a full edit: so many times, as a power of e.
  private static let editWorth = 4.0

  static func isLetters(_ word: String) -> Bool {
    word.utf8.count >= 2 && word.utf8.allSatisfy { (97...122).contains($0) }
  }

  init(_ words: [(token: String, count: Int)]) {
    for (token, count) in words where token.utf8.count <= Self.longest {
      letters.append(contentsOf: token.utf8)
      starts.append(UInt32(letters.count))
      counts.append(UInt32(clamping: count))
    }
    let total = letters.count + counts.count
    var size: UInt32 = 16
    while Int(size) * 8 < total { size *= 2 }
    mask = size - 1
    file(total, Int(size))
  }

  /// Counts first, then places: so the entries lie in one array without gaps.
  private mutating func file(_ total: Int, _ size: Int) {
    var buckets = [UInt32](repeating: 0, count: size + 1)
    var entries = [UInt32](repeating: 0, count: total)
    for word in counts.indices { eachHash(word) { buckets[Int($0 & mask) + 1] += 1 } }
    for index in 1...size { buckets[index] += buckets[index - 1] }
    var next = buckets
    for word in counts.indices {
      eachHash(word) { hash in
        entries[Int(next[Int(hash & mask)])] = UInt32(word)
        next[Int(hash & mask)] += 1
      }
    }
    self.buckets = buckets
    self.entries = entries
  }

  private func eachHash(_ word: Int, _ body: (UInt32) -> Void) {
    Self.eachHash(letters[Int(starts[word])..<Int(starts[word + 1])], body)
  }

  /// Of the word and of each form without one letter.
  private static func eachHash(_ word: ArraySlice<UInt8>, _ body: (UInt32) -> Void) {
    for left in -1..<word.count {
      var hash: UInt32 = 2_166_136_261
      var place = 0
      for letter in word {
        if place != left { hash = (hash ^ UInt32(letter)) &* 16_777_619 }
        place += 1
      }
      body(hash ^ hash >> 15)
    }
  }

  func count(of word: String) -> Int {
    let wanted = Array(word.utf8)
    var found = 0
    candidates(wanted[...]) { if letters(of: $0).elementsEqual(wanted) { found = Int(counts[$0]) } }
    return found
  }

  private func letters(of word: Int) -> ArraySlice<UInt8> { letters[Int(starts[word])..<Int(starts[word + 1])] }

  private func candidates(_ word: ArraySlice<UInt8>, _ body: (Int) -> Void) {
    guard !counts.isEmpty else { return }
    Self.eachHash(word) { hash in
      let bucket = Int(hash & mask)
      for place in Int(buckets[bucket])..<Int(buckets[bucket + 1]) { body(Int(entries[place])) }
    }
  }

  /// The word that was most likely meant by one of the forms; nil when none is so near.
  /// - Parameter edits: 1 or 2.
  func best(_ forms: [String], edits: Int) -> String? {
    var best: (word: Int, worth: Double)?
    for (number, form) in forms.enumerated() {
      let typed = Array(form.utf8)
      guard typed.count <= Self.longest else { continue }
      var seen: Set<Int> = []
      func weigh(_ word: Int) {
        let length = Int(starts[word + 1] - starts[word])
        guard abs(length - typed.count) <= edits, length >= 3, seen.insert(word).inserted, counts[word] > 0 else {
          return
        }
        let letters = Array(letters(of: word))
        guard let cost = EditCost.cost(typed: typed, meant: letters, most: edits)
        else { return }
        if typed.count == 3, letters[0] != typed[0] { return }
        let worth = log(Double(counts[word]) + 1) - Self.editWorth * cost - Double(number) * 0.5
        if worth > best?.worth ?? -.infinity { best = (word, worth) }
      }
      if edits == 1 { candidates(typed[...], weigh) } else { eachEdit(of: typed) { candidates($0[...], weigh) } }
    }
    return best.map { String(decoding: letters(of: $0.word), as: UTF8.self) }
  }

  /// All texts that are one edit away.
  private func eachEdit(of word: [UInt8], _ body: ([UInt8]) -> Void) {
    for place in 0...word.count {
      for letter in UInt8(97)...122 {
        var longer = word
        longer.insert(letter, at: place)
        body(longer)
        if place < word.count, word[place] != letter {
          var other = word
          other[place] = letter
          body(other)
        }
      }
      guard place < word.count else { continue }
      var shorter = word
      shorter.remove(at: place)
      body(shorter)
      if place + 1 < word.count {
        var turned = word
        turned.swapAt(place, place + 1)
        body(turned)
      }
    }
  }
}
