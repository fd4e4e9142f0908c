/// Character references in both directions.
enum HTMLEntities {
  /// The names that a disguised address could use, and those common in prose.
  private static let named: [String: UInt32] = [
    "amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "colon": 0x3A, "Tab": 9, "NewLine": 10,
    "lpar": 0x28,
    "rpar": 0x29, "sol": 0x2F, "nbsp": 0xA0, "ndash": 0x2013, "mdash": 0x2014, "hellip": 0x2026, "ldquo": 0x201C,
    "rdquo": 0x201D, "lsquo": 0x2018, "rsquo": 0x2019, "bull": 0x2022, "middot": 0xB7, "times": 0xD7, "deg": 0xB0,
    "copy": 0xA9, "reg": 0xAE, "trade": 0x2122, "yen": 0xA5, "euro": 0x20AC, "pound": 0xA3, "frac12": 0xBD,
    "eacute": 0xE9,
  ]

  /// The longest reference that is looked at.
  private static let longest = 32

  /// The text that the bytes stand for. What isn't a known reference stays as it is.
  static func decode(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == UInt8(ascii: "&"), let (scalar, end) = reference(in: bytes, at: index) {
        decoded.append(contentsOf: String(Character(scalar)).utf8)
        index = end
      } else {
        decoded.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }

  /// The reference at an ampersand and where it ends. Numbers need no semicolon, as in browsers.
  private static func reference(in bytes: ArraySlice<UInt8>, at start: Int) -> (Unicode.Scalar, end: Int)? {
    let limit = min(bytes.endIndex, start + longest)
    var index = start + 1
    guard index < limit else { return nil }
    if bytes[index] == UInt8(ascii: "#") {
      index += 1
      let isHex = index < limit && HTMLTokens.lower(bytes[index]) == UInt8(ascii: "x")
      if isHex { index += 1 }
      let digits = index
      while index < limit, isDigit(bytes[index], hex: isHex) { index += 1 }
      guard index > digits,
        let value = UInt32(String(decoding: bytes[digits..<index], as: UTF8.self), radix: isHex ? 16 : 10)
      else { return nil }
      let end = index < bytes.endIndex && bytes[index] == UInt8(ascii: ";") ? index + 1 : index
      return (Unicode.Scalar(value) ?? "\u{FFFD}", end)
    }
    while index < limit, HTMLTokens.isLetter(bytes[index]) || isDigit(bytes[index], hex: false) { index += 1 }
    guard index < limit, bytes[index] == UInt8(ascii: ";"),
      let value = named[String(decoding: bytes[start + 1..<index], as: UTF8.self)], let scalar = Unicode.Scalar(value)
    else { return nil }
    return (scalar, index + 1)
  }

  /// Where a well-formed reference that begins here ends; nil when the ampersand is only an ampersand.
  static func end(in bytes: [UInt8], at start: Int, limit: Int) -> Int? {
    let limit = min(limit, start + longest)
    var index = start + 1
    let isNumber = index < limit && bytes[index] == UInt8(ascii: "#")
    if isNumber { index += 1 }
    let isHex = isNumber && index < limit && HTMLTokens.lower(bytes[index]) == UInt8(ascii: "x")
    if isHex { index += 1 }
    let first = index
    while index < limit {
      let byte = bytes[index]
      guard isDigit(byte, hex: isHex) || (!isNumber && HTMLTokens.isLetter(byte)) else { break }
      index += 1
    }
    return index > first && index < limit && bytes[index] == UInt8(ascii: ";") ? index + 1 : nil
  }

  private static func isDigit(_ byte: UInt8, hex: Bool) -> Bool {
    (48...57).contains(byte) || (hex && ((65...70).contains(byte) || (97...102).contains(byte)))
  }

  /// Fit for an attribute in double quotes.
  static func escape(_ text: String, into bytes: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
      case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
      case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
      case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
      case 0..<0x20, 0x7F: bytes.append(0x20)
      default: bytes.append(byte)
      }
    }
  }
}
