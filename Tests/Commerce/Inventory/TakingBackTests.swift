import Events
import Inventory
import Storage
import TestKit
import Testing
import Values

@Suite struct TakingBackTests {
  private func sold(_ shop: InventoryFixture, _ units: Int) async throws {
    let key = HoldKey(rawValue: "order/\(shop.store.ids.next(EventTag.self))")
    _ = try await shop.inventory.hold(try InventoryFixture.lines((shop.teapot, units)), key: key, until: shop.soon)
    try await shop.inventory.confirm(key, at: shop.store.clock.now)
  }

  // part of req: 4.2.4-7
  @Test func `what can be sold again is on hand, what can't is written off, and the ledger has both`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 10)
    try await sold(shop, 5)
    let lines = [ReturnedLine(variant: shop.teapot, restocked: 2, writtenOff: 1)]
    for _ in 1...3 { try await shop.inventory.takeBack(lines, key: "refund/1", by: .system) }
    #expect(try await shop.level(shop.teapot).onHand == 7)
    let entries = try await shop.inventory.ledger(of: shop.teapot, PageRequest()).items
    #expect(entries.prefix(2).map(\.reason) == [.writtenOff, .returned])
    #expect(entries.prefix(2).map(\.onHandChange) == [-1, 3])
    #expect(entries.prefix(2).allSatisfy { $0.cause == "refund/1" })
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `returns at once under one key count once, and under many each`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 20)
    try await sold(shop, 20)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...20 {
        group.addTask {
          try await shop.inventory.takeBack(
            [ReturnedLine(variant: shop.teapot, restocked: 1)], key: "refund/\(number % 10)", by: .system)
        }
      }
      try await group.waitForAll()
    }
    #expect(try await shop.level(shop.teapot).onHand == 10)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `goods that are sold without counting come back without counting`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.cup, nil)
    try await shop.inventory.takeBack(
      [ReturnedLine(variant: shop.cup, restocked: 2), ReturnedLine(variant: shop.tray, restocked: 1)], key: "refund/1",
      by: .system)
    #expect(try await shop.level(shop.cup).onHand == 0)
    #expect(try await shop.level(shop.tray) == .none)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  // part of req: 4.2.4-7
  @Test func `what comes back to a place that is closed lies in the first open one`() async throws {
    let shop = try await InventoryFixture()
    let a = try await shop.stock(shop.teapot, 9, at: "A")
    let keys = ["o1", "o2", "o3"].map { HoldKey(rawValue: $0) }
    for key in keys {
      _ = try await shop.inventory.hold(try InventoryFixture.lines((shop.teapot, 3)), key: key, until: shop.soon)
      try await shop.inventory.confirm(key, at: shop.store.clock.now)
    }
    let b = try await shop.inventory.addLocation("B", of: shop.merchant, by: StaffID(raw: 7)).id
    try await shop.inventory.closeLocation(a, by: StaffID(raw: 7))
    let lines = [ReturnedLine(variant: shop.teapot, restocked: 2, writtenOff: 1)]
    for _ in 1...2 { try await shop.inventory.takeBack(lines, key: "refund/1", by: .system) }
    try await shop.inventory.putBack(keys[1], except: [:], by: .system)
    try await shop.inventory.revise(keys[2], to: try InventoryFixture.lines((shop.teapot, 1)), using: nil, by: .system)
    let places = try await shop.inventory.stockByLocation(of: shop.teapot)
    #expect(places.map(\.location.id) == [a, b] && places.map(\.level.onHand) == [0, 7])
    #expect(try await shop.inventory.locations(of: shop.merchant).map(\.id) == [b], "nothing is opened again")
    await #expect(throws: FieldFaults(field: "location", code: "closed")) {
      try await shop.inventory.count(
        [StockCount(variant: shop.teapot, location: a, onHand: 1)], key: "k", by: .system)
    }
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `counts that can't be are refused`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 1)
    for line in [
      ReturnedLine(variant: shop.teapot, restocked: -1), ReturnedLine(variant: shop.teapot, restocked: 10_000),
      ReturnedLine(variant: shop.teapot, restocked: 0, writtenOff: -1),
    ] {
      await #expect(throws: FieldFaults.self) { try await shop.inventory.takeBack([line], key: "r", by: .system) }
    }
    #expect(try await shop.level(shop.teapot).onHand == 1)
  }
}
