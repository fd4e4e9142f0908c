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
    let frozen = try await shop.carts.freeze(shop.owner, version: cart.version)
    #expect(frozen.lines.map(\.variant) == [shop.teapot])
    #expect(try await shop.cart(shop.owner) == cart)
  }

  @Test func `two tabs that submit the same cart get the same lines, also after they became orders`() async throws {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2), (shop.cup, 1))
    let key = try shop.key(cart)
    let frozen = try await withThrowingTaskGroup(of: FrozenCart.self) { group in
      for _ in 1...20 {
        group.addTask { try await shop.carts.freeze(shop.owner, version: cart.version) }
      }
      return try await group.reduce(into: [FrozenCart]()) { $0.append($1) }
    }
    #expect(Set(frozen.map(\.key)) == [key])
    #expect(Set(frozen.map(\.lines)) == [cart.lines])
    #expect(frozen.count { !$0.isRepeat } == 1)
    for _ in 1...2 { #expect(try await shop.carts.settle(key) == false) }
    #expect(try await shop.carts.freeze(shop.owner, version: cart.version).lines == cart.lines)
    let after = try await shop.cart(shop.owner)
    #expect(after.lines.isEmpty)
    #expect(after.version == cart.version + 1)
  }

  @Test func `a tab that shows an older cart is told`() async throws {
    let shop = try await CartsFixture()
    let old = try await shop.fill(shop.owner, (shop.teapot, 2))
    let new = try await shop.carts.add(shop.item(shop.cup), to: shop.owner)
    await #expect(throws: CartRefusal.cartChanged) {
      try await shop.carts.freeze(shop.owner, version: old.version)
    }
    await #expect(throws: CartRefusal.cartChanged) {
      try await shop.carts.freeze(shop.owner, version: new.version + 1)
    }
    await #expect(throws: CartRefusal.nothingTicked) {
      try await shop.carts.freeze(shop.guest, version: 0)
    }
  }

  @Test func `nothing ticked can't be ordered`() async throws {
    let shop = try await CartsFixture()
    try await shop.fill(shop.owner, (shop.teapot, 2))
    let cart = try await shop.carts.tick(nil, false, in: shop.owner)
    await #expect(throws: CartRefusal.nothingTicked) {
      try await shop.carts.freeze(shop.owner, version: cart.version)
    }
  }

  @Test func `units added, and lines put in anew, while an order is under way stay in the cart`() async throws {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2), (shop.cup, 1), (shop.tray, 4))
    let key = try shop.key(cart)
    _ = try await shop.carts.freeze(shop.owner, version: cart.version)
    _ = try await shop.carts.add(shop.item(shop.teapot, 3), to: shop.owner)
    let cup = try #require(cart.lines.first { $0.variant == shop.cup })
    _ = try await shop.carts.remove(cup.id, from: shop.owner)
    _ = try await shop.carts.add(shop.item(shop.cup, 1), to: shop.owner)
    let tray = try #require(cart.lines.first { $0.variant == shop.tray })
    _ = try await shop.carts.setQuantity(.one, of: tray.id, in: shop.owner)
    _ = try await shop.carts.settle(key)
    #expect(try await shop.cart(shop.owner).units == [shop.teapot: 3, shop.cup: 1])
  }

  @Test func `whether an attempt was alone is known when it settles, also when it failed and was made again`()
    async throws
  {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2))
    let first = try await shop.carts.freeze(shop.owner, version: cart.version)
    #expect(try await shop.carts.settle(first.key))
    let next = try await shop.fill(shop.owner, (shop.cup, 1))
    let second = try await shop.carts.freeze(shop.owner, version: next.version)
    let joined = try await shop.carts.freeze(shop.owner, version: next.version)
    #expect(joined.isRepeat && joined.lines == second.lines)
    #expect(try await shop.carts.settle(second.key) == false)
    #expect(try await shop.carts.freeze(shop.owner, version: next.version).lines == second.lines)
    #expect(try await shop.carts.settle(CheckoutKey(rawValue: "unknown")) == false)
  }

  @Test func `an attempt names the cart's others that are open, and none that was settled or is of another cart`()
    async throws
  {
    let shop = try await CartsFixture()
    let old = try await shop.fill(shop.owner, (shop.teapot, 2))
    _ = try await shop.carts.freeze(shop.owner, version: old.version)
    let other = try await shop.fill(shop.guest, (shop.cup, 1))
    _ = try await shop.carts.freeze(shop.guest, version: other.version)
    let new = try await shop.carts.add(shop.item(shop.cup), to: shop.owner)
    #expect(try await shop.carts.freeze(shop.owner, version: new.version).others == [shop.key(old)])
    _ = try await shop.carts.settle(shop.key(old))
    #expect(try await shop.carts.freeze(shop.owner, version: new.version).others.isEmpty)
  }

  @Test func `an attempt is known again, however many others of its cart are open`() async throws {
    let shop = try await CartsFixture()
    var cart = try await shop.fill(shop.owner, (shop.teapot, 2))
    let first = try await shop.carts.freeze(shop.owner, version: cart.version)
    for _ in 1...60 {
      shop.store.clock.advance(by: .milliseconds(1))
      cart = try await shop.carts.add(shop.item(shop.cup), to: shop.owner)
      _ = try await shop.carts.freeze(shop.owner, version: cart.version)
    }
    let again = try await shop.carts.freeze(shop.owner, version: 1)
    #expect(again.key == first.key && again.isRepeat && again.lines == first.lines)
  }

  @Test func `a freeze is thawed only when nobody joined it since`() async throws {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2))
    let key = try shop.key(cart)
    _ = try await shop.carts.freeze(shop.owner, version: cart.version)
    shop.store.clock.advance(by: .minutes(6))
    let cutoff = shop.store.clock.now
    _ = try await shop.carts.freeze(shop.owner, version: cart.version)
    try await shop.carts.thaw(key, frozenBefore: cutoff)
    #expect(try await shop.carts.freeze(shop.owner, version: cart.version).isRepeat)
    try await shop.carts.thaw(key, frozenBefore: cutoff.adding(.minutes(1)))
    #expect(try await shop.cart(shop.owner) == cart)
    #expect(try await shop.carts.freeze(shop.owner, version: cart.version).isRepeat == false)
    _ = try await shop.carts.settle(key)
    try await shop.carts.thaw(key, frozenBefore: cutoff.adding(.minutes(1)))
    #expect(try await shop.carts.freeze(shop.owner, version: cart.version).isRepeat)
  }

  @Test func `a freeze that nobody settles is named, and settled ones are forgotten a day later`() async throws {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2))
    let key = try shop.key(cart)
    _ = try await shop.carts.freeze(shop.owner, version: cart.version)
    let (now, never) = (shop.store.clock.now, Timestamp(milliseconds: 0))
    #expect(try await shop.carts.unsettled(frozenBefore: now, limit: 10).isEmpty)
    #expect(try await shop.carts.unsettled(frozenBefore: now.adding(.minutes(1)), limit: 10) == [key])
    #expect(try await shop.carts.unsettled(frozenBefore: now.adding(.minutes(1)), limit: 0).isEmpty)
    _ = try await shop.carts.settle(key)
    #expect(try await shop.carts.unsettled(frozenBefore: now.adding(.minutes(1)), limit: 10).isEmpty)
    #expect(try await shop.carts.prune(settledBefore: now, staleBefore: never) == 0)
    #expect(try await shop.carts.prune(settledBefore: now.adding(.minutes(1)), staleBefore: never) == 1)
    await #expect(throws: CartRefusal.cartChanged) {
      try await shop.carts.freeze(shop.owner, version: cart.version)
    }
  }

  @Test func `settling many times at once takes the units off once`() async throws {
    let shop = try await CartsFixture()
    let cart = try await shop.fill(shop.owner, (shop.teapot, 2))
    let key = try shop.key(cart)
    _ = try await shop.carts.freeze(shop.owner, version: cart.version)
    _ = try await shop.carts.add(shop.item(shop.teapot, 10), to: shop.owner)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...20 { group.addTask { _ = try await shop.carts.settle(key) } }
      try await group.waitForAll()
    }
    #expect(try await shop.cart(shop.owner).units == [shop.teapot: 10])
  }
}
