/// Cuts HTML into tokens the way a browser would, in one pass, and never fails: what isn't markup is text. Comments,
/// declarations, and elements whose content isn't prose (scripts, styles, frames, drawings) are left out.
struct HTMLTokens: Sequence, IteratorProtocol {
  struct Attribute {
    let name: Range<Int>
    let value: Range<Int>
  }

  enum Token {
    case text(Range<Int>)
    case start(name: String, attributes: [Attribute])
    case end(name: String)
  }

  /// Elements that are left out with all they hold.
  private static let silent: Set<String> = [
    "script", "style", "iframe", "object", "noscript", "template", "svg", "math", "textarea", "select", "title", "xmp",
    "noembed", "noframes", "audio", "video", "canvas", "applet",
  ]

  let bytes: [UInt8]
  private var position = 0
  /// Silent elements known to have no end tag further on, so that looking for one stays linear.
  private var endless: Set<String> = []

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func next() -> Token? {
    while position < bytes.count {
      if bytes[position] != UInt8(ascii: "<") { return text(from: position) }
      guard position + 1 < bytes.count else { return text(from: position) }
      switch bytes[position + 1] {
      case UInt8(ascii: "!"): skipDeclaration()
      case UInt8(ascii: "?"): skip(past: UInt8(ascii: ">"))
      case UInt8(ascii: "/") where isLetter(at: position + 2):
        let name = tagName(at: position + 2)
        skip(past: UInt8(ascii: ">"))
        return .end(name: name)
      case let byte where Self.isLetter(byte):
        guard let token = startTag() else { continue }
        return token
      default: return text(from: position)
      }
    }
    return nil
  }

  /// Text from here to the next `<`; the first byte is part of it whatever it is.
  private mutating func text(from start: Int) -> Token {
    position = start + 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
    return .text(start..<position)
  }

  /// Nil when the tag never ends, or begins an element that is left out.
  private mutating func startTag() -> Token? {
    let name = tagName(at: position + 1)
    position += 1 + name.utf8.count
    var attributes: [Attribute] = []
    while position < bytes.count, bytes[position] != UInt8(ascii: ">") {
      if Self.isSpace(bytes[position]) || bytes[position] == UInt8(ascii: "/") {
        position += 1
      } else {
        attributes.append(attribute())
      }
    }
    guard position < bytes.count else { return nil }
    position += 1
    if Self.silent.contains(name) {
      skipContent(of: name)
      return nil
    }
    return .start(name: name, attributes: attributes)
  }

  private mutating func attribute() -> Attribute {
    let nameStart = position
    position += 1
    while position < bytes.count, !Self.isSpace(bytes[position]), !Self.endsName(bytes[position]) { position += 1 }
    let name = nameStart..<position
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
      return Attribute(name: name, value: position..<position)
    }
    position += 1
    skipSpace()
    guard position < bytes.count else { return Attribute(name: name, value: position..<position) }
    let quote = bytes[position]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      let start = position + 1
      position = start
      while position < bytes.count, bytes[position] != quote { position += 1 }
      let value = start..<position
      if position < bytes.count { position += 1 }
      return Attribute(name: name, value: value)
    }
    let start = position
    while position < bytes.count, !Self.isSpace(bytes[position]), bytes[position] != UInt8(ascii: ">") { position += 1 }
    return Attribute(name: name, value: start..<position)
  }

  private func tagName(at start: Int) -> String {
    var end = start
    while end < bytes.count, !Self.isSpace(bytes[end]), bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: ">")
    {
      end += 1
    }
    return String(decoding: bytes[start..<end].map(Self.lower), as: UTF8.self)
  }

  private mutating func skipDeclaration() {
    guard bytes[position...].starts(with: "<!--".utf8) else { return skip(past: UInt8(ascii: ">")) }
    position += 4
    // `<!-->` and `<!--->` are whole comments.
    if position < bytes.count, bytes[position] == UInt8(ascii: ">") { return position += 1 }
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "-"), bytes[position...].starts(with: "-->".utf8) { return position += 3 }
      if bytes[position] == UInt8(ascii: "-"), bytes[position...].starts(with: "--!>".utf8) { return position += 4 }
      position += 1
    }
  }

  private mutating func skipContent(of name: String) {
    guard !endless.contains(name) else { return }
    let wanted = Array("</\(name)".utf8)
    var probe = position
    while probe + wanted.count <= bytes.count {
      if bytes[probe] == UInt8(ascii: "<"),
        (0..<wanted.count).allSatisfy({ Self.lower(bytes[probe + $0]) == wanted[$0] })
      {
        let after = probe + wanted.count
        if after == bytes.count || Self.isSpace(bytes[after]) || Self.endsName(bytes[after]) {
          position = after
          return skip(past: UInt8(ascii: ">"))
        }
      }
      probe += 1
    }
    endless.insert(name)
    // An unclosed script swallows the rest, as it does in a browser; an unclosed drawing is only passed over.
    if name != "svg", name != "math", name != "object" { position = bytes.count }
  }

  private mutating func skip(past byte: UInt8) {
    while position < bytes.count, bytes[position] != byte { position += 1 }
    position = Swift.min(position + 1, bytes.count)
  }

  private mutating func skipSpace() {
    while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
  }

  private func isLetter(at index: Int) -> Bool { index < bytes.count && Self.isLetter(bytes[index]) }

  static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }
  static func lower(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }
  private static func endsName(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "=")
  }
}
