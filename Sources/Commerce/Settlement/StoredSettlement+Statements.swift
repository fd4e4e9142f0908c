import AuditLog
import Storage
import Values

extension StoredSettlement {
  private static let longestReference = 80

  public func statements(matching filter: StatementFilter, _ page: PageRequest) async throws -> Page<Statement> {
    var conditions = filter.conditions
    if let cursor = page.after { conditions.append("id < \(try Self.number(cursor))") }
    let query: SQL = """
      SELECT * FROM settlement_statement WHERE \(SQL.all(conditions)) ORDER BY id DESC LIMIT \(page.limit + 1)
      """
    return try await database.read { transaction in
      Page(
        fetched: try transaction.rows(query).map(StatementRows.statement), limit: page.limit, cursor: \.cursor)
    }
  }

  public func statement(_ id: StatementID) async throws -> Statement? {
    try await database.read { try Self.statement(id, in: $0) }
  }

  public func lines(of id: StatementID, _ page: PageRequest) async throws -> Page<StatementLine> {
    let after = try page.after.map(Self.number) ?? -1
    return try await database.read { transaction in
      guard let statement = try Self.statement(id, in: transaction) else { throw SettlementRefusal.unknownStatement }
      let rows = try transaction.rows(
        """
        SELECT * FROM settlement_line WHERE statement_id = \(id) AND order_id > \(after)
        ORDER BY order_id LIMIT \(page.limit + 1)
        """)
      let currency = statement.sums.net.currency
      return Page(
        fetched: try rows.map { try StatementRows.line($0, currency: currency) }, limit: page.limit, cursor: \.cursor)
    }
  }

  public func approve(_ id: StatementID, by actor: Actor) async throws -> Statement {
    try await move(id, to: .approved, "settlement.approve", by: actor) { statement, now, transaction in
      if policy.needsFourEyes, statement.drawnBy == actor { throw SettlementRefusal.sameHands }
      try transaction.execute(
        """
        UPDATE settlement_statement SET approved_at = \(now), approved_by = \(actor.text) WHERE id = \(id)
        """)
    }
  }

  public func markPaid(_ id: StatementID, reference: String, by actor: Actor) async throws -> Statement {
    var faults = FieldFaults()
    let reference = faults.text(reference, "reference", max: Self.longestReference)
    try faults.throwIfAny()
    return try await move(id, to: .paid, "settlement.markPaid", by: actor) { statement, now, transaction in
      try transaction.execute(
        "UPDATE settlement_statement SET paid_at = \(now), reference = \(reference) WHERE id = \(id)")
      let (net, party) = (statement.sums.net, statement.merchant.description)
      try book(
        "payout:\(id)", [BookPlace(.merchantPayable, party): net.minor, BookPlace(.payout, party): -net.minor],
        order: nil, merchant: statement.merchant, currency: net.currency, in: transaction)
    }
  }

  public func cancel(_ id: StatementID, by actor: Actor) async throws -> Statement {
    try await move(id, to: .cancelled, "settlement.cancel", by: actor) { statement, now, transaction in
      let slot: String = "\(statement.period)/\(id)"
      try transaction.forEachRow(
        """
        SELECT order_id FROM settlement_order
        WHERE order_id IN (SELECT order_id FROM settlement_line WHERE statement_id = \(id))
        ORDER BY order_id \(transaction.dialect.forUpdate)
        """
      ) { _ in }
      try Self.move(id, isStated: false, in: transaction)
      // Another may be drawn for the same period.
      try transaction.execute(
        """
        UPDATE settlement_statement SET cancelled_at = \(now), slot = \(slot) WHERE id = \(id)
        """)
    }
  }

  /// The one way in which a statement moves; its row is held meanwhile.
  private func move(
    _ id: StatementID, to state: StatementState, _ verb: String, by actor: Actor,
    _ change: @escaping @Sendable (Statement, Timestamp, any Transaction) throws -> Void
  ) async throws -> Statement {
    let now = clock.now
    return try await database.write { transaction in
      guard let before = try Self.statement(id, transaction.dialect.forUpdate, in: transaction) else {
        throw SettlementRefusal.unknownStatement
      }
      guard before.state.canMove(to: state) else { throw SettlementRefusal.statementMoved(before.state) }
      try change(before, now, transaction)
      try transaction.execute(
        "UPDATE settlement_statement SET state = \(state) WHERE id = \(id) AND state = \(before.state)")
      guard let after = try Self.statement(id, in: transaction) else { throw StorageFault.busy }
      try note(verb, after, before: before, by: actor, in: transaction)
      return after
    }
  }

  static func statement(
    _ id: StatementID, _ lock: SQL = "", in transaction: any ReadTransaction
  ) throws -> Statement? {
    try transaction.row("SELECT * FROM settlement_statement WHERE id = \(id) \(lock)").map(StatementRows.statement)
  }

  func note(
    _ verb: String, _ statement: Statement, before: Statement?, by actor: Actor, in transaction: any Transaction
  ) throws {
    let deed = Deed(
      verb, on: statement.id, named: statement.period.through.description, of: statement.merchant,
      before: before.map { ["state": $0.state.rawValue] },
      after: [
        "state": statement.state.rawValue, "net": statement.sums.net.description, "reference": statement.reference,
      ])
    try DeedLog.note(deed, by: actor, at: clock.now, in: transaction)
  }

  static func number(_ cursor: Cursor) throws -> Int64 {
    guard cursor.parts.count == 1, let number = Int64(cursor.parts[0]) else {
      throw FieldFaults(field: "after", code: "malformed")
    }
    return number
  }
}

extension StatementFilter {
  fileprivate var conditions: [SQL] {
    var conditions: [SQL] = []
    if let merchant { conditions.append("merchant_id = \(merchant)") }
    if let state { conditions.append("state = \(state)") }
    if let from = drawnFrom { conditions.append("drawn_at >= \(from)") }
    if let before = drawnBefore { conditions.append("drawn_at < \(before)") }
    return conditions
  }
}
