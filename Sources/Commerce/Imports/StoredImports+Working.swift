import Foundation
import Storage
import Values

extension StoredImports {
  private static let mostWorking = 1000
  /// How often a run is taken up without coming on; what ends its worker each time must not be tried for ever.
  private static let mostAttempts = 5

  public func isAwaited() async throws -> Bool {
    let now = clock.now
    return try await database.read { try Self.next(at: now, lock: "", in: $0) != nil }
  }

  public func claim(until: Timestamp) async throws -> ImportClaim? {
    let (now, token) = (clock.now, UUID().uuidString)
    return try await database.write { [self] transaction in
      // All that is at work is locked, so that of two who claim at once the second sees the first one's claim.
      guard let next = try next(at: now, in: transaction) else { return nil }
      // A check begins anew each time: only what it found in the end is kept of it.
      if next.state == .checking { try clear(next.id, startedAt: nil, in: transaction) }
      let state: ImportState = next.state == .checking ? .checking : .running
      try transaction.execute(
        """
        UPDATE import_run SET state = \(state.rawValue), claim = \(token), claim_until = \(until), worked_at = \(now),
          changed_at = \(now), attempts = attempts + 1 WHERE id = \(next.id)
        """)
      return try ImportRows.run(next.id, in: transaction).map { ImportClaim(run: $0, token: token) }
    }
  }

  /// What can be claimed and wasn't too often. Those that were have failed.
  private func next(at now: Timestamp, in transaction: any Transaction) throws -> ImportRun? {
    while let (run, attempts) = try Self.next(at: now, lock: transaction.dialect.forUpdate, in: transaction) {
      if attempts < Self.mostAttempts { return run }
      let fault = try ImportRows.encoded(ImportFailure(code: "broken"))
      try transaction.execute(
        """
        UPDATE import_run SET state = \(ImportState.failed.rawValue), fault = \(fault), claim = NULL, claim_until = 0,
          changed_at = \(now) WHERE id = \(run.id)
        """)
    }
    return nil
  }

  /// What can be claimed, left alone longest, and how often it was since it last came on.
  private static func next(
    at now: Timestamp, lock: SQL, in transaction: any ReadTransaction
  ) throws -> (run: ImportRun, attempts: Int)? {
    let rows = try transaction.rows(
      """
      SELECT * FROM import_run WHERE state IN \(list: ImportState.working.map(\.rawValue).sorted())
      ORDER BY worked_at, id LIMIT \(mostWorking) \(lock)
      """)
    var (busy, free): ([ImportRun], [ImportRun]) = ([], [])
    var attempts: [ImportRunID: Int] = [:]
    for row in rows {
      let run = try ImportRows.run(row)
      let until: Timestamp = try row["claim_until"]
      attempts[run.id] = try row["attempts"]
      if until > now { busy.append(run) } else if run.hasFile { free.append(run) }
    }
    let begun = free.filter { $0.state == .running }
    let next = free.first { run in
      !busy.contains { $0.sharesGoods(with: run) }
        // What was begun goes on before another of the same goods begins.
        && (run.state != .waiting || !begun.contains { $0.sharesGoods(with: run) })
    }
    return next.map { ($0, attempts[$0.id] ?? 0) }
  }

  public func advance(_ claim: ImportClaim, _ step: ImportStep, until: Timestamp) async throws -> Bool {
    let run = claim.run.id
    let figures = try ImportRows.encoded(step.figures)
    // A check begins anew each time, however far it came.
    let attempts: SQL = claim.isCheck ? "attempts" : "0"
    return try await database.write { [self] transaction in
      guard let count = try held(claim, in: transaction) else { return false }
      let notes = Array(step.notes.prefix(max(0, ImportRun.mostNotes - count)))
      try ImportRows.insert(notes, of: run, from: count, in: transaction)
      let now = clock.now
      try transaction.execute(
        """
        UPDATE import_run SET figures = \(figures), note_count = \(count + notes.count), claim_until = \(until),
          worked_at = \(now), changed_at = \(now), attempts = \(attempts) WHERE id = \(run)
        """)
      return true
    }
  }

  public func finish(_ claim: ImportClaim, _ outcome: ImportOutcome) async throws -> Bool {
    let run = claim.run.id
    return try await database.write { [self] transaction in
      guard try held(claim, in: transaction) != nil else { return false }
      let now = clock.now
      switch outcome {
      case .checked(let preview):
        let (state, text) = (ImportState.ready.rawValue, try ImportRows.encoded(preview))
        try transaction.execute(
          "UPDATE import_run SET state = \(state), is_checked = 1, preview = \(text) WHERE id = \(run)")
      case .done:
        try transaction.execute(
          "UPDATE import_run SET state = \(ImportState.done.rawValue), finished_at = \(now) WHERE id = \(run)")
        try forgetFile(of: run, in: transaction)
      case .failed(let fault):
        let (state, text) = (ImportState.failed.rawValue, try ImportRows.encoded(fault))
        try transaction.execute("UPDATE import_run SET state = \(state), fault = \(text) WHERE id = \(run)")
      }
      try transaction.execute(
        "UPDATE import_run SET claim = NULL, claim_until = 0, changed_at = \(now) WHERE id = \(run)")
      return true
    }
  }

  public func release(_ claim: ImportClaim) async throws {
    try await database.write { [self] transaction in
      guard try held(claim, in: transaction) != nil else { return }
      try transaction.execute(
        """
        UPDATE import_run SET claim = NULL, claim_until = 0, worked_at = \(clock.now) WHERE id = \(claim.run.id)
        """)
    }
  }

  /// How many notes the run has, its row locked; nil when the claim is another's or nobody's.
  private func held(_ claim: ImportClaim, in transaction: any Transaction) throws -> Int? {
    let row = try transaction.row(
      "SELECT claim, note_count FROM import_run WHERE id = \(claim.run.id) \(transaction.dialect.forUpdate)")
    guard let row else { return nil }
    let token: String? = try row["claim"]
    guard token == claim.token else { return nil }
    return try row["note_count"]
  }
}

extension ImportRun {
  /// Whether both may bring goods of one merchant.
  fileprivate func sharesGoods(with other: ImportRun) -> Bool {
    id != other.id && (merchant == nil || other.merchant == nil || merchant == other.merchant)
  }
}
