/// Gathers documents into a segment.
struct SegmentBuilder {
  private var interner = TokenInterner()
  private var tokenOf: [UInt32] = []
  private var postings: [UInt32] = []
  private(set) var documents = 0

  /// - Parameter line: what `Analyser.line` made.
  mutating func add(_ line: String) {
    var line = line
    line.withUTF8 { bytes in
      var index = 0
      while index < bytes.count {
        var end = index
        while end < bytes.count, bytes[end] != 0x20 { end += 1 }
        if end > index + 1 {
          let token = interner.number(of: UnsafeBufferPointer(rebasing: bytes[(index + 1)..<end]))
          tokenOf.append(token)
          postings.append(UInt32(documents) << 3 | UInt32(bytes[index] & 7))
        }
        index = end + 1
      }
    }
    documents += 1
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
