/// How many pixels a picture says that it has. A few kilobytes can unfold into gigabytes in whatever shows them.
enum PictureSize {
  /// Nil where it doesn't say; GIF, AVIF and SVG aren't read.
  static func pixels(of bytes: [UInt8], _ kind: FileKind) -> Int? {
    switch kind {
    case .png: product(number(bytes, 16, 4), number(bytes, 20, 4))
    case .jpg: jpeg(bytes)
    case .webp: webP(bytes)
    case .svg, .gif, .avif: nil
    }
  }

  private static func product(_ width: Int?, _ height: Int?) -> Int? {
    guard let width, let height else { return nil }
    return width * height
  }

  /// Up to four bytes, the big end first.
  private static func number(_ bytes: [UInt8], _ place: Int, _ length: Int) -> Int? {
    guard place + length <= bytes.count else { return nil }
    return bytes[place..<place + length].reduce(0) { $0 << 8 | Int($1) }
  }

  /// The same, the small end first.
  private static func reversed(_ bytes: [UInt8], _ place: Int, _ length: Int) -> Int? {
    guard place + length <= bytes.count else { return nil }
    return bytes[place..<place + length].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  /// The first frame header, FF C0…CF without C4, C8 and CC: length, precision, height, width.
  private static func jpeg(_ bytes: [UInt8]) -> Int? {
    var place = 2
    while place + 4 <= bytes.count, bytes[place] == 0xFF {
      let marker = bytes[place + 1]
      if marker == 0xFF {
        place += 1
      } else if (0xC0...0xCF).contains(marker), ![0xC4, 0xC8, 0xCC].contains(marker) {
        return product(number(bytes, place + 7, 2), number(bytes, place + 5, 2))
      } else {
        guard let length = number(bytes, place + 2, 2) else { return nil }
        place += 2 + length
      }
    }
    return nil
  }

  /// The canvas of the extended form, or the size of the one frame there is.
  private static func webP(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 30 else { return nil }
    switch String(decoding: bytes[12..<16], as: UTF8.self) {
    case "VP8X":
      return product(reversed(bytes, 24, 3).map { $0 + 1 }, reversed(bytes, 27, 3).map { $0 + 1 })
    case "VP8L":
      guard let both = reversed(bytes, 21, 4) else { return nil }
      return product((both & 0x3FFF) + 1, (both >> 14 & 0x3FFF) + 1)
    case "VP8 ":
      return product(reversed(bytes, 26, 2).map { $0 & 0x3FFF }, reversed(bytes, 28, 2).map { $0 & 0x3FFF })
    default: return nil
    }
  }
}
