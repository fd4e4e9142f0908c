/// What a text is cut into, before it becomes tokens or wants.
enum Piece {
  /// Letters of one word, folded.
  case word(String)
  /// Letters and digits together, or words with joints between them, such as `WH-1000XM4`.
  case code(Code)
  /// Chinese, Japanese, Korean, a character each.
  case run(ArraySlice<UInt32>)
  /// A number with its unit.
  case quantity(Quantity)

  struct Code {
    /// What stands between the joints.
    let parts: [String]
    /// Letters and digits apart, when any part holds both.
    let segments: [String]

    var joined: String { String(parts.joined().prefix(Analyser.longestToken)) }
  }

  struct Quantity {
    let token: String
    let number: String
    /// The unit as it was written; nil for an inch mark.
    let unit: Written?

    enum Written {
      case latin(String, isGlued: Bool)
      case chinese([String])
    }
  }
}

/// Cuts a folded text into pieces, in one way through it.
struct PieceCutter {
  private let folded: Folding.Folded
  private var index = 0
  private var pieces: [Piece] = []
  /// A number that stands by itself, the last thing read, for the unit that may follow after at most one space.
  private var number: (text: String, end: Int)?

  static func cut(_ text: some StringProtocol, limit: Int) -> [Piece] {
    var cutter = PieceCutter(folded: Folding.fold(text, limit: limit))
    cutter.run()
    return cutter.pieces
  }

  private init(folded: Folding.Folded) { self.folded = folded }

  private mutating func run() {
    let kinds = folded.kinds
    while index < kinds.count {
      switch kinds[index] {
      case .letter, .digit: readChain()
      case .han: readRun()
      case .inch:
        if let known = number, known.end == index { replaceNumber(by: Units.inch, as: nil) }
        index += 1
      default: index += 1
      }
    }
  }

  private mutating func readRun() {
    var start = index
    while index < folded.kinds.count, folded.kinds[index] == .han { index += 1 }
    if number != nil, isAfterNumber(start) {
      let characters = folded.scalars[start..<min(start + 3, index)].map { Scalars.text($0) }
      if let (unit, length) = Units.chinese(characters[...], runLength: index - start) {
        replaceNumber(by: unit, as: .chinese(Array(characters[..<length])))
        start += length
      }
    }
    number = nil
    if start < index { pieces.append(.run(folded.scalars[start..<index])) }
  }

  private func isAfterNumber(_ start: Int) -> Bool {
    guard let number else { return false }
    return number.end == start
      || number.end + 1 == start && (folded.kinds[number.end] == .gap || folded.kinds[number.end] == .joint)
  }

  private mutating func replaceNumber(by unit: Units.Unit, as written: Piece.Quantity.Written?) {
    guard let known = number, let token = Units.token(known.text, unit) else { return }
    number = nil
    pieces.removeLast()
    pieces.append(.quantity(Piece.Quantity(token: token, number: known.text, unit: written)))
  }

  /// Letters, digits and joints up to a gap.
  private mutating func readChain() {
    let start = index
    while index < folded.kinds.count, folded.kinds[index] == .letter { index += 1 }
    if index > start, index == folded.kinds.count || !folded.kinds[index].continuesWord {
      return finishWord(text(start..<index), start)
    }
    index = start
    var bounds = [start]
    var hasDigit = false
    var hasLetter = false
    loop: while index < folded.kinds.count {
      switch folded.kinds[index] {
      case .letter: hasLetter = true
      case .digit: hasDigit = true
      case .point where isBetweenDigits(index): break
      case .comma where isThousands(index): break
      case .joint where index + 1 < folded.kinds.count && folded.kinds[index + 1].isWord:
        bounds.append(index + 1)
      default: break loop
      }
      index += 1
    }
    bounds.append(index + 1)
    if bounds.count == 2, !hasDigit { return finishWord(text(start..<index), start) }
    if bounds.count == 2, !hasLetter { return finishNumber(text(start..<index)) }
    number = nil
    let parts = zip(bounds, bounds.dropFirst()).map { text($0..<$1 - 1) }
    if parts.count <= 2, hasDigit, hasLetter, let quantity = gluedQuantity(start..<index) {
      pieces.append(.quantity(quantity))
    } else if parts.count > 6 {
      for part in parts { pieces.append(.word(part)) }
    } else {
      pieces.append(.code(Piece.Code(parts: parts, segments: segments(start..<index, isMixed: hasDigit && hasLetter))))
    }
  }

