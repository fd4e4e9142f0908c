import Events
import Inventory
import Storage
import TestKit
import Testing
import Values

@Suite struct CountingTests {
  @Test func `a location is made once per merchant and name, in order`() async throws {
    let shop = try await InventoryFixture()
    let first = try await shop.inventory.location(named: "  上海仓 ", of: shop.merchant)
    let second = try await shop.inventory.location(named: "Berlin", of: shop.merchant)
    #expect(try await shop.inventory.location(named: "上海仓", of: shop.merchant) == first)
    #expect(try await shop.inventory.location(named: "上海仓", of: MerchantID(raw: 2)).id != first.id)
    #expect(try await shop.inventory.locations(of: shop.merchant) == [first, second])
    #expect((first.position, second.position) == (0, 1))
  }

  @Test(arguments: ["", "   ", String(repeating: "x", count: 101), "a\u{0}b", "a\u{202E}b"])
  func `a location refuses a name that can't be shown`(name: String) async throws {
    let shop = try await InventoryFixture()
    await #expect(throws: FieldFaults.self) { try await shop.inventory.location(named: name, of: shop.merchant) }
    #expect(try await shop.inventory.locations(of: shop.merchant).isEmpty)
  }

  @Test(arguments: ["'; DROP TABLE stock; --", "<script>alert(1)</script>", "🫖 شاي 茶", "%_!"])
  func `a location keeps an odd name as it is`(name: String) async throws {
    let shop = try await InventoryFixture()
    #expect(try await shop.inventory.location(named: name, of: shop.merchant).name == name)
    #expect(try await shop.inventory.locations(of: shop.merchant).map(\.name) == [name])
  }

  @Test func `levels are summed over locations, and what was never counted has none`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 3, at: "A")
    try await shop.stock(shop.teapot, 4, at: "B")
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 7, held: 0, isUnlimited: false))
    #expect(try await shop.level(shop.cup) == .none)
    #expect(try await shop.inventory.stockByLocation(of: shop.teapot).map(\.level.onHand) == [3, 4])
    #expect(try await shop.inventory.stock(of: []).isEmpty)
  }

  @Test func `the same key counts once`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.inventory.location(named: "A", of: shop.merchant).id
    let count = StockCount(variant: shop.teapot, location: place, onHand: 5)
    try await shop.inventory.count([count], key: "import/1", by: .system)
    try await shop.inventory.count(
      [StockCount(variant: shop.teapot, location: place, onHand: 9)], key: "import/1", by: .system)
    #expect(try await shop.level(shop.teapot).onHand == 5)
    #expect(try await shop.inventory.ledger(of: shop.teapot, PageRequest()).items.count == 1)
    #expect(try await shop.changesTold() == 1)
  }

  @Test func `counting what is there already tells nothing`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 5)
    try await shop.stock(shop.teapot, 5)
    #expect(try await shop.changesTold() == 1)
    try await shop.stock(shop.teapot, 2)
    #expect(try await shop.level(shop.teapot).onHand == 2)
    #expect(try await shop.inventory.ledger(of: shop.teapot, PageRequest()).items.map(\.onHandChange) == [-3, 5])
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `a place that is named twice counts as it was named last`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.inventory.location(named: "A", of: shop.merchant).id
    let counts = [4, 8, 6].map { StockCount(variant: shop.teapot, location: place, onHand: $0) }
    try await shop.inventory.count(counts, key: "k", by: .system)
    #expect(try await shop.level(shop.teapot).onHand == 6)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `no count leaves less than is held, and nothing of that call is stored`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.teapot, 5)
    _ = try await shop.inventory.hold(
      InventoryFixture.lines((shop.teapot, 3)), key: HoldKey(rawValue: "o1"), until: shop.soon)
    let counts = [
      StockCount(variant: shop.cup, location: place, onHand: 9),
      StockCount(variant: shop.teapot, location: place, onHand: 2),
    ]
    await #expect(throws: InventoryRefusal.heldStock(shop.teapot, held: 3)) {
      try await shop.inventory.count(counts, key: "k", by: .system)
    }
    #expect(try await shop.level(shop.cup) == .none)
    // The refused call didn't use up its key.
    try await shop.inventory.count(
      [StockCount(variant: shop.teapot, location: place, onHand: 3)], key: "k", by: .system)
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 3, held: 3, isUnlimited: false))
  }

  @Test(arguments: [-1, 1_000_000_001, Int.min, Int.max])
  func `a count out of range is refused`(units: Int) async throws {
    let shop = try await InventoryFixture()
    await #expect(throws: FieldFaults.self) { try await shop.stock(shop.teapot, units) }
    #expect(try await shop.level(shop.teapot) == .none)
  }

  @Test func `an unknown location is refused`() async throws {
    let shop = try await InventoryFixture()
    await #expect(throws: FieldFaults(field: "location", code: "unknown")) {
      try await shop.inventory.count(
        [StockCount(variant: shop.teapot, location: LocationID(raw: 99), onHand: 1)], key: "k", by: .system)
    }
    #expect(try await shop.level(shop.teapot) == .none)
  }

  @Test func `a batch of two thousand is counted at once and told in bounded events`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.inventory.location(named: "A", of: shop.merchant).id
    let variants = (1...2000).map { VariantID(raw: Int64(1000 + $0)) }
    try await shop.inventory.count(
      variants.map { StockCount(variant: $0, location: place, onHand: 7) }, key: "import/1", by: .system)
    let levels = try await shop.inventory.stock(of: variants)
    #expect(levels.count == 2000)
    #expect(levels.values.allSatisfy { $0.onHand == 7 })
    let told = try await shop.store.toldEvents()
    #expect(try told.flatMap { try $0.decode(StockChanged.self).variants }.count == 2000)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `the ledger is paged, the newest first`() async throws {
    let shop = try await InventoryFixture()
    for units in 1...5 { try await shop.stock(shop.teapot, units) }
    let first = try await shop.inventory.ledger(of: shop.teapot, PageRequest(limit: 2))
    let second = try await shop.inventory.ledger(of: shop.teapot, PageRequest(limit: 2, after: first.next))
    let third = try await shop.inventory.ledger(of: shop.teapot, PageRequest(limit: 2, after: second.next))
    #expect([first, second, third].map(\.items.count) == [2, 2, 1])
    #expect(third.next == nil)
    let ids = [first, second, third].flatMap { $0.items.map(\.id) }
    #expect(ids == ids.sorted(by: >))
    #expect(first.items[0].actor == .system)
  }

  @Test func `the audit names a counter that the ledger doesn't explain`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 5)
    try await shop.store.database.write { transaction in
      try transaction.execute("UPDATE stock SET on_hand = 6, held = 1 WHERE variant_id = \(shop.teapot)")
    }
    let found = try await shop.inventory.audit()
    #expect(found.count == 3, "by the ledger, by the holds, and by the sums of lists")
    #expect(found.allSatisfy { $0.book == "stock" && $0.row.contains(shop.teapot.description) })
  }
}
