import Foundation
import Values

/// How the characters of a file are written as bytes.
public struct TextEncoding: Hashable, Sendable, CustomStringConvertible {
  /// A name that the C library's `iconv` knows.
  public let name: String

  public static let utf8 = TextEncoding(name: "UTF-8")
  public static let utf16LittleEndian = TextEncoding(name: "UTF-16LE")
  public static let utf16BigEndian = TextEncoding(name: "UTF-16BE")
  public static let gb18030 = TextEncoding(name: "GB18030")
  public static let windows1252 = TextEncoding(name: "WINDOWS-1252")

  private init(name: String) { self.name = name }

  /// Any encoding that this system can read: `utf-8`, `gb18030`, `gbk`, `big5`, `windows-1252` …; nil for others.
  public init?(_ name: String) {
    let plain = name.uppercased()
    switch plain {
    case "UTF8", "UTF-8": self = .utf8
    // The old names of the national code are read as its newest edition, which contains them.
    case "GB18030", "GB-18030", "GBK", "GB2312", "CP936": self = .gb18030
    default:
      guard plain.utf8.count <= 32, plain.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") }),
        Transcoder(from: plain) != nil
      else { return nil }
      self.init(name: plain)
    }
  }

  public var description: String { name }
}

/// A file as UTF-8: the file itself, or a copy that has to be removed after use.
struct DecodedFile {
  let url: URL
  let encoding: TextEncoding
  let size: Int
  let isTemporary: Bool
  /// Bytes of a UTF-8 file that aren't UTF-8 and read as U+FFFD.
  let brokenBytes: Int
  /// Nothing in the bytes proves the encoding.
  var isGuess = false

  func removeIfTemporary() {
    if isTemporary { try? FileManager.default.removeItem(at: url) }
  }
}

/// Finds out how a file is encoded and, unless it is UTF-8 already, writes a UTF-8 copy beside the system's temporary
/// files. Everything after that works on UTF-8 bytes with offsets that can be sought.
///
/// The rule, without an explicit encoding: a byte order mark decides; else zero bytes in every other place mean UTF-16;
/// else a file that is UTF-8 from end to end is UTF-8; else, if broken bytes are rare among well-formed characters, it is
/// damaged UTF-8; else, if bytes beyond ASCII mostly stand alone, as accents do, it is Windows-1252; else it is GB18030 if
/// it is that from end to end. The file is read whole before anything is decided, in pieces, so a Chinese character after a
/// hundred megabytes of ASCII is not a surprise.
enum TextDecoding {
  static func decode(_ file: URL, as given: TextEncoding? = nil) throws -> DecodedFile {
    let size = try FileState(file).size
    guard let head = try? FileChunks(file, size: 4096).next() else { throw ImportFault.unreadable(file.path) }
    if head.isEmpty { throw ImportFault.emptyFile }
    if let kind = kind(of: head) { throw ImportFault.notText(kind) }
    guard let encoding = given ?? marked(head) else { return try decodeUnmarked(file, size: size) }
    if encoding == .utf8 {
      let census = try count(file)
      return DecodedFile(url: file, encoding: .utf8, size: size, isTemporary: false, brokenBytes: census.broken)
    }
    return try transcode(file, from: encoding)
  }

  private static func decodeUnmarked(_ file: URL, size: Int) throws -> DecodedFile {
    let census = try count(file)
    // Text in another encoding makes well-formed UTF-8 only by accident.
    if census.broken == 0 || census.wellFormed > 20 * census.broken {
      return DecodedFile(url: file, encoding: .utf8, size: size, isTemporary: false, brokenBytes: census.broken)
    }
    if census.alone <= census.paired { return try transcode(file, from: .gb18030) }
    var text = try transcode(file, from: .windows1252)
    text.isGuess = true
    return text
  }

  /// What people pick by mistake, known by its first bytes.
  private static func kind(of head: [UInt8]) -> String? {
    if head.starts(with: [0x1F, 0x8B]) { return "a gzip archive" }
    if head.starts(with: Array("PK\u{3}\u{4}".utf8)) { return "a spreadsheet (xlsx) or a zip archive" }
    if head.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { return "a spreadsheet (xls)" }
    if head.starts(with: Array("%PDF-".utf8)) { return "a PDF" }
    if archives.contains(where: head.starts) { return "an archive" }
    if pictures.contains(where: head.starts) { return "a picture" }
    if head.starts(with: [0x7F, 0x45, 0x4C, 0x46]) { return "a program" }
    return nil
  }