  private mutating func finishWord(_ word: String, _ start: Int) {
    if isAfterNumber(start), let unit = Units.latin(word), word != "in" || !isBeforeNumber {
      replaceNumber(by: unit, as: .latin(word, isGlued: false))
      if case .quantity = pieces.last { return }
    }
    number = nil
    pieces.append(.word(word))
  }

  /// As in "2 in 1".
  private var isBeforeNumber: Bool {
    index + 1 < folded.kinds.count && folded.kinds[index] == .gap && folded.kinds[index + 1] == .digit
  }

  private mutating func finishNumber(_ text: String) {
    if pieces.count >= 2, case .word("of") = pieces[pieces.count - 1], case .word(let what) = pieces[pieces.count - 2],
      ["pack", "set", "box", "lot", "bundle"].contains(what), let token = Units.token(text, Units.piece)
    {
      pieces.removeLast(2)
      pieces.append(.quantity(Piece.Quantity(token: token, number: text, unit: .latin(what, isGlued: false))))
      return
    }
    pieces.append(.word(text))
    number = (text, index)
  }

  private func isBetweenDigits(_ index: Int) -> Bool {
    index > 0 && index + 1 < folded.kinds.count && folded.kinds[index - 1] == .digit
      && folded.kinds[index + 1] == .digit
  }

  /// A comma with three digits after it and no fourth.
  private func isThousands(_ index: Int) -> Bool {
    guard isBetweenDigits(index), index + 3 < folded.kinds.count else { return false }
    return (1...3).allSatisfy { folded.kinds[index + $0] == .digit }
      && (index + 4 >= folded.kinds.count || folded.kinds[index + 4] != .digit)
  }

  /// A number and a unit and nothing else, with at most a joint between them.
  private func gluedQuantity(_ range: Range<Int>) -> Piece.Quantity? {
    var split = range.lowerBound
    while split < range.upperBound, [.digit, .point, .comma].contains(folded.kinds[split]) { split += 1 }
    var begin = split
    if begin < range.upperBound, folded.kinds[begin] == .joint { begin += 1 }
    guard split > range.lowerBound, begin < range.upperBound, range.upperBound - begin <= 12,
      (begin..<range.upperBound).allSatisfy({ folded.kinds[$0] == .letter })
    else { return nil }
    let number = text(range.lowerBound..<split)
    let word = text(begin..<range.upperBound)
    guard let unit = Units.latin(word), let token = Units.token(number, unit) else { return nil }
    return Piece.Quantity(token: token, number: number, unit: .latin(word, isGlued: true))
  }

  private func segments(_ range: Range<Int>, isMixed: Bool) -> [String] {
    guard isMixed else { return [] }
    var segments: [String] = []
    var start = range.lowerBound
    for index in range {
      let kind = folded.kinds[index]
      if kind == .joint {
        segments.append(text(start..<index))
        start = index + 1
      } else if index > start, (kind == .letter) != (folded.kinds[index - 1] == .letter) {
        segments.append(text(start..<index))
        start = index
      }
    }
    segments.append(text(start..<range.upperBound))
    return segments.count <= 6 ? segments : []
  }

  /// The folded text of a range, without commas, cut to the length of a token.
  private func text(_ range: Range<Int>) -> String {
    let scalars = folded.scalars[range.prefix(Analyser.longestToken)]
    if folded.kinds[range.lowerBound] == .digit, scalars.contains(0x2C) {
      return Scalars.text(Array(scalars.filter { $0 != 0x2C })[...])
    }
    return Scalars.text(scalars)
  }
}
