/// Brings the forms of an English word together under one that is a word itself, since completions and corrections are
/// shown: the singular, the plain form of what ends in -ing or -ed, the American spelling. Rather too little than too
/// much: `cleaner` and `clean` are different goods. Words with digits or other letters stay as they are.
enum Stemmer {
  /// The same again of what it gives, since corrections are read like what people type.
  static func stem(_ word: String) -> String {
    guard word.utf8.count >= 3 else { return word }
    var stem = word
    for _ in 0..<3 {
      let next = step(stem)
      if next == stem { break }
      stem = next
    }
    return stem
  }

  private static func step(_ word: String) -> String {
    if let known = StemmerWords.known[word] { return known }
    let last = word.utf8.last
    guard last == UInt8(ascii: "s") || last == UInt8(ascii: "g") || last == UInt8(ascii: "d"), isPlain(word) else {
      return word
    }
    if last == UInt8(ascii: "s") { return word.utf8.count >= 4 ? singular(word) : word }
    return word.utf8.count >= 5 && (word.hasSuffix("ing") || word.hasSuffix("ed")) ? plainForm(word) : word
  }

  private static func isPlain(_ word: String) -> Bool { word.utf8.allSatisfy { (97...122).contains($0) } }

  private static func singular(_ word: String) -> String {
    if word.hasSuffix("ss") || word.hasSuffix("us") || word.hasSuffix("is") { return word }
    let bare = String(word.dropLast())
    if word.hasSuffix("ies") {
      return word.utf8.count < 5 || StemmerWords.endingInIe.contains(bare) ? bare : String(word.dropLast(3)) + "y"
    }
    for ending in ["sses", "xes", "ches", "shes", "zzes"] where word.hasSuffix(ending) {
      return String(word.dropLast(2))
    }
    if word.hasSuffix("oes"), word.utf8.count >= 7, !word.hasSuffix("shoes") { return String(word.dropLast(2)) }
    return bare
  }

  /// Without -ing or -ed, with the `e` given back that these take, and the letter taken away that they double.
  private static func plainForm(_ word: String) -> String {
    if word.hasSuffix("eed") { return word }
    if word.hasSuffix("ied") { return String(word.dropLast(3)) + "y" }
    if word.hasSuffix("bed"), !word.hasSuffix("bbed") { return word }
    let letters = Array(word.utf8.dropLast(word.hasSuffix("ing") ? 3 : 2))
    guard letters.count >= 3, letters.contains(where: isVowel) else { return word }
    let end = letters.count - 1
    let (last, before) = (letters[end], letters[end - 1])
    if last == before, !isVowel(last) {
      let staysDouble = [UInt8(ascii: "l"), UInt8(ascii: "s"), UInt8(ascii: "z"), UInt8(ascii: "f")].contains(last)
      return String(decoding: staysDouble || letters.count == 3 ? letters[...] : letters[..<end], as: UTF8.self)
    }
    let bare = String(decoding: letters, as: UTF8.self)
    return takesE(letters, bare) ? bare + "e" : bare
  }

  private static func takesE(_ letters: [UInt8], _ bare: String) -> Bool {
    let end = letters.count - 1
    let (last, before) = (letters[end], letters[end - 1])
    switch last {
    case UInt8(ascii: "c"), UInt8(ascii: "v"), UInt8(ascii: "u"), UInt8(ascii: "z"): return true
    case UInt8(ascii: "s"): return isVowel(before) && (before != UInt8(ascii: "u") || bare.hasSuffix("ous"))
    case UInt8(ascii: "g") where before == UInt8(ascii: "n"):
      return ["ang", "ung"].contains { bare.hasSuffix($0) } && StemmerWords.endingInNge.contains(bare)
    case UInt8(ascii: "g"): return [UInt8(ascii: "r"), UInt8(ascii: "d"), UInt8(ascii: "a")].contains(before)
    case UInt8(ascii: "l") where !isVowel(before):
      return !"lrw".utf8.contains(before)
    case UInt8(ascii: "t") where before == UInt8(ascii: "a") && end >= 2 && !isVowel(letters[end - 2]): return true
    case UInt8(ascii: "r") where bare.hasSuffix("tur") || bare.hasSuffix("sur"): return true
    default: return isShort(letters)
    }
  }

  /// One vowel and one consonant after it, as in `bak` or `shap`.
  private static func isShort(_ letters: [UInt8]) -> Bool {
    let end = letters.count - 1
    guard !isVowel(letters[end]), isVowel(letters[end - 1]), !"wxy".utf8.contains(letters[end]) else { return false }
    return letters.count(where: isVowel) == 1
  }

  private static func isVowel(_ letter: UInt8) -> Bool { "aeiouy".utf8.contains(letter) }
}
