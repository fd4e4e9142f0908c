import Events
import Inventory
import Storage
import TestKit
import Testing
import Values

@Suite struct ShortageTests {
  let mei = StaffID(raw: 7)

  private func state(_ shop: InventoryFixture, _ variant: VariantID) async throws -> StockItem.State? {
    try await shop.inventory.items(of: [variant])[variant]?.state
  }

  @Test func `an item gets low and runs out as buyers hold it, and has enough when they give it back`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.teapot, 7)
    #expect(try await state(shop, shop.teapot) == .enough)
    let key = HoldKey(rawValue: "o1")
    _ = try await shop.inventory.hold(InventoryFixture.lines((shop.teapot, 2)), key: key, until: shop.soon)
    #expect(try await state(shop, shop.teapot) == .low)
    let rest = HoldKey(rawValue: "o2")
    _ = try await shop.inventory.hold(InventoryFixture.lines((shop.teapot, 5)), key: rest, until: shop.soon)
    #expect(try await state(shop, shop.teapot) == .out)
    #expect(try await shop.inventory.shortage(of: shop.merchant) == StockShortage(low: 0, out: 1))
    try await shop.inventory.confirm(rest, at: shop.store.clock.now)
    #expect(try await state(shop, shop.teapot) == .out)
    _ = try await shop.inventory.release(key)
    #expect(try await state(shop, shop.teapot) == .low)
    try await shop.inventory.adjust(
      StockAdjustment(variant: shop.teapot, location: place, change: 9, reason: .received), key: "a", by: mei)
    #expect(try await state(shop, shop.teapot) == .enough)
    try await shop.stock(shop.teapot, nil)
    #expect(try await state(shop, shop.teapot) == .enough, "what isn't counted never runs out")
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `an item has a threshold of its own, or the usual one`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 7)
    try await shop.stock(shop.cup, 7)
    try await shop.inventory.setThreshold(of: shop.teapot, 7, of: shop.merchant, by: mei)
    #expect(try await state(shop, shop.teapot) == .low)
    try await shop.inventory.setThreshold(of: shop.teapot, 0, of: shop.merchant, by: mei)
    #expect(try await state(shop, shop.teapot) == .enough)
    let dearer = StoredInventory(
      database: shop.store.database, outbox: shop.store.outbox, ids: shop.store.ids, clock: shop.store.clock.clock,
      lowAt: 10)
    #expect(try await dearer.renewThresholds(limit: 100) == 1, "an own threshold stays")
    #expect(try await dearer.renewThresholds(limit: 100) == 0)
    #expect(try await state(shop, shop.cup) == .low)
    #expect(try await state(shop, shop.teapot) == .enough)
    try await dearer.setThreshold(of: shop.teapot, nil, of: shop.merchant, by: mei)
    #expect(try await state(shop, shop.teapot) == .low)
    for lowAt in [-1, 1_000_001] {
      await #expect(throws: FieldFaults.self) {
        try await shop.inventory.setThreshold(of: shop.cup, lowAt, of: shop.merchant, by: mei)
      }
    }
    await #expect(throws: InventoryRefusal.unknownItem) {
      try await shop.inventory.setThreshold(of: shop.cup, 1, of: MerchantID(raw: 2), by: mei)
    }
  }

  @Test func `lists are narrowed to state, place and merchant, and go on where they ended`() async throws {
    let shop = try await InventoryFixture()
    let a = try await shop.stock(shop.teapot, 9, at: "A")
    try await shop.stock(shop.cup, 2, at: "A")
    let b = try await shop.stock(shop.tray, 0, at: "B")
    let foreign = try await shop.inventory.location(named: "C", of: MerchantID(raw: 2))
    let strange = VariantID(raw: 99)
    try await shop.inventory.count(
      [StockCount(variant: strange, location: foreign.id, onHand: 1)], key: "k", by: .system)
    func found(_ filter: StockFilter) async throws -> [VariantID] {
      var (ids, next): ([VariantID], Cursor?) = ([], nil)
      repeat {
        let page = try await shop.inventory.items(filter, PageRequest(limit: 1, after: next))
        ids += page.items.map(\.variant)
        next = page.next
      } while next != nil
      return ids
    }
    #expect(try await found(StockFilter()) == [strange, shop.tray, shop.cup, shop.teapot])
    #expect(try await found(StockFilter(merchant: shop.merchant)) == [shop.tray, shop.cup, shop.teapot])
    #expect(try await found(StockFilter(merchant: shop.merchant, states: [.low])) == [shop.cup])
    #expect(try await found(StockFilter(states: [.low, .out])) == [strange, shop.tray, shop.cup])
    #expect(try await found(StockFilter(location: a)) == [shop.cup, shop.teapot])
    #expect(try await found(StockFilter(merchant: shop.merchant, location: b, states: [.out])) == [shop.tray])
    #expect(try await shop.inventory.shortage(of: nil) == StockShortage(low: 2, out: 1))
  }

  @Test func `an item that falls is told once in each fall`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 3)
    try await shop.stock(shop.cup, 50)
    #expect(try await shop.inventory.takeFallen(limit: 10).map(\.variant) == [shop.teapot])
    #expect(try await shop.inventory.takeFallen(limit: 10).isEmpty)
    try await shop.stock(shop.teapot, 0)
    #expect(try await shop.inventory.takeFallen(limit: 10).isEmpty)
    try await shop.stock(shop.teapot, 60)
    #expect(try await shop.inventory.takeFallen(limit: 10).isEmpty)
    try await shop.stock(shop.teapot, 1)
    #expect(try await shop.inventory.takeFallen(limit: 10).map(\.variant) == [shop.teapot])
  }

  @Test func `what was short before there were sums counts as told until it has risen`() async throws {
    let store = try await TestStore(StoredInventory.migrations.filter { $0.number <= 2 })
    try await store.database.write { transaction in
      try transaction.execute("INSERT INTO location (id, merchant_id, name, position) VALUES (1, 1, 'A', 0)")
      for (variant, onHand) in [(11, 2), (12, 0), (13, 50)] {
        try transaction.execute(
          "INSERT INTO stock (variant_id, location_id, on_hand, held) VALUES (\(variant), 1, \(onHand), 0)")
      }
    }
    try await Migrator(StoredInventory.migrations + store.migrations.filter { $0.context != "inventory" })
      .run(on: store.database, now: store.clock.now)
    let inventory = StoredInventory(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock)
    #expect(try await inventory.takeFallen(limit: 10).isEmpty)
    func count(_ variant: Int64, _ units: Int, _ key: String) async throws {
      try await inventory.count(
        [StockCount(variant: VariantID(raw: variant), location: LocationID(raw: 1), onHand: units)], key: key,
        by: .system)
    }
    try await count(13, 3, "a")
    #expect(try await inventory.takeFallen(limit: 10).map(\.variant.raw) == [13])
    try await count(11, 60, "b")
    #expect(try await inventory.takeFallen(limit: 10).isEmpty)
    try await count(11, 1, "c")
    #expect(try await inventory.takeFallen(limit: 10).map(\.variant.raw) == [11])
  }

  @Test func `however many have risen, each falls anew`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.inventory.location(named: "A", of: shop.merchant).id
    func count(_ units: Int, _ key: String) async throws {
      try await shop.inventory.count(
        (1...1200).map { StockCount(variant: VariantID(raw: Int64($0)), location: place, onHand: units) }, key: key,
        by: .system)
    }
    try await count(0, "a")
    #expect(try await shop.inventory.takeFallen(limit: 2000).count == 1200)
    try await count(60, "b")
    #expect(try await shop.inventory.takeFallen(limit: 2000).isEmpty)
    try await count(1, "c")
    #expect(try await shop.inventory.takeFallen(limit: 2000).count == 1200)
  }

  @Test func `the sums follow whatever many buyers and staff do at once`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.teapot, 40)
    await withTaskGroup(of: Void.self) { group in
      for number in 1...15 {
        let key = HoldKey(rawValue: "o\(number)")
        group.addTask {
          let lines = (try? InventoryFixture.lines((shop.teapot, 3))) ?? []
          _ = try? await shop.inventory.hold(lines, key: key, until: shop.soon)
          if number % 3 == 0 { _ = try? await shop.inventory.release(key) }
          if number % 3 == 1 { try? await shop.inventory.confirm(key, at: shop.store.clock.now) }
        }
        group.addTask {
          try? await shop.inventory.adjust(
            StockAdjustment(variant: shop.teapot, location: place, change: 1, reason: .found), key: "a\(number)",
            by: mei)
        }
      }
    }
    #expect(try await shop.inventory.audit().isEmpty)
    let item = try #require(try await shop.inventory.items(of: [shop.teapot])[shop.teapot])
    #expect(item.level == (try await shop.level(shop.teapot)))
    #expect(item.state == (item.level.free <= 0 ? .out : item.level.free <= 5 ? .low : .enough))
  }
}
