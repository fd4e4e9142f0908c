import Events
import Inventory
import Storage
import TestKit
import Values

/// A warehouse on a database of its own.
struct InventoryFixture {
  let store: TestStore
  let inventory: StoredInventory
  let merchant = MerchantID(raw: 1)
  let teapot = VariantID(raw: 11)
  let cup = VariantID(raw: 12)
  let tray = VariantID(raw: 13)

  init() async throws {
    store = try await TestStore(StoredInventory.migrations)
    inventory = StoredInventory(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock)
  }

  /// A second view of the same tables, with nothing in memory.
  var fresh: StoredInventory {
    StoredInventory(database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock)
  }

  var soon: Timestamp { store.clock.now.adding(.minutes(30)) }

  /// Counts units at a place; nil sells without counting.
  @discardableResult
  func stock(_ variant: VariantID, _ units: Int?, at place: String = "Main") async throws -> LocationID {
    let location = try await inventory.location(named: place, of: merchant)
    let key = "count/\(variant)/\(place)/\(store.ids.next(EventTag.self))"
    try await inventory.count(
      [StockCount(variant: variant, location: location.id, onHand: units)], key: key, by: .system)
    return location.id
  }

  /// The level as the warm view says it, which must be what the tables say.
  func level(_ variant: VariantID) async throws -> StockLevel {
    let warm = try await inventory.stock(of: [variant])[variant] ?? .none
    let cold = try await fresh.stock(of: [variant])[variant] ?? .none
    guard warm == cold else { throw StaleLevel(warm: warm, cold: cold) }
    return warm
  }

  struct StaleLevel: Error {
    let warm: StockLevel
    let cold: StockLevel
  }

  func changesTold() async throws -> Int {
    try await store.toldEvents().filter { $0.name == StockChanged.name }.count
  }

  static func lines(_ wanted: (VariantID, Int)...) throws -> [HoldLine] {
    try wanted.map { variant, units in
      guard let quantity = Quantity(units) else { throw FieldFaults(field: "quantity", code: "outOfRange") }
      return HoldLine(variant: variant, quantity: quantity)
    }
  }
}
