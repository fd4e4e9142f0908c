import Carts
import Events
import Flows
import Inventory
import Orders
import TestKit
import Testing
import Values

@Suite struct PlacingTests {
  @Test func `a cart that couldn't be settled is settled by the next submit`() async throws {
    let shop = try await BuyingFixture()
    let input = try await shop.filledCart()
    try await shop.breakUpdates(of: "cart_freeze")
    await #expect(throws: (any Error).self) { try await shop.placeOrder().run(input) }
    try await shop.mend()
    let orders = try await shop.placeOrder().run(input)
    #expect(orders.count == 1)
    #expect(try await shop.cart().lines.isEmpty)
    #expect(try await shop.cart().version == input.cartVersion + 1)
    let next = try await shop.place()
    #expect(next.map(\.id) != orders.map(\.id))
  }

  @Test func `a checkout that broke off is finished later: ordered goods leave the cart, others stay in it`()
    async throws
  {
    let shop = try await BuyingFixture()
    let input = try await shop.filledCart(shop.variants)
    try await shop.breakUpdates(of: "cart_freeze")
    await #expect(throws: (any Error).self) { try await shop.placeOrder().run(input) }
    try await shop.mend()
    _ = try await shop.contexts.carts.add(
      CartItem(
        variant: shop.variants[0], product: ProductID(raw: 1), merchant: MerchantID(raw: 1), quantity: .one,
        seenPrice: Money(minor: 1, currency: .cny)), to: .account(shop.buyer))
    shop.store.clock.advance(by: .minutes(6))
    try await shop.run("carts.finish")
    #expect(try await shop.cart().lines.map(\.quantity) == [.one])

    let version = try await shop.cart().version
    _ = try await shop.contexts.carts.freeze(.account(shop.buyer), version: version)
    shop.store.clock.advance(by: .minutes(6))
    try await shop.run("carts.finish")
    #expect(try await shop.cart().lines.map(\.quantity) == [.one])
    #expect(try await shop.contexts.carts.unsettled(frozenBefore: shop.store.clock.now, limit: 1).isEmpty)
  }

  @Test func `what a broken checkout ordered can't be ordered again with more in the cart`() async throws {
    let shop = try await BuyingFixture()
    let input = try await shop.filledCart(shop.variants)
    try await shop.breakUpdates(of: "cart_freeze")
    await #expect(throws: (any Error).self) { try await shop.placeOrder().run(input) }
    try await shop.mend()
    let more = CartItem(
      variant: shop.variants[0], product: ProductID(raw: 1), merchant: MerchantID(raw: 1), quantity: .one,
      seenPrice: Money(minor: 1, currency: .cny))
    var next = input
    next.cartVersion = try await shop.contexts.carts.add(more, to: .account(shop.buyer)).version
    await #expect(throws: CartRefusal.cartChanged) { try await shop.placeOrder().run(next) }
    #expect(try await shop.cart().lines.map(\.quantity) == [.one])
    next.cartVersion = try await shop.cart().version
    #expect(try await shop.placeOrder().run(next).map(\.lines.count) == [1])
    #expect(try await shop.cart().lines.isEmpty)
  }

  @Test func `goods that another tab's undo gave back are held again`() async throws {
    let shop = try await BuyingFixture()
    let (carts, inventory) = (shop.contexts.carts, shop.contexts.inventory)
    let input = try await shop.filledCart(shop.variants)
    let (buyer, version) = (CartOwner.account(shop.buyer), input.cartVersion)
    let orders = WatchedOrders(orders: shop.contexts.orders) { placed in
      _ = try await carts.freeze(buyer, version: version)
      for order in placed { _ = try await inventory.release(HoldKey(order)) }
    }
    let placed = try await shop.placeOrder(shop.contexts.with(orders)).run(input)
    #expect(try await shop.cart().lines.isEmpty)
    #expect(placed.count == 2)
    for order in placed { #expect(try await inventory.hold(HoldKey(order))?.state == .standing) }
    #expect(try await shop.level(shop.variants[0])?.held == 1)
    #expect(try await inventory.audit().isEmpty)
  }

  @Test func `goods that another tab's undo gave back, and others took, cancel the order as sold out`() async throws {
    let shop = try await BuyingFixture()
    let (carts, inventory) = (shop.contexts.carts, shop.contexts.inventory)
    let taken = try #require(Quantity(BuyingFixture.stock))
    let variants = shop.variants
    let input = try await shop.filledCart(shop.variants)
    let (buyer, version) = (CartOwner.account(shop.buyer), input.cartVersion)
    let orders = WatchedOrders(orders: shop.contexts.orders) { placed in
      _ = try await carts.freeze(buyer, version: version)
      for order in placed { _ = try await inventory.release(HoldKey(order)) }
      _ = try await inventory.hold(
        [HoldLine(variant: variants[1], quantity: taken)], key: HoldKey(rawValue: "others"),
        until: placed[0].payBefore)
    }
    await #expect(throws: InventoryRefusal.soldOut(shop.variants[1], left: 0)) {
      try await shop.placeOrder(shop.contexts.with(orders)).run(input)
    }
    try await shop.settle()
    let all = try await shop.contexts.orders.orders(.platform, matching: OrderFilter(), PageRequest())
    #expect(all.items.map(\.state) == [.cancelled, .cancelled])
    #expect(try await shop.level(shop.variants[0])?.held == 0)
    #expect(try await inventory.audit().isEmpty)
  }
}
