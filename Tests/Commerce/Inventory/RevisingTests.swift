import Inventory
import TestKit
import Testing
import Values

/// Holds that are brought to other units, as their orders are changed.
@Suite struct RevisingTests {
  private let key = HoldKey(rawValue: "order/1")

  private func sold(_ shop: InventoryFixture, _ lines: [HoldLine]) async throws {
    _ = try await shop.inventory.hold(lines, key: key, until: shop.soon)
    try await shop.inventory.confirm(key, at: shop.store.clock.now)
  }

  @Test func `sold units come back and others are sold, in one step that can be repeated`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 10)
    try await shop.stock(shop.cup, 10)
    try await sold(shop, try InventoryFixture.lines((shop.teapot, 3)))
    let wanted = try InventoryFixture.lines((shop.teapot, 1), (shop.cup, 4))
    for _ in 1...2 {
      try await shop.inventory.revise(key, to: wanted, using: nil, by: .system)
      #expect(try await shop.level(shop.teapot).onHand == 9)
      #expect(try await shop.level(shop.cup).onHand == 6)
      #expect(try await shop.level(shop.cup).held == 0)
      #expect(try await shop.inventory.hold(key)?.lines == wanted)
      #expect(try await shop.inventory.hold(key)?.state == .confirmed)
    }
    #expect(try await shop.inventory.audit().isEmpty)
    try await shop.inventory.putBack(key, by: .system)
    #expect(try await shop.level(shop.teapot).onHand == 10)
    #expect(try await shop.level(shop.cup).onHand == 10)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `a spare hold gives its units, and a hold that is short changes nothing`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 5)
    try await sold(shop, try InventoryFixture.lines((shop.teapot, 2)))
    let spare = HoldKey(rawValue: "edit/1")
    _ = try await shop.inventory.hold(try InventoryFixture.lines((shop.teapot, 3)), key: spare, until: shop.soon)
    await #expect(throws: InventoryRefusal.soldOut(shop.teapot, left: 0)) {
      try await shop.inventory.revise(
        key, to: try InventoryFixture.lines((shop.teapot, 4)), using: nil, by: .system)
    }
    try await shop.inventory.revise(key, to: try InventoryFixture.lines((shop.teapot, 5)), using: spare, by: .system)
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 0, held: 0, isUnlimited: false))
    #expect(try await shop.inventory.hold(spare)?.state == .released)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `a standing hold stays standing, and one that ended can't be revised`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 5)
    _ = try await shop.inventory.hold(try InventoryFixture.lines((shop.teapot, 2)), key: key, until: shop.soon)
    try await shop.inventory.revise(key, to: try InventoryFixture.lines((shop.teapot, 4)), using: nil, by: .system)
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 5, held: 4, isUnlimited: false))
    try await shop.inventory.revise(key, to: try InventoryFixture.lines((shop.teapot, 1)), using: nil, by: .system)
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 5, held: 1, isUnlimited: false))
    #expect(try await shop.inventory.release(key))
    await #expect(throws: InventoryRefusal.holdEnded(key)) {
      try await shop.inventory.revise(key, to: try InventoryFixture.lines((shop.teapot, 1)), using: nil, by: .system)
    }
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `units from several places and units that aren't counted are followed as well`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 2, at: "Main")
    try await shop.stock(shop.teapot, 3, at: "Annex")
    try await shop.stock(shop.tray, nil)
    try await sold(shop, try InventoryFixture.lines((shop.teapot, 4), (shop.tray, 2)))
    try await shop.inventory.revise(
      key, to: try InventoryFixture.lines((shop.teapot, 5), (shop.tray, 7)), using: nil, by: .system)
    #expect(try await shop.level(shop.teapot).onHand == 0)
    try await shop.inventory.revise(
      key, to: try InventoryFixture.lines((shop.teapot, 1), (shop.tray, 1)), using: nil, by: .system)
    #expect(try await shop.level(shop.teapot).onHand == 4)
    #expect(try await shop.level(shop.tray).onHand == 0)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `revisions and buyers at once never sell what isn't there`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 20)
    try await sold(shop, try InventoryFixture.lines((shop.teapot, 5)))
    await withTaskGroup(of: Void.self) { group in
      for index in 1...12 {
        group.addTask {
          try? await shop.inventory.revise(
            key, to: try InventoryFixture.lines((shop.teapot, index)), using: nil, by: .system)
        }
        group.addTask {
          _ = try? await shop.inventory.hold(
            try InventoryFixture.lines((shop.teapot, 2)), key: HoldKey(rawValue: "buyer/\(index)"), until: shop.soon)
        }
      }
    }
    let level = try await shop.level(shop.teapot)
    #expect(level.onHand >= level.held)
    let sold = try #require(try await shop.inventory.hold(key)?.lines.first?.quantity.count)
    #expect(level.onHand == 20 - sold)
    #expect(try await shop.inventory.audit().isEmpty)
  }
}
