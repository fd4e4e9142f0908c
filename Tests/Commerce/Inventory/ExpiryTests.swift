import Events
import Inventory
import Storage
import TestKit
import Testing
import Values

@Suite struct ExpiryTests {
  let key = HoldKey(rawValue: "o1")

  @Test func `a hold that expired gives the units back, the oldest first`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 9)
    for (order, minutes) in [("o3", 3), ("o1", 1), ("o2", 2)] {
      _ = try await shop.inventory.hold(
        InventoryFixture.lines((shop.teapot, 2)), key: HoldKey(rawValue: order),
        until: shop.store.clock.now.adding(.minutes(minutes)))
    }
    #expect(try await shop.inventory.expireHolds(now: shop.store.clock.now, limit: 10) == 0)
    shop.store.clock.advance(by: .minutes(10))
    #expect(try await shop.inventory.expireHolds(now: shop.store.clock.now, limit: 0) == 0)
    #expect(try await shop.inventory.expireHolds(now: shop.store.clock.now, limit: -1) == 0)
    #expect(try await shop.inventory.expireHolds(now: shop.store.clock.now, limit: 2) == 2)
    #expect(try await shop.inventory.hold(HoldKey(rawValue: "o2"))?.state == .expired)
    #expect(try await shop.inventory.hold(HoldKey(rawValue: "o3"))?.state == .standing)
    #expect(try await shop.inventory.expireHolds(now: shop.store.clock.now, limit: 10) == 1)
    #expect(try await shop.level(shop.teapot).held == 0)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `a hold that is asked for again ends at the later of the two times`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 9)
    let lines = try InventoryFixture.lines((shop.teapot, 2))
    let later = shop.soon.adding(.hours(2))
    _ = try await shop.inventory.hold(lines, key: key, until: shop.soon)
    #expect(try await shop.inventory.hold(lines, key: key, until: later).until == later)
    #expect(try await shop.inventory.hold(lines, key: key, until: shop.soon).until == later)
    shop.store.clock.advance(by: .hours(1))
    #expect(try await shop.inventory.expireHolds(now: shop.store.clock.now, limit: 10) == 0)
    #expect(try await shop.level(shop.teapot).held == 2)
  }

  @Test func `a hold that stands isn't answered for other goods`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 9)
    try await shop.stock(shop.cup, 9)
    _ = try await shop.inventory.hold(InventoryFixture.lines((shop.teapot, 2)), key: key, until: shop.soon)
    for lines in [
      try InventoryFixture.lines((shop.teapot, 3)), try InventoryFixture.lines((shop.cup, 2)),
      try InventoryFixture.lines((shop.teapot, 2), (shop.cup, 1)),
    ] {
      await #expect(throws: InventoryRefusal.otherGoods(key)) {
        try await shop.inventory.hold(lines, key: key, until: shop.soon)
      }
    }
    let split = try InventoryFixture.lines((shop.teapot, 1), (shop.teapot, 1))
    #expect(try await shop.inventory.hold(split, key: key, until: shop.soon).state == .standing)
  }

  @Test(arguments: [true, false])
  func `a payment that comes late takes the units again, wherever they lie now`(expires: Bool) async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 3, at: "A")
    _ = try await shop.inventory.hold(InventoryFixture.lines((shop.teapot, 3)), key: key, until: shop.soon)
    shop.store.clock.advance(by: .hours(1))
    if expires {
      #expect(try await shop.inventory.expireHolds(now: shop.store.clock.now, limit: 1) == 1)
    } else {
      #expect(try await shop.inventory.release(key))
    }
    try await shop.stock(shop.teapot, 1, at: "A")
    try await shop.stock(shop.teapot, 2, at: "B")
    try await shop.inventory.confirm(key, at: shop.store.clock.now)
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 0, held: 0, isUnlimited: false))
    #expect(try await shop.inventory.hold(key)?.state == .confirmed)
    try await shop.inventory.putBack(key, by: .system)
    #expect(try await shop.inventory.stockByLocation(of: shop.teapot).map(\.level.onHand) == [1, 2])
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `a payment that comes too late for the stock is refused and changes nothing`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 3)
    _ = try await shop.inventory.hold(InventoryFixture.lines((shop.teapot, 3)), key: key, until: shop.soon)
    _ = try await shop.inventory.release(key)
    _ = try await shop.inventory.hold(
      InventoryFixture.lines((shop.teapot, 2)), key: HoldKey(rawValue: "o2"), until: shop.soon)
    await #expect(throws: InventoryRefusal.soldOut(shop.teapot, left: 1)) {
      try await shop.inventory.confirm(key, at: shop.store.clock.now)
    }
    #expect(try await shop.inventory.hold(key)?.state == .released)
    #expect(try await shop.level(shop.teapot).held == 2)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `an unknown hold can be released and put back harmlessly, but not confirmed`() async throws {
    let shop = try await InventoryFixture()
    #expect(try await shop.inventory.release(key))
    try await shop.inventory.putBack(key, by: .system)
    #expect(try await shop.inventory.hold(key) == nil)
    await #expect(throws: InventoryRefusal.holdEnded(key)) {
      try await shop.inventory.confirm(key, at: shop.store.clock.now)
    }
  }

  @Test func `a hold that ended is taken anew under its key`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 3)
    try await shop.stock(shop.cup, 3)
    let first = try await shop.inventory.hold(
      InventoryFixture.lines((shop.teapot, 3)), key: key, until: shop.soon)
    _ = try await shop.inventory.release(key)
    let second = try await shop.inventory.hold(InventoryFixture.lines((shop.cup, 2)), key: key, until: shop.soon)
    #expect(second.id == first.id)
    #expect(try await shop.inventory.hold(key) == second)
    #expect(try await shop.level(shop.teapot).held == 0)
    #expect(try await shop.level(shop.cup).held == 2)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `holds that ended long ago and old counts are forgotten in slices, standing holds and the books stay`()
    async throws
  {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 50)
    let keys = (1...6).map { HoldKey(rawValue: "o\($0)") }
    for key in keys {
      _ = try await shop.inventory.hold(InventoryFixture.lines((shop.teapot, 2)), key: key, until: shop.soon)
    }
    #expect(try await shop.inventory.release(keys[0]))
    #expect(try await shop.inventory.release(keys[1]))
    try await shop.inventory.confirm(keys[2], at: shop.store.clock.now)
    try await shop.inventory.confirm(keys[3], at: shop.store.clock.now)
    try await shop.inventory.putBack(keys[3], by: .system)
    shop.store.clock.advance(by: .days(91))
    let horizon = shop.store.clock.now.adding(.days(-90))
    #expect(try await shop.inventory.prune(before: horizon.adding(.days(-2)), limit: 500) == 0)
    #expect(try await shop.inventory.prune(before: horizon, limit: 3) == 3 + 1)
    #expect(try await shop.inventory.prune(before: horizon, limit: 3) == 1)
    #expect(try await shop.inventory.prune(before: horizon, limit: 3) == 0)
    for key in keys.prefix(4) { #expect(try await shop.inventory.hold(key) == nil) }
    for key in keys.suffix(2) { #expect(try await shop.inventory.hold(key)?.lines.count == 1) }
    #expect(try await shop.level(shop.teapot).onHand == 48)
    #expect(try await shop.inventory.audit().isEmpty)
    let lines = try await shop.store.database.read {
      try $0.value("SELECT COUNT(*) FROM stock_hold_line", as: Int.self)
    }
    #expect(lines == 2)
  }
}
