import Values

/// What words, characters and short texts become as tokens, each worked out once. Goods of a shop are described in the same
/// words over and over.
struct TokenBook {
  struct Token {
    let number: UInt32
    let isMark: Bool
  }

  /// Whole texts are looked up to here, in bytes.
  static let longestText = 120
  /// A book that has come to hold so much, about 6 MiB, is put away for a new one.
  private static let mostTokens = 1 << 17

  private(set) var tokens = TokenInterner()
  /// Without and with marks.
  private var atoms = [Kept(), Kept()]
  private var texts = Kept()

  var isFull: Bool { tokens.count + atoms[0].held + atoms[1].held + texts.held > Self.mostTokens }

  mutating func number(of token: String) -> UInt32 {
    var token = token
    return token.withUTF8 { tokens.number(of: $0) }
  }

  /// Of a text up to `longestText`, with marks.
  mutating func tokens(of text: String) -> ArraySlice<Token> {
    guard let place = texts.place(of: text) else {
      var found: [Token] = []
      Analyser.atoms(text, limit: Self.longestText) { found += tokens(of: $0, naming: true) }
      return texts.append(found)
    }
    return texts[place]
  }

  mutating func tokens(of atom: Analyser.Atom, naming: Bool) -> ArraySlice<Token> {
    guard let text = atom.text else { return workedOut(atom, naming: naming)[...] }
    let book = naming ? 1 : 0
    guard let place = atoms[book].place(of: text) else { return atoms[book].append(workedOut(atom, naming: naming)) }
    return atoms[book][place]
  }

  private mutating func workedOut(_ atom: Analyser.Atom, naming: Bool) -> [Token] {
    var found: [Token] = []
    Analyser.tokens(of: atom, naming: naming) {
      found.append(Token(number: number(of: $0), isMark: Analyser.isMark($0)))
    }
    return found
  }

  private struct Kept {
    private var keys = TokenInterner()
    private var starts = [0]
    private var tokens: [Token] = []

    var held: Int { tokens.count + starts.count }

    /// Nil for one that is new, whose tokens are to be appended next.
    mutating func place(of text: String) -> Int? {
      var text = text
      let place = Int(text.withUTF8 { keys.number(of: $0) })
      return place < starts.count - 1 ? place : nil
    }

    mutating func append(_ tokens: [Token]) -> ArraySlice<Token> {
      self.tokens += tokens
      starts.append(self.tokens.count)
      return self[starts.count - 2]
    }

    subscript(_ place: Int) -> ArraySlice<Token> { tokens[starts[place]..<starts[place + 1]] }
  }
}

/// Numbers tokens as they come. Bytes are compared where they lie, so no string is made for a token seen before.
struct TokenInterner {
  private(set) var bytes: [UInt8] = []
  private var starts: [UInt32] = [0]
  /// In each place a token's hash above its number + 1; 0 is free. Its size is a power of two.
  private var table = [UInt64](repeating: 0, count: 64)

  var count: Int { starts.count - 1 }
  func token(_ number: Int) -> ArraySlice<UInt8> { bytes[Int(starts[number])..<Int(starts[number + 1])] }

  mutating func number(of token: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for byte in token { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    hash ^= hash >> 15
    let mask = table.count - 1
    var place = Int(hash) & mask
    while table[place] != 0 {
      let entry = table[place]
      if UInt32(entry >> 32) == hash {
        let number = UInt32(truncatingIfNeeded: entry) - 1
        if equals(Int(number), token) { return number }
      }
      place = (place + 1) & mask
    }
    let number = UInt32(count)
    bytes.append(contentsOf: token)
    starts.append(UInt32(bytes.count))
    table[place] = UInt64(hash) << 32 | UInt64(number + 1)
    if count * 2 > table.count { grow() }
    return number
  }

  /// These numbers in the order of their tokens' bytes. The first eight bytes, taken as one number, settle most of it.
  func sorted(_ numbers: [UInt32]) -> [Int] {
    let keyed = numbers.map { number -> (key: UInt64, number: Int) in
      let number = Int(number)
      let token = token(number)
      var key: UInt64 = 0
      for byte in token.prefix(8) { key = key << 8 | UInt64(byte) }
      return (key << UInt64(8 * max(0, 8 - token.count)), number)
    }
    return keyed.sorted { left, right in
      left.key != right.key ? left.key < right.key : TokenTable.precedes(token(left.number), token(right.number))
    }.map(\.number)
  }

  private func equals(_ number: Int, _ token: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = Int(starts[number])
    guard Int(starts[number + 1]) - start == token.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for offset in 0..<token.count where bytes[start + offset] != token[offset] { return false }
      return true
    }
  }

  private mutating func grow() {
    let old = table
    table = [UInt64](repeating: 0, count: old.count * 2)
    let mask = table.count - 1
    for entry in old where entry != 0 {
      var place = Int(entry >> 32) & mask
      while table[place] != 0 { place = (place + 1) & mask }
      table[place] = entry
    }
  }
}
