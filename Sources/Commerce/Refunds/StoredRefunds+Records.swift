import Storage
import Values

public enum RefundRecordTag: Identified { public static let prefix = "rec" }
public typealias RefundRecordID = ID<RefundRecordTag>

/// The table of what went back.
extension StoredRefunds {
  public func records(
    _ scope: RefundScope, matching filter: RefundRecordFilter, _ page: PageRequest
  ) async throws -> Page<RefundRecord> {
    var conditions = Self.conditions(scope) + filter.conditions
    if let cursor = page.after {
      guard cursor.parts.count == 1, let id = Int64(cursor.parts[0]) else {
        throw FieldFaults(field: "after", code: "malformed")
      }
      conditions.append(filter.isOldestFirst ? "id > \(id)" : "id < \(id)")
    }
    if filter.orders?.isEmpty == true { return Page(items: [], next: nil) }
    let order: SQL = filter.isOldestFirst ? "id" : "id DESC"
    let query: SQL = """
      SELECT * FROM refund_record WHERE \(SQL.all(conditions)) ORDER BY \(order) LIMIT \(page.limit + 1)
      """
    return try await database.read { transaction in
      Page(
        fetched: try transaction.rows(query).map(RefundRows.record), limit: page.limit, cursor: \.cursor)
    }
  }

  public func cases(_ ids: [RefundCaseID]) async throws -> [RefundCase] {
    guard !ids.isEmpty else { return [] }
    return try await database.read { try RefundRows.cases(Array(ids.prefix(100)), in: $0) }
  }
}

extension RefundRecordFilter {
  fileprivate var conditions: [SQL] {
    var conditions: [SQL] = []
    if let orders, !orders.isEmpty { conditions.append("order_id IN \(list: Array(orders.prefix(100)))") }
    if let from = settledFrom { conditions.append("settled_at >= \(from)") }
    if let before = settledBefore { conditions.append("settled_at < \(before)") }
    if let from = amountFrom { conditions.append("amount >= \(from.minor) AND currency = \(from.currency)") }
    if let to = amountTo { conditions.append("amount <= \(to.minor) AND currency = \(to.currency)") }
    return conditions
  }
}
