extension Segment {
  /// The whole segment as bytes for a file of this machine.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    let sizes = [UInt32(documents), UInt32(tokens.count), UInt32(tokens.bytes.count), UInt32(postings.count)]
    bytes.reserveCapacity(16 + 8 * (tokens.count + 1) + tokens.bytes.count + 4 * postings.count)
    for numbers in [sizes, tokens.starts, starts, postings] {
      for number in numbers { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
    }
    bytes += tokens.bytes
    return bytes
  }

  /// Nil when the bytes aren't a segment's.
  convenience init?(bytes: [UInt8]) {
    var place = 0
    func numbers(_ count: Int) -> [UInt32]? {
      guard count >= 0, place + 4 * count <= bytes.count else { return nil }
      let from = place
      place += 4 * count
      return bytes.withUnsafeBytes { raw in
        (0..<count).map { UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: from + 4 * $0, as: UInt32.self)) }
      }
    }
    guard let sizes = numbers(4), let ends = numbers(Int(sizes[1]) + 1), let starts = numbers(Int(sizes[1]) + 1),
      let postings = numbers(Int(sizes[3])), place + Int(sizes[2]) == bytes.count,
      let end = ends.last, end == sizes[2], let last = starts.last, Int(last) == postings.count,
      ends.first == 0, starts.first == 0, Self.isAscending(ends), Self.isAscending(starts),
      // No posting leads beyond the segment's documents.
      postings.allSatisfy({ $0 >> 6 < sizes[0] })
    else { return nil }
    self.init(
      documents: Int(sizes[0]), tokens: TokenTable(bytes: Array(bytes[place...]), starts: ends), starts: starts,
      postings: postings)
  }

  private static func isAscending(_ numbers: [UInt32]) -> Bool {
    !zip(numbers, numbers.dropFirst()).contains { $0 > $1 }
  }
}
