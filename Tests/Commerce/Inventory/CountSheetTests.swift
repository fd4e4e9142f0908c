import Events
import Inventory
import Storage
import TestKit
import Testing
import Values

@Suite struct CountSheetTests {
  let mei = StaffID(raw: 7)

  @Test func `a count books what differs from what should have been there when it was counted`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.teapot, 10)
    try await shop.stock(shop.cup, 4)
    try await shop.stock(shop.tray, 6)
    let sheet = try await shop.inventory.openCount(CountDraft(location: place, title: "Spring"), by: mei)
    #expect((sheet.lines, sheet.counted, sheet.state) == (3, 0, .open))
    try await shop.inventory.enter([shop.teapot: 9, shop.cup: 4], into: sheet.id, by: mei)
    // Sold after it was counted: that isn't missing.
    let key = HoldKey(rawValue: "o1")
    _ = try await shop.inventory.hold(InventoryFixture.lines((shop.teapot, 3)), key: key, until: shop.soon)
    try await shop.inventory.confirm(key, at: shop.store.clock.now)
    // The form is sent again as it stands, which changes no moment.
    try await shop.inventory.enter([shop.teapot: 9, shop.cup: 4], into: sheet.id, by: mei)
    #expect(try await shop.inventory.outcome(of: sheet.id) == CountOutcome(differing: 1, more: 0, fewer: 1))
    #expect(try await shop.inventory.lines(of: sheet.id, .open, PageRequest()).items.map(\.variant) == [shop.tray])
    #expect(try await shop.inventory.lines(of: sheet.id, .differing, PageRequest()).items.map(\.difference) == [-1])
    let applied = try await shop.inventory.applyCount(sheet.id, by: mei)
    #expect((applied.state, applied.counted) == (.applied, 2))
    #expect(try await shop.level(shop.teapot).onHand == 6)
    #expect(try await shop.level(shop.tray).onHand == 6)
    let last = try #require(try await shop.inventory.movements(of: shop.teapot, PageRequest(limit: 1)).items.first)
    #expect((last.entry.reason, last.entry.onHandChange, last.entry.note) == (.counted, -1, "Spring"))
    #expect(last.entry.cause == "sheet/\(sheet.id)")
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `two who book a count at once book it once`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.teapot, 10)
    let sheet = try await shop.inventory.openCount(
      CountDraft(location: place, title: "Spring", variants: [shop.teapot]), by: mei)
    try await shop.inventory.enter([shop.teapot: 13], into: sheet.id, by: mei)
    let applied = await withTaskGroup(of: Bool.self) { group in
      for _ in 1...4 { group.addTask { (try? await shop.inventory.applyCount(sheet.id, by: mei)) != nil } }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(applied == 1)
    #expect(try await shop.level(shop.teapot).onHand == 13)
    await #expect(throws: InventoryRefusal.countEnded) {
      try await shop.inventory.enter([shop.teapot: 1], into: sheet.id, by: mei)
    }
    await #expect(throws: InventoryRefusal.countEnded) { try await shop.inventory.cancelCount(sheet.id, by: mei) }
  }

  @Test func `a count that leaves less than is held books nothing`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.teapot, 10)
    try await shop.stock(shop.cup, 10)
    _ = try await shop.inventory.hold(
      InventoryFixture.lines((shop.teapot, 8)), key: HoldKey(rawValue: "o1"), until: shop.soon)
    let sheet = try await shop.inventory.openCount(CountDraft(location: place, title: "Spring"), by: mei)
    await #expect(throws: InventoryRefusal.nothingCounted) { try await shop.inventory.applyCount(sheet.id, by: mei) }
    try await shop.inventory.enter([shop.teapot: 5, shop.cup: 11], into: sheet.id, by: mei)
    await #expect(throws: InventoryRefusal.heldStock(shop.teapot, held: 8)) {
      try await shop.inventory.applyCount(sheet.id, by: mei)
    }
    #expect(try await shop.level(shop.cup).onHand == 10)
    try await shop.inventory.enter([shop.teapot: 8], into: sheet.id, by: mei)
    _ = try await shop.inventory.applyCount(sheet.id, by: mei)
    #expect(try await shop.level(shop.teapot) == StockLevel(onHand: 8, held: 8, isUnlimited: false))
    #expect(try await shop.level(shop.cup).onHand == 11)
  }

  @Test func `what isn't on the sheet is put there, and what isn't there yet is laid there`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.teapot, 1)
    let sheet = try await shop.inventory.openCount(CountDraft(location: place, title: "Spring"), by: mei)
    try await shop.inventory.enter([shop.cup: 2], into: sheet.id, by: mei)
    let standing = try #require(try await shop.inventory.count(sheet.id))
    #expect((standing.lines, standing.counted) == (2, 1))
    _ = try await shop.inventory.applyCount(sheet.id, by: mei)
    #expect(try await shop.level(shop.cup).onHand == 2)
    #expect(try await shop.level(shop.teapot).onHand == 1)
    #expect(try await shop.inventory.audit().isEmpty)
  }

  @Test func `a count needs a title, a place where something lies, and numbers in range`() async throws {
    let shop = try await InventoryFixture()
    let place = try await shop.stock(shop.teapot, 1)
    let empty = try await shop.inventory.location(named: "Empty", of: shop.merchant)
    for (draft, field) in [
      (CountDraft(location: place, title: " "), "title"), (CountDraft(location: empty.id, title: "x"), "location"),
      (CountDraft(location: LocationID(raw: 9), title: "x"), "location"),
      (CountDraft(location: place, title: "x", variants: []), "variants"),
    ] {
      let faults = await #expect(throws: FieldFaults.self) { try await shop.inventory.openCount(draft, by: mei) }
      #expect(faults?.faults.map(\.field) == [field])
    }
    let sheet = try await shop.inventory.openCount(CountDraft(location: place, title: "x"), by: mei)
    for number in [-1, 1_000_000_001] {
      await #expect(throws: FieldFaults.self) {
        try await shop.inventory.enter([shop.teapot: number], into: sheet.id, by: mei)
      }
    }
    await #expect(throws: InventoryRefusal.unknownCount) {
      try await shop.inventory.enter([shop.teapot: 1], into: CountSheetID(raw: 9), by: mei)
    }
    #expect(try await shop.inventory.cancelCount(sheet.id, by: mei).state == .cancelled)
    #expect(try await shop.inventory.counts(of: shop.merchant, PageRequest()).items.map(\.state) == [.cancelled])
    #expect(try await shop.inventory.counts(of: MerchantID(raw: 2), PageRequest()).items.isEmpty)
  }
}
