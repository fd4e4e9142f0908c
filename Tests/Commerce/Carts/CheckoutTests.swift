import Carts
import Storage
import TestKit
import Testing
import Values

@Suite struct CheckoutTests {
  @Test func `freezing sets the ticked lines apart without a new version`() async throws {
    let shop = try await CartsFixture()
    let full = try await shop.fill(shop.owner, (shop.teapot, 2), (shop.cup, 1))
    let cart = try await shop.carts.tick([full.lines[0].id], false, in: shop.owner)
    let frozen = try await shop.carts.freeze(shop.owner, version: cart.version, key: shop.key(cart))
    #expect(frozen.lines.map(\.variant) == [shop.teapot])
    #expect(try await shop.cart(shop.owner) == cart)
  }

  @Test func `two tabs that submit the same cart get the same lines, also after they became orders`() async throws {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2), (shop.cup, 1))
    let key = try shop.key(cart)
    let frozen = try await withThrowingTaskGroup(of: FrozenCart.self) { group in
      for _ in 1...20 {
        group.addTask { try await shop.carts.freeze(shop.owner, version: cart.version, key: key) }
      }
      return try await group.reduce(into: Set<FrozenCart>()) { $0.insert($1) }
    }
    #expect(frozen.count == 1)
    for _ in 1...2 { try await shop.carts.settle(key) }
    #expect(try await shop.carts.freeze(shop.owner, version: cart.version, key: key) == frozen.first)
    let after = try await shop.cart(shop.owner)
    #expect(after.lines.isEmpty)
    #expect(after.version == cart.version + 1)
  }

  @Test func `a tab that shows an older cart is told`() async throws {
    let shop = try await CartsFixture()
    let old = try await shop.fill(shop.owner, (shop.teapot, 2))
    let new = try await shop.carts.add(shop.item(shop.cup), to: shop.owner)
    await #expect(throws: CartRefusal.cartChanged) {
      try await shop.carts.freeze(shop.owner, version: old.version, key: shop.key(old))
    }
    await #expect(throws: CartRefusal.cartChanged) {
      try await shop.carts.freeze(shop.owner, version: new.version + 1, key: CheckoutKey(rawValue: "next"))
    }
    await #expect(throws: CartRefusal.cartChanged) {
      try await shop.carts.freeze(shop.guest, version: 0, key: CheckoutKey(rawValue: "none"))
    }
  }

  @Test func `nothing ticked can't be ordered`() async throws {
    let shop = try await CartsFixture()
    try await shop.fill(shop.owner, (shop.teapot, 2))
    let cart = try await shop.carts.tick(nil, false, in: shop.owner)
    await #expect(throws: CartRefusal.nothingTicked) {
      try await shop.carts.freeze(shop.owner, version: cart.version, key: shop.key(cart))
    }
  }

  @Test func `another's key answers nothing of the cart`() async throws {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2))
    let key = try shop.key(cart)
    _ = try await shop.carts.freeze(shop.owner, version: cart.version, key: key)
    let other = try await shop.fill(shop.guest, (shop.cup, 1))
    await #expect(throws: CartRefusal.cartChanged) {
      try await shop.carts.freeze(shop.guest, version: other.version, key: key)
    }
  }

  @Test func `units added, and lines put in anew, while an order is under way stay in the cart`() async throws {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2), (shop.cup, 1), (shop.tray, 4))
    let key = try shop.key(cart)
    _ = try await shop.carts.freeze(shop.owner, version: cart.version, key: key)
    _ = try await shop.carts.add(shop.item(shop.teapot, 3), to: shop.owner)
    let cup = try #require(cart.lines.first { $0.variant == shop.cup })
    _ = try await shop.carts.remove(cup.id, from: shop.owner)
    _ = try await shop.carts.add(shop.item(shop.cup, 1), to: shop.owner)
    let tray = try #require(cart.lines.first { $0.variant == shop.tray })
    _ = try await shop.carts.setQuantity(.one, of: tray.id, in: shop.owner)
    try await shop.carts.settle(key)
    #expect(try await shop.cart(shop.owner).units == [shop.teapot: 3, shop.cup: 1])
  }

  @Test func `a thawed cart can be submitted again under its key`() async throws {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2))
    let key = try shop.key(cart)
    let first = try await shop.carts.freeze(shop.owner, version: cart.version, key: key)
    for _ in 1...2 { try await shop.carts.thaw(key) }
    #expect(try await shop.cart(shop.owner) == cart)
    #expect(try await shop.carts.freeze(shop.owner, version: cart.version, key: key) == first)
    try await shop.carts.settle(key)
    try await shop.carts.thaw(key)
    #expect(try await shop.carts.freeze(shop.owner, version: cart.version, key: key) == first)
  }

  @Test func `a freeze that nobody settles is named, and settled ones are forgotten a day later`() async throws {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2))
    let key = try shop.key(cart)
    _ = try await shop.carts.freeze(shop.owner, version: cart.version, key: key)
    let (now, never) = (shop.store.clock.now, Timestamp(milliseconds: 0))
    #expect(try await shop.carts.unsettled(frozenBefore: now, limit: 10).isEmpty)
    #expect(try await shop.carts.unsettled(frozenBefore: now.adding(.minutes(1)), limit: 10) == [key])
    #expect(try await shop.carts.unsettled(frozenBefore: now.adding(.minutes(1)), limit: 0).isEmpty)
    try await shop.carts.settle(key)
    #expect(try await shop.carts.unsettled(frozenBefore: now.adding(.minutes(1)), limit: 10).isEmpty)
    #expect(try await shop.carts.prune(settledBefore: now, staleBefore: never) == 0)
    #expect(try await shop.carts.prune(settledBefore: now.adding(.minutes(1)), staleBefore: never) == 1)
    await #expect(throws: CartRefusal.cartChanged) {
      try await shop.carts.freeze(shop.owner, version: cart.version, key: key)
    }
  }

  @Test func `settling many times at once takes the units off once`() async throws {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2))
    let key = try shop.key(cart)
    _ = try await shop.carts.freeze(shop.owner, version: cart.version, key: key)
    _ = try await shop.carts.add(shop.item(shop.teapot, 10), to: shop.owner)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...20 { group.addTask { try await shop.carts.settle(key) } }
      try await group.waitForAll()
    }
    #expect(try await shop.cart(shop.owner).units == [shop.teapot: 10])
  }
}
