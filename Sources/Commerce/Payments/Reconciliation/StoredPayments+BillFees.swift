import Storage
import Values

/// Hands on what providers kept, for the books of those who bear it.
extension StoredPayments {
  public func fees(limit: Int) async throws -> BilledFees? {
    try await database.read { transaction in
      let day = try transaction.row(
        """
        SELECT method, day, take_id, row_count, CASE WHEN told_take = take_id THEN told_lines ELSE 0 END AS told
        FROM bill_day WHERE state = \(BillDay.State.matched) AND take_id IS NOT NULL AND row_count > 0
          AND (told_take IS NULL OR told_take <> take_id OR told_lines < row_count)
        ORDER BY day, method LIMIT 1
        """)
      guard let day else { return nil }
      let (take, count, told): (BillTakeID, Int, Int) = (try day["take_id"], try day["row_count"], try day["told"])
      let method: PaymentMethod = try day["method"]
      let limit = min(max(limit, 1), 1000)
      let rows = try transaction.rows(
        """
        SELECT s.line, s.fee, s.currency, s.happened_at, s.is_refund, p.id AS payment_id, r.id AS refund_id, r.order_id
        FROM bill_row s LEFT JOIN refund r ON s.is_refund = 1 AND r.id = s.subject_id
          JOIN payment p ON p.id = CASE WHEN s.is_refund = 1 THEN r.payment_id ELSE s.subject_id END
        WHERE s.take_id = \(take) AND s.line >= \(told) AND s.fee <> 0 AND p.method = \(method)
          AND p.currency = s.currency AND p.state IN \(Self.paidStates)
        ORDER BY s.line LIMIT \(limit)
        """)
      var lines = count
      if rows.count == limit, let last = rows.last { lines = try last["line"] + 1 }
      return BilledFees(
        method: method, day: try day["day"], fees: try rows.map(Self.fee), take: take, lines: lines)
    }
  }

  private static func fee(_ row: Row) throws -> BilledFees.Fee {
    let (payment, refund): (PaymentID, RefundID?) = (try row["payment_id"], try row["refund_id"])
    return BilledFees.Fee(
      key: refund.map { "bill:\($0)" } ?? "bill:\(payment)", payment: payment, order: try row["order_id"],
      amount: Money(minor: try row["fee"], currency: try row["currency"]), at: try row["happened_at"])
  }

  private static let perTransaction = 1000

  /// What was kept of money that nobody knew of when the day's fees were told is told with them once more; lines that named
  /// nothing known when the day was compared get their payments and refunds first.
  func tellFeesAgain(of method: PaymentMethod, on day: ProviderDay, in transaction: any Transaction) throws {
    let take: BillTakeID? = try transaction.value(
      "SELECT take_id FROM bill_day WHERE method = \(method) AND day = \(day) AND take_id IS NOT NULL")
    if let take { try nameLines(of: take, method, in: transaction) }
    try transaction.execute("UPDATE bill_day SET told_take = NULL WHERE method = \(method) AND day = \(day)")
  }

  private func nameLines(of take: BillTakeID, _ method: PaymentMethod, in transaction: any Transaction) throws {
    let payment: SQL = "FROM payment p WHERE p.method = \(method) AND p.provider_number = bill_row.provider_number"
    try transaction.execute(
      """
      UPDATE bill_row SET subject_id = (SELECT p.id \(payment))
      WHERE take_id = \(take) AND subject_id IS NULL AND is_refund = 0 AND provider_number <> ''
        AND EXISTS (SELECT 1 \(payment))
      """)
    let refunds = try transaction.rows(
      """
      SELECT s.line, s.refund_key FROM bill_row s JOIN refund r ON r.refund_key = s.refund_key
        JOIN payment p ON p.id = r.payment_id
      WHERE s.take_id = \(take) AND s.subject_id IS NULL AND s.is_refund = 1 AND p.method = \(method)
      ORDER BY s.line LIMIT \(Self.perTransaction)
      """)
    let parts = try parts(of: try refunds.map { try $0["refund_key"] }, in: transaction)
    for row in refunds {
      guard let part = parts[try row["refund_key"]] else { continue }
      try transaction.execute(
        """
        UPDATE bill_row SET subject_id = \(part.first), here_amount = \(part.amount)
        WHERE take_id = \(take) AND line = \(try row["line"] as Int)
        """)
    }
  }

  public func noteTold(_ fees: BilledFees) async throws {
    try await database.write { transaction in
      _ = try transaction.execute(
        """
        UPDATE bill_day SET told_take = \(fees.take), told_lines = \(fees.lines)
        WHERE method = \(fees.method) AND day = \(fees.day) AND take_id = \(fees.take)
        """)
    }
  }
}
