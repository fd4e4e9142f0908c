/// One record of a CSV file. Its fields lie one after another in one array of bytes, so that reading millions of them
/// makes no strings that nobody asks for.
public struct CSVRecord: Sendable {
  /// The line of the file on which the record begins, from 1.
  public fileprivate(set) var line = 1
  /// Where the record begins, in bytes of UTF-8 text from the start of the file.
  public fileprivate(set) var offset = 0
  /// True when a field was longer than the reader's limit; the rest of it is missing.
  public fileprivate(set) var isCut = false
  /// True when text follows a closing quote: somewhere before it, a quote inside of a field wasn't doubled.
  public fileprivate(set) var isRagged = false
  fileprivate var isQuoted = false
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  public init() {}

  public var count: Int { ends.count }

  /// The bytes of a field, nothing beyond the last one.
  public subscript(_ index: Int) -> ArraySlice<UInt8> {
    guard index >= 0, index < ends.count else { return [] }
    return bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }

  /// A field as text; bytes that aren't UTF-8 become U+FFFD.
  public func text(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }

  /// How many bytes of text all fields have together.
  public var size: Int { bytes.count }
  public var isEmpty: Bool { bytes.isEmpty }
  fileprivate var isBlankLine: Bool { ends.count == 1 && bytes.isEmpty && !isQuoted }

  fileprivate mutating func begin(line: Int, offset: Int) {
    self.line = line
    self.offset = offset
    isCut = false
    isRagged = false
    isQuoted = false
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }

  fileprivate mutating func append(_ run: UnsafeRawBufferPointer, limit: Int) {
    let room = limit - (bytes.count - (ends.last ?? 0))
    if run.count <= room {
      bytes.append(contentsOf: run)
    } else {
      bytes.append(contentsOf: run.prefix(max(0, room)))
      isCut = true
    }
  }

  fileprivate mutating func endField() { ends.append(bytes.count) }
}

/// What makes a CSV file unreadable from some line on.
public enum CSVFault: Error, Hashable, Sendable {
  /// A quote was opened on this line and never closed.
  case unterminatedQuote(line: Int)
}

/// Reads UTF-8 CSV as RFC 4180 has it, and what spreadsheets make of it: any line break (LF, CR, CRLF, also inside
/// quotes), a byte order mark, lone quotes inside of unquoted fields, text after a closing quote, blank lines (skipped),
/// and `,`, `;` or tab between the fields. Memory is bounded by the longest record, whatever the size of the file.
public struct CSVReader {
  /// Bytes of one field; what is longer is cut, and the record says so.
  public static let fieldLimit = 1 << 20

  public let delimiter: UInt8
  private let source: () throws -> [UInt8]
  private let fieldLimit: Int
  private var chunk: [UInt8]
  private var place: Place

  /// - Parameters:
  ///   - delimiter: Nil sniffs it from the first line.
  ///   - source: Answers the next bytes, none at the end.
  public init(
    delimiter: UInt8? = nil, fieldLimit: Int = CSVReader.fieldLimit, source: @escaping () throws -> [UInt8]
  ) throws {
    self.source = source
    self.fieldLimit = fieldLimit
    chunk = []
    // Enough to see the mark and the first line, however small the chunks are.
    while chunk.count < 3 || (delimiter == nil && chunk.count < 65_536 && !CSVDialect.holdsFirstLine(chunk)) {
      let more = try source()
      if more.isEmpty { break }
      chunk += more
    }
    let start = CSVDialect.start(of: chunk)
    self.delimiter = delimiter ?? start.delimiter
    place = Place(cursor: start.skipped, line: start.skippedLines + 1)
    place.isAfterReturn = start.skippedLines > 0 && chunk[start.skipped - 1] == Byte.carriageReturn
  }

  /// Carries on in the middle of a file.
  init(delimiter: UInt8, line: Int, offset: Int, source: @escaping () throws -> [UInt8]) {
    self.delimiter = delimiter
    self.source = source
    fieldLimit = Self.fieldLimit
    chunk = []
    place = Place(cursor: 0, line: line)
    place.base = offset
  }

  /// Where the next record begins, in bytes from the start of the file.
  public var offset: Int { place.base + place.cursor }

  /// Reads the next record into the given one, whose memory is used again. False at the end of the file.
  public mutating func next(into record: inout CSVRecord) throws -> Bool {
    repeat {
      guard try read(into: &record) else { return false }
    } while record.isBlankLine
    return true
  }

  private mutating func read(into record: inout CSVRecord) throws -> Bool {
    if place.isAfterReturn {
      if try place.cursor < chunk.count || refill(), chunk[place.cursor] == Byte.lineFeed { place.cursor += 1 }
      place.isAfterReturn = false
    }
    record.begin(line: place.line, offset: offset)
    place.state = .fieldStart
    while true {
      guard try place.cursor < chunk.count || refill() else { return try finish(&record) }
      var place = place
      let isComplete = chunk.withUnsafeBytes { place.scan($0, into: &record, delimiter: delimiter, limit: fieldLimit) }
      self.place = place
      if isComplete { return true }
    }
  }

  private mutating func refill() throws -> Bool {
    place.base += chunk.count
    place.cursor = 0
    chunk = try source()
    return !chunk.isEmpty
  }

