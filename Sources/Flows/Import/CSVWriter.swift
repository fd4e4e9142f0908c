/// Writes CSV as RFC 4180 has it: UTF-8, CRLF, quotes where they are needed. Bytes leave in pieces of about 256 KB.
///
/// Spreadsheets run a cell that begins with `=`, `+`, `-`, `@`, a tab or a CR as a formula, so such cells get an
/// apostrophe in front, and `CellGuard.unguarded` takes it off again.
public struct CSVWriter {
  private static let pieceSize = 256 * 1024

  private let sink: (ArraySlice<UInt8>) throws -> Void
  private let isGuarding: Bool
  private var bytes: [UInt8] = []

  /// - Parameter isGuarding: False writes cells as they are, for files that no spreadsheet will open.
  public init(isGuarding: Bool = true, sink: @escaping (ArraySlice<UInt8>) throws -> Void) {
    self.isGuarding = isGuarding
    self.sink = sink
    bytes.reserveCapacity(Self.pieceSize + 4096)
  }

  public mutating func write(_ fields: [String]) throws {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(isGuarding ? CellGuard.guarded(field) : field, isAlone: fields.count == 1)
    }
    bytes.append(Byte.carriageReturn)
    bytes.append(Byte.lineFeed)
    if bytes.count >= Self.pieceSize { try flush() }
  }

  /// Hands over what is left; call it at the end.
  public mutating func flush() throws {
    guard !bytes.isEmpty else { return }
    try sink(bytes[...])
    bytes.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ field: String, isAlone: Bool) {
    let needsQuotes = field.utf8.contains {
      $0 == Byte.quote || $0 == Byte.lineFeed || $0 == Byte.carriageReturn || $0 == UInt8(ascii: ",")
    }
    // Alone on its line, an empty field would be a blank line.
    guard needsQuotes || field.utf8.first == 32 || field.utf8.last == 32 || (isAlone && field.isEmpty) else {
      bytes.append(contentsOf: field.utf8)
      return
    }
    bytes.append(Byte.quote)
    for byte in field.utf8 {
      if byte == Byte.quote { bytes.append(Byte.quote) }
      bytes.append(byte)
    }
    bytes.append(Byte.quote)
  }
}

/// Keeps spreadsheets from running text as a formula, reversibly: a text that already begins with apostrophes before a
/// formula's first character gets one more.
public enum CellGuard {
  public static func guarded(_ text: String) -> String { isDangerous(text) ? "'" + text : text }

  static func unguarded(_ text: String) -> String {
    text.utf8.first == UInt8(ascii: "'") && isDangerous(text) ? String(text.dropFirst()) : text
  }

  private static func isDangerous(_ text: String) -> Bool {
    guard let first = text.utf8.first(where: { $0 != UInt8(ascii: "'") }) else { return false }
    switch first {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 9, 13: return true
    default: return false
    }
  }
}
