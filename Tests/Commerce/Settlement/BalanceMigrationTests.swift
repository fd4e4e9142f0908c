import Settlement
import Storage
import TestKit
import Testing
import Values

@Suite struct BalanceMigrationTests {
  @Test func `what accounts had before it was kept is added up once`() async throws {
    let store = try await TestStore(Array(StoredSettlement.migrations.prefix(1)))
    let books: [(String, Int64, String, Int64)] = [
      ("capture:1", 7, "buyer", -8800), ("capture:1", 7, "providerClearing", 8800), ("ended:1", 7, "buyer", 8800),
      ("ended:1", 7, "merchantPayable", -8800), ("capture:2", 9, "buyer", -500),
      ("capture:2", 9, "providerClearing", 500),
    ]
    try await store.database.write { transaction in
      for (index, entry) in books.enumerated() {
        try transaction.execute(
          """
          INSERT INTO book_entry (id, booking, account, party, merchant_id, amount, currency, booked_at)
          VALUES (\(index + 1), \(entry.0), \(entry.2), '', \(entry.1), \(entry.3), 'CNY', 0)
          """)
      }
    }
    let all = StoredSettlement.migrations + store.migrations.filter { $0.context != "settlement" }
    let done = try await Migrator(all).run(on: store.database, now: store.clock.now)
    #expect(done == StoredSettlement.migrations.dropFirst(1).map(\.name))
    let settlement = StoredSettlement(database: store.database, ids: store.ids, clock: store.clock.clock)
    let balances = try await settlement.balances().filter { !$0.amount.isZero }
    #expect(balances.map(\.account) == [.buyer, .merchantPayable, .providerClearing])
    #expect(balances.map(\.amount.minor) == [-500, -8800, 9300])
    #expect(try await settlement.audit().isEmpty)
  }
}
