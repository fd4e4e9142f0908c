import Storage
import Values

extension StoredSettlement {
  /// Whose orders bookings concern that concern none: what is the platform's alone.
  static let nobody = MerchantID(raw: 0)

  public func note(_ credit: CreditFact) async throws {
    try await database.write { transaction in
      let new: [(column: String, value: SQLValue)] = [
        ("fact_key", credit.key.sqlValue), ("account_id", credit.account.sqlValue),
        ("amount", credit.amount.minor.sqlValue), ("currency", credit.amount.currency.sqlValue),
        ("happened_at", credit.at.sqlValue), ("noted_at", clock.now.sqlValue),
      ]
      // Of two who tell of it at once the second finds it here.
      guard try transaction.execute(transaction.dialect.insertIfAbsent(into: "settlement_credit", new)) == 1 else {
        return
      }
      let minor = credit.amount.minor
      try book(
        credit.key,
        [BookPlace(.goodwill, ""): minor, BookPlace(.storeCredit, BookAccount.storeCreditMethod): -minor],
        order: nil, merchant: Self.nobody, currency: credit.amount.currency, in: transaction)
    }
  }

  public func credits(of account: AccountID, _ page: PageRequest) async throws -> Page<CreditFact> {
    let after = page.after?.parts.first ?? ""
    return try await database.read { transaction in
      let rows = try transaction.rows(
        """
        SELECT * FROM settlement_credit WHERE account_id = \(account) AND fact_key > \(after)
        ORDER BY fact_key LIMIT \(page.limit + 1)
        """
      ).map(CreditRows.credit)
      return Page(fetched: rows, limit: page.limit) { Cursor([$0.key]) }
    }
  }

  public func creditedAccounts(_ page: PageRequest) async throws -> Page<AccountID> {
    let after = try page.after.map(Self.number) ?? -1
    return try await database.read { transaction in
      let accounts: [AccountID] = try transaction.rows(
        """
        SELECT DISTINCT account_id FROM settlement_credit WHERE account_id > \(after)
        ORDER BY account_id LIMIT \(page.limit + 1)
        """
      ).map { try $0["account_id"] }
      return Page(fetched: accounts, limit: page.limit) { Cursor([String($0.raw)]) }
    }
  }
}

enum CreditRows {
  static func credit(_ row: Row) throws -> CreditFact {
    CreditFact(
      key: try row["fact_key"], account: try row["account_id"],
      amount: Money(minor: try row["amount"], currency: try row["currency"]), at: try row["happened_at"])
  }
}
