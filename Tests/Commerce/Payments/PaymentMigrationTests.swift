import Payments
import Storage
import TestKit
import Testing
import Values

@Suite struct PaymentMigrationTests {
  /// Before the copy, after it, and after the old table went.
  private static let cuts = [
    ["CREATE TABLE payment_moving LIKE payment"],
    ["CREATE TABLE payment_moving LIKE payment", "INSERT INTO payment_moving SELECT * FROM payment"],
    ["ALTER TABLE payment RENAME TO payment_moving"],
  ]

  // The embedded engine takes definitions back.
  @Test(.enabled(if: TestEngine.current == .mysql), arguments: cuts)
  func `payments that were moved half way are all there once the program starts again`(done: [String]) async throws {
    let store = try await TestStore(Array(StoredPayments.migrations.prefix(1)))
    try await store.database.write { transaction in
      for id in 1...3 {
        try transaction.execute(
          """
          INSERT INTO payment (id, method, payer_id, amount, currency, state, subject, language, opened_at, expires_at)
          VALUES (\(id), 'paper', 1, 8800, 'CNY', 'pending', 'Teapot', 'en', 0, 0)
          """)
      }
      for statement in done { try transaction.execute(SQL(text: statement)) }
    }
    try await Migrator(StoredPayments.migrations + store.migrations.filter { $0.context != "payments" })
      .run(on: store.database, now: store.clock.now)
    let amounts = try await store.database.read {
      try $0.rows("SELECT amount FROM payment").map { try $0["amount"] as Int }
    }
    #expect(amounts == [8800, 8800, 8800])
  }
}
