import Values

/// A kind of picture, told by its bytes and never by a name or a header that a caller chose.
public enum FileKind: String, CaseIterable, Sendable {
  case svg
  case jpg
  case png
  case webp
  case gif
  case avif

  public var fileExtension: String { rawValue }

  /// The kind of a stored file, which its key was given when the bytes were looked at.
  public init?(_ key: FileKey) {
    guard let end = key.rawValue.split(separator: ".").last else { return nil }
    self.init(rawValue: String(end))
  }

  public var mediaType: String {
    switch self {
    case .svg: "image/svg+xml"
    case .jpg: "image/jpeg"
    case .png: "image/png"
    case .webp: "image/webp"
    case .gif: "image/gif"
    case .avif: "image/avif"
    }
  }

  /// Nil when the bytes begin like none of them.
  public init?(detecting bytes: [UInt8]) {
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
      bytes.dropFirst(12).starts(with: "IHDR".utf8)
    {
      self = .png
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]), bytes.count > 3 {
      self = .jpg
    } else if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBPVP8".utf8) {
      self = .webp
    } else if bytes.starts(with: "GIF8".utf8) {
      self = .gif
    } else if bytes.dropFirst(4).starts(with: "ftypavif".utf8) {
      self = .avif
    } else if Self.isSVG(bytes) {
      self = .svg
    } else {
      return nil
    }
  }

  /// The root element is `svg`, after a declaration, a document type and comments.
  private static func isSVG(_ bytes: [UInt8]) -> Bool {
    var text = Substring(decoding: bytes.prefix(4096), as: UTF8.self)
    if text.first == "\u{FEFF}" { text.removeFirst() }
    while true {
      text = text.drop { $0.isWhitespace }
      if text.hasPrefix("<?xml") {
        guard let end = text.firstRange(of: "?>") else { return false }
        text = text[end.upperBound...]
      } else if text.hasPrefix("<!--") {
        guard let end = text.firstRange(of: "-->") else { return false }
        text = text[end.upperBound...]
      } else if text.hasPrefix("<!DOCTYPE svg") {
        guard let end = text.firstRange(of: ">") else { return false }
        text = text[end.upperBound...]
      } else {
        return text.hasPrefix("<svg") && (text.dropFirst(4).first.map { $0.isWhitespace || $0 == ">" } ?? false)
      }
    }
  }
}
