import Foundation
import Storage
import Values

/// What is wrong with the file of an index; it is put aside then, and another is made.
enum IndexFileFault: Error, Hashable {
  case otherLayout(Int)
  case unfinished
  case damaged(String)
}

/// The tables of an index's file. A piece is one token's postings of one segment. Pieces of a segment lie together, in the
/// order of their tokens, in the table and in its index: those that are new are written behind one another, and they go
/// without a search. What came lately lies as whole segments in `fresh`, which are in memory too.
enum IndexFile {
  /// Moves when what is written here means something else.
  static let layout = 3
  static let piecesPerSegment: Int64 = 1 << 36

  struct State: Sendable {
    var applied: Int64
    var next: Int
    var generation: Int
    /// Of the table that it is made of.
    var mark: Int64
  }

  struct SegmentRow: Hashable, Sendable {
    let id: Int64
    let start: Int
    let documents: Int
  }

  struct Piece: Sendable {
    let token: String
    let documents: Int
    let naming: Int
    let last: UInt32
    let postings: [UInt8]
  }

  private static let statements: [SQL] = [
    """
    CREATE TABLE IF NOT EXISTS state (id INTEGER PRIMARY KEY, layout INTEGER NOT NULL, applied INTEGER NOT NULL,
    next INTEGER NOT NULL, generation INTEGER NOT NULL, is_whole INTEGER NOT NULL, mark INTEGER NOT NULL)
    """,
    """
    CREATE TABLE IF NOT EXISTS segment (id INTEGER PRIMARY KEY, start INTEGER NOT NULL, documents INTEGER NOT NULL,
    is_ready INTEGER NOT NULL)
    """,
    """
    CREATE TABLE IF NOT EXISTS piece (id INTEGER PRIMARY KEY, token TEXT NOT NULL, segment INTEGER NOT NULL,
    documents INTEGER NOT NULL, naming INTEGER NOT NULL, last INTEGER NOT NULL, postings BLOB NOT NULL)
    """,
    "CREATE UNIQUE INDEX IF NOT EXISTS piece_token ON piece (segment, token, documents, naming)",
    """
    CREATE TABLE IF NOT EXISTS fresh (start INTEGER PRIMARY KEY, documents INTEGER NOT NULL, bytes BLOB NOT NULL)
    """,
    """
    CREATE TABLE IF NOT EXISTS document (number INTEGER PRIMARY KEY, product INTEGER NOT NULL,
    version INTEGER NOT NULL, bytes BLOB NOT NULL)
    """,
    "CREATE UNIQUE INDEX IF NOT EXISTS document_product ON document (product, number)",
    """
    CREATE TABLE IF NOT EXISTS choice (number INTEGER PRIMARY KEY, name_en TEXT NOT NULL, name_zh TEXT NOT NULL,
    label_en TEXT NOT NULL, label_zh TEXT NOT NULL)
    """,
  ]

  /// Makes what is missing.
  /// - Parameter isWhole: false while a file is filled beside the one that answers.
  static func create(isWhole: Bool, in transaction: any Transaction) throws {
    for statement in statements { try transaction.execute(statement) }
    try transaction.execute(
      """
      INSERT OR IGNORE INTO state (id, layout, applied, next, generation, is_whole, mark)
      VALUES (1, \(layout), 0, 0, 0, \(isWhole), 0)
      """)
  }

  /// Throws `IndexFileFault`.
  static func state(in transaction: any ReadTransaction) throws -> State {
    guard try transaction.row("SELECT name FROM sqlite_master WHERE name = 'state'") != nil,
      let row = try transaction.row("SELECT layout, applied, next, generation, is_whole, mark FROM state WHERE id = 1")
    else { throw IndexFileFault.unfinished }
    let found: Int = try row["layout"]
    guard found == layout else { throw IndexFileFault.otherLayout(found) }
    guard try row["is_whole"] else { throw IndexFileFault.unfinished }
    return State(
      applied: try row["applied"], next: try row["next"], generation: try row["generation"], mark: try row["mark"])
  }

  static func generation(in transaction: any ReadTransaction) throws -> Int {
    try transaction.value("SELECT generation FROM state WHERE id = 1") ?? -1
  }

  static func segments(in transaction: any ReadTransaction) throws -> [SegmentRow] {
    try transaction.rows("SELECT id, start, documents FROM segment WHERE is_ready = 1 ORDER BY start").map { row in
      SegmentRow(id: try row["id"], start: try row["start"], documents: try row["documents"])
    }
  }

  static func insert(_ pieces: ArraySlice<Piece>, of segment: Int64, at place: Int, in transaction: any Transaction)
    throws
  {
    var id = segment * piecesPerSegment + Int64(place)
    try pieces.inParts { part in
      let rows = part.map { piece -> [SQLValue] in
        defer { id += 1 }
        return [
          .integer(id), .text(piece.token), .integer(segment), .integer(Int64(piece.documents)),
          .integer(Int64(piece.naming)), .integer(Int64(piece.last)), .blob(piece.postings),
        ]
      }
      try transaction.execute(
        transaction.dialect.insertion(
          into: "piece", columns: ["id", "token", "segment", "documents", "naming", "last", "postings"], rows: rows,
          suffix: ""))
    }
  }

