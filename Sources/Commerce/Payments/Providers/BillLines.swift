import Compression
import Foundation
import Synchronization
import Values

/// How one provider's bill is read, line by line.
protocol BillLines: SendableMetatype {
  /// A file of the archive begins; its name as bytes.
  mutating func begin(entry: [UInt8])
  /// Nil for lines that tell of no movement.
  mutating func row(_ line: ArraySlice<UInt8>) throws -> StatementRow?
}

/// Reads a bill of any size in pieces: rows are handed on a thousand at a time while it is unpacked.
enum BillPieces {
  private static let batch = 1000
  private static let longestLine = 65_536
  private static let pieceBytes = 65_536

  static func read<Lines: BillLines>(
    _ path: String, _ kind: CompressedReader.Kind?, limitBytes: Int, lines: @Sendable @escaping () -> Lines,
    take: ([StatementRow]) async throws -> Void
  ) async throws {
    // One batch waits at most while another is taken.
    let (stream, feed) = AsyncThrowingStream.makeStream(of: [StatementRow].self, bufferingPolicy: .unbounded)
    let room = Room(batches: 2)
    let thread = Thread {
      do {
        var parser = LineParser(lines: lines())
        try pieces(of: path, kind, limitBytes: limitBytes) { entry, piece in
          try parser.take(entry, piece) { rows in
            guard room.wait() else { throw CancellationError() }
            feed.yield(rows)
          }
        }
        let rest = try parser.end()
        if !rest.isEmpty { feed.yield(rest) }
        feed.finish()
      } catch let fault as CompressionFault {
        feed.finish(throwing: ProviderFault.outcomeUnknown("a bill that can't be unpacked: \(fault)"))
      } catch {
        feed.finish(throwing: error)
      }
    }
    thread.start()
    defer { room.close() }
    for try await rows in stream {
      room.signal()
      try await take(rows)
    }
    // A stream ends early for a task that is cancelled: what came until then isn't the whole.
    try Task.checkCancellation()
  }

  /// How a file is packed, by its first bytes; nil for one that isn't.
  static func kind(of path: String) throws -> CompressedReader.Kind? {
    guard let file = FileHandle(forReadingAtPath: path) else { throw ProviderFault.refused(code: "noFile") }
    defer { try? file.close() }
    let head = try file.read(upToCount: 2).map { [UInt8]($0) } ?? []
    if head == Array("PK".utf8) { return .zip }
    return head == [0x1F, 0x8B] ? .gzip : nil
  }

  private static func pieces(
    of path: String, _ kind: CompressedReader.Kind?, limitBytes: Int,
    _ take: (_ entry: [UInt8], _ piece: ArraySlice<UInt8>) throws -> Void
  ) throws {
    if let kind { return try CompressedReader(kind, limitBytes: limitBytes).read(path: path, take) }
    guard let file = FileHandle(forReadingAtPath: path) else { throw ProviderFault.refused(code: "noFile") }
    defer { try? file.close() }
    var read = 0
    while let piece = try file.read(upToCount: pieceBytes), !piece.isEmpty {
      read += piece.count
      guard read <= limitBytes else { throw ProviderFault.outcomeUnknown("a bill that is too long") }
      try take([], [UInt8](piece)[...])
    }
  }

  private struct LineParser<Lines: BillLines> {
    var lines: Lines
    private var entry: [UInt8]?
    private var begun: [UInt8] = []
    private var rows: [StatementRow] = []

    init(lines: Lines) { self.lines = lines }

    mutating func take(_ name: [UInt8], _ piece: ArraySlice<UInt8>, _ full: ([StatementRow]) throws -> Void) throws {
      if entry != name {
        try finishLine()
        entry = name
        lines.begin(entry: name)
      }
      var rest = piece
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        if begun.isEmpty {
          try add(rest[rest.startIndex..<end])
        } else {
          begun += rest[rest.startIndex..<end]
          try finishLine()
        }
        rest = rest[(end + 1)...]
        if rows.count >= BillPieces.batch {
          try full(rows)
          rows = []
        }
      }
      begun += rest
      guard begun.count <= BillPieces.longestLine else {
        throw ProviderFault.outcomeUnknown("a bill with a line without an end")
      }
    }

