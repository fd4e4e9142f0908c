/// Takes out of a picture what it tells beside itself: where and when it was taken, by which device, with which remarks.
/// What pixels need to look right stays: colours, transparency, animation, and in JPEG which way is up.
public enum PictureCleaning {
  /// Throws `PictureRefusal.notAPicture` when the bytes aren't put together as the kind says. SVG, GIF and AVIF are left as
  /// they are: shoppers can't send them.
  public static func cleaned(_ bytes: [UInt8], _ kind: FileKind) throws(PictureRefusal) -> [UInt8] {
    let cleaned =
      switch kind {
      case .jpg: JPEG.cleaned(bytes)
      case .png: PNG.cleaned(bytes)
      case .webp: WebP.cleaned(bytes)
      case .svg, .gif, .avif: Optional(bytes)
      }
    guard let cleaned else { throw .notAPicture }
    return cleaned
  }
}

/// JPEG is a row of segments; each begins with FF and what it is. Every reader here answers nil for what isn't so.
private enum JPEG {
  private static let startOfScan: UInt8 = 0xDA
  private static let endOfImage: UInt8 = 0xD9
  private static let exifMark = Array("Exif\u{0}\u{0}".utf8)

  static func cleaned(_ bytes: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = [0xFF, 0xD8]
    result.reserveCapacity(bytes.count)
    var place = 2
    var orientation: UInt8?
    var hasScan = false
    while let (marker, start) = marker(in: bytes, at: place) {
      if marker == endOfImage {
        // What follows the end, such as a second picture or a film, is left behind.
        guard hasScan else { return nil }
        return result + [0xFF, endOfImage]
      }
      guard start + 2 <= bytes.count else { return nil }
      let end = start + Int(bytes[start]) << 8 + Int(bytes[start + 1])
      guard end >= start + 2, end <= bytes.count else { return nil }
      let content = bytes[(start + 2)..<end]
      if marker == 0xE1, content.starts(with: exifMark), orientation == nil {
        orientation = Exif.orientation(Array(content.dropFirst(exifMark.count)))
        if let orientation { result += Exif.segment(orientation) }
      } else if isKept(marker, content) {
        result += [0xFF, marker] + bytes[start..<end]
      }
      place = end
      if marker == startOfScan {
        hasScan = true
        let next = endOfScan(in: bytes, from: end)
        result += bytes[end..<next]
        place = next
      }
    }
    // Phones write files that are cut off; browsers show what there is.
    return hasScan && place >= bytes.count ? result + [0xFF, endOfImage] : nil
  }

  /// The marker at a place, after the filling before it, and where its content begins.
  private static func marker(in bytes: [UInt8], at place: Int) -> (UInt8, Int)? {
    guard place < bytes.count, bytes[place] == 0xFF else { return nil }
    var place = place
    while place < bytes.count, bytes[place] == 0xFF { place += 1 }
    guard place < bytes.count, bytes[place] != 0 else { return nil }
    return (bytes[place], place + 1)
  }

  /// The first marker after compressed data, where FF stands for itself before 00 and restarts are FF D0…D7.
  private static func endOfScan(in bytes: [UInt8], from start: Int) -> Int {
    var place = start
    while place + 1 < bytes.count {
      if bytes[place] == 0xFF {
        let next = bytes[place + 1]
        if next != 0, next != 0xFF, !(0xD0...0xD7).contains(next) { return place }
      }
      place += 1
    }
    return bytes.count
  }

  /// Remarks and applications' own segments go, but for those that say what the colours mean.
  private static func isKept(_ marker: UInt8, _ content: ArraySlice<UInt8>) -> Bool {
    switch marker {
    case 0xE0: content.starts(with: "JFIF\u{0}".utf8)
    case 0xE2: content.starts(with: "ICC_PROFILE\u{0}".utf8)
    case 0xEE: content.starts(with: "Adobe".utf8)
    case 0xE1, 0xE3...0xED, 0xEF, 0xFE: false
    default: true
    }
  }
}

/// Of the whole of Exif, the one number that tells which way is up.
private enum Exif {
  /// 2…8 of the first directory's entry 0x0112; nil when it isn't there or says nothing.
  static func orientation(_ tiff: [UInt8]) -> UInt8? {
    let isLittle = tiff.starts(with: "II".utf8)
    guard tiff.count >= 8, isLittle || tiff.starts(with: "MM".utf8) else { return nil }
    func number(_ place: Int, _ length: Int) -> Int? {
      guard place >= 0, place <= tiff.count - length else { return nil }
      let digits = tiff[place..<place + length]
      return (isLittle ? digits.reversed() : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(4, 4), let count = number(directory, 2) else { return nil }
    for index in 0..<count {
      let entry = directory + 2 + index * 12
      guard let tag = number(entry, 2) else { return nil }
      if tag == 0x0112, number(entry + 2, 2) == 3, let value = number(entry + 8, 2), (2...8).contains(value) {
        return UInt8(value)
      }
    }
    return nil
  }

  /// A segment that says this and nothing else.
  static func segment(_ orientation: UInt8) -> [UInt8] {
    let tiff: [UInt8] =
      Array("MM\u{0}*".utf8) + [0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
    let content = Array("Exif\u{0}\u{0}".utf8) + tiff
    return [0xFF, 0xE1, 0, UInt8(content.count + 2)] + content
  }
}

/// PNG is a row of chunks: length, name, content, checksum.
private enum PNG {
  /// Beside the critical ones, whose names begin with a capital.
  private static let kept: Set<String> = [
    "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "bKGD", "hIST", "pHYs", "sPLT", "acTL",
    "fcTL", "fdAT",
  ]

  static func cleaned(_ bytes: [UInt8]) -> [UInt8]? {
    var result = Array(bytes.prefix(8))
    result.reserveCapacity(bytes.count)
    var place = 8
    while place <= bytes.count - 12 {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = place + 12 + length
      guard end <= bytes.count else { return nil }
      let name = String(decoding: bytes[place + 4..<place + 8], as: UTF8.self)
      if bytes[place + 4] & 0x20 == 0 || kept.contains(name) { result += bytes[place..<end] }
      // What follows the end is left behind.
      if name == "IEND" { return result }
      place = end
    }
    return nil
  }
}

/// WebP is a row of chunks too, in RIFF's order: name, length with the small end first, content filled up to even length.
private enum WebP {
  private static let kept: Set<String> = ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"]

  static func cleaned(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 12 else { return nil }
    var chunks: [UInt8] = []
    var place = 12
    while place <= bytes.count - 8 {
      let length = bytes[place + 4..<place + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      let end = place + 8 + length
      guard end <= bytes.count else { return nil }
      let name = String(decoding: bytes[place..<place + 4], as: UTF8.self)
      if kept.contains(name) {
        var chunk = Array(bytes[place..<end])
        // The flags that announce Exif and XMP.
        if name == "VP8X", length > 0 { chunk[8] &= ~0x0C }
        chunks += chunk + (length.isMultiple(of: 2) ? [] : [0])
      }
      place = end + length % 2
    }
    guard !chunks.isEmpty else { return nil }
    let size = UInt32(chunks.count + 4)
    return Array("RIFF".utf8) + (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + Array("WEBP".utf8)
      + chunks
  }
}
