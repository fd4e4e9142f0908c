import AuditLog
import Storage
import Values

extension StoredSettlement {
  private static let mostMerchants = 10_000

  private enum Drawn: Sendable {
    case drawn(StatementID)
    case standing(StatementID)
  }

  /// Nothing is paid out of what isn't there: the transaction that finds it leaves nothing behind.
  private struct NothingToPay: Error {}

  private struct Account: Hashable, Sendable {
    let merchant: MerchantID
    let currency: Currency
  }

  public func runDue() async throws -> SettlementRun? {
    guard let period = SettlementPeriod(last: policy.rhythm, on: ShopDay(clock.now)) else { return nil }
    return try await run(period, for: nil, by: .system, leavesCancelled: true)
  }

  public func run(
    _ period: SettlementPeriod, for merchant: MerchantID?, by actor: Actor
  ) async throws -> SettlementRun {
    try await run(period, for: merchant, by: actor, leavesCancelled: false)
  }

  /// - Parameter leavesCancelled: whether those are left alone whose statement of the period somebody cancelled: what is open
  ///   of them waits for the next period, or for somebody to draw it.
  private func run(
    _ period: SettlementPeriod, for merchant: MerchantID?, by actor: Actor, leavesCancelled: Bool
  ) async throws -> SettlementRun {
    guard period.through < ShopDay(clock.now) else { throw FieldFaults(field: "through", code: "notOver") }
    var (drawn, carried): ([StatementID], [MerchantID]) = ([], [])
    var standing = try await self.standing(period, merchant)
    for account in try await dueAccounts(period, merchant, leavesCancelled: leavesCancelled) {
      do {
        switch try await draw(period, account, by: actor) {
        case .drawn(let id): drawn.append(id)
        case .standing(let id): standing.insert(id)
        }
      } catch is NothingToPay {
        carried.append(account.merchant)
      }
    }
    return SettlementRun(drawn: drawn, standing: standing.sorted(), carried: carried)
  }

  private func standing(_ period: SettlementPeriod, _ merchant: MerchantID?) async throws -> Set<StatementID> {
    var conditions: [SQL] = ["slot = \(period.description)"]
    if let merchant { conditions.append("merchant_id = \(merchant)") }
    let query: SQL = """
      SELECT id FROM settlement_statement WHERE \(SQL.all(conditions)) ORDER BY id LIMIT \(Self.mostMerchants)
      """
    return try await database.read { transaction in
      Set(try transaction.rows(query).map { try $0["id"] as StatementID })
    }
  }

  private func dueAccounts(
    _ period: SettlementPeriod, _ merchant: MerchantID?, leavesCancelled: Bool
  ) async throws -> [Account] {
    var conditions: [SQL] = ["is_open = 1", "ended_at < \(period.cutOff(holdingBack: policy.holdBackDays))"]
    if let merchant { conditions.append("merchant_id = \(merchant)") }
    if leavesCancelled {
      conditions.append(
        """
        NOT EXISTS (SELECT 1 FROM settlement_statement s WHERE s.merchant_id = settlement_order.merchant_id
          AND s.currency = settlement_order.currency AND s.rhythm = \(period.rhythm)
          AND s.through_day = \(period.through) AND s.state = \(StatementState.cancelled))
        """)
    }
    let query: SQL = """
      SELECT DISTINCT merchant_id, currency FROM settlement_order WHERE \(SQL.all(conditions))
      ORDER BY merchant_id, currency LIMIT \(Self.mostMerchants)
      """
    return try await database.read { transaction in
      try transaction.rows(query).map { Account(merchant: try $0["merchant_id"], currency: try $0["currency"]) }
    }
  }

