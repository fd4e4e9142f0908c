/// How Chinese is typed in Latin letters.
enum Pinyin {
  /// Begins the tokens of readings, so that no word is taken for one.
  static let mark = "~"

  /// The tokens of a pair: mark, initials, a point, the syllables, the characters themselves, as in `~sj.shouji手机`. So
  /// that whoever types `sj` or `shouji` is led to the pairs that goods really hold, by the words that begin so.
  static func tokens(_ one: UInt32, _ two: UInt32, _ body: (String) -> Void) {
    guard let firsts = table.readings[one], let seconds = table.readings[two] else { return }
    let characters = Scalars.text(one, two)
    for first in firsts {
      for second in seconds {
        body("\(mark)\(first.prefix(1))\(second.prefix(1)).\(first)\(second)\(characters)")
      }
    }
  }

  static func prefix(_ initials: some StringProtocol) -> String { "\(mark)\(initials)." }

  /// Of one simplified character, the usual one first; at most two.
  static func readings(_ character: String) -> [String] {
    guard let scalar = character.unicodeScalars.first else { return [] }
    return table.readings[scalar.value] ?? []
  }

  /// A word as syllables, in up to three ways, those of fewer syllables first; at most eight syllables.
  /// - Parameter isOpen: the last may be only begun.
  static func syllables(_ word: String, isOpen: Bool) -> [[String]] {
    let letters = Array(word.utf8)
    guard letters.count <= 36, letters.allSatisfy({ (97...122).contains($0) }) else { return [] }
    var found: [[String]] = []
    var work = 0
    func read(_ start: Int, _ syllables: [String]) {
      work += 1
      guard found.count < 3, work < 400, syllables.count <= 8 else { return }
      if start == letters.count { return found.append(syllables) }
      for length in stride(from: min(6, letters.count - start), through: 1, by: -1) {
        let text = String(decoding: letters[start..<start + length], as: UTF8.self)
        let isLast = start + length == letters.count
        if table.syllables.contains(text) {
          read(start + length, syllables + [text])
        } else if isLast, isOpen, !syllables.isEmpty, table.beginnings.contains(text) {
          read(start + length, syllables + [text])
        }
      }
    }
    read(0, [])
    return found.sorted { $0.count < $1.count }
  }

  static func isSyllable(_ text: String) -> Bool { table.syllables.contains(text) }

  /// Whether a word can be the first letters of two to four syllables.
  static func isInitials(_ word: String) -> Bool {
    (2...4).contains(word.utf8.count) && word.utf8.allSatisfy { (97...122).contains($0) && !"iuv".utf8.contains($0) }
  }

  private static let table = PinyinReadings()
}

/// `PinyinTable` as it is asked.
struct PinyinReadings {
  private(set) var readings: [UInt32: [String]] = [:]
  private(set) var syllables: Set<String> = []
  /// What syllables begin with.
  private(set) var beginnings: Set<String> = []

  init() {
    readings.reserveCapacity(7000)
    var second: [(UInt32, String)] = []
    for entry in PinyinTable.syllables.split(separator: " ") {
      let syllable = String(entry.unicodeScalars.prefix { (0x61...0x7A).contains($0.value) })
      syllables.insert(syllable)
      for length in 1...syllable.utf8.count { beginnings.insert(String(syllable.prefix(length))) }
      var isSecond = false
      for scalar in entry.unicodeScalars.dropFirst(syllable.utf8.count) {
        if scalar == "," {
          isSecond = true
        } else if isSecond {
          second.append((scalar.value, syllable))
        } else {
          readings[scalar.value, default: []].append(syllable)
        }
      }
    }
    for (value, syllable) in second { readings[value, default: []].append(syllable) }
    // As they are typed where there is no key for the letter.
    syllables.formUnion(["lue", "nue"])
  }
}
