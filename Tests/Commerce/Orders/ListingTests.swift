import Events
import Orders
import TestKit
import Testing
import Values

@Suite struct ListingTests {
  @Test func `the list runs newest first, page by page, without a gap or repeat`() async throws {
    let desk = try await OrderDesk()
    var placed: [OrderID] = []
    for index in 0..<25 {
      placed.append(try await desk.place("cart-\(index)").id)
      if index.isMultiple(of: 3) { desk.store.clock.advance(by: .seconds(1)) }
    }
    var listed: [OrderID] = []
    var after: Cursor?
    repeat {
      let page = try await desk.orders.orders(
        .buyer(desk.buyer), matching: OrderFilter(), PageRequest(limit: 7, after: after))
      listed += page.items.map(\.id)
      after = page.next
    } while after != nil
    #expect(listed == placed.reversed())
  }

  @Test func `each scope sees its own`() async throws {
    let desk = try await OrderDesk()
    let other = try #require(
      try await desk.orders.place(
        try desk.checkout("x", buyer: desk.store.ids.next(), merchant: desk.store.ids.next())
      ).first)
    let own = try await desk.place("own")
    func ids(_ scope: OrderScope) async throws -> [OrderID] {
      try await desk.orders.orders(scope, matching: OrderFilter(), PageRequest()).items.map(\.id)
    }
    #expect(try await ids(.buyer(desk.buyer)) == [own.id])
    #expect(try await ids(.merchant(other.merchant)) == [other.id])
    #expect(try await ids(.platform) == [own.id, other.id])
    #expect(try await desk.orders.counts(.buyer(desk.buyer)) == [.awaitingPayment: 1])
    #expect(try await desk.orders.counts(.platform) == [.awaitingPayment: 2])
  }

  @Test func `each filter works alone and with the others`() async throws {
    let desk = try await OrderDesk()
    let teapot = try await desk.place("teapot")
    desk.store.clock.advance(by: .days(1))
    let cup = try await desk.place(
      "cup", lines: [try desk.line(LocalizedText(en: "Red CUP 100%", zhHans: "红色杯子"), unit: 1000)], freight: 0)
    _ = try await desk.pay(cup)
    func found(_ filter: OrderFilter) async throws -> [OrderID] {
      try await desk.orders.orders(.buyer(desk.buyer), matching: filter, PageRequest()).items.map(\.id)
    }
    let yesterday = teapot.placedAt.adding(.hours(1))
    #expect(try await found(OrderFilter(number: teapot.number.rawValue)) == [teapot.id])
    #expect(try await found(OrderFilter(number: "20260116")) == [cup.id])
    #expect(try await found(OrderFilter(number: " 2026011")) == [cup.id, teapot.id])
    #expect(try await found(OrderFilter(number: "2026%")).isEmpty)
    #expect(try await found(OrderFilter(productName: "茶壶")) == [teapot.id])
    #expect(try await found(OrderFilter(productName: "ｃｕｐ")) == [cup.id])
    #expect(try await found(OrderFilter(productName: "100%")) == [cup.id])
    #expect(try await found(OrderFilter(productName: "_")).isEmpty)
    #expect(try await found(OrderFilter(productName: "!")).isEmpty)
    #expect(try await found(OrderFilter(productName: "'; DROP TABLE order_line; --")).isEmpty)
    #expect(try await found(OrderFilter(placedFrom: yesterday)) == [cup.id])
    #expect(try await found(OrderFilter(placedBefore: yesterday)) == [teapot.id])
    #expect(try await found(OrderFilter(placedBefore: teapot.placedAt)).isEmpty)
    #expect(try await found(OrderFilter(dueFrom: desk.yuan(1001))) == [teapot.id])
    #expect(try await found(OrderFilter(dueTo: desk.yuan(1000))) == [cup.id])
    #expect(try await found(OrderFilter(dueTo: Money(minor: 1000, currency: .usd))).isEmpty)
    #expect(try await found(OrderFilter(paidFrom: desk.yuan(1))) == [cup.id])
    #expect(try await found(OrderFilter(paidTo: desk.yuan(0))) == [teapot.id])
    #expect(try await found(OrderFilter(states: [.awaitingReview])) == [cup.id])
    #expect(try await found(OrderFilter(states: [.awaitingReview, .awaitingPayment])) == [cup.id, teapot.id])
    let all = OrderFilter(
      number: "2026", productName: "cup", placedFrom: yesterday, placedBefore: yesterday.adding(.days(3)),
      dueFrom: desk.yuan(1000), dueTo: desk.yuan(1000), paidFrom: desk.yuan(1000), paidTo: desk.yuan(1000),
      states: [.awaitingReview])
    #expect(try await found(all) == [cup.id])
    var none = all
    none.productName = "茶壶"
    #expect(try await found(none).isEmpty)
  }

  @Test func `a cursor of another list is refused`() async throws {
    let desk = try await OrderDesk()
    await #expect(throws: FieldFaults.self) {
      try await desk.orders.orders(
        .platform, matching: OrderFilter(), PageRequest(after: Cursor(["'; DROP TABLE", "1"])))
    }
  }

  @Test func `orders unpaid past their deadline are overdue, oldest first`() async throws {
    let desk = try await OrderDesk()
    let first = try await desk.place("1")
    desk.store.clock.advance(by: .minutes(1))
    let second = try await desk.place("2")
    let paid = try await desk.place("3")
    _ = try await desk.pay(paid)
    #expect(try await desk.orders.overdue(now: desk.store.clock.now, PageRequest()).items.isEmpty)
    let later = first.payBefore
    #expect(try await desk.orders.overdue(now: later, PageRequest()).items.map(\.id) == [first.id])
    let muchLater = later.adding(.days(1))
    #expect(try await desk.orders.overdue(now: muchLater, PageRequest()).items.map(\.id) == [first.id, second.id])
    let page = try await desk.orders.overdue(now: muchLater, PageRequest(limit: 1))
    #expect(page.items.map(\.id) == [first.id])
    let next = try #require(page.next)
    let rest = try await desk.orders.overdue(now: muchLater, PageRequest(limit: 1, after: next))
    #expect(rest.items.map(\.id) == [second.id])
    #expect(rest.next == nil)
  }
}
