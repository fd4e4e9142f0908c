import AuditLog
import Storage
import Values

extension StoredSettlement {
  public func rules(_ page: PageRequest) async throws -> Page<CommissionRule> {
    let before = try page.after.map(Self.number) ?? .max
    return try await database.read { transaction in
      Page(
        fetched: try transaction.rows(
          "SELECT * FROM commission_rule WHERE id < \(before) ORDER BY id DESC LIMIT \(page.limit + 1)"
        ).map(CommissionRows.rule), limit: page.limit, cursor: \.cursor)
    }
  }

  /// What counts for a merchant's goods of the categories on a day, of however many rules there are.
  static func choice(
    for merchant: MerchantID, _ categories: Set<CategoryID>, on day: ShopDay, in transaction: any ReadTransaction
  ) throws -> CommissionChoice {
    var conditions: [SQL] = ["from_day <= \(day)", "(merchant_id IS NULL OR merchant_id = \(merchant))"]
    conditions.append(
      categories.isEmpty
        ? "category_id IS NULL" : "(category_id IS NULL OR category_id IN \(list: categories.sorted()))")
    var choice = CommissionChoice(on: day)
    try transaction.forEachRow("SELECT * FROM commission_rule WHERE \(SQL.all(conditions)) ORDER BY id") { row in
      choice.consider(try CommissionRows.rule(row))
    }
    return choice
  }

  public func make(_ draft: CommissionDraft, by actor: Actor) async throws -> CommissionRule {
    let now = clock.now
    guard draft.from >= ShopDay(now) else { throw FieldFaults(field: "from", code: "past") }
    let rule = CommissionRule(
      id: ids.next(), merchant: draft.merchant, category: draft.category, rate: draft.rate, from: draft.from,
      madeAt: now)
    try await database.write { transaction in
      try transaction.execute(
        """
        INSERT INTO commission_rule (id, merchant_id, category_id, rate, from_day, made_at)
        VALUES (\(rule.id), \(rule.merchant), \(rule.category), \(rule.rate), \(rule.from), \(rule.madeAt))
        """)
      // Whose own rule it is may read of it in the log.
      let deed = Deed(
        "settlement.makeRule", on: rule.id, named: rule.from.description, of: rule.merchant, after: rule.deedFields)
      try DeedLog.note(deed, by: actor, at: now, in: transaction)
    }
    return rule
  }

  public func remove(_ id: CommissionRuleID, by actor: Actor) async throws {
    let now = clock.now
    try await database.write { transaction in
      guard
        let rule = try transaction.row(
          "SELECT * FROM commission_rule WHERE id = \(id) \(transaction.dialect.forUpdate)"
        ).map(CommissionRows.rule)
      else { throw SettlementRefusal.unknownCommissionRule }
      guard rule.from > ShopDay(now) else { throw SettlementRefusal.commissionRuleBegun }
      try transaction.execute("DELETE FROM commission_rule WHERE id = \(id)")
      let deed = Deed(
        "settlement.removeRule", on: id, named: rule.from.description, of: rule.merchant, before: rule.deedFields)
      try DeedLog.note(deed, by: actor, at: now, in: transaction)
    }
  }
}

extension CommissionRule {
  fileprivate var deedFields: DeedFields {
    [
      "merchant": merchant?.description ?? "", "category": category?.description ?? "",
      "percent": rate?.percentText ?? "", "from": from.description,
    ]
  }
}
