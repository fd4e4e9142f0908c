import Events
import Orders
import Storage
import TestKit
import Testing
import Values

/// Changes of paid orders, and their rejection.
@Suite struct ReviewTests {
  private func change(
    _ order: Order, _ lines: [(Int, Int, Int64)] = [], added: [CheckoutOrders.NewLine] = [], freight: Int64? = nil,
    destination: Destination? = nil, note: String? = nil
  ) -> OrderChange {
    OrderChange(
      revision: order.revision,
      lines: lines.map { index, quantity, unit in
        OrderChange.Line(
          line: order.lines[index].id, quantity: quantity, unit: Money(minor: unit, currency: .cny))
      },
      added: added, freight: freight.map { Money(minor: $0, currency: .cny) }, destination: destination, note: note,
      reason: "as they asked", payBefore: order.payBefore.adding(.hours(72)))
  }

  private func paid(_ desk: OrderDesk, _ key: String = "1") async throws -> Order {
    let lines = [try desk.line(count: 3, discount: 300), try desk.line(unit: 1000)]
    return try await desk.pay(try await desk.place(key, lines: lines))
  }

  // req: 4.2.2-6
  @Test func `a cheaper order leaves what is above to go back, once, and says what changed`() async throws {
    let desk = try await OrderDesk()
    let order = try await paid(desk)
    #expect(order.amounts.due == desk.yuan(27_700))
    let edit: OrderEditID = desk.store.ids.next()
    let made = change(order, [(0, 2, 8800), (1, 0, 1000)], freight: 500, note: "ring twice")
    let changed = try await desk.orders.edit(order.id, as: edit, made, by: desk.staff)
    #expect(changed.lines.map(\.quantity.count) == [2])
    #expect(changed.amounts.goods == desk.yuan(17_600))
    #expect(changed.amounts.discount == desk.yuan(200), "each unit keeps its part of the discount")
    #expect(changed.amounts.due == desk.yuan(17_900))
    #expect(changed.amounts.paid == desk.yuan(17_900))
    #expect(changed.note == "ring twice")
    #expect(changed.openDifference == nil)
    #expect(try await desk.orders.edit(order.id, as: edit, made, by: desk.staff) == changed)
    let edits = try await desk.orders.edits(of: order.id)
    #expect(edits.map(\.refund) == [desk.yuan(9800)])
    #expect(edits.first?.differences.map(\.what) == [.quantity, .removed, .freight, .note])
    #expect(edits.first?.differences.first?.before == "3")
    #expect(edits.first?.differences.first?.after == "2")
    #expect(try await desk.orders.timeline(of: order.id).map(\.kind) == [.placed, .paid, .edited])
    let told = try #require(try await desk.store.toldEvents().last).decode(OrderEdited.self)
    #expect(told.refund == desk.yuan(9800))
    #expect(told.difference == desk.yuan(0))
    #expect(
      try await desk.orders.sales(of: order.lines.map(\.product))
        == [order.lines[0].product: 2, order.lines[1].product: 0])
    #expect(try await desk.orders.audit().isEmpty)
  }

  // req: 4.2.2-6
  @Test func `a dearer order can't be passed before the difference is paid, which is taken once`() async throws {
    let desk = try await OrderDesk()
    let order = try await paid(desk)
    let added = try desk.line(LocalizedText(en: "Tray", zhHans: "茶盘"), unit: 5000, count: 2)
    let changed = try await desk.orders.edit(
      order.id, as: desk.store.ids.next(), change(order, [(0, 3, 9000)], added: [added]), by: desk.staff)
    #expect(changed.openDifference == desk.yuan(10_600))
    #expect(changed.payable == desk.yuan(10_600))
    #expect(changed.payBefore == order.payBefore.adding(.hours(72)))
    #expect(try await desk.orders.audit().isEmpty)
    await #expect(throws: OrderRefusal.differenceOpen(desk.yuan(10_600))) {
      try await desk.orders.pass(order.id, by: desk.staff, note: "")
    }
    let (payment, now): (PaymentID, Timestamp) = (desk.store.ids.next(), desk.store.clock.now)
    await #expect(throws: OrderRefusal.amountMismatch(due: desk.yuan(10_600), paid: desk.yuan(10_599))) {
      try await desk.orders.takeDifference(order.id, by: payment, amount: desk.yuan(10_599), at: now)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...20 {
        group.addTask {
          let full = try await desk.orders.takeDifference(order.id, by: payment, amount: desk.yuan(10_600), at: now)
          #expect(full.amounts.paid == full.amounts.due)
        }
      }
      try await group.waitForAll()
    }
    #expect(try await desk.orders.supplements(of: [order.id])[order.id]?.map(\.payment) == [payment])
    let told = try await desk.store.toldEvents().filter { $0.name == OrderDifferencePaid.name }
    #expect(try told.map { try $0.decode(OrderDifferencePaid.self).payment } == [payment], "told once")
    await #expect(throws: OrderRefusal.notPayable(.awaitingReview)) {
      try await desk.orders.takeDifference(order.id, by: desk.store.ids.next(), amount: desk.yuan(10_600), at: now)
    }
    #expect(try await desk.orders.pass(order.id, by: desk.staff, note: "").state == .awaitingShipment)
    #expect(try await desk.orders.audit().isEmpty)
  }

  @Test func `a change that changes nothing leaves no trace`() async throws {
    let desk = try await OrderDesk()
    let order = try await paid(desk)
    let same = change(
      order, [(0, 3, 8800)], freight: 600, destination: try OrderDesk.destination(), note: order.note)
    #expect(try await desk.orders.edit(order.id, as: desk.store.ids.next(), same, by: desk.staff) == order)
    #expect(try await desk.orders.edits(of: order.id).isEmpty)
  }

  // req: 4.2.2-6
  @Test func `the place is changed and both are kept`() async throws {
    let desk = try await OrderDesk()
    let order = try await paid(desk)
    let place = Destination(
      recipient: "韩梅梅", phone: "13900139000", region: try unwrap(RegionCode(rawValue: "310115")),
      regionName: LocalizedText(en: "Pudong, Shanghai", zhHans: "上海市浦东新区"), street: "世纪大道 1 号", postcode: "")
    let changed = try await desk.orders.edit(
      order.id, as: desk.store.ids.next(), change(order, destination: place), by: desk.staff)
    #expect(changed.destination == place)
    #expect(changed.amounts == order.amounts)
    let differences = try await desk.orders.edits(of: order.id).flatMap(\.differences)
    #expect(differences.map(\.what) == [.recipient, .phone, .region, .street, .postcode])
    #expect(differences.map(\.before) == ["李雷", "13800138000", "310104", "漕溪北路 1 号", "200030"])
  }

  @Test func `nonsense is refused beside its field, and nothing changes`() async throws {
    let desk = try await OrderDesk()
    let order = try await paid(desk)
    let line = order.lines[0].id
    let cases: [(OrderChange, String)] = [
      (change(order, [(0, -1, 8800)]), "quantity.\(line)"), (change(order, [(0, 10_000, 8800)]), "quantity.\(line)"),
      (change(order, [(0, 1, -1)]), "unit.\(line)"), (change(order, [(0, 1, 10_000_000_001)]), "unit.\(line)"),
      (change(order, [(0, 0, 0), (1, 0, 0)]), "lines"), (change(order, freight: -1), "freight"),
      (change(order, note: String(repeating: "x", count: 501)), "note"), (change(order, note: "a\u{202E}b"), "note"),
      (
        OrderChange(
          revision: 0, lines: [OrderChange.Line(line: desk.store.ids.next(), quantity: 1, unit: desk.yuan(1))],
          payBefore: order.payBefore), "lines"
      ),
      (
        OrderChange(
          revision: 0,
          lines: [OrderChange.Line(line: line, quantity: 1, unit: Money(minor: 1, currency: .usd))],
          payBefore: order.payBefore), "unit.\(line)"
      ),
    ]
    for (change, field) in cases {
      await #expect("\(field)") {
        try await desk.orders.edit(order.id, as: desk.store.ids.next(), change, by: desk.staff)
      } throws: { ($0 as? FieldFaults)?.faults.contains { $0.field == field } == true }
    }
    #expect(try await desk.orders.order(order.id) == order)
  }

  // req: 4.2.2-7
  @Test func `of many reviewers at once one changes the order, and the others are told`() async throws {
    let desk = try await OrderDesk()
    for round in 0..<5 {
      let order = try await paid(desk, "race-\(round)")
      let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
        for units in 1...6 {
          group.addTask {
            do {
              _ = try await desk.orders.edit(
                order.id, as: desk.store.ids.next(), change(order, [(0, units + 3, 8800)]), by: desk.staff)
              return true
            } catch OrderRefusal.changedMeanwhile {
              return false
            }
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(outcomes == 1)
      #expect(try await desk.orders.order(order.id)?.revision == 1)
    }
    #expect(try await desk.orders.audit().isEmpty)
  }

  // req: 4.2.2-7
  @Test func `passing, changing and rejecting at once leave one result`() async throws {
    let desk = try await OrderDesk()
    for round in 0..<10 {
      let order = try await paid(desk, "race-\(round)")
      async let passed = try? desk.orders.pass(order.id, by: desk.staff, note: "")
      async let rejected = try? desk.orders.reject(
        order.id, by: .staff(desk.staff), reason: .rejected, words: "no stock")
      async let changed = try? desk.orders.edit(
        order.id, as: desk.store.ids.next(), change(order, [(0, 1, 8800)]), by: desk.staff)
      let (pass, reject, _) = await (passed, rejected, changed)
      #expect((pass == nil) != (reject == nil))
      let state = try await desk.orders.order(order.id)?.state
      #expect(state == (pass == nil ? .cancelled : .awaitingShipment))
    }
    #expect(try await desk.orders.audit().isEmpty)
  }

  @Test func `a rejected order owes all that was paid, and its reason is the buyer's to read`() async throws {
    let desk = try await OrderDesk()
    let order = try await paid(desk)
    await #expect(throws: FieldFaults.self) {
      try await desk.orders.reject(order.id, by: .staff(desk.staff), reason: .rejected, words: " ")
    }
    let rejected = try await desk.orders.reject(
      order.id, by: .staff(desk.staff), reason: .rejected, words: "the kiln broke")
    #expect(rejected.state == .cancelled)
    #expect(
      try await desk.orders.reject(order.id, by: .staff(desk.staff), reason: .rejected, words: "again") == rejected)
    let edits = try await desk.orders.edits(of: order.id)
    #expect(edits.map(\.kind) == [.rejected])
    #expect(edits.map(\.refund) == [order.amounts.due])
    let timeline = try await desk.orders.timeline(of: order.id)
    #expect(timeline.map(\.kind) == [.placed, .paid, .rejected, .cancelled])
    #expect(timeline.compactMap(\.buyerNote) == ["the kiln broke", "rejected"])
    await #expect(throws: OrderRefusal.wrongState(.cancelled)) {
      try await desk.orders.edit(order.id, as: desk.store.ids.next(), change(order, freight: 0), by: desk.staff)
    }
    #expect(try await desk.orders.audit().isEmpty)
  }

  @Test func `a buyer may go only while more is asked of them, and only from an order of their own`() async throws {
    let desk = try await OrderDesk()
    let order = try await paid(desk)
    let buyer = Actor.buyer(desk.buyer)
    await #expect(throws: OrderRefusal.wrongState(.awaitingReview)) {
      try await desk.orders.reject(order.id, by: buyer, reason: .byBuyer, words: "")
    }
    _ = try await desk.orders.edit(
      order.id, as: desk.store.ids.next(), change(order, freight: 700), by: desk.staff)
    await #expect(throws: OrderRefusal.unknownOrder) {
      try await desk.orders.reject(order.id, by: .buyer(desk.store.ids.next()), reason: .byBuyer, words: "")
    }
    #expect(try await desk.orders.reject(order.id, by: buyer, reason: .byBuyer, words: "").state == .cancelled)
    #expect(try await desk.orders.audit().isEmpty)
  }

  @Test func `orders that aren't in review can't be changed`() async throws {
    let desk = try await OrderDesk()
    let unpaid = try await desk.place("1")
    await #expect(throws: OrderRefusal.wrongState(.awaitingPayment)) {
      try await desk.orders.edit(unpaid.id, as: desk.store.ids.next(), change(unpaid, freight: 0), by: desk.staff)
    }
    let passed = try await paid(desk, "2")
    _ = try await desk.orders.pass(passed.id, by: desk.staff, note: "")
    await #expect(throws: OrderRefusal.wrongState(.awaitingShipment)) {
      try await desk.orders.reject(passed.id, by: .staff(desk.staff), reason: .rejected, words: "no")
    }
    await #expect(throws: OrderRefusal.unknownOrder) {
      try await desk.orders.edit(
        desk.store.ids.next(), as: desk.store.ids.next(), change(passed, freight: 0), by: desk.staff)
    }
  }

  @Test func `the list of those that wait longest runs the other way, page by page`() async throws {
    let desk = try await OrderDesk()
    var placed: [OrderID] = []
    for index in 0..<12 {
      placed.append(try await desk.place("cart-\(index)").id)
      if index.isMultiple(of: 3) { desk.store.clock.advance(by: .seconds(1)) }
    }
    var filter = OrderFilter()
    filter.isOldestFirst = true
    var (listed, after): ([OrderID], Cursor?) = ([], nil)
    repeat {
      let page = try await desk.orders.orders(.platform, matching: filter, PageRequest(limit: 5, after: after))
      listed += page.items.map(\.id)
      after = page.next
    } while after != nil
    #expect(listed == placed)
  }
}
