import Events
import Inventory
import Storage
import TestKit
import Testing
import Values

@Suite struct StockRaceTests {
  @Test func `two hundred buyers who want fifty units get exactly fifty`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 30, at: "A")
    try await shop.stock(shop.teapot, 20, at: "B")
    let line = try InventoryFixture.lines((shop.teapot, 1))
    let won = try await withThrowingTaskGroup(of: Bool.self) { group in
      for buyer in 1...200 {
        group.addTask {
          do {
            _ = try await shop.inventory.hold(line, key: HoldKey(rawValue: "o\(buyer)"), until: shop.soon)
            return true
          } catch InventoryRefusal.soldOut(shop.teapot, left: 0) {
            return false
          }
        }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(won == 50)
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 50, held: 50, isUnlimited: false))
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `a key that is held from many tabs at once takes its units once`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 50)
    let line = try InventoryFixture.lines((shop.teapot, 2))
    let holds = try await withThrowingTaskGroup(of: Hold.self) { group in
      for _ in 1...40 {
        group.addTask { try await shop.inventory.hold(line, key: HoldKey(rawValue: "o"), until: shop.soon) }
      }
      return try await group.reduce(into: Set<Hold>()) { $0.insert($1) }
    }
    #expect(holds.count == 1)
    #expect(try await shop.level(shop.teapot).held == 2)
  }

  @Test func `a hold that is confirmed and expired at the same moment ends up sold, and put back only once`()
    async throws
  {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 400)
    let line = try InventoryFixture.lines((shop.teapot, 2))
    let keys = (1...100).map { HoldKey(rawValue: "o\($0)") }
    for key in keys { _ = try await shop.inventory.hold(line, key: key, until: shop.soon) }
    shop.store.clock.advance(by: .hours(1))
    let now = shop.store.clock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
      for key in keys {
        group.addTask { try await shop.inventory.confirm(key, at: now) }
        group.addTask { _ = try await shop.inventory.expireHolds(now: now, limit: 1) }
        group.addTask { _ = try await shop.inventory.release(key) }
      }
      try await group.waitForAll()
    }
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 200, held: 0, isUnlimited: false))
    #expect(try await shop.inventory.audit().isEmpty)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for key in keys + keys { group.addTask { try await shop.inventory.putBack(key, by: .system) } }
      try await group.waitForAll()
    }
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 400, held: 0, isUnlimited: false))
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `any interleaving of verbs leaves books that agree`(seed: UInt64) async throws {
    let shop = try await InventoryFixture()
    for variant in [shop.teapot, shop.cup] {
      try await shop.stock(variant, 12, at: "A")
      try await shop.stock(variant, 6, at: "B")
    }
    try await shop.stock(shop.tray, nil)
    let end = shop.soon
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          var dice = Dice(seed: seed &* 97 &+ UInt64(task))
          for _ in 0..<60 { try await Self.step(&dice, shop, end) }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await shop.inventory.audit().isEmpty)
    _ = try await shop.inventory.expireHolds(now: end.adding(.hours(1)), limit: 1000)
    for variant in [shop.teapot, shop.cup, shop.tray] { #expect(try await shop.level(variant).held == 0) }
    #expect(try await shop.inventory.audit().isEmpty)
  }

  private static func step(_ dice: inout Dice, _ shop: InventoryFixture, _ end: Timestamp) async throws {
    let key = HoldKey(rawValue: "o\(dice.roll(30))")
    do {
      switch dice.roll(7) {
      case 0, 1:
        let lines = try InventoryFixture.lines(
          (shop.teapot, dice.roll(5) + 1), (shop.cup, dice.roll(5) + 1), (shop.tray, dice.roll(5) + 1))
        _ = try await shop.inventory.hold(Array(lines.shuffled(using: &dice).prefix(2)), key: key, until: end)
      case 2: try await shop.inventory.confirm(key, at: end)
      case 3: _ = try await shop.inventory.release(key)
      case 4: try await shop.inventory.putBack(key, by: .system)
      case 5: _ = try await shop.inventory.expireHolds(now: end.adding(.seconds(1)), limit: 1)
      default: _ = try await shop.inventory.stock(of: [shop.teapot, shop.cup, shop.tray])
      }
    } catch is InventoryRefusal {
      // Sold out, or ended: both are answers.
    }
  }

  @Test func `a level that is read while it changes is never kept stale`() async throws {
    let shop = try await InventoryFixture()
    try await shop.stock(shop.teapot, 200)
    let line = try InventoryFixture.lines((shop.teapot, 1))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for order in 1...100 {
        group.addTask {
          _ = try await shop.inventory.hold(line, key: HoldKey(rawValue: "o\(order)"), until: shop.soon)
          let seen = try await shop.inventory.stock(of: [shop.teapot])[shop.teapot] ?? .none
          #expect(seen.held >= 1)
        }
        group.addTask { _ = try await shop.inventory.stock(of: [shop.teapot]) }
      }
      try await group.waitForAll()
    }
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 200, held: 100, isUnlimited: false))
  }
}

/// Random numbers that a seed repeats.
struct Dice: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0..<sides.
  mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &self) }
}
