import Events
import Inventory
import Storage
import TestKit
import Testing
import Values

@Suite struct HoldTests {
  let key = HoldKey(rawValue: "crt_1/7/mer_1")

  @Test func `a hold takes units off the free stock, and a release gives them back`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 5)
    let hold = try await shop.inventory.hold(
      InventoryFixture.lines((shop.teapot, 3)), key: key, until: shop.soon)
    #expect(hold.state == .standing)
    #expect(try await shop.level(shop.teapot).free == 2)
    #expect(try await shop.inventory.hold(key) == hold)
    #expect(try await shop.inventory.release(key))
    #expect(try await shop.inventory.release(key))
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 5, held: 0, isUnlimited: false))
    #expect(try await shop.changesTold() == 3)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `the same key answers the same hold and takes nothing more`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 5)
    let lines = try InventoryFixture.lines((shop.teapot, 3))
    let first = try await shop.inventory.hold(lines, key: key, until: shop.soon)
    let second = try await shop.inventory.hold(lines, key: key, until: shop.soon)
    #expect(first == second)
    #expect(try await shop.level(shop.teapot).held == 3)
    try await shop.inventory.confirm(key, at: shop.store.clock.now)
    #expect(try await shop.inventory.hold(lines, key: key, until: shop.soon).state == .confirmed)
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 2, held: 0, isUnlimited: false))
  }

  @Test func `lines of one variant are summed before they are taken`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 5)
    let lines = try InventoryFixture.lines((shop.teapot, 3), (shop.teapot, 3))
    await #expect(throws: InventoryRefusal.soldOut(shop.teapot, left: 5)) {
      try await shop.inventory.hold(lines, key: key, until: shop.soon)
    }
    try await shop.stock(shop.teapot, 6)
    let hold = try await shop.inventory.hold(lines, key: key, until: shop.soon)
    #expect(try hold.lines == InventoryFixture.lines((shop.teapot, 6)))
  }

  @Test func `all lines are held or none`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 5)
    try await shop.stock(shop.cup, 1)
    let told = try await shop.changesTold()
    await #expect(throws: InventoryRefusal.soldOut(shop.cup, left: 1)) {
      try await shop.inventory.hold(
        InventoryFixture.lines((shop.teapot, 1), (shop.cup, 2)), key: key, until: shop.soon)
    }
    #expect(try await shop.level(shop.teapot).held == 0)
    #expect(try await shop.inventory.hold(key) == nil)
    #expect(try await shop.changesTold() == told)
  }

  @Test func `what was never counted is sold out`() async throws {
    let shop = try await InventoryFixture()
    await #expect(throws: InventoryRefusal.soldOut(shop.tray, left: 0)) {
      try await shop.inventory.hold(InventoryFixture.lines((shop.tray, 1)), key: key, until: shop.soon)
    }
  }

  @Test func `more of one variant than can be ordered is refused`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 50_000)
    await #expect(throws: FieldFaults.self) {
      try await shop.inventory.hold(
        InventoryFixture.lines((shop.teapot, 9999), (shop.teapot, 1)), key: key, until: shop.soon)
    }
    #expect(try await shop.level(shop.teapot).held == 0)
  }

  @Test func `units come from one location that has them all, else from several in order`() async throws {
    let shop = try await InventoryFixture()
    let places = [
      try await shop.stock(shop.teapot, 2, at: "A"), try await shop.stock(shop.teapot, 5, at: "B"),
      try await shop.stock(shop.teapot, 9, at: "C"),
    ]
    func held() async throws -> [Int] {
      try await shop.inventory.stockByLocation(of: shop.teapot).map(\.level.held)
    }
    #expect(try await shop.inventory.locations(of: shop.merchant).map(\.id) == places)
    _ = try await shop.inventory.hold(
      InventoryFixture.lines((shop.teapot, 4)), key: HoldKey(rawValue: "a"), until: shop.soon)
    #expect(try await held() == [0, 4, 0])
    _ = try await shop.inventory.hold(
      InventoryFixture.lines((shop.teapot, 11)), key: HoldKey(rawValue: "b"), until: shop.soon)
    #expect(try await held() == [2, 5, 8])
    try await shop.inventory.confirm(HoldKey(rawValue: "b"), at: shop.store.clock.now)
    #expect(try await held() == [0, 4, 0])
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 5, held: 4, isUnlimited: false))
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `confirming sells the units once, and a sold hold can't be released`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 5)
    _ = try await shop.inventory.hold(InventoryFixture.lines((shop.teapot, 3)), key: key, until: shop.soon)
    for _ in 1...2 { try await shop.inventory.confirm(key, at: shop.store.clock.now) }
    #expect(try await shop.inventory.release(key) == false)
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 2, held: 0, isUnlimited: false))
    #expect(try await shop.inventory.expireHolds(now: shop.soon.adding(.hours(1)), limit: 10) == 0)
  }

  @Test func `sold units are put back once`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 5)
    _ = try await shop.inventory.hold(InventoryFixture.lines((shop.teapot, 3)), key: key, until: shop.soon)
    try await shop.inventory.putBack(key, by: .system)
    #expect(try await shop.level(shop.teapot).held == 3)
    try await shop.inventory.confirm(key, at: shop.store.clock.now)
    let staff = Actor.staff(StaffID(raw: 4))
    for _ in 1...2 { try await shop.inventory.putBack(key, by: staff) }
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 5, held: 0, isUnlimited: false))
    await #expect(throws: InventoryRefusal.holdEnded(key)) {
      try await shop.inventory.confirm(key, at: shop.store.clock.now)
    }
    let ledger = try await shop.inventory.ledger(of: shop.teapot, PageRequest()).items
    #expect(ledger.map(\.reason) == [.putBack, .confirmed, .held, .counted])
    #expect(ledger.first?.actor == staff)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `of sold units those that came back before aren't put back again`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 5)
    _ = try await shop.inventory.hold(InventoryFixture.lines((shop.teapot, 3)), key: key, until: shop.soon)
    try await shop.inventory.confirm(key, at: shop.store.clock.now)
    try await shop.inventory.takeBack(
      [ReturnedLine(variant: shop.teapot, restocked: 1, writtenOff: 0)], key: "refund/1", by: .system)
    for _ in 1...2 { try await shop.inventory.putBack(key, except: [shop.teapot: 1], by: .system) }
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 5, held: 0, isUnlimited: false))
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `unlimited variants are always there, and their sales are booked`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, nil)
    #expect(try await shop.level(shop.teapot).free == Quantity.range.upperBound)
    for order in 1...3 {
      _ = try await shop.inventory.hold(
        InventoryFixture.lines((shop.teapot, 9999)), key: HoldKey(rawValue: "o\(order)"), until: shop.soon)
    }
    #expect(try await shop.level(shop.teapot).held == 29_997)
    try await shop.inventory.confirm(HoldKey(rawValue: "o1"), at: shop.store.clock.now)
    try await shop.inventory.putBack(HoldKey(rawValue: "o1"), by: .system)
    #expect(try await shop.inventory.release(HoldKey(rawValue: "o2")))
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 0, held: 9999, isUnlimited: true))
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `a variant may become unlimited, and limited again, while units are held`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 5)
    _ = try await shop.inventory.hold(InventoryFixture.lines((shop.teapot, 3)), key: key, until: shop.soon)
    try await shop.stock(shop.teapot, nil)
    await #expect(throws: InventoryRefusal.heldStock(shop.teapot, held: 3)) { try await shop.stock(shop.teapot, 2) }
    try await shop.inventory.confirm(key, at: shop.store.clock.now)
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 0, held: 0, isUnlimited: true))
    try await shop.stock(shop.teapot, 2)
    #expect(try await shop.level(shop.teapot).free == 2)
    #expect(try await shop.inventory.audit().isEmpty)
  }
}
