import Storage
import Values

extension StoredInventory {
  private static let ended: [Hold.State] = [.confirmed, .released, .expired, .putBack]

  public func prune(before: Timestamp, limit: Int) async throws -> Int {
    try await database.write { transaction in
      var holds: [HoldID] = []
      // One state at a time, which is how the index has them.
      for state in Self.ended where holds.count < limit {
        holds += try transaction.rows(
          """
          SELECT id FROM stock_hold WHERE state = \(state) AND until_at < \(before)
          ORDER BY until_at, id LIMIT \(limit - holds.count) \(transaction.dialect.forUpdate)
          """
        ).map { try $0["id"] }
      }
      try transaction.execute("DELETE FROM stock_hold_line WHERE hold_id IN \(list: holds)")
      try transaction.execute("DELETE FROM stock_hold WHERE id IN \(list: holds)")
      let counts: [String] = try transaction.rows(
        "SELECT count_key FROM stock_count WHERE at < \(before) ORDER BY at LIMIT \(limit)"
      ).map { try $0["count_key"] }
      return try holds.count + transaction.execute("DELETE FROM stock_count WHERE count_key IN \(list: counts)")
    }
  }
}
