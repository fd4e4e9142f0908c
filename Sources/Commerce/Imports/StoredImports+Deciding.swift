import AuditLog
import Storage
import Values

extension StoredImports {
  public func decide(_ decision: ImportDecision, on run: ImportRunID, by staff: StaffID) async throws -> ImportRun {
    try await database.write { [self] transaction in
      guard let before = try ImportRows.run(run, lock: transaction.dialect.forUpdate, in: transaction),
        before.state != .arriving
      else { throw ImportRunRefusal.unknownImport }
      guard before.state.allows(decision) else { throw ImportRunRefusal.importMoved }
      if decision == .start || decision == .resume, !before.hasFile { throw ImportRunRefusal.importFileGone }
      let state = Self.state(of: before, after: decision)
      let now = clock.now
      try transaction.execute(
        """
        UPDATE import_run SET state = \(state.rawValue), claim = NULL, claim_until = 0, changed_at = \(now),
          worked_at = \(now), fault = NULL, attempts = 0 WHERE id = \(run)
        """)
      // What the check found makes room for what the run itself does.
      if decision == .start { try clear(run, startedAt: now, in: transaction) }
      if decision == .drop { try forgetFile(of: run, in: transaction) }
      guard let after = try ImportRows.run(run, in: transaction) else { throw ImportRunRefusal.unknownImport }
      try note(
        "imports.\(decision.rawValue)", before, before: ["state": before.state.rawValue],
        after: ["state": state.rawValue], by: staff, in: transaction)
      return after
    }
  }

  private static func state(of run: ImportRun, after decision: ImportDecision) -> ImportState {
    switch decision {
    case .start: .waiting
    case .stop: .stopped
    case .resume where run.startedAt != nil: .waiting
    case .resume: .checking
    case .drop: .dropped
    }
  }

  /// Begins the figures and the notes anew.
  func clear(_ run: ImportRunID, startedAt: Timestamp?, in transaction: any Transaction) throws {
    let none = try ImportRows.encoded(ImportFigures())
    try transaction.execute("DELETE FROM import_note WHERE run_id = \(run)")
    try transaction.execute(
      "UPDATE import_run SET figures = \(none), note_count = 0, started_at = \(startedAt) WHERE id = \(run)")
  }

  func forgetFile(of run: ImportRunID, in transaction: any Transaction) throws {
    try transaction.execute("DELETE FROM import_piece WHERE run_id = \(run)")
    try transaction.execute("UPDATE import_run SET has_file = 0 WHERE id = \(run)")
  }

  public func prune(limit: Int) async throws -> Int {
    let (now, over) = (clock.now, ImportState.over.map(\.rawValue).sorted())
    return try await database.write { [self] transaction in
      // Of those that are through the file goes at once, of others when nobody cares any more.
      let idle: [ImportRunID] = try transaction.rows(
        """
        SELECT id FROM import_run WHERE has_file = 1
          AND (state IN \(list: over) OR changed_at < \(now.adding(.days(-7)))
            OR (state = \(ImportState.arriving.rawValue) AND changed_at < \(now.adding(.hours(-1)))))
        ORDER BY changed_at, id LIMIT \(limit) \(transaction.dialect.forUpdate)
        """
      ).map { try $0["id"] }
      for run in idle { try forgetFile(of: run, in: transaction) }
      let old: [ImportRunID] = try transaction.rows(
        """
        SELECT id FROM import_run WHERE has_file = 0
          AND (changed_at < \(now.adding(.days(-365)))
            OR (started_at IS NULL AND changed_at < \(now.adding(.hours(-1)))))
        ORDER BY changed_at, id LIMIT \(limit)
        """
      ).map { try $0["id"] }
      for run in old {
        try transaction.execute("DELETE FROM import_note WHERE run_id = \(run)")
        try transaction.execute("DELETE FROM import_run WHERE id = \(run)")
      }
      return idle.count + old.count
    }
  }
}
