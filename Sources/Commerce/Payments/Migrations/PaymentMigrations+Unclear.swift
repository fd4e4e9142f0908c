import Storage

extension StoredPayments {
  static let keepUnclearMoney = Migration("payments", 13, "013_KeepUnclearMoney") { transaction in
    try transaction.create(
      TableDefinition(
        "unclear_money",
        [
          .integer("id"), .integer("case_id"), .integer("payment_id"), .integer("order_id", nullable: true),
          .text("method", 20), .text("kind", 20), .integer("amount"), .text("currency", 3), .integer("moved_at"),
        ],
        checks: ["amount > 0"]))
    try transaction.createIndex("unclear_money_case", on: "unclear_money", ["case_id", "id"])
    try transaction.createIndex("unclear_money_order", on: "unclear_money", ["order_id", "id"])
    // Begun and cut off, it is begun again. What open cases are about is unclear; of those that were closed nothing is. A
    // case's number is no other row's.
    try transaction.execute("DELETE FROM unclear_money")
    let found: SQL = "(SELECT COALESCE(SUM(r.amount), 0) FROM money_receipt r WHERE r.payment_id = c.payment_id)"
    let paidBack: SQL = """
      FROM payment_case c JOIN payment p ON p.id = c.payment_id
      WHERE c.is_open = 0 AND c.kind = 'paidShort' AND \(found) > 0
        AND p.state NOT IN ('captured', 'partlyRefunded', 'refunded')
      """
    try transaction.execute(
      """
      INSERT INTO unclear_money (id, case_id, payment_id, order_id, method, kind, amount, currency, moved_at)
      SELECT c.id, c.id, c.payment_id, c.order_id, p.method,
        CASE c.kind WHEN 'refundTooLarge' THEN 'left' ELSE 'came' END,
        CASE c.kind WHEN 'paidShort' THEN \(found) ELSE c.amount END, c.currency, c.opened_at
      FROM payment_case c JOIN payment p ON p.id = c.payment_id
      WHERE c.is_open = 1 AND c.kind IN ('paidShort', 'paidTooMuch', 'refundTooLarge', 'refundFailedLater')
        AND CASE c.kind WHEN 'paidShort' THEN \(found) ELSE c.amount END > 0
      """)
    // What came in part and was paid back mustn't count once more comes. A case's receipt is no other case's.
    try transaction.execute(
      """
      INSERT INTO unclear_money (id, case_id, payment_id, order_id, method, kind, amount, currency, moved_at)
      SELECT (SELECT MIN(r.id) FROM money_receipt r WHERE r.payment_id = c.payment_id), c.id, c.payment_id, c.order_id,
        p.method, 'came', \(found), c.currency, c.opened_at \(paidBack)
      """)
    try transaction.execute(
      """
      INSERT INTO unclear_money (id, case_id, payment_id, order_id, method, kind, amount, currency, moved_at)
      SELECT c.id, c.id, c.payment_id, c.order_id, p.method, 'left', \(found), c.currency,
        COALESCE(c.handled_at, c.opened_at) \(paidBack)
      """)
  }
}
