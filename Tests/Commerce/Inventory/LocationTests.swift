import Events
import Inventory
import Storage
import TestKit
import Testing
import Values

@Suite struct LocationTests {
  let mei = StaffID(raw: 7)

  @Test func `places are added, renamed and put in order, and orders follow it`() async throws {
    let shop = try await InventoryFixture()
    let a = try await shop.inventory.addLocation("A", of: shop.merchant, by: mei)
    let b = try await shop.inventory.addLocation("B", of: shop.merchant, by: mei)
    for name in ["A", " A ", "", String(repeating: "x", count: 101)] {
      await #expect(throws: FieldFaults.self) {
        try await shop.inventory.addLocation(name, of: shop.merchant, by: mei)
      }
    }
    await #expect(throws: FieldFaults(field: "name", code: "taken")) {
      try await shop.inventory.renameLocation(b.id, to: "A", by: mei)
    }
    try await shop.inventory.renameLocation(b.id, to: "Window", by: mei)
    try await shop.inventory.moveLocation(b.id, up: true, by: mei)
    try await shop.inventory.moveLocation(b.id, up: true, by: mei)
    #expect(try await shop.inventory.locations(of: shop.merchant).map(\.name) == ["Window", "A"])
    let counts = [a, b].map { StockCount(variant: shop.teapot, location: $0.id, onHand: 5) }
    try await shop.inventory.count(counts, key: "k", by: .system)
    _ = try await shop.inventory.hold(
      InventoryFixture.lines((shop.teapot, 2)), key: HoldKey(rawValue: "o1"), until: shop.soon)
    #expect(try await shop.inventory.stockByLocation(of: shop.teapot).map(\.level.held) == [2, 0])
    let rooms = try await shop.inventory.stockrooms(of: shop.merchant)
    #expect(rooms.map(\.onHand) == [5, 5])
    #expect(rooms.map(\.items) == [1, 1])
  }

  @Test func `nothing comes to lie in a place while it is closed`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 50, at: "A")
    for round in 1...12 {
      let place = try await shop.inventory.addLocation("P\(round)", of: shop.merchant, by: mei).id
      await withTaskGroup(of: Void.self) { group in
        group.addTask { try? await shop.inventory.closeLocation(place, by: mei) }
        group.addTask {
          try? await shop.inventory.adjust(
            StockAdjustment(variant: shop.teapot, location: place, change: 1, reason: .found), key: "a\(round)", by: mei
          )
        }
        group.addTask {
          try? await shop.inventory.count(
            [StockCount(variant: shop.cup, location: place, onHand: 2)], key: "c\(round)", by: .system)
        }
      }
    }
    let lost = try await shop.store.database.read { transaction in
      try transaction.value(
        """
        SELECT COUNT(*) FROM stock JOIN location ON location.id = stock.location_id
        WHERE location.is_closed = 1 AND stock.on_hand > 0
        """, as: Int.self)
    }
    #expect(lost == 0)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `a place is closed when nothing lies there, and opened again by whoever brings something`() async throws {
    let shop = try await InventoryFixture()
    let a = try await shop.stock(shop.teapot, 2, at: "A")
    await #expect(throws: InventoryRefusal.lastLocation) { try await shop.inventory.closeLocation(a, by: mei) }
    let b = try await shop.inventory.addLocation("B", of: shop.merchant, by: mei).id
    await #expect(throws: InventoryRefusal.locationNotEmpty) { try await shop.inventory.closeLocation(a, by: mei) }
    try await shop.inventory.transfer(
      StockTransfer(variant: shop.teapot, from: a, to: b, units: 2), key: "t", by: mei)
    try await shop.inventory.closeLocation(a, by: mei)
    try await shop.inventory.closeLocation(a, by: mei)
    #expect(try await shop.inventory.locations(of: shop.merchant).map(\.id) == [b])
    await #expect(throws: FieldFaults(field: "location", code: "closed")) {
      try await shop.inventory.adjust(
        StockAdjustment(variant: shop.teapot, location: a, change: 1, reason: .found), key: "x", by: mei)
    }
    await #expect(throws: FieldFaults(field: "to", code: "closed")) {
      try await shop.inventory.transfer(
        StockTransfer(variant: shop.teapot, from: b, to: a, units: 1), key: "y", by: mei)
    }
    #expect(try await shop.inventory.location(named: "A", of: shop.merchant).isClosed == false)
    #expect(try await shop.inventory.locations(of: shop.merchant).count == 2)
    try await shop.inventory.closeLocation(a, by: mei)
    try await shop.inventory.reopenLocation(a, by: mei)
    #expect(try await shop.inventory.locations(of: shop.merchant).map(\.id) == [b, a])
    await #expect(throws: InventoryRefusal.unknownLocation) {
      try await shop.inventory.closeLocation(LocationID(raw: 9), by: mei)
    }
  }
}
