import Foundation

/// Finds where text stops being JSON. Foundation's decoder says only that it isn't; a caller wants the line.
struct JSONScanner {
  enum Finding: Equatable {
    /// 1-based, in bytes; what stands there can't stand there.
    case broken(line: Int, column: Int)
    /// The first number that isn't a whole number of 64 bits, by its path.
    case notWhole(path: [String])
    /// The first text that names no characters, such as half of a surrogate pair, by its path.
    case notText(path: [String])
    case sound
  }

  private static let deepest = 200

  private struct Broken: Error {}

  private let bytes: [UInt8]
  private var index = 0
  private var path: [String] = []
  private var notWhole: [String]?
  private var notText: [String]?

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  static func scan(_ bytes: some Sequence<UInt8>) -> Finding {
    var scanner = JSONScanner(bytes)
    do {
      try scanner.value()
      scanner.skipBlanks()
      guard scanner.index == scanner.bytes.count else { throw Broken() }
    } catch {
      return scanner.here
    }
    if let path = scanner.notWhole { return .notWhole(path: path) }
    return scanner.notText.map { .notText(path: $0) } ?? .sound
  }

  private var here: Finding {
    let before = bytes.prefix(index)
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let column = index - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
    return .broken(line: line, column: column)
  }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func value() throws {
    skipBlanks()
    guard path.count <= Self.deepest, let next else { throw Broken() }
    switch next {
    case UInt8(ascii: "{"): try object()
    case UInt8(ascii: "["): try list()
    case UInt8(ascii: "\""): try checkedText()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    default: try number()
    }
  }

  private mutating func object() throws {
    index += 1
    skipBlanks()
    if next == UInt8(ascii: "}") { return index += 1 }
    repeat {
      skipBlanks()
      path.append(try text())
      skipBlanks()
      try take(":")
      try value()
      path.removeLast()
      skipBlanks()
    } while takes(",")
    try take("}")
  }

  private mutating func list() throws {
    index += 1
    skipBlanks()
    if next == UInt8(ascii: "]") { return index += 1 }
    var position = 0
    repeat {
      path.append(String(position))
      try value()
      path.removeLast()
      position += 1
      skipBlanks()
    } while takes(",")
    try take("]")
  }

  private mutating func checkedText() throws {
    let start = index
    _ = try text()
    let isText = (try? JSONDecoder().decode(String.self, from: Data(bytes[start..<index]))) != nil
    if !isText, notText == nil { notText = path }
  }

  /// Answers the text between the quotes as it is written.
  private mutating func text() throws -> String {
    try take("\"")
    let start = index
    while let byte = next, byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw Broken() }
      index += 1
      if byte == UInt8(ascii: "\\") {
        guard let escaped = next, "\"\\/bfnrtu".utf8.contains(escaped) else { throw Broken() }
        index += 1
      }
    }
    try take("\"")
    return String(decoding: bytes[start..<index - 1], as: UTF8.self)
  }

  private mutating func number() throws {
    let start = index
    while let byte = next, "+-.eE0123456789".utf8.contains(byte) { index += 1 }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    guard Double(text) != nil else {
      index = start
      throw Broken()
    }
    if Int64(text) == nil, notWhole == nil { notWhole = path }
  }

  private mutating func word(_ word: StaticString) throws {
    let isThere = word.withUTF8Buffer { bytes[index...].starts(with: $0) }
    guard isThere else { throw Broken() }
    index += word.utf8CodeUnitCount
  }

  private mutating func take(_ character: Unicode.Scalar) throws {
    guard takes(character) else { throw Broken() }
  }

  private mutating func takes(_ character: Unicode.Scalar) -> Bool {
    guard let next, UInt32(next) == character.value else { return false }
    index += 1
    return true
  }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
  }
}
