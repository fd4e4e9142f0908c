import Files
import Foundation
import Testing

/// Pictures made up of the parts that matter here; no program could show them.
struct PictureCleaningTests {
  static let secret = "GPS 31.2304N 121.4737E"

  static func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
    [0xFF, marker, UInt8((content.count + 2) >> 8), UInt8((content.count + 2) & 0xFF)] + content
  }

  /// Exif with an orientation, an entry of another kind before it, and a place.
  static func exif(orientation: UInt8, isLittle: Bool) -> [UInt8] {
    func number(_ value: Int, _ length: Int) -> [UInt8] {
      let big = (0..<length).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      return isLittle ? big.reversed() : big
    }
    let entries: [[UInt8]] = [
      number(0x010F, 2) + number(2, 2) + number(4, 4) + Array("Cam\u{0}".utf8),
      number(0x0112, 2) + number(3, 2) + number(1, 4) + number(Int(orientation), 2) + [0, 0],
    ]
    return Array("Exif\u{0}\u{0}".utf8) + Array((isLittle ? "II" : "MM").utf8) + number(42, 2) + number(8, 4)
      + number(entries.count, 2) + entries.flatMap(\.self) + number(0, 4) + Array(secret.utf8)
  }

  static let scan: [UInt8] =
    segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56, 0xFF, 0x00]

  static func jpeg(_ told: [UInt8] = [], after: [UInt8] = []) -> [UInt8] {
    [0xFF, 0xD8] + segment(0xE0, Array("JFIF\u{0}".utf8) + [1, 2, 0, 0, 1, 0, 1, 0, 0]) + told
      + segment(0xE2, Array("ICC_PROFILE\u{0}colours".utf8)) + segment(0xEE, Array("Adobe\u{0}d".utf8))
      + segment(0xDB, Array(repeating: 1, count: 65)) + segment(0xC0, [8, 0, 1, 0, 1, 1, 1, 0x11, 0]) + scan
      + segment(0xC4, [0, 1]) + scan + [0xFF, 0xD9] + after
  }

  private func clean(_ bytes: [UInt8], _ kind: FileKind) throws -> [UInt8] {
    try PictureCleaning.cleaned(bytes, kind)
  }

  private func tells(_ bytes: [UInt8], _ text: String) -> Bool {
    Data(bytes).range(of: Data(text.utf8)) != nil
  }

  @Test func `a JPEG loses the place, the remarks and what hangs behind it, and keeps its colours`() throws {
    let told =
      Self.segment(0xE1, Self.exif(orientation: 1, isLittle: true))
      + Self.segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\u{0}\(Self.secret)".utf8))
      + Self.segment(0xE2, Array("MPF\u{0}\(Self.secret)".utf8)) + Self.segment(0xED, Array(Self.secret.utf8))
      + Self.segment(0xFE, Array(Self.secret.utf8)) + Self.segment(0xEF, Array(Self.secret.utf8))
    let picture = Self.jpeg(told, after: Array("film \(Self.secret)".utf8))
    #expect(tells(picture, Self.secret))
    let cleaned = try clean(picture, .jpg)
    #expect(!tells(cleaned, Self.secret))
    #expect(!tells(cleaned, "Exif"))
    #expect(cleaned == Self.jpeg())
    #expect(try clean(cleaned, .jpg) == cleaned)
  }

  @Test(arguments: [2, 3, 6, 8] as [UInt8], [true, false])
  func `a JPEG keeps which way is up, and no more of its Exif`(orientation: UInt8, isLittle: Bool) throws {
    let cleaned = try clean(
      Self.jpeg(Self.segment(0xE1, Self.exif(orientation: orientation, isLittle: isLittle))), .jpg)
    #expect(!tells(cleaned, Self.secret))
    #expect(!tells(cleaned, "Cam"))
    #expect(tells(cleaned, "Exif"))
    // 0x0112, a short, one of it.
    let entry = Data([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation])
    #expect(Data(cleaned).range(of: entry) != nil)
    #expect(try clean(cleaned, .jpg) == cleaned)
  }

  @Test func `a JPEG that is put together wrongly is refused, and one that is cut off ends where it is cut`() throws {
    for broken in [
      [0xFF, 0xD8, 0xFF, 0xE0, 0], [0xFF, 0xD8, 0xFF, 0xE1, 0, 0, 0xFF, 0xD9], [0xFF, 0xD8, 0xFF, 0xD9],
      [0xFF, 0xD8, 0xFF, 0xE1, 0xFF, 0xFF, 1], [0xFF, 0xD8, 0xFF, 0xFF, 0xFF], [0xFF, 0xD8, 0x41, 0x42],
    ] as [[UInt8]] {
      #expect(throws: PictureRefusal.notAPicture, "\(broken)") { try clean(broken, .jpg) }
    }
    let cut = Self.jpeg().dropLast(2)
    #expect(try clean(Array(cut), .jpg) == Self.jpeg())
    // Exif of any shape is read without a fall.
    for length in 0..<60 {
      let exif = Array(Self.exif(orientation: 6, isLittle: true).prefix(length))
      _ = try clean(Self.jpeg(Self.segment(0xE1, exif)), .jpg)
    }
    let endless = Array("Exif\u{0}\u{0}II*\u{0}".utf8) + [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
    #expect(try clean(Self.jpeg(Self.segment(0xE1, endless)), .jpg) == Self.jpeg())
  }

  @Test func `a PNG loses texts, Exif and times, and keeps what its pixels need`() throws {
    func chunk(_ name: String, _ content: [UInt8] = [1, 2, 3]) -> [UInt8] {
      [0, 0, 0, UInt8(content.count)] + Array(name.utf8) + content + [9, 9, 9, 9]
    }
    let start: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let told = ["tEXt", "zTXt", "iTXt", "eXIf", "tIME", "vpAg"].flatMap { chunk($0, Array(Self.secret.utf8)) }
    let plain = [start, chunk("IHDR"), chunk("iCCP"), chunk("tRNS"), chunk("IDAT"), chunk("IEND", [])].flatMap(\.self)
    let picture = Array(plain.dropLast(12)) + told + chunk("IEND", []) + Array(Self.secret.utf8)
    #expect(try clean(picture, .png) == plain)
    #expect(throws: PictureRefusal.notAPicture) { try clean(Array(plain.dropLast(1)), .png) }
    #expect(throws: PictureRefusal.notAPicture) {
      try clean(start + [0xFF, 0xFF, 0xFF, 0xFF] + Array("IHDR".utf8) + [0, 0, 0, 0], .png)
    }
  }

  @Test func `a WebP loses Exif and XMP and the flags that announce them`() throws {
    func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
      Array(name.utf8) + [UInt8(content.count), 0, 0, 0] + content + (content.count.isMultiple(of: 2) ? [] : [0])
    }
    func file(_ chunks: [UInt8]) -> [UInt8] {
      Array("RIFF".utf8) + [UInt8(chunks.count + 4), 0, 0, 0] + Array("WEBP".utf8) + chunks
    }
    let (flags, sizes): (UInt8, [UInt8]) = (0x2C, [0, 0, 0, 1, 0, 0, 1, 0, 0])
    let pixels = chunk("ICCP", [1, 2, 3]) + chunk("VP8 ", [4, 5])
    let told = chunk("EXIF", Array(Self.secret.utf8)) + chunk("XMP ", Array(Self.secret.utf8))
    let cleaned = try clean(file(chunk("VP8X", [flags] + sizes) + pixels + told), .webp)
    #expect(cleaned == file(chunk("VP8X", [0x20] + sizes) + pixels))
    #expect(throws: PictureRefusal.notAPicture) { try clean(file(chunk("EXIF", [1])), .webp) }
  }

  @Test func `a picture that would unfold into more than sixty megapixels is refused, whatever its kind`() throws {
    func png(_ side: [UInt8]) -> [UInt8] {
      func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        [0, 0, 0, UInt8(content.count)] + Array(name.utf8) + content + [0, 0, 0, 0]
      }
      return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", side + side + [8, 2, 0, 0, 0])
        + chunk("IDAT", [1]) + chunk("IEND", [])
    }
    func jpeg(_ side: [UInt8]) -> [UInt8] {
      [0xFF, 0xD8] + Self.segment(0xC4, [0, 1]) + Self.segment(0xC2, [8] + side + side + [1, 1, 0x11, 0]) + Self.scan
        + [0xFF, 0xD9]
    }
    func webP(_ name: String, _ head: [UInt8]) -> [UInt8] {
      let chunk = Array(name.utf8) + [UInt8(head.count), 0, 0, 0] + head
      return Array("RIFF".utf8) + [UInt8(chunk.count + 4), 0, 0, 0] + Array("WEBP".utf8) + chunk
    }
    let sound = [
      png([0, 0, 0x1E, 0]), jpeg([0x1E, 0]), webP("VP8X", [0, 0, 0, 0, 0xFF, 0x1D, 0, 0xFF, 0x1D, 0]),
      webP("VP8L", [0x2F, 0xFF, 0xC3, 0x7F, 0x07, 0, 0, 0, 0, 0]),
      webP("VP8 ", [0, 0, 0, 0x9D, 1, 0x2A, 0, 0x1E, 0, 0x1E]),
    ]
    let huge = [
      png([0, 0, 0x75, 0x30]), jpeg([0x75, 0x30]), webP("VP8X", [0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
      webP("VP8L", [0x2F, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 0, 0]),
      webP("VP8 ", [0, 0, 0, 0x9D, 1, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F]),
    ]
    for picture in sound { _ = try UploadPolicy.pictures.taken(picture) }
    for picture in huge {
      #expect(throws: PictureRefusal.tooManyPixels(limitMegapixels: 60)) { try UploadPolicy.pictures.taken(picture) }
    }
  }
}
