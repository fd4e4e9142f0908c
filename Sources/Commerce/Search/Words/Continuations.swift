/// How titles go on after Chinese characters that somebody has typed, as far as words go. There is no dictionary: where
/// a title ends a word does, and where titles that went together part one does mostly.
struct Continuations {
  /// Of characters that are added, and of offers.
  private static let longest = 6
  private static let most = 3
  /// In how many ways titles must go on behind a word, where none ends. Most words have two characters: an odd number
  /// is rather a word with the half of another.
  private static let waysBehindEven = 2
  private static let waysBehindOdd = 4

  /// What stands in a title behind what was typed.
  private struct Rest {
    /// Without the typed ones; at most `longest`.
    let characters: [UInt32]
    /// Nothing Chinese follows.
    let isToEnd: Bool
    /// Nothing Chinese stands before what was typed.
    let beginsRun: Bool
    /// As the title has it, with what was typed.
    let written: [Unicode.Scalar]

    func ends(at depth: Int) -> Bool { isToEnd && characters.count == depth }
  }

  private struct Offer {
    let text: String
    let titles: Int
  }

  /// What stands before the characters that are completed.
  private let before: String
  private let typed: [UInt32]

  /// Nil where the text doesn't end in Chinese characters.
  init?(completing text: String) {
    let scalars = text.unicodeScalars
    var typed: [UInt32] = []
    for scalar in scalars.reversed() {
      guard let character = Self.character(scalar) else { break }
      typed.append(character)
    }
    guard !typed.isEmpty else { return nil }
    self.typed = typed.reversed()
    before = String(String.UnicodeScalarView(scalars.dropLast(typed.count)))
  }

  /// The text completed in the ways of most titles, in the characters of the first that goes so. What one title alone
  /// has is offered up to its next end.
  /// - Parameter titles: those that matter most first.
  func offers(among titles: [String]) -> [String] {
    // The same title twice tells nothing more of where words end.
    var seen: Set<String> = []
    let rests = titles.filter { seen.insert($0).inserted }.flatMap { self.rests(in: $0) }
    var found: [Offer] = []
    for way in Self.ways(of: rests, behind: 0) { follow(way, into: &found) }
    return found.enumerated()
      .sorted { ($1.element.titles, $0.offset) < ($0.element.titles, $1.offset) }
      .prefix(Self.most).map(\.element.text)
  }

  /// At most one for each character that comes next, so that a title counts once.
  private func rests(in title: String) -> [Rest] {
    let written = Array(title.unicodeScalars)
    let folded = written.map { Self.character($0) ?? 0 }
    guard folded.count > typed.count else { return [] }
    var rests: [Rest] = []
    for start in 0..<folded.count - typed.count where folded[start..<start + typed.count].elementsEqual(typed) {
      let next = start + typed.count
      let run = folded[next...].prefix { $0 != 0 }
      let characters = Array(run.prefix(Self.longest))
      guard let first = characters.first, !rests.contains(where: { $0.characters.first == first }) else { continue }
      rests.append(
        Rest(
          characters: characters, isToEnd: run.count == characters.count,
          beginsRun: start == 0 || folded[start - 1] == 0,
          written: Array(written[start..<next + characters.count])))
    }
    return rests
  }

  /// A Chinese character, simplified; nil for anything else.
  private static func character(_ scalar: Unicode.Scalar) -> UInt32? {
    if (0x20000...0x3FFFF).contains(scalar.value) { return scalar.value }
    guard let form = Folding.simple(scalar.value)?.form, (0x3400...0x9FFF).contains(form) else { return nil }
    return form
  }

  // MARK: The tree

  /// Those that go on, by the character with which they do, in the order of their titles.
  private static func ways(of rests: [Rest], behind depth: Int) -> [[Rest]] {
    var places: [UInt32: Int] = [:]
    var ways: [[Rest]] = []
    for rest in rests where rest.characters.count > depth {
      let next = rest.characters[depth]
      if let place = places[next] {
        ways[place].append(rest)
      } else {
        places[next] = ways.count
        ways.append([rest])
      }
    }
    return ways
  }

  /// Goes along a way until a word ends, and along all that it parts into where that is no end of a word.
  private func follow(_ way: [Rest], into offers: inout [Offer], from depth: Int = 1) {
    var (rests, depth) = (way, depth)
    while true {
      let ways = Self.ways(of: rests, behind: depth)
      let isEnd = rests.contains { $0.ends(at: depth) }
      guard let widest = ways.max(by: { $0.count < $1.count }), Self.isNearly(widest.count, all: rests.count) else {
        if isEnd || isWord(at: depth, with: ways.count) {
          offer(rests, depth, in: &offers)
        } else {
          for way in ways { follow(way, into: &offers, from: depth + 1) }
        }
        return
      }
      if isEnd { offer(rests, depth, in: &offers) }
      (rests, depth) = (widest, depth + 1)
    }
  }

  /// Of fewer than five it is all.
  private static func isNearly(_ part: Int, all: Int) -> Bool { part * 5 >= all * 4 }

  private func isWord(at depth: Int, with ways: Int) -> Bool {
    ways >= ((typed.count + depth).isMultiple(of: 2) ? Self.waysBehindEven : Self.waysBehindOdd)
  }

  private func offer(_ rests: [Rest], _ depth: Int, in offers: inout [Offer]) {
    guard let first = rests.first else { return }
    // A single character within a single title is rather the middle of a word.
    guard typed.count > 1 || rests.count > 1 || first.beginsRun else { return }
    let written = String(String.UnicodeScalarView(first.written.prefix(typed.count + depth)))
    offers.append(Offer(text: before + written, titles: rests.count))
  }
}
