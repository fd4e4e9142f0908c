import Events
import Orders
import Storage
import TestKit
import Testing
import Values

@Suite struct MoveTests {
  @Test func `an order goes from placing to completion, and its timeline tells how`() async throws {
    let desk = try await OrderDesk()
    let product: ProductID = desk.store.ids.next()
    let placed = try await desk.place(
      "1", lines: [try desk.line(count: 2, product: product), try desk.line(product: product)])
    let paid = try await desk.pay(placed)
    #expect(paid.state == .awaitingReview)
    #expect(paid.amounts.paid == paid.amounts.due)
    #expect(try await desk.orders.pass(placed.id, by: desk.staff, note: "ok").state == .awaitingShipment)
    let shipment = ShipmentNote(carrier: "顺丰速运", trackingNumber: "SF1234567890")
    let shipped = try await desk.orders.ship(placed.id, shipment, by: desk.staff)
    #expect(shipped.shipment == shipment)
    let done = try await desk.orders.confirmReceipt(placed.id, by: .buyer(desk.buyer))
    #expect(done.state == .completed)
    #expect(try await desk.orders.confirmReceipt(placed.id, by: .buyer(desk.buyer)) == done)
    let timeline = try await desk.orders.timeline(of: placed.id)
    #expect(timeline.map(\.kind) == [.placed, .paid, .passed, .shipped, .completed])
    #expect(timeline.last?.actor == .buyer(desk.buyer))
    #expect(try await desk.orders.sales(of: [product]) == [product: 3])
    #expect(
      try await desk.store.toldEvents().map(\.name) == [
        OrderPlaced.name, OrderPaid.name, OrderShipped.name, OrderCompleted.name,
      ])
    #expect(try await desk.orders.audit().isEmpty)
  }

  @Test func `a payment told a hundred times at once counts once`() async throws {
    let desk = try await OrderDesk()
    let product: ProductID = desk.store.ids.next()
    let order = try await desk.place("1", lines: [try desk.line(product: product)])
    let payment: PaymentID = desk.store.ids.next()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<100 { group.addTask { _ = try await desk.pay(order, by: payment) } }
      try await group.waitForAll()
    }
    #expect(try await desk.orders.sales(of: [product]) == [product: 1])
    #expect(try await desk.orders.timeline(of: order.id).map(\.kind) == [.placed, .paid])
    #expect(try await desk.store.toldEvents().count == 2)
  }

  @Test func `money that doesn't fit, comes twice or too late is refused`() async throws {
    let desk = try await OrderDesk()
    let order = try await desk.place("1")
    let less = try order.amounts.due.subtracting(desk.yuan(1))
    await #expect(throws: OrderRefusal.amountMismatch(due: order.amounts.due, paid: less)) {
      try await desk.orders.markPaid(order.id, by: desk.store.ids.next(), amount: less, at: desk.store.clock.now)
    }
    let dollars = Money(minor: order.amounts.due.minor, currency: .usd)
    await #expect(throws: OrderRefusal.self) {
      try await desk.orders.markPaid(order.id, by: desk.store.ids.next(), amount: dollars, at: desk.store.clock.now)
    }
    _ = try await desk.pay(order)
    await #expect(throws: OrderRefusal.notPayable(.awaitingReview)) { try await desk.pay(order) }
    let late = try await desk.place("2")
    _ = try await desk.orders.cancel(late.id, by: .system, reason: .unpaidInTime)
    await #expect(throws: OrderRefusal.notPayable(.cancelled)) { try await desk.pay(late) }
    #expect(try await desk.orders.audit().isEmpty)
  }

  @Test func `an order is cancelled once, while unpaid, and by no other buyer`() async throws {
    let desk = try await OrderDesk()
    let order = try await desk.place("1")
    await #expect(throws: OrderRefusal.unknownOrder) {
      try await desk.orders.cancel(order.id, by: .buyer(desk.store.ids.next()), reason: .byBuyer)
    }
    let cancelled = try await desk.orders.cancel(order.id, by: .buyer(desk.buyer), reason: .byBuyer)
    #expect(cancelled.state == .cancelled)
    #expect(try await desk.orders.cancel(order.id, by: .system, reason: .unpaidInTime) == cancelled)
    #expect(try await desk.store.toldEvents().map(\.name) == [OrderPlaced.name, OrderCancelled.name])
    let paid = try await desk.pay(try await desk.place("2"))
    await #expect(throws: OrderRefusal.wrongState(.awaitingReview)) {
      try await desk.orders.cancel(paid.id, by: .buyer(desk.buyer), reason: .byBuyer)
    }
  }

  @Test func `cancelling and paying at once leave one of both`() async throws {
    let desk = try await OrderDesk()
    for index in 0..<30 {
      let order = try await desk.place("cart-\(index)")
      async let paid = try? desk.pay(order)
      async let cancelled = try? desk.orders.cancel(order.id, by: .system, reason: .unpaidInTime)
      let (first, second) = await (paid, cancelled)
      #expect((first == nil) != (second == nil))
    }
    #expect(try await desk.orders.audit().isEmpty)
  }

  @Test func `every move that the states don't allow is refused`() async throws {
    let desk = try await OrderDesk()
    let order = try await desk.place("1")
    let shipment = ShipmentNote(carrier: "SF", trackingNumber: "SF12345")
    await #expect(throws: OrderRefusal.wrongState(.awaitingPayment)) {
      try await desk.orders.pass(order.id, by: desk.staff, note: "")
    }
    await #expect(throws: OrderRefusal.wrongState(.awaitingPayment)) {
      try await desk.orders.ship(order.id, shipment, by: desk.staff)
    }
    await #expect(throws: OrderRefusal.wrongState(.awaitingPayment)) {
      try await desk.orders.confirmReceipt(order.id, by: .buyer(desk.buyer))
    }
    _ = try await desk.pay(order)
    await #expect(throws: OrderRefusal.wrongState(.awaitingReview)) {
      try await desk.orders.ship(order.id, shipment, by: desk.staff)
    }
    _ = try await desk.orders.pass(order.id, by: desk.staff, note: "")
    await #expect(throws: OrderRefusal.wrongState(.awaitingShipment)) {
      try await desk.orders.pass(order.id, by: desk.staff, note: "")
    }
    await #expect(throws: OrderRefusal.unknownOrder) {
      try await desk.orders.pass(desk.store.ids.next(), by: desk.staff, note: "")
    }
  }

  @Test(arguments: [
    ("", "SF123456"), ("SF", ""), ("SF", "123"), ("SF", "SF 12345"), ("S\u{0}F", "SF12345"), ("SF", "单号12345"),
  ])
  func `a shipment without carrier or number is refused`(carrier: String, number: String) async throws {
    let desk = try await OrderDesk()
    let order = try await desk.pay(try await desk.place("1"))
    _ = try await desk.orders.pass(order.id, by: desk.staff, note: "")
    await #expect(throws: FieldFaults.self) {
      try await desk.orders.ship(order.id, ShipmentNote(carrier: carrier, trackingNumber: number), by: desk.staff)
    }
    #expect(try await desk.orders.order(order.id)?.state == .awaitingShipment)
  }

  // req: 4.2.3-10
  @Test func `goods that haven't arrived can go to another place, and its change is on the timeline`() async throws {
    let desk = try await OrderDesk()
    let order = try await desk.pay(try await desk.place("1"))
    let old = try OrderDesk.destination()
    let place = Destination(
      recipient: "韩梅梅", phone: "13900139000", region: old.region, regionName: old.regionName, street: "安福路 12 号",
      postcode: "")
    await #expect(throws: OrderRefusal.wrongState(.awaitingReview)) {
      try await desk.orders.readdress(order.id, to: place, by: desk.staff)
    }
    _ = try await desk.orders.pass(order.id, by: desk.staff, note: "")
    #expect(try await desk.orders.readdress(order.id, to: place, by: desk.staff).destination == place)
    #expect(try await desk.orders.readdress(order.id, to: place, by: desk.staff).destination == place)
    _ = try await desk.orders.ship(
      order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF12345"), by: desk.staff)
    #expect(try await desk.orders.readdress(order.id, to: old, by: desk.staff).destination == old)
    _ = try await desk.orders.confirmReceipt(order.id, by: .buyer(desk.buyer))
    await #expect(throws: OrderRefusal.wrongState(.completed)) {
      try await desk.orders.readdress(order.id, to: place, by: desk.staff)
    }
    #expect(
      try await desk.orders.timeline(of: order.id).map(\.kind) == [
        .placed, .paid, .passed, .readdressed, .shipped, .readdressed, .completed,
      ])
    #expect(try await desk.orders.audit().isEmpty)
  }

  @Test func `an order passes screening by itself, or waits with the reasons on it, once`() async throws {
    let desk = try await OrderDesk()
    let small = try await desk.pay(try await desk.place("small"))
    #expect(try await desk.orders.screen(small.id, passes: true, reasons: []).state == .awaitingShipment)
    #expect(try await desk.orders.screen(small.id, passes: true, reasons: [.oddQuantity]).heldFor.isEmpty)
    #expect(try await desk.orders.timeline(of: small.id).map(\.kind) == [.placed, .paid, .passed])
    let odd = try await desk.pay(try await desk.place("odd"))
    let held = try await desk.orders.screen(odd.id, passes: false, reasons: [.oddQuantity, .newAccount])
    #expect(held.state == .awaitingReview)
    #expect(held.heldFor == [.oddQuantity, .newAccount])
    #expect(try await desk.orders.screen(odd.id, passes: true, reasons: []).state == .awaitingReview)
    #expect(try await desk.orders.timeline(of: odd.id).map(\.kind) == [.placed, .paid, .held])
    #expect(try await desk.orders.audit().isEmpty)
  }

  // req: 4.2.2-0 4.2.2-6
  @Test func `a change that is asked for before screening neither hides what that finds nor lets the order pass`()
    async throws
  {
    let desk = try await OrderDesk()
    let odd = try await desk.pay(try await desk.place("odd"))
    _ = try await desk.orders.askForEdit(odd.id, wish: "Two of them", by: desk.staff)
    for _ in 1...2 {
      let held = try await desk.orders.screen(odd.id, passes: false, reasons: [.oddQuantity])
      #expect(held.heldFor == [.editAsked, .oddQuantity])
    }
    #expect(try await desk.orders.dismissEdit(odd.id, words: "", by: desk.staff).heldFor == [.oddQuantity])
    #expect(
      try await desk.orders.timeline(of: odd.id).map(\.kind) == [.placed, .paid, .editAsked, .held, .editDismissed])
    let small = try await desk.pay(try await desk.place("small"))
    _ = try await desk.orders.askForEdit(small.id, wish: "Two of them", by: desk.staff)
    let asked = try await desk.orders.screen(small.id, passes: true, reasons: [])
    #expect(asked.state == .awaitingReview && asked.heldFor == [.editAsked])
    #expect(try await desk.orders.audit().isEmpty)
  }

  // req: 4.2.2-6
  @Test func `asking and dismissing are told, and asking the same again changes nothing`() async throws {
    let desk = try await OrderDesk()
    let order = try await desk.pay(try await desk.place("one"))
    for _ in 1...2 { _ = try await desk.orders.askForEdit(order.id, wish: "Two of them", by: desk.staff) }
    await #expect(throws: OrderRefusal.editAskedAlready) {
      try await desk.orders.askForEdit(order.id, wish: "Two of them", by: desk.store.ids.next())
    }
    _ = try await desk.orders.dismissEdit(order.id, words: "", by: desk.staff)
    let told = try await desk.store.toldEvents().map(\.name)
    #expect(told.suffix(2) == [OrderEditAsked.name, OrderEditDismissed.name])
  }

  @Test func `the audit names the first row of each disagreement`() async throws {
    let desk = try await OrderDesk()
    let order = try await desk.pay(try await desk.place("1"))
    let other = try await desk.place("2")
    try await desk.store.database.write { transaction in
      try transaction.execute("UPDATE order_head SET paid = 1 WHERE id = \(order.id)")
      try transaction.execute("UPDATE order_head SET goods = goods + 1, due = due + 1 WHERE id = \(other.id)")
      try transaction.execute("UPDATE product_sales SET units = 7")
      try transaction.execute("DELETE FROM order_timeline WHERE order_id = \(order.id) AND kind = 'paid'")
    }
    let found = try await desk.orders.audit()
    #expect(found.count == 4)
    #expect(Set(found.map(\.row)).isSuperset(of: [order.id.description, other.id.description]))
  }
}
