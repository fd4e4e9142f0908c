import Values

/// Gathers documents into a segment.
struct SegmentBuilder {
  private var interner = TokenInterner()
  /// Without and with marks.
  private var kept = [KeptTokens(), KeptTokens()]
  private var tokenOf: [UInt32] = []
  private var postings: [UInt32] = []
  /// By token, the place of its posting of the last document that held it.
  private var lastPosting: [UInt32] = []
  private var firstOfDocument = 0
  private(set) var documents = 0

  /// Answers how many tokens each field has, as `Field.code` writes lengths.
  mutating func add(_ document: SearchDocument) -> [UInt8] {
    firstOfDocument = postings.count
    let card = document.card
    let lengths = [
      add(card.title, limit: 400, bit: Field.title),
      add(LocalizedText(en: document.brand, zhHans: document.brand), limit: 200, bit: Field.brand),
      add(document.categoryNames, limit: 400, bit: Field.category),
      add(document.words, limit: 4000, bit: Field.attributes),
      add(document.body, limit: 2000, bit: Field.body),
    ]
    for token in TitleHead.tokens(of: card.title) { note(number(of: token), Field.head | Field.title) }
    documents += 1
    return lengths.map(Field.code)
  }

  /// The longer of both languages counts: who reads one doesn't care how long the other is.
  private mutating func add(_ text: LocalizedText, limit: Int, bit: UInt8) -> Int {
    let first = add(text.en, limit: limit, bit: bit)
    return text.zhHans == text.en ? first : max(first, add(text.zhHans, limit: limit, bit: bit))
  }

  private mutating func add(_ text: String, limit: Int, bit: UInt8) -> Int {
    guard !text.isEmpty else { return 0 }
    var count = 0
    Analyser.atoms(text, limit: limit) { count += add($0, naming: bit & Field.naming != 0, bit) }
    return count
  }

  /// Answers how many tokens that aren't marks it is.
  private mutating func add(_ atom: Analyser.Atom, naming: Bool, _ bit: UInt8) -> Int {
    guard let text = atom.text else { return note(tokens(of: atom, naming: naming)[...], bit) }
    let book = naming ? 1 : 0
    let place = kept[book].place(of: text)
    if place == kept[book].count { kept[book].append(tokens(of: atom, naming: naming)) }
    return note(kept[book][place], bit)
  }

  private mutating func tokens(of atom: Analyser.Atom, naming: Bool) -> [KeptTokens.Token] {
    var tokens: [KeptTokens.Token] = []
    Analyser.tokens(of: atom, naming: naming) {
      tokens.append(KeptTokens.Token(number: number(of: $0), isMark: Analyser.isMark($0)))
    }
    return tokens
  }

  private mutating func note(_ tokens: ArraySlice<KeptTokens.Token>, _ bit: UInt8) -> Int {
    var count = 0
    for token in tokens {
      note(token.number, bit)
      if !token.isMark { count += 1 }
    }
    return count
  }

  private mutating func number(of token: String) -> UInt32 {
    var token = token
    return token.withUTF8 { interner.number(of: $0) }
  }

  private mutating func note(_ number: UInt32, _ bit: UInt8) {
    if Int(number) < lastPosting.count, Int(lastPosting[Int(number)]) >= firstOfDocument {
      let place = Int(lastPosting[Int(number)])
      if place < postings.count {
        postings[place] |= UInt32(bit)
        return
      }
    }
    while lastPosting.count <= Int(number) { lastPosting.append(.max) }
    lastPosting[Int(number)] = UInt32(postings.count)
    tokenOf.append(number)
    postings.append(UInt32(documents) << 6 | UInt32(bit))
  }

  func build() -> Segment {
    let order = interner.sorted()
    var places = [UInt32](repeating: 0, count: order.count)
    var tokens = TokenTable()
    tokens.reserve(tokens: order.count, bytes: interner.bytes.count)
    for (place, token) in order.enumerated() {
      places[token] = UInt32(place)
      tokens.append(interner.token(token))
    }
    var starts = [UInt32](repeating: 0, count: order.count + 1)
    for token in tokenOf { starts[Int(places[Int(token)]) + 1] += 1 }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    var next = starts
    var sorted = [UInt32](repeating: 0, count: postings.count)
    // Documents come in ascending order, so each token's postings do too.
    for index in tokenOf.indices {
      let place = Int(places[Int(tokenOf[index])])
      sorted[Int(next[place])] = postings[index]
      next[place] += 1
    }
    return Segment(documents: documents, tokens: tokens, starts: starts, postings: sorted)
  }
}

/// What words and characters become as tokens, each worked out once.
private struct KeptTokens {
  struct Token {
    let number: UInt32
    let isMark: Bool
  }

  private var atoms = TokenInterner()
  private var starts = [0]
  private var tokens: [Token] = []

  var count: Int { starts.count - 1 }

  /// `count` for one that is new, whose tokens are to be appended.
  mutating func place(of atom: String) -> Int {
    var atom = atom
    return Int(atom.withUTF8 { atoms.number(of: $0) })
  }

  mutating func append(_ tokens: [Token]) {
    self.tokens += tokens
    starts.append(self.tokens.count)
  }

  subscript(_ place: Int) -> ArraySlice<Token> { tokens[starts[place]..<starts[place + 1]] }
}

/// Numbers tokens as they come. Bytes are compared where they lie, so no string is made for a token seen before.
struct TokenInterner {
  private(set) var bytes: [UInt8] = []
  private var starts: [UInt32] = [0]
  /// In each place a token's hash above its number + 1; 0 is free. Its size is a power of two.
  private var table = [UInt64](repeating: 0, count: 4096)

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

  /// The numbers in the order of their tokens' bytes. The first eight bytes, taken as one number, settle most of it.
  func sorted() -> [Int] {
    let keyed = (0..<count).map { number -> (key: UInt64, number: Int) in
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