  private func draw(_ period: SettlementPeriod, _ account: Account, by actor: Actor) async throws -> Drawn {
    let (id, now): (StatementID, Timestamp) = (ids.next(), clock.now)
    let due: SQL = """
      is_open = 1 AND merchant_id = \(account.merchant) AND currency = \(account.currency)
        AND ended_at < \(period.cutOff(holdingBack: policy.holdBackDays))
      """
    return try await database.write { transaction in
      let standing: StatementID? = try transaction.value(
        """
        SELECT id FROM settlement_statement WHERE merchant_id = \(account.merchant)
          AND currency = \(account.currency) AND slot = \(period.description)
        """)
      if let standing { return .standing(standing) }
      try transaction.execute(
        """
        INSERT INTO settlement_statement
          (id, merchant_id, currency, rhythm, through_day, slot, state, drawn_at, drawn_by, reference)
        VALUES (\(id), \(account.merchant), \(account.currency), \(period.rhythm), \(period.through),
          \(period.description), \(StatementState.drafted), \(now), \(actor.text), '')
        """)
      // Nothing of these changes any more until this is through.
      try transaction.forEachRow(
        "SELECT order_id FROM settlement_order WHERE \(due) ORDER BY order_id \(transaction.dialect.forUpdate)"
      ) { _ in }
      try transaction.execute(
        """
        INSERT INTO settlement_line
          (statement_id, order_id, number, ended_at, paid, borne, refunds, commission, fee, net)
        SELECT \(id), order_id, number, ended_at, paid - stated_paid, borne - stated_borne, refunded - stated_refunded,
          commission - stated_commission, fee - stated_fee, owed - stated_net FROM settlement_order WHERE \(due)
        """)
      try Self.move(id, isStated: true, in: transaction)
      try Self.addUp(id, in: transaction)
      guard let statement = try Self.statement(id, in: transaction), statement.sums.net.isPositive else {
        throw NothingToPay()
      }
      try note("settlement.draw", statement, before: nil, by: actor, in: transaction)
      return .drawn(id)
    }
  }

  /// Adds the lines of a statement to what is stated of its orders, or takes them off again.
  static func move(_ id: StatementID, isStated: Bool, in transaction: any Transaction) throws {
    let sign: SQL = isStated ? "+" : "-"
    func line(_ column: SQL) -> SQL {
      """
      \(sign) (SELECT l.\(column) FROM settlement_line l
        WHERE l.statement_id = \(id) AND l.order_id = settlement_order.order_id)
      """
    }
    let lines: SQL = "order_id IN (SELECT m.order_id FROM settlement_line m WHERE m.statement_id = \(id))"
    try transaction.execute(
      """
      UPDATE settlement_order SET stated_paid = stated_paid \(line("paid")),
        stated_borne = stated_borne \(line("borne")),
        stated_refunded = stated_refunded \(line("refunds")),
        stated_commission = stated_commission \(line("commission")), stated_fee = stated_fee \(line("fee")),
        stated_net = stated_net \(line("net"))
      WHERE \(lines)
      """)
    try transaction.execute(
      "UPDATE settlement_order SET is_open = CASE WHEN owed = stated_net THEN 0 ELSE 1 END WHERE \(lines)")
  }

  private static func addUp(_ id: StatementID, in transaction: any Transaction) throws {
    guard
      let row = try transaction.row(
        """
        SELECT COUNT(*) AS orders, COALESCE(SUM(paid), 0) AS paid, COALESCE(SUM(borne), 0) AS borne,
          COALESCE(SUM(refunds), 0) AS refunds,
          COALESCE(SUM(commission), 0) AS commission, COALESCE(SUM(fee), 0) AS fee, COALESCE(SUM(net), 0) AS net
        FROM settlement_line WHERE statement_id = \(id)
        """)
    else { return }
    let (orders, paid, refunds): (Int, Int64, Int64) = (try row["orders"], try row["paid"], try row["refunds"])
    let borne: Int64 = try row["borne"]
    let (commission, fee, net): (Int64, Int64, Int64) = (try row["commission"], try row["fee"], try row["net"])
    try transaction.execute(
      """
      UPDATE settlement_statement SET orders = \(orders), paid = \(paid), borne = \(borne), refunds = \(refunds),
        commission = \(commission), fee = \(fee), net = \(net) WHERE id = \(id)
      """)
  }
}