  /// Takes away so many of the pieces of a segment; answers whether some were left.
  static func drop(piecesOf segment: Int64, most: Int, in transaction: any Transaction) throws -> Bool {
    let ids = (segment * piecesPerSegment)..<((segment + 1) * piecesPerSegment)
    let gone = try transaction.execute(
      """
      DELETE FROM piece WHERE id IN (SELECT id FROM piece WHERE id >= \(ids.lowerBound) AND id < \(ids.upperBound)
      ORDER BY id LIMIT \(most))
      """)
    if gone < most { try transaction.execute("DELETE FROM segment WHERE id = \(segment)") }
    return gone == most
  }
}

// MARK: Documents

extension IndexFile {
  struct DocumentLine: Sendable {
    let number: Int
    let version: Int64
    let entry: ColumnEntry
  }

  static func numbers(of products: [Int64], in transaction: any ReadTransaction) throws -> [Int64: Int] {
    var found: [Int64: Int] = [:]
    for start in stride(from: 0, to: products.count, by: 500) {
      let part = products[start..<min(start + 500, products.count)]
      try transaction.forEachRow("SELECT product, number FROM document WHERE product IN \(list: part)") { row in
        var reader = RowReader(row)
        found[try reader.next()] = try reader.next()
      }
    }
    return found
  }

  static func insert(_ lines: [DocumentLine], in transaction: any Transaction) throws {
    try lines.inParts { part in
      let rows = part.map { line -> [SQLValue] in
        [
          .integer(Int64(line.number)), line.entry.product.sqlValue, .integer(line.version), .blob(line.entry.bytes),
        ]
      }
      try transaction.execute(
        transaction.dialect.insertion(
          into: "document", columns: ["number", "product", "version", "bytes"], rows: rows, suffix: ""))
    }
  }

  static func revise(_ line: DocumentLine, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      UPDATE document SET version = \(line.version), bytes = \(line.entry.bytes) WHERE number = \(line.number)
      """)
  }

  static func remove(_ numbers: [Int], in transaction: any Transaction) throws {
    for start in stride(from: 0, to: numbers.count, by: 500) {
      try transaction.execute(
        "DELETE FROM document WHERE number IN \(list: numbers[start..<min(start + 500, numbers.count)])")
    }
  }

  static func write(_ choice: AttributeChoice, _ number: UInt32, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      INSERT OR REPLACE INTO choice (number, name_en, name_zh, label_en, label_zh)
      VALUES (\(Int(number)), \(choice.name.en), \(choice.name.zhHans), \(choice.label.en), \(choice.label.zhHans))
      """)
  }

  /// What the file holds, for memory.
  static func load(in transaction: any ReadTransaction) throws -> (Columns, [PlacedSegment]) {
    let state = try state(in: transaction)
    var columns = Columns()
    columns.reserve(state.next + 1024)
    try transaction.forEachRow("SELECT name_en, name_zh, label_en, label_zh FROM choice ORDER BY number") { row in
      var reader = RowReader(row)
      let choice = AttributeChoice(
        name: LocalizedText(en: try reader.next(), zhHans: try reader.next()),
        label: LocalizedText(en: try reader.next(), zhHans: try reader.next()))
      guard let choice, columns.note(choice)?.isNews == true else { throw IndexFileFault.damaged("choice") }
    }
    try transaction.forEachRow("SELECT number, product, bytes FROM document ORDER BY number") { row in
      var reader = RowReader(row)
      let number: Int = try reader.next()
      let product: ProductID = try reader.next()
      guard number >= columns.count, number < state.next,
        let entry = ColumnEntry(product: product, bytes: try reader.next()),
        entry.choices.allSatisfy({ Int($0) < columns.book.count })
      else { throw IndexFileFault.damaged("document") }
      while columns.count < number { columns.appendGap() }
      columns.append(entry)
    }
    while columns.count < state.next { columns.appendGap() }
    var fresh: [PlacedSegment] = []
    try transaction.forEachRow("SELECT start, documents, bytes FROM fresh ORDER BY start") { row in
      var reader = RowReader(row)
      let start: Int = try reader.next()
      let documents: Int = try reader.next()
      let end = fresh.last.map { $0.start + $0.segment.documents } ?? 0
      guard let segment = Segment(bytes: try reader.next()), segment.documents == documents, start >= end,
        start + documents <= state.next
      else { throw IndexFileFault.damaged("fresh") }
      fresh.append(PlacedSegment(start: start, segment: segment))
    }
    return (columns, fresh)
  }
}

/// A segment in memory with the number of its first document.
struct PlacedSegment: Sendable {
  let start: Int
  let segment: Segment
}
