import Storage
import Values

extension StoredOrders {
  private static let slice = 500
  /// Differences that are told at most.
  private static let mostFound = 100

  public func noteNames(limit: Int) async throws -> Int {
    guard try await !database.read({ try OrderNameRows.isComplete(in: $0) }) else { return 0 }
    return try await database.write { try OrderNameRows.bringAlong(limit: limit, in: $0) }
  }

  /// Compares the names that orders are found by with their lines, slice by slice; nothing while orders from before are
  /// still brought along.
  func auditNames() async throws -> [Discrepancy] {
    guard try await database.read({ try OrderNameRows.isComplete(in: $0) }) else { return [] }
    var found: [Discrepancy] = []
    var order: OrderID? = OrderID(raw: 0)
    while let last = order, found.count < Self.mostFound {
      try Task.checkCancellation()
      let missing = try await database.read { try OrderNameRows.missing(after: last, limit: Self.slice, in: $0) }
      found += missing.orders.map { Self.misnamed($0, expected: "found by the names on its lines:", "not by all") }
      order = missing.end
    }
    var named: OrderNameRows.Named? = .first
    while let last = named, found.count < Self.mostFound {
      try Task.checkCancellation()
      let stray = try await database.read { try OrderNameRows.stray(after: last, limit: Self.slice, in: $0) }
      found += stray.orders.map { Self.misnamed($0, expected: "found by the names on its lines alone:", "by others") }
      named = stray.end
    }
    return found
  }

  private static func misnamed(_ order: OrderID, expected: String, _ found: String) -> Discrepancy {
    Discrepancy(book: "orders", row: order.description, expected: expected, found: found)
  }
}