  /// bzip2, xz, Zstandard, 7z, RAR.
  private static let archives: [[UInt8]] = [
    Array("BZh".utf8), [0xFD, 0x37, 0x7A, 0x58, 0x5A], [0x28, 0xB5, 0x2F, 0xFD], [0x37, 0x7A, 0xBC, 0xAF],
    Array("Rar!".utf8),
  ]
  private static let pictures: [[UInt8]] = [[0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF], Array("GIF8".utf8)]

  private static func marked(_ head: [UInt8]) -> TextEncoding? {
    if head.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
    if head.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
    if head.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
    if head.starts(with: [0x84, 0x31, 0x95, 0x33]) { return .gb18030 }
    let pairs = head.count / 2
    guard pairs >= 8 else { return nil }
    let zerosAtOdd = (0..<pairs).count { head[2 * $0 + 1] == 0 && head[2 * $0] != 0 }
    let zerosAtEven = (0..<pairs).count { head[2 * $0] == 0 && head[2 * $0 + 1] != 0 }
    if zerosAtOdd * 3 > pairs { return .utf16LittleEndian }
    if zerosAtEven * 3 > pairs { return .utf16BigEndian }
    return nil
  }

  private static func count(_ file: URL) throws -> UTF8Census {
    var census = UTF8Census()
    let chunks = try FileChunks(file)
    while case let chunk = try chunks.next(), !chunk.isEmpty {
      try Task.checkCancellation()
      census.add(chunk)
    }
    census.finish()
    return census
  }

  private static func transcode(_ file: URL, from encoding: TextEncoding) throws -> DecodedFile {
    guard let transcoder = Transcoder(from: encoding.name) else { throw ImportFault.unknownEncoding(encoding.name) }
    let copy = FileManager.default.temporaryDirectory.appending(path: "martlet-import-\(UUID().uuidString).csv")
    do {
      let output = try FileSink(copy)
      let chunks = try FileChunks(file)
      while case let chunk = try chunks.next(), !chunk.isEmpty {
        try Task.checkCancellation()
        try transcoder.feed(chunk) { try output.write($0) }
      }
      try transcoder.finish()
      try output.close()
      return DecodedFile(url: copy, encoding: encoding, size: output.count, isTemporary: true, brokenBytes: 0)
    } catch {
      try? FileManager.default.removeItem(at: copy)
      guard let undecodable = error as? Transcoder.Undecodable else { throw error }
      throw ImportFault.undecodable(encoding.name, byte: undecodable.offset)
    }
  }
}

/// Counts well-formed characters beyond ASCII, and bytes that belong to none, over a text in pieces. Also how bytes beyond
/// ASCII stand: those of Chinese encodings mostly in pairs, accents of Western ones mostly alone.
struct UTF8Census {
  private(set) var paired = 0
  private(set) var alone = 0
  private var isHalf = false
  private(set) var wellFormed = 0
  private(set) var broken = 0
  private var missing = 0
  private var seen = 0
  private var lower: UInt8 = 0x80
  private var upper: UInt8 = 0xBF

  mutating func add(_ bytes: [UInt8]) {
    addPairs(bytes)
    bytes.withUnsafeBytes { bytes in
      var index = 0
      while index < bytes.count {
        if missing == 0 {
          while index + 8 <= bytes.count,
            bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
          { index += 8 }
          if index == bytes.count { break }
          lead(bytes[index])
          index += 1
        } else if bytes[index] >= lower, bytes[index] <= upper {
          (lower, upper) = (0x80, 0xBF)
          missing -= 1
          seen += 1
          if missing == 0 { wellFormed += 1 }
          index += 1
        } else {
          // The byte isn't part of the character before it, but may begin one.
          broken += seen
          missing = 0
        }
      }
    }
  }

  mutating func finish() {
    if missing > 0 { broken += seen }
    missing = 0
    if isHalf { alone += 1 }
    isHalf = false
  }

  private mutating func addPairs(_ bytes: [UInt8]) {
    for byte in bytes where byte >= 0x80 || isHalf {
      if byte < 0x80 {
        alone += 1
      } else if isHalf {
        paired += 1
      }
      isHalf = byte >= 0x80 && !isHalf
    }
  }

  private mutating func lead(_ byte: UInt8) {
    (lower, upper, seen) = (0x80, 0xBF, 1)
    switch byte {
    case 0..<0x80: break
    case 0xC2...0xDF: missing = 1
    case 0xE0: (missing, lower) = (2, 0xA0)
    case 0xED: (missing, upper) = (2, 0x9F)
    case 0xE1...0xEF: missing = 2
    case 0xF0: (missing, lower) = (3, 0x90)
    case 0xF1...0xF3: missing = 3
    case 0xF4: (missing, upper) = (3, 0x8F)
    default: broken += 1
    }
  }
}
