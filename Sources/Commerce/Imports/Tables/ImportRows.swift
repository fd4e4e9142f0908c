import Foundation
import Storage
import Values

enum ImportRows {
  static func run(_ id: ImportRunID, lock: SQL = "", in transaction: any ReadTransaction) throws -> ImportRun? {
    try transaction.row("SELECT * FROM import_run WHERE id = \(id) \(lock)").map { try run($0) }
  }

  static func run(_ row: Row) throws -> ImportRun {
    let stock: String = try row["stock"]
    let state: String = try row["state"]
    let figures: String = try row["figures"]
    let preview: String? = try row["preview"]
    let fault: String? = try row["fault"]
    guard let stock = ImportRules.Stock(rawValue: stock) else { throw RowFault.misfit(column: "stock", type: "Stock") }
    guard let state = ImportState(rawValue: state) else { throw RowFault.misfit(column: "state", type: "ImportState") }
    return ImportRun(
      id: try row["id"], merchant: try row["merchant_id"], staff: try row["staff_id"], fileName: try row["file_name"],
      size: try row["size"], rules: ImportRules(stock: stock, encoding: try row["encoding"]), state: state,
      isChecked: try row["is_checked"], hasFile: try row["has_file"], figures: try decoded(figures),
      preview: try preview.map { try decoded($0) }, fault: try fault.map { try decoded($0) },
      createdAt: try row["created_at"], changedAt: try row["changed_at"], startedAt: try row["started_at"],
      finishedAt: try row["finished_at"])
  }

  static func insert(_ run: ImportRun, in transaction: any Transaction) throws {
    let figures = try encoded(run.figures)
    try transaction.execute(
      """
      INSERT INTO import_run (id, merchant_id, staff_id, file_name, size, stock, encoding, state, is_checked, has_file,
        claim, claim_until, worked_at, figures, preview, fault, note_count, created_at, changed_at, started_at,
        finished_at)
      VALUES (\(run.id), \(run.merchant), \(run.staff), \(run.fileName), \(run.size), \(run.rules.stock.rawValue),
        \(run.rules.encoding), \(run.state.rawValue), 0, 1, NULL, 0, \(run.createdAt), \(figures), NULL, NULL, 0,
        \(run.createdAt), \(run.createdAt), NULL, NULL)
      """)
  }

  static func note(_ row: Row) throws -> ImportNote {
    ImportNote(
      isWarning: try row["is_warning"], line: try row["line"], handle: try row["handle"], code: try row["code"],
      column: try row["about"], reason: try row["reason"])
  }

  static func insert(
    _ notes: [ImportNote], of run: ImportRunID, from number: Int, in transaction: any Transaction
  ) throws {
    let rows = notes.enumerated().map { index, note -> [SQLValue] in
      [
        run.sqlValue, (number + index).sqlValue, note.isWarning.sqlValue, note.line.sqlValue,
        note.handle.cut(200).sqlValue, note.code.cut(60).sqlValue, note.column.map { $0.cut(60) }.sqlValue,
        note.reason.cut(500).sqlValue,
      ]
    }
    for start in stride(from: 0, to: rows.count, by: 100) {
      try transaction.execute(
        transaction.dialect.insertion(
          into: "import_note",
          columns: ["run_id", "number", "is_warning", "line", "handle", "code", "about", "reason"],
          rows: Array(rows[start..<min(start + 100, rows.count)]), suffix: ""))
    }
  }

  static func encoded(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func decoded<Value: Decodable>(_ text: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }
}

extension String {
  /// At most so many code points.
  func cut(_ limit: Int) -> String {
    unicodeScalars.count <= limit ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(limit - 1))) + "…"
  }
}
