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
    let order = (0..<interner.count).sorted { TokenTable.precedes(interner.token($0), interner.token($1)) }
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
  private var hashes: [UInt32] = []
  /// Number + 1 of the token in each place; 0 is free. Its size is a power of two.
  private var table = [UInt32](repeating: 0, count: 4096)

  var count: Int { starts.count - 1 }
  func token(_ number: Int) -> ArraySlice<UInt8> { bytes[Int(starts[number])..<Int(starts[number + 1])] }

  mutating func number(of token: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash: UInt32 = 2_166_136_261
    for byte in token { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    hash ^= hash >> 15
    let mask = UInt32(table.count - 1)
    var place = hash & mask
    while table[Int(place)] != 0 {
      let number = table[Int(place)] - 1
      if hashes[Int(number)] == hash, equals(Int(number), token) { return number }
      place = (place + 1) & mask
    }
    let number = UInt32(count)
    bytes.append(contentsOf: token)
    starts.append(UInt32(bytes.count))
    hashes.append(hash)
    table[Int(place)] = number + 1
    if count * 2 > table.count { grow() }
    return number
  }

  private func equals(_ number: Int, _ token: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = Int(starts[number])
    guard Int(starts[number + 1]) - start == token.count else { return false }
    for offset in 0..<token.count where bytes[start + offset] != token[offset] { return false }
    return true
  }

  private mutating func grow() {
    table = [UInt32](repeating: 0, count: table.count * 2)
    let mask = UInt32(table.count - 1)
    for number in 0..<count {
      var place = hashes[number] & mask
      while table[Int(place)] != 0 { place = (place + 1) & mask }
      table[Int(place)] = UInt32(number) + 1
    }
  }
}
