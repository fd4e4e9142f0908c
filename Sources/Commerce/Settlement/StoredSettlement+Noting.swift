import Storage
import Values

extension StoredSettlement {
  public func note(_ note: OrderNote) async throws {
    guard !note.facts.isEmpty else { return }
    // Most of what is heard is known, and costs no write.
    let known = try await facts(of: [note.order])[note.order] ?? []
    guard !Set(note.facts.map(\.key)).isSubset(of: known.map(\.key)) else { return }
    try await database.write { transaction in
      try open(note, in: transaction)
      guard let stored = try OrderAccountRows.locked(note.order, in: transaction) else { throw StorageFault.busy }
      try take(note.facts, of: stored, parts: note.parts, freight: note.freight, in: transaction)
    }
  }

  public func note(_ fee: ProviderFee) async throws -> Bool {
    try await database.write { transaction in
      let captures = try transaction.rows(
        """
        SELECT order_id, amount FROM settlement_fact
        WHERE payment_id = \(fee.payment) AND kind IN \(list: [OrderFact.Kind.captured, .stray])
          AND method <> \(BookAccount.storeCreditMethod)
        ORDER BY order_id LIMIT 500
        """
      ).filter { row in try fee.order.map { try row["order_id"] == $0 } ?? true }
      guard !captures.isEmpty else { return false }
      let whole = Money(minor: abs(fee.amount.minor), currency: fee.amount.currency)
      let parts = try whole.spread(over: try captures.map { try $0["amount"] })
      for (row, part) in zip(captures, parts) where !part.isZero {
        let order: OrderID = try row["order_id"]
        guard let stored = try OrderAccountRows.locked(order, in: transaction) else { throw StorageFault.busy }
        let fact = OrderFact(
          key: "fee:\(fee.key):\(order)", kind: fee.amount.isNegative ? .feeReturned : .fee, method: fee.method,
          payment: fee.payment, amount: part,
          at: fee.at)
        try take([fact], of: stored, parts: [], freight: .zero(part.currency), in: transaction)
      }
      return true
    }
  }

  private func open(_ note: OrderNote, in transaction: any Transaction) throws {
    try transaction.execute(
      transaction.dialect.insertIfAbsent(
        into: "settlement_order",
        [
          ("order_id", note.order.sqlValue), ("number", note.number.sqlValue),
          ("merchant_id", note.merchant.sqlValue), ("currency", note.currency.sqlValue),
          ("placed_at", note.placedAt.sqlValue),
        ]))
  }

  /// Books each fact that isn't known yet as what it changes, the earliest first.
  private func take(
    _ facts: [OrderFact], of stored: StoredOrderAccount, parts: [OrderNote.Part], freight: Money,
    in transaction: any Transaction
  ) throws {
    let account = stored.account
    var known = try OrderAccountRows.facts([account.order], in: transaction)[account.order] ?? []
    var terms = try OrderAccountRows.terms(of: stored, in: transaction)
    var keys = Set(known.map(\.key))
    var position = try position(of: stored, known, terms)
    let before = position
    for fact in facts.sorted(by: { ($0.at, $0.key) < ($1.at, $1.key) }) where keys.insert(fact.key).inserted {
      if fact.kind == .ended, terms == nil {
        terms = try keepTerms(of: stored, parts: parts, freight: freight, in: transaction)
      }
      try insert(fact, of: account.order, in: transaction)
      known.append(fact)
      let next = try self.position(of: stored, known, terms)
      let changes = next.balances.merging(position.balances.mapValues { -$0 }, uniquingKeysWith: +)
      try book(
        fact.key, changes, order: account.order, merchant: account.merchant, currency: stored.currency,
        in: transaction)
      position = next
    }
    guard position != before || terms?.merchantBearsFees != stored.merchantBearsFees else { return }
    try keep(position, terms, of: stored, in: transaction)
  }

  func position(
    of stored: StoredOrderAccount, _ facts: [OrderFact], _ terms: SettlementTerms?
  ) throws -> OrderPosition {
    try OrderPosition(
      of: stored.account.order, merchant: stored.account.merchant, currency: stored.currency, facts: facts,
      terms: terms)
  }

  private func insert(_ fact: OrderFact, of order: OrderID, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      INSERT INTO settlement_fact
        (fact_key, order_id, kind, method, payment_id, amount, currency, is_platforms, happened_at, noted_at)
      VALUES (\(fact.key), \(order), \(fact.kind), \(fact.method), \(fact.payment), \(fact.amount.minor),
        \(fact.amount.currency), \(fact.isPlatforms), \(fact.at), \(clock.now))
      """)
  }

  private func keep(
    _ position: OrderPosition, _ terms: SettlementTerms?, of stored: StoredOrderAccount,
    in transaction: any Transaction
  ) throws {
    try transaction.execute(
      """
      UPDATE settlement_order SET ended_at = \(position.endedAt),
        merchant_bears_fees = \(terms?.merchantBearsFees), goodwill = \(position.goodwill.minor),
        paid = \(position.paid.minor), borne = \(position.borne.minor), refunded = \(position.refunded.minor),
        commission = \(position.commission.minor), fee = \(position.fee.minor), owed = \(position.owed.minor),
        is_open = \(position.owed != stored.stated)
      WHERE order_id = \(position.order)
      """)
  }

  /// The rules that counted on the day on which the order was placed: what the merchant knew when it sold.
  private func keepTerms(
    of stored: StoredOrderAccount, parts: [OrderNote.Part], freight: Money, in transaction: any Transaction
  ) throws -> SettlementTerms {
    let merchant = stored.account.merchant
    let choice = try Self.choice(
      for: merchant, Set(parts.flatMap(\.categories)), on: ShopDay(stored.placedAt), in: transaction)
    var found = parts.map { part in
      let rule = choice.rule(for: merchant, part.categories)
      return SettlementTerms.Part(weight: max(0, part.amount.minor), rate: rule?.rate ?? .zero, rule: rule?.id)
    }
    if freight.isPositive {
      let rule = policy.takesFreight ? choice.rule(for: merchant, []) : nil
      found.append(SettlementTerms.Part(weight: freight.minor, rate: rule?.rate ?? .zero, rule: rule?.id))
    }
    for (index, part) in found.enumerated() {
      try transaction.execute(
        """
        INSERT INTO settlement_term (order_id, position, weight, rate, rule_id)
        VALUES (\(stored.account.order), \(index), \(part.weight), \(part.rate), \(part.rule))
        """)
    }
    return SettlementTerms(parts: found, merchantBearsFees: policy.merchantBearsFees)
  }
}
