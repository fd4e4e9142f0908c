import Carts
import Storage
import TestKit
import Testing
import Values

@Suite struct MergeTests {
  let device = "d3v1ce"

  @Test func `a device's cart moves into the account's, and a variant in both takes the larger quantity`() async throws
  {
    let shop = try await CartsFixture()
    let own = try await shop.fill(shop.owner, (shop.teapot, 2), (shop.cup, 5))
    let brought = try await shop.fill(shop.guest, (shop.teapot, 4), (shop.cup, 1), (shop.tray, 3))
    let merged = try await shop.carts.merge(device: device, into: shop.buyer)
    #expect(merged.units == [shop.teapot: 4, shop.cup: 5, shop.tray: 3])
    #expect(merged.version == own.version + 1)
    #expect(merged.lines.first?.id == brought.lines.first?.id)
    #expect(try await shop.cart(shop.owner) == merged)
    #expect(try await shop.cart(shop.guest).lines.isEmpty)
  }

  @Test func `merging again changes nothing`() async throws {
    let shop = try await CartsFixture()
    try await shop.fill(shop.guest, (shop.teapot, 4))
    let first = try await shop.carts.merge(device: device, into: shop.buyer)
    #expect(try await shop.carts.merge(device: device, into: shop.buyer) == first)
    #expect(try await shop.carts.merge(device: "unknown", into: shop.buyer) == first)
    #expect(first.units == [shop.teapot: 4])
  }

  @Test func `an account without a cart is left without one when there is nothing to bring`() async throws {
    let shop = try await CartsFixture()
    #expect(try await shop.carts.merge(device: device, into: shop.buyer).id == nil)
    #expect(try await shop.cart(shop.owner).id == nil)
  }

  @Test func `a line is ticked when either was`() async throws {
    let shop = try await CartsFixture()
    try await shop.fill(shop.owner, (shop.teapot, 1), (shop.cup, 1))
    try await shop.fill(shop.guest, (shop.teapot, 1), (shop.cup, 1))
    let own = try await shop.carts.tick(nil, false, in: shop.owner)
    let guest = try await shop.cart(shop.guest)
    let cup = try #require(guest.lines.first { $0.variant == shop.cup })
    _ = try await shop.carts.tick([cup.id], false, in: shop.guest)
    let merged = try await shop.carts.merge(device: device, into: shop.buyer)
    #expect(own.ticked.isEmpty)
    #expect(merged.ticked.map(\.variant) == [shop.teapot])
  }

  @Test func `lines above a hundred are dropped, the device's oldest first`() async throws {
    let shop = try await CartsFixture()
    for line in 1...98 { _ = try await shop.carts.add(shop.item(VariantID(raw: Int64(line))), to: shop.owner) }
    let items = (201...204).map { VariantID(raw: $0) }
    try await shop.fill(shop.guest, (items[0], 1), (items[1], 1), (items[2], 1), (items[3], 1))
    let merged = try await shop.carts.merge(device: device, into: shop.buyer)
    #expect(merged.lines.count == 100)
    #expect(merged.lines.prefix(2).map(\.variant) == [items[3], items[2]])
  }

  @Test func `logging in from two tabs at once brings the units once`() async throws {
    let shop = try await CartsFixture()
    try await shop.fill(shop.owner, (shop.cup, 1))
    try await shop.fill(shop.guest, (shop.teapot, 4))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...20 { group.addTask { _ = try await shop.carts.merge(device: "d3v1ce", into: shop.buyer) } }
      try await group.waitForAll()
    }
    #expect(try await shop.cart(shop.owner).units == [shop.teapot: 4, shop.cup: 1])
  }
}
