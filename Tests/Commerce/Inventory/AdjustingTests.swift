import AuditLog
import Events
import Inventory
import Storage
import TestKit
import Testing
import Values

@Suite struct AdjustingTests {
  let mei = StaffID(raw: 7)

  private func adjust(
    _ shop: InventoryFixture, _ change: Int, _ reason: AdjustmentReason, at place: LocationID, key: String,
    note: String = ""
  ) async throws {
    try await shop.inventory.adjust(
      StockAdjustment(variant: shop.teapot, location: place, change: change, reason: reason, note: note), key: key,
      by: mei)
  }

  @Test func `units come and go with a reason, once under a key, and the books say who and why`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.teapot, 5)
    try await adjust(shop, 3, .received, at: place, key: "a")
    try await adjust(shop, 3, .received, at: place, key: "a")
    try await adjust(shop, -2, .damaged, at: place, key: "b", note: "Cracked lid")
    #expect(try await shop.level(shop.teapot).onHand == 6)
    let ledger = try await shop.inventory.movements(of: shop.teapot, PageRequest())
    #expect(ledger.items.map(\.entry.reason) == [.damaged, .received, .counted])
    #expect(ledger.items.map(\.entry.onHandChange) == [-2, 3, 5])
    #expect(ledger.items.map(\.onHand) == [6, 8, 5])
    #expect(ledger.items.map(\.entry.note) == ["Cracked lid", "", ""])
    #expect(ledger.items[0].entry.actor == .staff(mei))
    #expect(try await shop.changesTold() == 3)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `each page of the books goes on with what there was`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.teapot, 10)
    for step in 1...5 { try await adjust(shop, -1, .sample, at: place, key: "s\(step)") }
    var (onHand, next): ([Int], Cursor?) = ([], nil)
    repeat {
      let page = try await shop.inventory.movements(of: shop.teapot, PageRequest(limit: 2, after: next))
      onHand += page.items.map(\.onHand)
      next = page.next
    } while next != nil
    #expect(onHand == [5, 6, 7, 8, 9, 10])
  }

  @Test func `a variant that never lay anywhere is laid where it is received`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.cup, 1)
    try await adjust(shop, 4, .received, at: place, key: "a")
    #expect(try await shop.level(shop.teapot).onHand == 4)
    #expect(try await shop.inventory.items(of: [shop.teapot])[shop.teapot]?.merchant == shop.merchant)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `never less is left than is held, and what was refused uses up no key`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.teapot, 5)
    _ = try await shop.inventory.hold(
      InventoryFixture.lines((shop.teapot, 4)), key: HoldKey(rawValue: "o1"), until: shop.soon)
    await #expect(throws: InventoryRefusal.heldStock(shop.teapot, held: 4)) {
      try await adjust(shop, -2, .lost, at: place, key: "a")
    }
    try await adjust(shop, -1, .lost, at: place, key: "a")
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 4, held: 4, isUnlimited: false))
  }

  @Test func `what makes no sense is said field by field`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.teapot, 5)
    let cases: [(Int, AdjustmentReason, String, String)] = [
      (0, .found, "", "change"), (1_000_001, .found, "", "change"), (Int.min, .lost, "", "change"),
      (-1, .received, "", "change"), (1, .damaged, "", "change"), (1, .corrected, " ", "note"),
      (1, .found, String(repeating: "x", count: 201), "note"),
    ]
    for (change, reason, note, field) in cases {
      let faults = await #expect(throws: FieldFaults.self) {
        try await adjust(shop, change, reason, at: place, key: "k", note: note)
      }
      #expect(faults?.faults.map(\.field) == [field], "\(change) \(reason)")
    }
    await #expect(throws: FieldFaults(field: "location", code: "unknown")) {
      try await adjust(shop, 1, .found, at: LocationID(raw: 99), key: "k")
    }
    let other = try await shop.stock(shop.teapot, nil, at: "Made to order")
    await #expect(throws: InventoryRefusal.notCounted(shop.teapot)) {
      try await adjust(shop, 1, .found, at: other, key: "k")
    }
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `units move from place to place in one step that the books have twice`() async throws {
    let shop = try await InventoryFixture()
    let a = try await shop.stock(shop.teapot, 5, at: "A")
    let b = try await shop.stock(shop.cup, 1, at: "B")
    let transfer = StockTransfer(variant: shop.teapot, from: a, to: b, units: 2, note: "For the window")
    for _ in 1...2 { try await shop.inventory.transfer(transfer, key: "t", by: mei) }
    #expect(try await shop.inventory.stockByLocation(of: shop.teapot).map(\.level.onHand) == [3, 2])
    #expect(try await shop.level(shop.teapot).onHand == 5)
    let ledger = try await shop.inventory.movements(of: shop.teapot, PageRequest()).items
    #expect(ledger.prefix(2).map(\.entry.reason) == [.movedIn, .movedOut])
    #expect(ledger[0].onHand == 5)
    _ = try await shop.inventory.hold(
      InventoryFixture.lines((shop.teapot, 2)), key: HoldKey(rawValue: "o1"), until: shop.soon)
    await #expect(throws: InventoryRefusal.tooFewThere(shop.teapot, left: 1)) {
      try await shop.inventory.transfer(
        StockTransfer(variant: shop.teapot, from: a, to: b, units: 2), key: "u", by: mei)
    }
    await #expect(throws: FieldFaults(field: "to", code: "repeated")) {
      try await shop.inventory.transfer(
        StockTransfer(variant: shop.teapot, from: a, to: a, units: 1), key: "v", by: mei)
    }
    let stranger = try await shop.inventory.location(named: "C", of: MerchantID(raw: 2))
    await #expect(throws: FieldFaults(field: "to", code: "unknown")) {
      try await shop.inventory.transfer(
        StockTransfer(variant: shop.teapot, from: a, to: stranger.id, units: 1), key: "w", by: mei)
    }
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `adjusting, moving and holding at once never takes what isn't there`() async throws {
    let shop = try await InventoryFixture()
    let a = try await shop.stock(shop.teapot, 20, at: "A")
    let b = try await shop.stock(shop.teapot, 10, at: "B")
    await withTaskGroup(of: Void.self) { group in
      for number in 1...12 {
        group.addTask {
          let lines = try? InventoryFixture.lines((shop.teapot, 2))
          _ = try? await shop.inventory.hold(lines ?? [], key: HoldKey(rawValue: "o\(number)"), until: shop.soon)
        }
        group.addTask { try? await adjust(shop, -2, .lost, at: number % 2 == 0 ? a : b, key: "a\(number)") }
        group.addTask {
          try? await shop.inventory.transfer(
            StockTransfer(variant: shop.teapot, from: a, to: b, units: 1), key: "t\(number)", by: mei)
        }
      }
    }
    let level = try await shop.level(shop.teapot)
    #expect(level.onHand >= level.held)
    for place in try await shop.inventory.stockByLocation(of: shop.teapot) {
      #expect(place.level.onHand >= place.level.held)
    }
    let lost = try await shop.inventory.movements(of: shop.teapot, PageRequest(limit: 100)).items
      .filter { $0.entry.reason == .lost }
    #expect(level.onHand == 30 - 2 * lost.count)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `days tell how many there were at the end of each`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.teapot, 10)
    shop.store.clock.advance(by: .days(2))
    try await adjust(shop, -4, .lost, at: place, key: "a")
    shop.store.clock.advance(by: .days(1))
    try await adjust(shop, 1, .found, at: place, key: "b")
    let days = try await shop.inventory.days(of: shop.teapot, last: 5, offsetMinutes: 480)
    #expect(days.map(\.onHand) == [0, 10, 10, 6, 7])
    #expect(days.map(\.day) == days.map(\.day).sorted())
    #expect(try await shop.inventory.days(of: shop.cup, last: 2, offsetMinutes: 0).map(\.onHand) == [0, 0])
  }
}
