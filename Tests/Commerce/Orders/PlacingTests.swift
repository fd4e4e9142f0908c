import Events
import Foundation
import Orders
import Storage
import TestKit
import Testing
import Values

@Suite struct PlacingTests {
  @Test func `a placed order is read back as it was answered`() async throws {
    let desk = try await OrderDesk()
    let order = try await desk.place("cart-1", lines: [try desk.line(count: 3, discount: 400), try desk.line(unit: 1)])
    #expect(order.amounts.goods.minor == 26_401)
    #expect(order.amounts.due.minor == 26_401 - 400 + 600)
    #expect(order.state == .awaitingPayment)
    #expect(try await desk.orders.order(order.id) == order)
    #expect(try await desk.orders.order(number: order.number) == order)
    #expect(try await desk.orders.orders(checkout: "cart-1") == [order])
    #expect(try await desk.orders.timeline(of: order.id).map(\.kind) == [.placed])
    #expect(try await desk.store.toldEvents().map(\.name) == [OrderPlaced.name])
    #expect(try await desk.orders.audit().isEmpty)
  }

  @Test func `the number is the day in China, a dash and ten digits that grow`() async throws {
    let desk = try await OrderDesk()
    var numbers: [String] = []
    for index in 0..<300 { numbers.append(try await desk.place("cart-\(index)").number.rawValue) }
    #expect(numbers == numbers.sorted())
    #expect(Set(numbers).count == 300)
    for number in numbers { #expect(number.wholeMatch(of: /20260115-\d{10}/) != nil) }
    // 16:30 in London is the next day in China.
    desk.store.clock.advance(by: .hours(14) + .minutes(30))
    #expect(try await desk.place("late").number.rawValue.hasPrefix("20260116-"))
  }

  @Test func `placing a checkout again answers the orders that stand, whatever the input`() async throws {
    let desk = try await OrderDesk()
    let first = try await desk.place("cart-1")
    let again = try await desk.place("cart-1", lines: [try desk.line(unit: 1)])
    #expect(again == first)
    #expect(try await desk.store.toldEvents().count == 1)
  }

  @Test func `a checkout placed from many tabs at once makes one order`() async throws {
    let desk = try await OrderDesk()
    let placed = try await withThrowingTaskGroup(of: OrderID.self) { group in
      for _ in 0..<50 { group.addTask { try await desk.place("cart-1").id } }
      return try await group.reduce(into: Set<OrderID>()) { $0.insert($1) }
    }
    #expect(placed.count == 1)
    #expect(try await desk.store.toldEvents().count == 1)
  }

  @Test func `two machines that draw the same number both place`() async throws {
    let desk = try await OrderDesk()
    let others = StoredOrders(
      database: desk.store.database, outbox: desk.store.outbox, ids: desk.store.ids, clock: desk.store.clock.clock)
    var numbers: Set<OrderNumber> = []
    for index in 0..<10 {
      numbers.insert(try await desk.place("here-\(index)").number)
      numbers.insert(try #require(try await others.place(try desk.checkout("there-\(index)")).first).number)
    }
    #expect(numbers.count == 20)
  }

  @Test func `a checkout of two merchants makes two orders of one key`() async throws {
    let desk = try await OrderDesk()
    var checkout = try desk.checkout("cart-1")
    checkout.orders.append(try desk.checkout("", merchant: desk.store.ids.next()).orders[0])
    let orders = try await desk.orders.place(checkout)
    #expect(orders.count == 2)
    #expect(Set(orders.map(\.merchant)).count == 2)
    #expect(try await desk.orders.orders(checkout: "cart-1") == orders)
  }

  @Test func `an order of many lines is stored whole`() async throws {
    let desk = try await OrderDesk()
    let order = try await desk.place("big", lines: try (0..<600).map { _ in try desk.line(unit: 100) })
    #expect(try await desk.orders.order(order.id)?.lines.count == 600)
  }

  @Test func `input that can't be an order is refused and leaves nothing`() async throws {
    let desk = try await OrderDesk()
    var faulty: [CheckoutOrders] = []
    var empty = try desk.checkout("a")
    empty.orders = []
    faulty.append(empty)
    faulty.append(try desk.checkout("b", lines: []))
    faulty.append(try desk.checkout("c", lines: [try desk.line(unit: -1)]))
    faulty.append(try desk.checkout("d", lines: [try desk.line(unit: 100, discount: 101)]))
    faulty.append(try desk.checkout("e", lines: [try desk.line(discount: -1)]))
    faulty.append(try desk.checkout("f", freight: -1))
    faulty.append(try desk.checkout("g", note: String(repeating: "长", count: 501)))
    faulty.append(try desk.checkout("h", note: "a\u{202E}b"))
    faulty.append(try desk.checkout(""))
    for checkout in faulty {
      await #expect(throws: FieldFaults.self) { try await desk.orders.place(checkout) }
    }
    let huge = try desk.checkout("i", lines: [try desk.line(unit: .max, count: 2)])
    await #expect(throws: MoneyFault.overflow) { try await desk.orders.place(huge) }
    #expect(try await desk.orders.orders(.platform, matching: OrderFilter(), PageRequest()).items.isEmpty)
    #expect(try await desk.store.toldEvents().isEmpty)
  }

  @Test func `nasty words are kept as they are`() async throws {
    let desk = try await OrderDesk()
    let words = "'; DROP TABLE order_head; -- <script>alert(1)</script> 🫖 שלום"
    let checkout = try desk.checkout("n", lines: [try desk.line(LocalizedText(words))], note: words)
    let order = try #require(try await desk.orders.place(checkout).first)
    #expect(try await desk.orders.order(order.id)?.note == words)
    #expect(try await desk.orders.order(order.id)?.lines.first?.title == LocalizedText(words))
  }

  @Test func `checkout keys are forgotten when they are old, their orders stay`() async throws {
    let desk = try await OrderDesk()
    for index in 1...5 { _ = try await desk.place("cart-\(index)") }
    desk.store.clock.advance(by: .days(91))
    _ = try await desk.place("cart-6")
    let horizon = desk.store.clock.now.adding(.days(-90))
    #expect(try await desk.orders.prune(checkoutsBefore: horizon, limit: 3) == 3)
    #expect(try await desk.orders.prune(checkoutsBefore: horizon, limit: 3) == 2)
    #expect(try await desk.orders.prune(checkoutsBefore: horizon, limit: 3) == 0)
    #expect(try await desk.orders.orders(checkout: "cart-1").count == 1)
  }
}
