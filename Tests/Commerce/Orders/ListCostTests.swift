import Orders
import Storage
import Synchronization
import TestKit
import Testing
import Values

/// What a page of a list costs: as many statements for many orders as for few, whatever is filtered.
@Suite struct ListCostTests {
  @Test func `a page of a list takes three statements, whichever filters are on and however many orders match`()
    async throws
  {
    let desk = try await OrderDesk()
    let counted = CountedDatabase(desk.store.database)
    let orders = StoredOrders(
      database: counted, outbox: desk.store.outbox, ids: desk.store.ids, clock: desk.store.clock.clock)
    let cheap = desk.yuan(1)
    let filters = [
      OrderFilter(), OrderFilter(number: "2026"), OrderFilter(productName: "teapot"),
      OrderFilter(placedFrom: Timestamp(milliseconds: 0)), OrderFilter(dueFrom: cheap), OrderFilter(paidFrom: cheap),
      OrderFilter(
        number: "2026", productName: "teapot", placedFrom: Timestamp(milliseconds: 0), dueFrom: cheap,
        paidFrom: cheap, states: [.awaitingReview]),
    ]
    for count in [3, 45] {
      for index in 0..<count { _ = try await desk.pay(try await desk.place("\(count)-\(index)")) }
      for scope in [OrderScope.merchant(desk.merchant), .platform] {
        for filter in filters {
          let before = counted.statements
          let page = try await orders.orders(scope, matching: filter, PageRequest(limit: 30))
          #expect(!page.items.isEmpty)
          #expect(counted.statements - before == 3)
        }
      }
    }
  }
}

/// Counts what is read.
private final class CountedDatabase: Database {
  private let base: any Database
  private let count = Mutex(0)

  init(_ base: any Database) { self.base = base }

  var statements: Int { count.withLock { $0 } }
  var dialect: any Dialect { base.dialect }
  var isShared: Bool { base.isShared }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> Value) async throws -> Value {
    try await base.read { [self] transaction in
      try body(Reading(base: transaction) { self.count.withLock { $0 += 1 } })
    }
  }
  func write<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
    try await base.write(body)
  }
  func withSchemaLock<Value: Sendable>(
    _ body: @Sendable (any Database) async throws -> Value
  ) async throws -> Value {
    try await base.withSchemaLock(body)
  }
  func close() async throws { try await base.close() }

  private struct Reading: ReadTransaction {
    let base: any ReadTransaction
    let note: () -> Void
    var dialect: any Dialect { base.dialect }
    func rows(_ sql: SQL) throws -> [Row] {
      note()
      return try base.rows(sql)
    }
    func forEachRow(_ sql: SQL, _ body: (Row) throws -> Void) throws {
      note()
      try base.forEachRow(sql, body)
    }
  }
}
