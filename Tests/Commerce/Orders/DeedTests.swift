import AuditLog
import Orders
import Storage
import TestKit
import Testing
import Values

/// What staff do with orders stands in the log.
@Suite struct DeedTests {
  private func log(_ desk: OrderDesk) -> DeedLog {
    DeedLog(database: desk.store.database, clock: desk.store.clock.clock)
  }

  // req: 2.3.3-3
  @Test func `passing, shipping and completing are noted with the states before and after, and buyers' deeds aren't`()
    async throws
  {
    let desk = try await OrderDesk()
    let mei = AuditActor(.staff(desk.staff), name: "Mei", origin: "203.0.113.7")
    let signed = try await desk.pay(desk.place("one"))
    let proved = try await desk.pay(desk.place("two"))
    let dropped = try await desk.place("three")
    try await AuditActor.$current.withValue(mei) {
      for order in [signed, proved] {
        _ = try await desk.orders.pass(order.id, by: desk.staff, note: "all there")
        _ = try await desk.orders.ship(
          order.id, ShipmentNote(carrier: "shunfeng", trackingNumber: "SF123456"), by: desk.staff)
      }
      _ = try await desk.orders.confirmReceipt(signed.id, by: .buyer(desk.buyer))
      _ = try await desk.orders.confirmReceipt(proved.id, by: .staff(desk.staff))
      _ = try await desk.orders.confirmReceipt(proved.id, by: .staff(desk.staff))
      _ = try await desk.orders.cancel(dropped.id, by: .buyer(desk.buyer), reason: .byBuyer)
    }
    let entries = try await log(desk).entries(matching: DeedFilter(), after: 0, limit: 100)
    #expect(
      entries.map(\.verb) == ["orders.pass", "orders.ship", "orders.pass", "orders.ship", "orders.complete"])
    #expect(entries.allSatisfy { $0.who == "\(desk.staff)" && $0.whoName == "Mei" && $0.merchant == desk.merchant })
    #expect(entries[0].subject == "\(signed.id)" && entries[0].subjectName == signed.number.rawValue)
    #expect(entries[0].note == "all there")
    #expect(entries[0].fieldsBefore == ["state": "awaitingReview"])
    #expect(
      entries[1].fieldsAfter == ["state": "awaitingReceipt", "carrier": "shunfeng", "trackingNumber": "SF123456"])
    #expect(entries[4].fieldsAfter == ["state": "completed"])
  }

  // req: 2.3.3-3
  @Test func `changes, other places and rejections are noted once, with what was there before`() async throws {
    let desk = try await OrderDesk()
    let order = try await desk.pay(desk.place("one", lines: [desk.line(count: 3)]))
    let place = try OrderDesk.destination()
    let moved = Destination(
      recipient: place.recipient, phone: place.phone, region: place.region, regionName: place.regionName,
      street: "漕溪北路 2 号", postcode: place.postcode)
    let change = OrderChange(
      revision: order.revision,
      lines: [OrderChange.Line(line: order.lines[0].id, quantity: 2, unit: order.lines[0].unit)], destination: moved,
      reason: "as they asked", payBefore: order.payBefore)
    let edit: OrderEditID = desk.store.ids.next()
    for _ in 1...2 { _ = try await desk.orders.edit(order.id, as: edit, change, by: desk.staff) }
    _ = try await desk.orders.pass(order.id, by: desk.staff, note: "")
    for _ in 1...2 { _ = try await desk.orders.readdress(order.id, to: place, by: desk.staff) }
    let other = try await desk.pay(desk.place("two"))
    for _ in 1...2 {
      _ = try await desk.orders.reject(other.id, by: .staff(desk.staff), reason: .rejected, words: "too far")
    }
    let entries = try await log(desk).entries(matching: DeedFilter(), after: 0, limit: 100)
    try #require(entries.map(\.verb) == ["orders.edit", "orders.pass", "orders.readdress", "orders.reject"])
    #expect(entries.allSatisfy { $0.who == "\(desk.staff)" && $0.merchant == desk.merchant })
    #expect(entries[0].note == "as they asked" && entries[0].subjectName == order.number.rawValue)
    #expect(entries[0].fieldsBefore == ["due": "270.00", "TEA-1.quantity": "3", "street": place.street])
    #expect(entries[0].fieldsAfter == ["due": "182.00", "TEA-1.quantity": "2", "street": moved.street])
    #expect(entries[0].masked().fieldsAfter == ["due": "182.00", "TEA-1.quantity": "2", "street": "•••"])
    #expect(entries[2].fieldsBefore["street"] == moved.street && entries[2].fieldsAfter["street"] == place.street)
    #expect(entries[3].note == "too far")
    #expect(entries[3].fieldsBefore == ["state": "awaitingReview"])
    #expect(entries[3].fieldsAfter == ["state": "cancelled", "reason": "rejected"])
  }

  // req: 2.3.3-3
  @Test func `what can't be noted isn't done`() async throws {
    let desk = try await OrderDesk()
    let order = try await desk.pay(desk.place("one"))
    try await desk.store.database.write { try $0.execute(TestEngine.current.refuse("INSERT", on: "deed")) }
    await #expect(throws: (any Error).self) { try await desk.orders.pass(order.id, by: desk.staff, note: "") }
    #expect(try await desk.orders.order(order.id)?.state == .awaitingReview)
    #expect(try await desk.orders.timeline(of: order.id).map(\.kind) == [.placed, .paid])
    try await desk.store.database.write { try $0.execute("DROP TRIGGER broken") }
    #expect(try await desk.orders.pass(order.id, by: desk.staff, note: "").state == .awaitingShipment)
  }

  // req: 2.3.3-3
  @Test func `of many who pass one order at once, one deed is noted`() async throws {
    let desk = try await OrderDesk()
    let order = try await desk.pay(desk.place("one"))
    await withTaskGroup(of: Void.self) { group in
      for _ in 1...20 { group.addTask { _ = try? await desk.orders.pass(order.id, by: desk.staff, note: "") } }
    }
    let entries = try await log(desk).entries(matching: DeedFilter(verb: "orders.pass"), after: 0, limit: 100)
    #expect(entries.map(\.subject) == ["\(order.id)"])
    #expect(try await log(desk).verify().fault == nil)
  }
}
