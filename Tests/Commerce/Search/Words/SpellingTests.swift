import Foundation
import TestKit
import Testing

@testable import Search

@Suite struct SpellingTests {
  private static let letters = Array("abcdefghijklmnopqrstuvwxyz")

  /// One edit at a place of chance.
  private static func mistyped(_ word: String, _ generator: inout SplitMix) -> String {
    var typed = Array(word)
    let place = Int.random(in: 0..<typed.count, using: &generator)
    let letter = letters.randomElement(using: &generator) ?? "e"
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: typed.remove(at: place)
    case 1: typed.insert(letter, at: place)
    case 2: typed[place] = letter
    default: if place + 1 < typed.count { typed.swapAt(place, place + 1) }
    }
    return String(typed)
  }

  /// All words of the demo's goods.
  private static func demo() throws -> HeldWords {
    let folder = packageFolder.appending(path: "Demo/products")
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    var lines: [String] = []
    for case let file as URL in files where file.pathExtension == "json" {
      lines += try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
    }
    return HeldWords(lines)
  }

  @Test func `of words with one slip the right one comes back in 95 of 100`() throws {
    let held = try Self.demo()
    let spelling = Spelling(held.spelled)
    // As often as goods are called so, which is how often people ask for them.
    let words = held.spelled.filter { $0.token.utf8.count >= 5 && DeleteIndex.isLetters($0.token) }
      .flatMap { Array(repeating: $0, count: $0.count) }
    #expect(words.count > 500)
    var generator = SplitMix(state: 95)
    var tried = 0
    var right = 0
    while tried < 2000 {
      guard let word = words.randomElement(using: &generator)?.token else { break }
      let typed = Self.mistyped(word, &generator)
      // What is a word itself is nobody's to correct.
      if held.isKnown(typed) || held.isKnown(Stemmer.stem(typed)) { continue }
      tried += 1
      let corrected = spelling.corrected(typed, isKnown: held.isKnown)
      // Its plural finds the same.
      if let corrected, Stemmer.stem(corrected) == Stemmer.stem(word) { right += 1 }
    }
    #expect(right * 100 >= tried * 95, "\(right) of \(tried)")
  }

  @Test func `known words, codes and what is far from all words stay`() {
    let held = HeldWords(["Wireless mouse", "phone", "iPhone 15", "手机", "keyboard"])
    let spelling = Spelling(held.spelled)
    for text in ["wireless mouse", "phones", "iphone15", "wh-1000xm5", "zzzzzz", "", "🦜", "手表", "12345", "Tv"] {
      #expect(spelling.corrected(text, isKnown: held.isKnown) == nil, "\(text)")
    }
  }

  @Test func `what stands around a mistyped word stays as it was typed`() {
    let held = HeldWords(["Wireless mouse", "phone", "keyboards", "keyboard", "手机"])
    let spelling = Spelling(held.spelled)
    #expect(spelling.corrected("  Wirless, MOUSE!  ", isKnown: held.isKnown) == "  wireless, MOUSE!  ")
    #expect(spelling.corrected("keybords 15", isKnown: held.isKnown) == "keyboards 15")
    #expect(spelling.corrected("keybaord手几", isKnown: held.isKnown) == "keyboard手机")
    #expect(spelling.corrected("wirelessmouse", isKnown: held.isKnown) == "wireless mouse")
    #expect(spelling.corrected("kezboatd", isKnown: held.isKnown) == "keyboard")
  }

  @Test func `long and many unknown words are given up on`() {
    let held = HeldWords(["Wireless mouse"])
    let spelling = Spelling(held.spelled)
    for text in [String(repeating: "qwertzui ", count: 2000), String(repeating: "几", count: 10_000)] {
      #expect(spelling.corrected(text, isKnown: held.isKnown) == nil)
    }
    #expect(Spelling([]).corrected("anything at all", isKnown: { _ in false }) == nil)
  }
}
