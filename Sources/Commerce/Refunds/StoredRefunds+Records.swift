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
    let (all, probe) = (conditions, Self.probe(scope, filter))
    return try await database.read { transaction in
      var conditions = all
      if let probe {
        let few: [RefundRecordID] = try transaction.rows(probe).map { try $0["id"] }
        // Of many there is one soon, whichever way the list goes.
        if few.count <= Self.few { conditions.append("id IN \(list: few)") }
      }
      let query: SQL = """
        SELECT * FROM refund_record WHERE \(SQL.all(conditions)) ORDER BY \(order) LIMIT \(page.limit + 1)
        """
      return Page(
        fetched: try transaction.rows(query).map(RefundRows.record), limit: page.limit, cursor: \.cursor)
    }
  }

  private static let few = 500

  /// Finds those of an amount by its index, so that the list isn't gone through for a few of them. Nil where nothing is asked
  /// of amounts, or what is looked through has both ends.
  private static func probe(_ scope: RefundScope, _ filter: RefundRecordFilter) -> SQL? {
    guard filter.orders == nil, filter.settledFrom == nil || filter.settledBefore == nil, !filter.amounts.isEmpty else {
      return nil
    }
    return """
      SELECT id FROM refund_record WHERE \(SQL.all(conditions(scope) + filter.amounts)) ORDER BY amount
      LIMIT \(few + 1)
      """
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
    // A record has its id from the moment at which it is settled, by which the list is ordered.
    if let from = settledFrom {
      conditions.append("settled_at >= \(from) AND id >= \(RefundRecordID.first(at: from.adding(.zero - Self.drift)))")
    }
    if let before = settledBefore {
      conditions.append("settled_at < \(before) AND id < \(RefundRecordID.first(at: before.adding(Self.drift)))")
    }
    return conditions + amounts
  }

  /// How far an id may be from the clock that was read with it.
  private static let drift: Duration = .hours(1)

  fileprivate var amounts: [SQL] {
    var conditions: [SQL] = []
    if let currency = (amountFrom ?? amountTo)?.currency { conditions.append("currency = \(currency)") }
    if let from = amountFrom { conditions.append("amount >= \(from.minor)") }
    if let to = amountTo { conditions.append("amount <= \(to.minor) AND currency = \(to.currency)") }
    return conditions
  }
}