    mutating func end() throws -> [StatementRow] {
      try finishLine()
      return rows
    }

    private mutating func finishLine() throws {
      let line = begun
      begun = []
      try add(line[...])
    }

    private mutating func add(_ line: ArraySlice<UInt8>) throws {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if let row = try lines.row(line) { rows.append(row) }
    }
  }
}

/// Room for so many batches: who makes them waits for who takes them.
private final class Room: Sendable {
  private let semaphore: DispatchSemaphore
  private let closed = Mutex(false)

  init(batches: Int) {
    // One that ends with less than it began with stops the program.
    semaphore = DispatchSemaphore(value: 0)
    for _ in 0..<batches { semaphore.signal() }
  }

  /// False when nobody takes any more.
  func wait() -> Bool {
    semaphore.wait()
    return !closed.withLock { $0 }
  }

  func signal() { semaphore.signal() }

  func close() {
    closed.withLock { $0 = true }
    semaphore.signal()
  }
}

/// Cells of a bill's line.
enum CSVCells {
  /// At commas outside quotes. Nothing is unescaped: cells that are read have no quotes in them.
  /// - Parameter heedsQuotes: false takes quotes for what is written, such as inches.
  static func split(_ line: ArraySlice<UInt8>, heedsQuotes: Bool = true) -> [ArraySlice<UInt8>] {
    var cells: [ArraySlice<UInt8>] = []
    var start = line.startIndex
    var isQuoted = false
    for index in line.indices {
      switch line[index] {
      case UInt8(ascii: "\"") where heedsQuotes: isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted:
        cells.append(line[start..<index])
        start = index + 1
      default: break
      }
    }
    cells.append(line[start...])
    return cells
  }

  /// At commas with a backquote behind them, of a line whose cells begin with one each: others are part of a name.
  static func backquoted(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var cells: [ArraySlice<UInt8>] = []
    var start = line.startIndex
    for index in line.indices.dropLast()
    where line[index] == UInt8(ascii: ",") && line[index + 1] == UInt8(ascii: "`") {
      cells.append(line[start..<index])
      start = index + 1
    }
    cells.append(line[start...])
    return cells
  }

  /// Without blanks, tabs, quotes and backquotes at its ends.
  static func trimmed(_ cell: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isEdge(_ byte: UInt8) -> Bool {
      byte == 32 || byte == 9 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`")
    }
    var cell = cell.drop(while: isEdge)
    while let last = cell.last, isEdge(last) { cell.removeLast() }
    return cell
  }

  /// Yuan in fen: `-8.80`, `0.05`, and up to five decimals, which are rounded half away from zero; nil for anything else.
  static func yuan(_ cell: ArraySlice<UInt8>) -> Int64? {
    let isNegative = cell.first == UInt8(ascii: "-")
    let digits = isNegative ? cell.dropFirst() : cell
    let parts = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, !whole.isEmpty, whole.count <= 12,
      parts.count == 1 || (1...5).contains(parts[1].count)
    else { return nil }
    var value: Int64 = 0
    for digit in whole {
      guard (48...57).contains(digit) else { return nil }
      value = value * 10 + Int64(digit - 48)
    }
    for place in 0..<5 {
      let fraction = parts.count == 2 ? parts[1] : []
      let digit = place < fraction.count ? fraction[fraction.startIndex + place] : 48
      guard (48...57).contains(digit) else { return nil }
      value = value * 10 + Int64(digit - 48)
    }
    let fen = (value + 500) / 1000
    return isNegative ? -fen : fen
  }
}