  private func finish(_ record: inout CSVRecord) throws -> Bool {
    if place.state == .quoted { throw CSVFault.unterminatedQuote(line: place.quoteLine) }
    if place.state == .fieldStart, record.count == 0 { return false }
    record.endField()
    return true
  }
}

enum Byte {
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let quote = UInt8(ascii: "\"")
}

/// Where the reader stands, apart from the reader so that scanning can change it while the bytes are borrowed.
private struct Place {
  enum State { case fieldStart, plain, quoted, quoteSeen }

  var base = 0
  var cursor: Int
  var line: Int
  var state = State.fieldStart
  var quoteLine = 0
  /// The last byte was a CR, so that an LF belongs to the same line break.
  var isAfterReturn = false

  init(cursor: Int, line: Int) {
    self.cursor = cursor
    self.line = line
  }

  /// Reads on to the end of the record (answers true) or of the bytes.
  mutating func scan(_ bytes: UnsafeRawBufferPointer, into record: inout CSVRecord, delimiter: UInt8, limit: Int)
    -> Bool
  {
    while cursor < bytes.count {
      switch state {
      case .fieldStart:
        if bytes[cursor] == Byte.quote {
          state = .quoted
          quoteLine = line
          record.isQuoted = true
          cursor += 1
        } else {
          state = .plain
        }
      case .plain:
        if scanPlain(bytes, into: &record, delimiter: delimiter, limit: limit) { return true }
      case .quoted:
        scanQuoted(bytes, into: &record, limit: limit)
      case .quoteSeen:
        if bytes[cursor] == Byte.quote {
          record.append(UnsafeRawBufferPointer(rebasing: bytes[cursor...cursor]), limit: limit)
          state = .quoted
          cursor += 1
        } else {
          let byte = bytes[cursor]
          if byte > 32, byte != delimiter { record.isRagged = true }
          state = .plain
        }
      }
    }
    return false
  }

  private mutating func scanPlain(
    _ bytes: UnsafeRawBufferPointer, into record: inout CSVRecord, delimiter: UInt8, limit: Int
  ) -> Bool {
    var end = cursor
    while end < bytes.count, bytes[end] != delimiter, bytes[end] != Byte.lineFeed, bytes[end] != Byte.carriageReturn {
      end += 1
    }
    if end > cursor { record.append(UnsafeRawBufferPointer(rebasing: bytes[cursor..<end]), limit: limit) }
    cursor = end
    guard end < bytes.count else { return false }
    cursor += 1
    record.endField()
    state = .fieldStart
    guard bytes[end] != delimiter else { return false }
    line += 1
    isAfterReturn = bytes[end] == Byte.carriageReturn
    return true
  }

  private mutating func scanQuoted(_ bytes: UnsafeRawBufferPointer, into record: inout CSVRecord, limit: Int) {
    var end = cursor
    while end < bytes.count, bytes[end] != Byte.quote {
      let byte = bytes[end]
      if byte <= Byte.carriageReturn {
        if byte == Byte.carriageReturn || (byte == Byte.lineFeed && !isAfterReturn) { line += 1 }
        isAfterReturn = byte == Byte.carriageReturn
      } else {
        isAfterReturn = false
      }
      end += 1
    }
    if end > cursor { record.append(UnsafeRawBufferPointer(rebasing: bytes[cursor..<end]), limit: limit) }
    cursor = end
    guard end < bytes.count else { return }
    isAfterReturn = false
    state = .quoteSeen
    cursor += 1
  }
}

/// What the beginning of a file says about the rest.
enum CSVDialect {
  /// Whether the first line that isn't blank ends within these bytes.
  static func holdsFirstLine(_ bytes: [UInt8]) -> Bool {
    var isQuoted = false
    var sawText = false
    for byte in bytes.dropFirst(markWidth(bytes)) {
      if byte == Byte.quote { isQuoted.toggle() }
      let isBreak = byte == Byte.lineFeed || byte == Byte.carriageReturn
      if isBreak, !isQuoted, sawText { return true }
      if !isBreak { sawText = true }
    }
    return false
  }

  private static func markWidth(_ bytes: [UInt8]) -> Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

  /// Skips the byte order mark and the `sep=;` line that Excel writes, and finds the delimiter: the one of `,`, `;` and
  /// tab that the first line holds most often outside of quotes, the comma if none does.
  static func start(of bytes: [UInt8]) -> (skipped: Int, skippedLines: Int, delimiter: UInt8) {
    let mark = markWidth(bytes)
    let text = bytes[mark...]
    if text.count > 5, text.starts(with: Array("sep=".utf8)), text[mark + 5] == 10 || text[mark + 5] == 13 {
      return (mark + 6, 1, text[mark + 4])
    }
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    var sawText = false
    for byte in text {
      if byte == Byte.quote { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == Byte.lineFeed || byte == Byte.carriageReturn {
        if sawText { break } else { continue }
      }
      sawText = true
      counts[byte, default: 0] += 1
    }
    let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
    let best = candidates.max { (counts[$0] ?? 0, $1) < (counts[$1] ?? 0, $0) } ?? candidates[0]
    return (mark, 0, (counts[best] ?? 0) == 0 ? candidates[0] : best)
  }
}
