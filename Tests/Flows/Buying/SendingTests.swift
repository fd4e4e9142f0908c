import Accounts
import Events
import Flows
import Fulfilment
import Logging
import Orders
import Storage
import TestKit
import Testing
import Values

@Suite struct SendingTests {
  private let staff = StaffID(raw: 1)

  /// An order that was paid and passed.
  private func passed(_ shop: BuyingFixture) async throws -> Order {
    let order = try #require(try await shop.place().first)
    _ = try await shop.paid([order])
    try await shop.settle()
    return try await shop.contexts.orders.pass(order.id, by: staff, note: "")
  }

  private func send(_ order: Order, _ number: String, in shop: BuyingFixture) async throws -> Order {
    try await ShipOrder(shop.contexts).send(
      ParcelDraft(key: number), ShippingLabel(carrier: "yuantong", trackingNumber: number), of: order, by: staff)
  }

  private func audit(_ shop: BuyingFixture) async throws -> [Discrepancy] {
    try await AuditBooks(shop.contexts, clock: shop.store.clock.clock).run() + shop.contexts.fulfilment.audit()
      + shop.contexts.orders.audit()
  }

  @Test func `ten who send the same goods at once send them once`() async throws {
    let shop = try await BuyingFixture()
    let order = try await passed(shop)
    let sent = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<10 {
        group.addTask { (try? await send(order, "YT\(1000 + number)", in: shop)) != nil }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(sent == 1)
    let found = try #require(try await shop.contexts.fulfilment.consignment(of: order.id))
    #expect(found.parcels.count == 1)
    #expect(
      try await shop.contexts.orders.order(order.id)?.shipment?.trackingNumber == found.parcels[0].label?.trackingNumber
    )
    #expect(try await audit(shop).isEmpty)
  }

  @Test func `an order that was sent and never moved on is moved on by the event`() async throws {
    let shop = try await BuyingFixture()
    let order = try await passed(shop)
    // The process dies between the two.
    _ = try await shop.contexts.fulfilment.send(
      ParcelDraft(key: "1"), ShippingLabel(carrier: "yuantong", trackingNumber: "YT1001"), of: OrderToSend(order),
      by: staff)
    #expect(try await shop.state(order) == .awaitingShipment)
    #expect(try await audit(shop).map(\.book) == ["fulfilment"])
    try await shop.settle()
    #expect(try await shop.state(order) == .awaitingReceipt)
    #expect(try await shop.contexts.orders.timeline(of: order.id).last?.actor == .staff(staff))
    #expect(try await audit(shop).isEmpty)
  }

  @Test func `an order that is over sends nothing, and what was packed for it stays`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    await #expect(throws: OrderRefusal.wrongState(.awaitingPayment)) { try await send(order, "YT1001", in: shop) }
    let passed = try await passed(shop)
    // Seen as it was before somebody else ended it.
    try await shop.store.database.write { transaction in
      _ = try transaction.execute("UPDATE order_head SET state = 'cancelled' WHERE id = \(passed.id)")
    }
    await #expect(throws: OrderRefusal.wrongState(.cancelled)) { try await send(passed, "YT1001", in: shop) }
    let found = try #require(try await shop.contexts.fulfilment.consignment(of: passed.id))
    #expect(found.parcels.isEmpty && !found.isShipped)
  }

  // req: 4.2.3-7
  @Test func `a buyer who says nothing is taken at the carrier's word after days`() async throws {
    let shop = try await BuyingFixture()
    let first = try await send(try await passed(shop), "YT1001", in: shop)
    try await shop.settle()
    shop.store.clock.advance(by: .days(9))
    let second = try await send(try await passed(shop), "YT1002", in: shop)
    try await shop.run("orders.confirmDelivered")
    #expect(try await shop.state(first) == .awaitingReceipt)
    shop.store.clock.advance(by: .days(2))
    try await shop.run("orders.confirmDelivered")
    #expect(try await shop.state(first) == .completed)
    #expect(try await shop.contexts.orders.timeline(of: first.id).last?.actor == .system)
    #expect(try await shop.state(second) == .awaitingReceipt)
    _ = try await shop.contexts.orders.confirmReceipt(second.id, by: .buyer(shop.buyer))
    try await shop.settle()
    let waiting = try await shop.contexts.fulfilment.unconfirmed(
      since: shop.store.clock.now.adding(.days(100)), PageRequest())
    #expect(waiting.items.isEmpty)
    #expect(try await audit(shop).isEmpty)
  }

  @Test func `buyer, staff and time complete an order once between them`() async throws {
    let shop = try await BuyingFixture()
    let order = try await send(try await passed(shop), "YT1001", in: shop)
    shop.store.clock.advance(by: .days(11))
    let confirm = ConfirmDelivered(
      shop.contexts, afterDays: 10, logger: Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() }))
    async let byTime = confirm.run(now: shop.store.clock.now, limit: 100)
    async let byBuyer = ConfirmReceipt(shop.contexts).run(order.id, by: shop.buyer)
    async let byStaff = shop.contexts.orders.confirmReceipt(order.id, by: .staff(staff))
    _ = try await (byTime, byBuyer, byStaff)
    #expect(try await shop.state(order) == .completed)
    let entries = try await shop.contexts.orders.timeline(of: order.id)
    #expect(entries.count { $0.kind == .completed } == 1)
    #expect(try await shop.store.toldEvents().count { $0.name == OrderCompleted.name } <= 1)
  }

  @Test func `timeline, parcels and traces are one list, the latest first`() async throws {
    let shop = try await BuyingFixture()
    let order = try await send(try await passed(shop), "YT1001", in: shop)
    let track = try await shop.contexts.track(of: order.id)
    let kinds = track.entries.map { entry in
      switch entry.step {
      case .order(let step): step.kind.rawValue
      case .sent: "sent"
      case .trace: "trace"
      }
    }
    #expect(kinds == ["shipped", "passed", "paid", "placed"])
    #expect(track.parcels.map(\.state) == [.handedOver])
  }
}
