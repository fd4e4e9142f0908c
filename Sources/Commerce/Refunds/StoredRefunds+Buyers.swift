import Storage
import Values

/// What is known of buyers by what they asked back.
extension StoredRefunds {
  public func cases(of buyer: AccountID, at merchant: MerchantID?, _ page: PageRequest) async throws
    -> Page<RefundCase>
  {
    var conditions: [SQL] = ["buyer_id = \(buyer)"]
    // A buyer has few cases and a merchant many: written so that no index of merchants serves it.
    if let merchant { conditions.append("merchant_id + 0 = \(merchant)") }
    if let cursor = page.after {
      guard cursor.parts.count == 1, let id = Int64(cursor.parts[0]) else {
        throw FieldFaults(field: "after", code: "malformed")
      }
      conditions.append("id < \(id)")
    }
    let query: SQL = """
      SELECT id FROM refund_request WHERE \(SQL.all(conditions)) ORDER BY id DESC LIMIT \(page.limit + 1)
      """
    return try await database.read { transaction in
      let ids: [RefundCaseID] = try transaction.rows(query).map { try $0["id"] }
      return Page(fetched: try RefundRows.cases(ids, in: transaction), limit: page.limit) {
        Cursor([String($0.id.raw)])
      }
    }
  }

  public func refunded(to buyers: [AccountID], by merchant: MerchantID?) async throws -> [AccountID: [Money]] {
    guard !buyers.isEmpty else { return [:] }
    var conditions: [SQL] = [
      "refund_request.buyer_id IN \(list: buyers)", "refund_record.refund_id IS NOT NULL",
    ]
    if let merchant { conditions.append("refund_request.merchant_id + 0 = \(merchant)") }
    let query: SQL = """
      SELECT refund_request.buyer_id AS buyer_id, refund_record.currency AS currency, SUM(refund_record.amount) AS amount
      FROM refund_request JOIN refund_record ON refund_record.request_id = refund_request.id
      WHERE \(SQL.all(conditions)) GROUP BY refund_request.buyer_id, refund_record.currency
      ORDER BY refund_request.buyer_id, refund_record.currency LIMIT 1000
      """
    return try await database.read { transaction in
      var found: [AccountID: [Money]] = [:]
      for row in try transaction.rows(query) {
        found[try row["buyer_id"], default: []].append(
          Money(minor: try row["amount"], currency: try row["currency"]))
      }
      return found
    }
  }
}
