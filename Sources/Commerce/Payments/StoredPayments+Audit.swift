import Storage
import Values

extension StoredPayments {
  public func audit() async throws -> [Discrepancy] {
    try await database.read { transaction in
      var found: [Discrepancy] = []
      let bookings: SQL = """
        SELECT booking, currency, SUM(amount) AS total FROM ledger_entry GROUP BY booking, currency
        HAVING SUM(amount) <> 0 ORDER BY booking LIMIT 100
        """
      for row in try transaction.rows(bookings) {
        let (booking, total): (String, Int) = (try row["booking"], try row["total"])
        found.append(
          Discrepancy(book: "payments", row: booking, expected: "entries that add up to 0", found: "\(total)"))
      }
      found += try Self.capturesWithoutLedger(transaction)
      let shares: SQL = """
        SELECT payment.id, payment.amount, SUM(payment_share.amount) AS shared FROM payment
        JOIN payment_share ON payment_share.payment_id = payment.id GROUP BY payment.id, payment.amount
        HAVING payment.amount <> shared ORDER BY payment.id LIMIT 100
        """
      for row in try transaction.rows(shares) {
        let (amount, shared): (Int, Int) = (try row["amount"], try row["shared"])
        found.append(try Self.discrepancy(row, expected: "amount \(shared) by its orders", found: "\(amount)"))
      }
      let refunds: SQL = """
        SELECT payment.id, payment.refunded, COALESCE(SUM(payment_refund.amount), 0) AS asked FROM payment
        LEFT JOIN payment_refund
          ON payment_refund.payment_id = payment.id AND payment_refund.state <> \(RefundState.failed)
        GROUP BY payment.id, payment.refunded HAVING payment.refunded <> asked ORDER BY payment.id LIMIT 100
        """
      for row in try transaction.rows(refunds) {
        let (refunded, asked): (Int, Int) = (try row["refunded"], try row["asked"])
        found.append(try Self.discrepancy(row, expected: "refunded \(asked) by its refunds", found: "\(refunded)"))
      }
      return found
    }
  }

  /// Money that is there is booked: captured amount less settled refunds stands with the provider.
  private static func capturesWithoutLedger(_ transaction: any ReadTransaction) throws -> [Discrepancy] {
    let clearing: SQL = """
      SELECT payment.id, payment.state, payment.amount,
        COALESCE((SELECT SUM(ledger_entry.amount) FROM ledger_entry
          WHERE ledger_entry.payment_id = payment.id AND ledger_entry.book = \(LedgerEntry.Book.providerClearing)), 0) AS booked,
        COALESCE((SELECT SUM(payment_refund.amount) FROM payment_refund
          WHERE payment_refund.payment_id = payment.id AND payment_refund.state = \(RefundState.settled)), 0) AS given
      FROM payment ORDER BY payment.id
      """
    var found: [Discrepancy] = []
    try transaction.forEachRow(clearing) { row in
      guard found.count < 100 else { return }
      let state: PaymentState = try row["state"]
      let (amount, booked, given): (Int, Int, Int) = (try row["amount"], try row["booked"], try row["given"])
      let expected = state.hasMoney ? amount - given : 0
      if booked != expected {
        found.append(
          try discrepancy(row, expected: "\(expected) with the provider (\(state.rawValue))", found: "\(booked)"))
      }
    }
    return found
  }

  private static func discrepancy(_ row: Row, expected: String, found: String) throws -> Discrepancy {
    let id: PaymentID = try row["id"]
    return Discrepancy(book: "payments", row: "\(id)", expected: expected, found: found)
  }
}
