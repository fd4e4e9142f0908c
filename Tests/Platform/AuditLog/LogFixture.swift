import AuditLog
import Storage
import TestKit
import Values

/// A log over a database of its own.
struct LogFixture {
  let store: TestStore
  let log: DeedLog
  let merchant: MerchantID
  let mei: AuditActor

  init() async throws {
    store = try await TestStore([])
    log = DeedLog(database: store.database, clock: store.clock.clock)
    merchant = store.ids.next()
    mei = AuditActor(
      .staff(store.ids.next()), name: "Mei", origin: "203.0.113.7", trace: "4bf92f3577b34da6a3ce929d0e0e4736")
  }

  /// A deed with every value there.
  func deed(_ verb: String = "orders.ship", of owner: MerchantID? = nil, note: String = "fragile") -> Deed {
    let order: OrderID = store.ids.next()
    return Deed(
      verb, on: order, named: "20261124-\(order.raw % 1000)", of: owner ?? merchant,
      before: ["state": "awaitingShipment", "carrier": nil],
      after: ["state": "awaitingReceipt", "carrier": "shunfeng", "parcels": 2], note: note)
  }

  func note(_ deed: Deed) async throws {
    try await AuditActor.$current.withValue(mei) { try await log.note(deed) }
    store.clock.advance(by: .seconds(1))
  }

  func fill(_ count: Int) async throws {
    for _ in 0..<count { try await note(deed()) }
  }

  func all() async throws -> [DeedEntry] { try await log.entries(matching: DeedFilter(), after: 0, limit: 1000) }

  func change(_ statements: SQL...) async throws {
    try await store.database.write { transaction in
      for statement in statements { try transaction.execute(statement) }
    }
  }
}
