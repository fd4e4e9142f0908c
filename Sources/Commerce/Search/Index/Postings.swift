/// Documents that hold a token, ascending, each with the bits of the fields that hold it.
struct Postings: Sendable {
  var numbers: [UInt32] = []
  /// As wide as the codes of a want, which they become without being copied.
  var bits: [UInt16] = []

  init() {}

  /// - Parameters:
  ///   - bits: of every document from `start` on, 0 for one that doesn't hold it.
  ///   - most: how many hold it at most.
  init(_ bits: [UInt8], start: Int, atMost most: Int) {
    numbers.reserveCapacity(min(most, bits.count))
    self.bits.reserveCapacity(min(most, bits.count))
    bits.withUnsafeBytes { bytes in
      var number = 0
      while number < bytes.count {
        // Most hold nothing, so eight are looked at together.
        if number + 8 <= bytes.count, bytes.loadUnaligned(fromByteOffset: number, as: UInt64.self) == 0 {
          number += 8
          continue
        }
        if bytes[number] != 0 { append(UInt32(start + number), UInt16(bytes[number])) }
        number += 1
      }
    }
  }

  var count: Int { numbers.count }
  var isEmpty: Bool { numbers.isEmpty }

  mutating func append(_ number: UInt32, _ bits: UInt16) {
    numbers.append(number)
    self.bits.append(bits)
  }

  /// Of a segment in memory.
  mutating func append(_ postings: ArraySlice<UInt32>, start: Int, from first: Int) {
    numbers.reserveCapacity(count + postings.count)
    bits.reserveCapacity(count + postings.count)
    for posting in postings where start + Int(posting >> 6) >= first {
      append(UInt32(start) + posting >> 6, UInt16(posting & 63))
    }
  }
}

/// How postings lie in the file: each document's distance from the one before, shifted by 6, and its bits, as a number of
/// seven bits a byte; the first counts from 0.
enum PieceCoding {
  static func encode(_ postings: ArraySlice<UInt32>, start: Int) -> (bytes: [UInt8], last: UInt32, naming: Int) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(postings.count * 2 + 4)
    var last: UInt32 = 0
    var naming = 0
    for posting in postings {
      let number = UInt32(start) + posting >> 6
      append(UInt64(number - last) << 6 | UInt64(posting & 63), to: &bytes)
      if UInt8(posting & 63) & Field.naming != 0 { naming += 1 }
      last = number
    }
    return (bytes, last, naming)
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// One piece after another whose last document is known: only the first distance is another.
  static func join(_ bytes: inout [UInt8], last: UInt32, with next: [UInt8]) {
    var place = 0
    guard let first = read(next, &place), first >> 6 >= UInt64(last) else { return }
    append((first >> 6 - UInt64(last)) << 6 | first & 63, to: &bytes)
    bytes += next[place...]
  }

  private static func read(_ bytes: [UInt8], _ place: inout Int) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while place < bytes.count, shift < 63 {
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }

  /// The documents in a range, of pieces that follow on one another, of which each tells how many. Bytes that make no sense
  /// end a piece.
  static func decoded(_ pieces: [KeptPieces.Piece], in range: Range<Int>) -> Postings {
    var postings = Postings()
    let most = min(pieces.reduce(0) { $0 + min($1.count, $1.bytes.count) }, range.count)
    guard most > 0 else { return postings }
    var made = 0
    postings.numbers = [UInt32](unsafeUninitializedCapacity: most) { numbers, filled in
      postings.bits = [UInt16](unsafeUninitializedCapacity: most) { bits, filledBits in
        for piece in pieces where piece.count > 0 && piece.count <= piece.bytes.count {
          let rest = made..<most
          made += decode(
            piece.bytes, UnsafeMutableBufferPointer(rebasing: numbers[rest]),
            UnsafeMutableBufferPointer(rebasing: bits[rest]), count: piece.count, in: range)
        }
        filledBits = made
      }
      filled = made
    }
    return postings
  }

  private static func decode(
    _ bytes: [UInt8], _ numbers: UnsafeMutableBufferPointer<UInt32>, _ bits: UnsafeMutableBufferPointer<UInt16>,
    count: Int, in range: Range<Int>
  ) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      var place = 0
      var number: UInt64 = 0
      var made = 0
      for _ in 0..<count {
        guard place < bytes.count else { return made }
        // Most stand near one another, which is one byte or two.
        var value = UInt64(bytes[place])
        place += 1
        if value >= 0x80 {
          value &= 0x7F
          var shift: UInt64 = 7
          while true {
            guard place < bytes.count, shift < 63 else { return made }
            let byte = bytes[place]
            place += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
          }
        }
        number += value >> 6
        guard number < UInt64(range.upperBound) else { return made }
        if number < UInt64(range.lowerBound) { continue }
        guard made < numbers.count else { return made }
        numbers[made] = UInt32(truncatingIfNeeded: number)
        bits[made] = UInt16(truncatingIfNeeded: value & 63)
        made += 1
      }
      return made
    }
  }
}
