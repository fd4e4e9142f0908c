import AuditLog
import Events
import Storage
import Values

extension StoredPayments {
  public func balance(of account: AccountID, in currency: Currency) async throws -> Money {
    try await database.read { try BalanceRows.balance(of: account, in: currency, $0) }
  }

  public func movements(of account: AccountID, _ page: PageRequest) async throws -> Page<BalanceMovement> {
    let before = page.after?.parts.first.flatMap { Int64($0) } ?? .max
    return try await database.read { transaction in
      let rows = try transaction.rows(
        """
        SELECT * FROM balance_movement WHERE account_id = \(account) AND id < \(before) ORDER BY id DESC
        LIMIT \(page.limit + 1)
        """
      ).map(BalanceRows.movement)
      return Page(fetched: rows, limit: page.limit) { Cursor([String($0.id.raw)]) }
    }
  }

  public func holders(_ page: PageRequest) async throws -> Page<AccountID> {
    let after = page.after?.parts.first.flatMap { Int64($0) } ?? -1
    return try await database.read { transaction in
      let accounts: [AccountID] = try transaction.rows(
        """
        SELECT DISTINCT account_id FROM balance WHERE account_id > \(after) ORDER BY account_id
        LIMIT \(page.limit + 1)
        """
      ).map { try $0["account_id"] }
      return Page(fetched: accounts, limit: page.limit) { Cursor([String($0.raw)]) }
    }
  }

  public func credit(_ credit: BalanceCredit, by staff: StaffID) async throws -> BalanceMovement {
    var faults = FieldFaults()
    let key = credit.key.utf8
    if !(1...60).contains(key.count) || !key.allSatisfy(\.isKeyByte) { faults.add("key", "malformed") }
    if !credit.amount.isPositive || credit.amount.minor > BalanceCredit.most { faults.add("amount", "invalid") }
    let reason = faults.text(credit.reason, "reason", max: 200)
    try faults.throwIfAny()
    return try await database.write { transaction in
      let known = try transaction.row("SELECT * FROM balance_movement WHERE movement_key = \("credit:" + credit.key)")
      if let known {
        let movement = try BalanceRows.movement(known)
        guard movement.account == credit.account, movement.amount == credit.amount else {
          throw FieldFaults(field: "key", code: "malformed")
        }
        return movement
      }
      let movement = try moveBalance(
        of: credit.account, by: credit.amount, .goodwill, key: "credit:" + credit.key, reason: reason, in: transaction)
      try outbox.tell(
        BalanceCredited(
          account: credit.account, amount: credit.amount, after: movement.after, reason: reason,
          key: movement.id.description),
        in: transaction)
      try DeedLog.note(
        Deed(
          "payments.credit", on: credit.account, of: nil,
          after: ["amount": "\(credit.amount)", "balance": "\(movement.after)"], note: reason),
        by: .staff(staff), at: clock.now, in: transaction)
      return movement
    }
  }

  /// The one way in which a balance changes: one guarded statement and its row. Throws `PaymentRefusal.balanceTooLow`. A key
  /// that was used before is a fault of the caller, who looks first.
  @discardableResult
  func moveBalance(
    of account: AccountID, by amount: Money, _ kind: BalanceMovement.Kind, key: String, payment: PaymentID? = nil,
    reason: String = "", in transaction: any Transaction
  ) throws -> BalanceMovement {
    if !amount.isNegative {
      let new: [(column: String, value: SQLValue)] = [
        ("account_id", account.sqlValue), ("currency", amount.currency.sqlValue), ("amount", Int64(0).sqlValue),
      ]
      try transaction.execute(transaction.dialect.insertIfAbsent(into: "balance", new))
    }
    let changed = try transaction.execute(
      """
      UPDATE balance SET amount = amount + \(amount.minor)
      WHERE account_id = \(account) AND currency = \(amount.currency) AND amount + \(amount.minor) >= 0
      """)
    let after = try BalanceRows.balance(of: account, in: amount.currency, transaction)
    guard changed == 1 else { throw PaymentRefusal.balanceTooLow(left: after) }
    let movement = BalanceMovement(
      id: ids.next(), account: account, kind: kind, amount: amount, after: after, payment: payment, reason: reason,
      at: clock.now)
    try transaction.execute(
      """
      INSERT INTO balance_movement (id, movement_key, account_id, currency, kind, amount, balance_after, payment_id, reason,
        moved_at)
      VALUES (\(movement.id), \(key), \(account), \(amount.currency), \(kind), \(amount.minor), \(after.minor),
        \(payment), \(reason), \(movement.at))
      """)
    return movement
  }

  /// Takes the payment's part from its payer's balance; it is the payment's from now on.
  func takeFromBalance(_ payment: Payment, in transaction: any Transaction) throws {
    guard payment.fromBalance.isPositive else { return }
    let taken = Money(minor: -payment.fromBalance.minor, currency: payment.amount.currency)
    try moveBalance(
      of: payment.payer, by: taken, .spent, key: "spent:\(payment.id)", payment: payment.id, in: transaction)
  }

  /// The payment ended unpaid.
  func returnToBalance(_ payment: Payment, in transaction: any Transaction) throws {
    guard payment.fromBalance.isPositive else { return }
    try moveBalance(
      of: payment.payer, by: payment.fromBalance, .returned, key: "back:\(payment.id)", payment: payment.id,
      in: transaction)
  }

  /// Money that came after its payment had ended: the balance has its part back already, so that the payment is from now on
  /// what its provider took, and no order is paid in full by it.
  func withoutBalance(_ stored: StoredPayment, in transaction: any Transaction) throws -> StoredPayment {
    guard stored.payment.fromBalance.isPositive else { return stored }
    try transaction.execute(
      "UPDATE payment_share SET amount = amount - from_balance, from_balance = 0 WHERE payment_id = \(stored.id)")
    try transaction.execute(
      "UPDATE payment SET amount = amount - from_balance, from_balance = 0 WHERE id = \(stored.id)")
    guard let late = try PaymentRows.payment(stored.id, in: transaction) else { throw PaymentRefusal.unknownPayment }
    return late
  }
}

enum BalanceRows {
  static func balance(of account: AccountID, in currency: Currency, _ transaction: any ReadTransaction) throws -> Money
  {
    let minor: Int64? = try transaction.value(
      "SELECT amount FROM balance WHERE account_id = \(account) AND currency = \(currency)")
    return Money(minor: minor ?? 0, currency: currency)
  }

  static func movement(_ row: Row) throws -> BalanceMovement {
    let currency: Currency = try row["currency"]
    return BalanceMovement(
      id: try row["id"], account: try row["account_id"], kind: try row["kind"],
      amount: Money(minor: try row["amount"], currency: currency),
      after: Money(minor: try row["balance_after"], currency: currency), payment: try row["payment_id"],
      reason: try row["reason"], at: try row["moved_at"])
  }
}

extension BalanceMovement.Kind: SQLConvertible {}
