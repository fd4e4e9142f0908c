import Events
import Orders
import Storage
import TestKit
import Testing
import Values

@Suite struct TakingBackTests {
  private func passed(_ desk: OrderDesk, _ key: String, counts: [Int]) async throws -> Order {
    let placed = try await desk.place(key, lines: try counts.map { try desk.line(count: $0) })
    _ = try await desk.pay(placed)
    return try await desk.orders.pass(placed.id, by: desk.staff, note: "")
  }

  private func ship(_ desk: OrderDesk, _ order: Order) async throws -> Order {
    try await desk.orders.ship(
      order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF123456"), by: desk.staff)
  }

  @Test func `units that were taken back are noted once, and an order without any left is refunded`() async throws {
    let desk = try await OrderDesk()
    let order = try await passed(desk, "1", counts: [2, 1])
    let (first, second) = (order.lines[0].id, order.lines[1].id)
    for _ in 1...2 {
      let part = try await desk.orders.takeBack(
        [first: 1], of: order.id, key: "a", ifUnshipped: true, by: .system)
      #expect(part.state == .awaitingShipment)
      #expect(part.lines.map(\.returned) == [1, 0] && part.lines.map(\.kept) == [1, 1])
    }
    await #expect(throws: OrderRefusal.moreThanOrdered(first, left: 1)) {
      try await desk.orders.takeBack([first: 2], of: order.id, key: "b", ifUnshipped: true, by: .system)
    }
    #expect(try await desk.orders.order(order.id)?.lines.map(\.returned) == [1, 0])
    _ = try await ship(desk, order)
    await #expect(throws: OrderRefusal.wrongState(.awaitingReceipt)) {
      try await desk.orders.takeBack([second: 1], of: order.id, key: "c", ifUnshipped: true, by: .system)
    }
    let whole = try await desk.orders.takeBack(
      [first: 1, second: 1], of: order.id, key: "d", ifUnshipped: false, by: .system)
    #expect(whole.state == .refunded)
    #expect(
      try await desk.orders.timeline(of: order.id).map(\.kind)
        == [.placed, .paid, .passed, .partlyRefunded, .shipped, .refunded])
    #expect(try await desk.store.toldEvents().last?.name == OrderRefunded.name)
    #expect(try await desk.orders.audit().isEmpty)
  }

  @Test func `units in parcels aren't taken back while the order waits`() async throws {
    let desk = try await OrderDesk()
    let order = try await passed(desk, "1", counts: [3])
    let line = order.lines[0].id
    await #expect(throws: OrderRefusal.inParcels(line, left: 1)) {
      try await desk.orders.takeBack(
        [line: 2], of: order.id, key: "a", ifUnshipped: true, packed: [line: 2], by: .system)
    }
    for _ in 1...2 {
      let part = try await desk.orders.takeBack(
        [line: 1], of: order.id, key: "a", ifUnshipped: true, packed: [line: 2], by: .system)
      #expect(part.lines.map(\.kept) == [2])
    }
    #expect(try await desk.orders.audit().isEmpty)
  }

  // req: 4.2.4-6
  @Test func `units that are kept back are sent by nobody, and are let go or taken back, once`() async throws {
    let desk = try await OrderDesk()
    let order = try await passed(desk, "1", counts: [2])
    let line = order.lines[0].id
    for _ in 1...2 {
      #expect(try await desk.orders.keepBack([line: 2], of: order.id, key: "a").lines.map(\.kept) == [0])
    }
    #expect(try await desk.orders.audit().isEmpty)
    #expect(try await desk.orders.letGo([line: 2], of: order.id, key: "a"))
    #expect(try await !desk.orders.letGo([line: 2], of: order.id, key: "a"))
    #expect(try await desk.orders.order(order.id)?.lines.map(\.kept) == [2])
    _ = try await desk.orders.keepBack([line: 1], of: order.id, key: "b")
    await #expect(throws: OrderRefusal.moreThanOrdered(line, left: 1)) {
      try await desk.orders.keepBack([line: 2], of: order.id, key: "c")
    }
    // The other unit leaves meanwhile.
    _ = try await ship(desk, order)
    for _ in 1...2 {
      let taken = try await desk.orders.takeBack([line: 1], of: order.id, key: "b", ifUnshipped: true, by: .system)
      #expect(taken.state == .awaitingReceipt && taken.lines.map(\.kept) == [1])
    }
    #expect(try await !desk.orders.letGo([line: 1], of: order.id, key: "b"))
    await #expect(throws: OrderRefusal.wrongState(.awaitingReceipt)) {
      try await desk.orders.keepBack([line: 1], of: order.id, key: "d")
    }
    #expect(try await desk.orders.audit().isEmpty)
  }

  // req: 4.2.4-6
  @Test func `an order is either shipped or taken back whole, never both`() async throws {
    let desk = try await OrderDesk()
    for round in 1...8 {
      let order = try await passed(desk, "\(round)", counts: [1])
      let line = order.lines[0].id
      let done = try await withThrowingTaskGroup(of: Bool.self) { group in
        for isShipping in [true, false] {
          group.addTask {
            do {
              if isShipping {
                _ = try await ship(desk, order)
              } else {
                _ = try await desk.orders.takeBack(
                  [line: 1], of: order.id, key: "whole-\(round)", ifUnshipped: true, by: .system)
              }
              return true
            } catch is OrderRefusal {
              return false
            }
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(done == 1)
    }
    #expect(try await desk.orders.audit().isEmpty)
  }

  @Test func `nothing is taken back of an order that isn't paid, or of one that isn't there`() async throws {
    let desk = try await OrderDesk()
    let order = try await desk.place("1")
    await #expect(throws: OrderRefusal.wrongState(.awaitingPayment)) {
      try await desk.orders.takeBack(
        [order.lines[0].id: 1], of: order.id, key: "a", ifUnshipped: false, by: .system)
    }
    await #expect(throws: OrderRefusal.unknownOrder) {
      try await desk.orders.takeBack([:], of: desk.store.ids.next(), key: "b", ifUnshipped: false, by: .system)
    }
  }
}
