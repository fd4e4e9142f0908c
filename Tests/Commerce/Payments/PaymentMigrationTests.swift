import Events
import Logging
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

  /// As the version before the accounts had it, with a buyer who is paying.
  @Test func `a payment that was open before the schema grew is found, paid and given back after it`() async throws {
    let store = try await TestStore(Array(StoredPayments.migrations.prefix(5)))
    let (id, order): (PaymentID, OrderID) = (store.ids.next(), store.ids.next())
    let now = store.clock.now
    try await store.database.write { transaction in
      try transaction.execute(
        """
        INSERT INTO payment (id, method, payer_id, amount, currency, state, subject, language, handover, opened_at,
          expires_at, next_query_at)
        VALUES (\(id), 'sandbox', 1, 8800, 'CNY', 'pending', 'Teapot', 'en',
          '{"redirect":{"url":"https://pay.example/1"}}', \(now), \(now.adding(.minutes(30))),
          \(now.adding(.minutes(5))))
        """)
      try transaction.execute(
        "INSERT INTO payment_share (payment_id, order_id, amount) VALUES (\(id), \(order), 8800)")
      try transaction.execute("INSERT INTO payment_open (order_id, payment_id) VALUES (\(order), \(id))")
    }
    let all = StoredPayments.migrations + store.migrations.filter { $0.context != "payments" }
    let done = try await Migrator(all).run(on: store.database, now: now)
    #expect(done == StoredPayments.migrations.dropFirst(5).map(\.name))
    let provider = try FakeProvider()
    let payments = StoredPayments(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock, providers: [provider],
      addresses: PaymentAddresses(publicURL: "https://shop.example"),
      logger: Logger(label: "payments", factory: { _ in SwiftLogNoOpLogHandler() }))
    #expect(try await payments.handover(of: id) == .redirect(url: "https://pay.example/1"))
    let told = RawNotice(headers: ["seal": "genuine"], body: Array("\(id)|T-1|martlet|8800|CNY|captured".utf8))
    #expect(try await payments.takeNotice(told, from: provider.method).status == 200)
    let refund = try await payments.refund(
      RefundRequest(key: "r-1", payment: id, order: order, amount: Money(minor: 8800, currency: .cny), reason: ""))
    #expect(refund.state == .settled)
    #expect(try await payments.payment(id)?.state == .refunded)
    #expect(try await payments.audit().isEmpty)
  }

  @Test func `what was told before headers were kept is there after it, without any`() async throws {
    let store = try await TestStore(Array(StoredPayments.migrations.prefix(10)))
    let (id, now): (ID<NoticeTag>, Timestamp) = (store.ids.next(), store.clock.now)
    try await store.database.write { transaction in
      try transaction.execute(
        """
        INSERT INTO provider_notice (id, method, payment_id, body, verification, effect, received_at)
        VALUES (\(id), 'stripe', NULL, \(Array("{}".utf8)), 'badSignature', 'none', \(now))
        """)
    }
    try await Migrator(StoredPayments.migrations + store.migrations.filter { $0.context != "payments" })
      .run(on: store.database, now: now)
    let payments = StoredPayments(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock,
      providers: [try FakeProvider()], addresses: PaymentAddresses(publicURL: "https://shop.example"),
      logger: Logger(label: "payments", factory: { _ in SwiftLogNoOpLogHandler() }))
    let heard = try #require(try await payments.notice(id))
    #expect(heard.headers == nil && heard.notice.body == "{}" && !heard.isBelieved)
  }

  @Test func `of two accounts of a method that stood side by side the one that was used stays`() async throws {
    let store = try await TestStore(Array(StoredPayments.migrations.prefix(9)))
    let empty = Array("{}".utf8)
    try await store.database.write { transaction in
      for (id, method, place) in [(1, "stripe", 9), (2, "stripe", 5), (3, "alipay", 7)] {
        try transaction.execute(
          """
          INSERT INTO payment_account (id, method, identity, fields, secrets, is_on, fee_points, fee_fixed, currency,
            place, version, changed_at, changed_by)
          VALUES (\(id), \(method), \("shop \(id)"), \(empty), \(empty), 1, 0, 0, 'CNY', \(place), 1, 0, 1)
          """)
      }
    }
    try await Migrator(StoredPayments.migrations + store.migrations.filter { $0.context != "payments" })
      .run(on: store.database, now: store.clock.now)
    let used: [Int] = try await store.database.read {
      try $0.rows("SELECT id FROM payment_account WHERE current_method = method AND retired_at IS NULL ORDER BY id")
        .map { try $0["id"] }
    }
    #expect(used == [2, 3])
  }
}
