import AuditLog
import Storage
import Values

/// Imports over a database.
public struct StoredImports: ImportService {
  /// Runs of the same goods that aren't through.
  static let mostOpen = 10

  let database: any Database
  let ids: IDGenerator
  let clock: WallClock

  public init(database: any Database, ids: IDGenerator, clock: WallClock) {
    self.database = database
    self.ids = ids
    self.clock = clock
  }

  public func begin(_ draft: ImportDraft, by staff: StaffID) async throws -> ImportRun {
    let now = clock.now
    let run = ImportRun(
      id: ids.next(), merchant: draft.merchant, staff: staff, fileName: draft.fileName.cut(200), size: draft.size,
      rules: draft.rules, state: .arriving, isChecked: false, hasFile: true, figures: ImportFigures(), preview: nil,
      fault: nil, createdAt: now, changedAt: now, startedAt: nil, finishedAt: nil)
    let open = ImportState.allCases.filter { !ImportState.over.contains($0) }.map(\.rawValue)
    try await database.write { transaction in
      let same: SQL = if let merchant = run.merchant { "merchant_id = \(merchant)" } else { "merchant_id IS NULL" }
      let count: Int =
        try transaction.value(
          "SELECT COUNT(*) FROM import_run WHERE state IN \(list: open) AND has_file = 1 AND \(same)") ?? 0
      guard count < Self.mostOpen else { throw ImportRunRefusal.tooManyImports(most: Self.mostOpen) }
      try ImportRows.insert(run, in: transaction)
    }
    return run
  }

  public func keep(_ piece: [UInt8], number: Int, of run: ImportRunID) async throws {
    try await database.write { transaction in
      _ = try transaction.execute(
        "INSERT INTO import_piece (run_id, number, bytes) VALUES (\(run), \(number), \(piece))")
    }
  }

  public func complete(_ run: ImportRunID, by staff: StaffID) async throws -> ImportRun {
    try await database.write { [self] transaction in
      guard let standing = try ImportRows.run(run, lock: transaction.dialect.forUpdate, in: transaction),
        standing.state == .arriving
      else { throw ImportRunRefusal.unknownImport }
      let now = clock.now
      try transaction.execute(
        """
        UPDATE import_run SET state = \(ImportState.checking.rawValue), changed_at = \(now), worked_at = \(now)
        WHERE id = \(run)
        """)
      guard let checking = try ImportRows.run(run, in: transaction) else { throw ImportRunRefusal.unknownImport }
      try note("imports.bring", standing, after: ["state": checking.state.rawValue], by: staff, in: transaction)
      return checking
    }
  }

  public func piece(_ number: Int, of run: ImportRunID) async throws -> [UInt8]? {
    try await database.read { transaction in
      try transaction.value("SELECT bytes FROM import_piece WHERE run_id = \(run) AND number = \(number)")
    }
  }

  public func run(_ id: ImportRunID) async throws -> ImportRun? {
    try await database.read { try ImportRows.run(id, in: $0) }
  }

  public func runs(matching filter: ImportFilter, _ page: PageRequest) async throws -> Page<ImportRun> {
    let after = page.after?.parts.first.flatMap { ImportRunID($0) }
    let runs = try await database.read { transaction in
      var conditions: [SQL] = ["state <> \(ImportState.arriving.rawValue)"]
      if let merchant = filter.merchant { conditions.append("merchant_id = \(merchant)") }
      if !filter.states.isEmpty { conditions.append("state IN \(list: filter.states.map(\.rawValue).sorted())") }
      if !filter.name.isEmpty { conditions.append("INSTR(LOWER(file_name), \(filter.name.lowercased())) > 0") }
      if let from = filter.from { conditions.append("created_at >= \(from)") }
      if let before = filter.before { conditions.append("created_at < \(before)") }
      if let after { conditions.append("id < \(after)") }
      return try transaction.rows(
        "SELECT * FROM import_run WHERE \(SQL.all(conditions)) ORDER BY id DESC LIMIT \(page.limit + 1)"
      ).map { try ImportRows.run($0) }
    }
    return Page(fetched: runs, limit: page.limit) { Cursor([$0.id.description]) }
  }

  public func notes(of run: ImportRunID, _ page: PageRequest) async throws -> Page<ImportNote> {
    let after = page.after?.parts.first.flatMap { Int($0) } ?? -1
    let rows = try await database.read { transaction in
      try transaction.rows(
        """
        SELECT * FROM import_note WHERE run_id = \(run) AND number > \(after) ORDER BY number LIMIT \(page.limit + 1)
        """
      ).map { row -> Numbered in Numbered(number: try row["number"], note: try ImportRows.note(row)) }
    }
    return Page(fetched: rows, limit: page.limit) { Cursor([String($0.number)]) }.map(\.note)
  }

  private struct Numbered: Sendable {
    let number: Int
    let note: ImportNote
  }

  func note(
    _ verb: String, _ run: ImportRun, before: DeedFields? = nil, after: DeedFields?, by staff: StaffID,
    in transaction: any Transaction
  ) throws {
    try DeedLog.note(
      Deed(verb, on: run.id, named: run.fileName, of: run.merchant, before: before, after: after), by: .staff(staff),
      at: clock.now, in: transaction)
  }
}
