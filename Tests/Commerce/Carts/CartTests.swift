import Carts
import Storage
import TestKit
import Testing
import Values

@Suite struct CartTests {
  @Test func `a cart that was never used is empty, at version 0 and not stored`() async throws {
    let shop = try await CartsFixture()
    let empty = try await shop.cart(shop.owner)
    #expect(empty == Cart(id: nil, version: 0, channel: .main, lines: []))
    #expect(try await shop.carts.tick(nil, true, in: shop.owner) == empty)
    #expect(try await shop.carts.remove(CartLineID(raw: 1), from: shop.owner) == empty)
    #expect(try await shop.carts.acknowledgePrices([:], in: shop.owner) == empty)
    await #expect(throws: CartRefusal.unknownLine) {
      try await shop.carts.setQuantity(.one, of: CartLineID(raw: 1), in: shop.owner)
    }
    #expect(try await shop.cart(shop.owner) == empty)
  }

  @Test func `the newest line stands first, and more of a variant raises its quantity and ticks it`() async throws {
    let shop = try await CartsFixture()
    let two = try await shop.fill(shop.owner, (shop.teapot, 1), (shop.cup, 2))
    #expect(two.lines.map(\.variant) == [shop.cup, shop.teapot])
    #expect((two.version, two.unitCount) == (2, 3))
    _ = try await shop.carts.tick([two.lines[1].id], false, in: shop.owner)
    let three = try await shop.carts.add(shop.item(shop.teapot, 4, price: 9900), to: shop.owner)
    #expect(three.units == [shop.teapot: 5, shop.cup: 2])
    #expect(three.lines[1].isTicked)
    #expect(three.lines[1].seenPrice.minor == 9900)
    #expect(try await shop.cart(shop.owner) == three)
  }

  @Test func `a hundred lines are the most, and 9999 units of one`() async throws {
    let shop = try await CartsFixture()
    for line in 1...100 { _ = try await shop.carts.add(shop.item(VariantID(raw: Int64(line))), to: shop.owner) }
    await #expect(throws: CartRefusal.tooManyLines) {
      try await shop.carts.add(shop.item(VariantID(raw: 101)), to: shop.owner)
    }
    let full = try await shop.carts.add(shop.item(VariantID(raw: 1), 9998), to: shop.owner)
    await #expect(throws: CartRefusal.tooMany(VariantID(raw: 1))) {
      try await shop.carts.add(shop.item(VariantID(raw: 1)), to: shop.owner)
    }
    #expect(try await shop.cart(shop.owner) == full)
    let frozen = try await shop.carts.freeze(shop.owner, version: full.version)
    #expect(frozen.lines == full.lines)
  }

  @Test func `only a change makes a new version`() async throws {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2), (shop.cup, 1))
    let line = try #require(cart.lines.last)
    #expect(try await shop.carts.setQuantity(line.quantity, of: line.id, in: shop.owner) == cart)
    #expect(try await shop.carts.tick(nil, true, in: shop.owner) == cart)
    #expect(try await shop.carts.tick([], false, in: shop.owner) == cart)
    #expect(try await shop.carts.tick([CartLineID(raw: 1)], false, in: shop.owner) == cart)
    #expect(try await shop.carts.remove(CartLineID(raw: 1), from: shop.owner) == cart)
    #expect(try await shop.carts.acknowledgePrices([line.id: line.seenPrice], in: shop.owner) == cart)
    let price = Money(minor: 1, currency: .cny)
    #expect(try await shop.carts.acknowledgePrices([line.id: price], in: shop.owner).version == cart.version + 1)
    #expect(try await shop.carts.tick(nil, false, in: shop.owner).ticked.isEmpty)
    let more = try await shop.carts.setQuantity(CartsFixture.quantity(9), of: line.id, in: shop.owner)
    #expect(more.units[shop.teapot] == 9)
    #expect(more.version == cart.version + 3)
    #expect(try await shop.carts.remove(line.id, from: shop.owner).units == [shop.cup: 1])
  }

  @Test func `nobody reaches another's lines`() async throws {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2))
    let line = cart.lines[0].id
    let stranger = CartOwner.account(AccountID(raw: 8))
    try await shop.fill(stranger, (shop.cup, 1))
    for other in [stranger, CartOwner.device(shop.buyer.description)] {
      await #expect(throws: CartRefusal.unknownLine) {
        try await shop.carts.setQuantity(.one, of: line, in: other)
      }
      _ = try await shop.carts.remove(line, from: other)
      _ = try await shop.carts.tick([line], false, in: other)
      _ = try await shop.carts.acknowledgePrices([line: Money(minor: 1, currency: .cny)], in: other)
    }
    #expect(try await shop.cart(shop.owner) == cart)
  }

  @Test(arguments: ["'; DROP TABLE cart; --", "%", "🫖", "<script>"])
  func `a device's mark is only ever a value`(token: String) async throws {
    let shop = try await CartsFixture()
    try await shop.fill(.device("other"), (shop.cup, 1))
    let cart = try await shop.fill(.device(token), (shop.teapot, 2))
    #expect(cart.units == [shop.teapot: 2])
    #expect(try await shop.cart(.device("other")).units == [shop.cup: 1])
  }

  @Test func `parallel additions are all counted, and the memory agrees with the tables`() async throws {
    let shop = try await CartsFixture()
    let item = try shop.item(shop.teapot)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...100 {
        group.addTask { _ = try await shop.carts.add(item, to: shop.owner) }
        group.addTask { _ = try await shop.carts.cart(of: shop.owner) }
      }
      try await group.waitForAll()
    }
    let cart = try await shop.cart(shop.owner)
    #expect(cart.units == [shop.teapot: 100])
    #expect(cart.version == 100)
  }

  @Test func `device carts that nobody touches are dropped, accounts' stay`() async throws {
    let shop = try await CartsFixture()
    try await shop.fill(shop.guest, (shop.teapot, 1))
    let kept = try await shop.fill(shop.owner, (shop.teapot, 1))
    shop.store.clock.advance(by: .days(60))
    let young = try await shop.fill(.device("young"), (shop.cup, 1))
    let stale = shop.store.clock.now.adding(.days(-30))
    #expect(try await shop.carts.prune(settledBefore: stale, staleBefore: stale) == 1)
    #expect(try await shop.cart(shop.guest).id == nil)
    #expect(try await shop.cart(shop.owner) == kept)
    #expect(try await shop.cart(.device("young")) == young)
    #expect(try await shop.carts.prune(settledBefore: stale, staleBefore: stale) == 0)
  }
}
