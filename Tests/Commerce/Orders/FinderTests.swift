import Storage
import TestKit
import Testing
import Values

@testable import Orders

/// Whichever way a list is found, it holds the same orders.
@Suite struct FinderTests {
  private static let names = [
    LocalizedText(en: "Blue teapot", zhHans: "蓝色茶壶"), LocalizedText(en: "Red cup", zhHans: "红色杯子"),
    LocalizedText(en: "Tea, 100%", zhHans: "茶叶"), LocalizedText(en: "Kettle", zhHans: "水壶"),
  ]

  /// Orders of two merchants: all names, several amounts, paid and unpaid.
  private func filled(_ desk: OrderDesk, other: MerchantID) async throws -> [Order] {
    var orders: [Order] = []
    for index in 0..<36 {
      let lines = try (0...index % 3).map { line in
        try desk.line(Self.names[(index + line) % Self.names.count], unit: Int64(1000 + 100 * (index % 5)))
      }
      let merchant = index.isMultiple(of: 4) ? other : desk.merchant
      let placed = try #require(
        try await desk.orders.place(try desk.checkout("\(index)", merchant: merchant, lines: lines)).first)
      orders.append(index.isMultiple(of: 2) ? try await desk.pay(placed) : placed)
      desk.store.clock.advance(by: .hours(index.isMultiple(of: 3) ? 7 : 0))
    }
    return orders
  }

  private func filters(_ desk: OrderDesk, _ orders: [Order]) -> [OrderFilter] {
    let (some, later) = (orders[12], orders[25])
    var filters = [OrderFilter()]
    filters += ["茶", "tea", "CUP", "100%", "壶", "_", "nothing"].map { OrderFilter(productName: $0) }
    filters += ["2026", "20260116", some.number.rawValue, "9", "x"].map { OrderFilter(number: $0) }
    filters += [
      OrderFilter(placedFrom: some.placedAt, placedBefore: later.placedAt),
      OrderFilter(dueFrom: desk.yuan(2000), dueTo: desk.yuan(3000)), OrderFilter(paidFrom: desk.yuan(1)),
      OrderFilter(dueFrom: desk.yuan(1500), dueTo: desk.yuan(3000), paidFrom: desk.yuan(1), paidTo: desk.yuan(2500)),
      OrderFilter(dueTo: desk.yuan(1000), paidFrom: desk.yuan(1001)),
      OrderFilter(paidTo: desk.yuan(0)), OrderFilter(states: [.awaitingReview]),
      OrderFilter(productName: "茶", placedFrom: some.placedAt, states: [.awaitingReview, .awaitingPayment]),
      OrderFilter(
        number: "2026", productName: "tea", placedBefore: later.placedAt, dueFrom: desk.yuan(1500),
        paidFrom: desk.yuan(1), states: [.awaitingReview]),
    ]
    return filters
      + filters.map { filter in
        var other = filter
        other.isOldestFirst = true
        return other
      }
  }

  private func matches(_ order: Order, _ filter: OrderFilter, _ scope: OrderScope) -> Bool {
    if case .merchant(let merchant) = scope, order.merchant != merchant { return false }
    if let number = filter.number, !order.number.rawValue.hasPrefix(number) { return false }
    if let name = filter.productName.map(ProductNameFold.fold) {
      guard order.lines.contains(where: { ProductNameFold.text($0.title).contains(name) }) else { return false }
    }
    if let from = filter.placedFrom, order.placedAt < from { return false }
    if let before = filter.placedBefore, order.placedAt >= before { return false }
    if let from = filter.dueFrom, order.amounts.due < from { return false }
    if let to = filter.dueTo, order.amounts.due > to { return false }
    if let from = filter.paidFrom, order.amounts.paid < from { return false }
    if let to = filter.paidTo, order.amounts.paid > to { return false }
    return filter.states.isEmpty || filter.states.contains(order.state)
  }

  // req: 4.2.2-1
  @Test func `few, merged or walked along, a list holds what matches, page by page`() async throws {
    let desk = try await OrderDesk()
    let orders = try await filled(desk, other: desk.store.ids.next())
    let ways = [
      OrderFinder.Bounds(), OrderFinder.Bounds(few: 0), OrderFinder.Bounds(few: 0, merged: 0),
      OrderFinder.Bounds(few: 0, names: 1, merged: 1), OrderFinder.Bounds(few: 7),
      OrderFinder.Bounds(few: 0, merged: 1),
    ]
    for scope in [OrderScope.platform, .merchant(desk.merchant)] {
      for filter in filters(desk, orders) {
        let sorted = orders.sorted { ($0.placedAt, $0.id) < ($1.placedAt, $1.id) }
        let expected = (filter.isOldestFirst ? sorted : sorted.reversed()).filter { matches($0, filter, scope) }
        for bounds in ways {
          var found: [OrderID] = []
          var after: Cursor?
          repeat {
            let finder = OrderFinder(scope: scope, filter: filter, after: after, limit: 5, bounds: bounds)
            let page = try await desk.store.database.read { try finder.ids(in: $0) }
            found += page
            after =
              page.count < 5
              ? nil
              : orders.first { $0.id == page.last }.map {
                Cursor([String($0.placedAt.milliseconds), String($0.id.raw)])
              }
          } while after != nil && found.count < 100
          #expect(found == expected.map(\.id), "\(scope) \(filter) \(bounds)")
        }
      }
    }
  }

  @Test func `what a changed order is found by are the names that it has now`() async throws {
    let desk = try await OrderDesk()
    let lines = [try desk.line(Self.names[0]), try desk.line(Self.names[1])]
    let order = try await desk.pay(try await desk.place("1", lines: lines))
    func found(_ name: String) async throws -> [OrderID] {
      try await desk.orders.orders(.platform, matching: OrderFilter(productName: name), PageRequest()).items.map(\.id)
    }
    for name in ["teapot", "cup"] { #expect(try await found(name) == [order.id]) }
    let change = OrderChange(
      revision: 0, lines: [OrderChange.Line(line: order.lines[1].id, quantity: 0, unit: order.lines[1].unit)],
      added: [try desk.line(Self.names[3])], payBefore: order.payBefore)
    _ = try await desk.orders.edit(order.id, as: desk.store.ids.next(), change, by: desk.staff)
    for name in ["teapot", "kettle"] { #expect(try await found(name) == [order.id]) }
    #expect(try await found("cup").isEmpty)
  }

  @Test func `orders from before names were kept are brought along, and again without harm`() async throws {
    let desk = try await OrderDesk()
    let orders = try await filled(desk, other: desk.store.ids.next())
    func rows() async throws -> [Int64] {
      try await desk.store.database.read { transaction in
        try ["order_name", "order_named"].map { table in
          try transaction.value(SQL(text: "SELECT COUNT(*) AS amount FROM \(table)")) ?? 0
        }
      }
    }
    let before = try await rows()
    try await desk.store.database.write { transaction in
      try transaction.execute("DELETE FROM order_named")
      try transaction.execute("DELETE FROM order_name")
    }
    let kettles = orders.count { order in order.lines.contains { $0.title.en == "Kettle" } }
    func found() async throws -> Int {
      try await desk.orders.orders(.platform, matching: OrderFilter(productName: "Kettle"), PageRequest()).items.count
    }
    for _ in 1...2 {
      try await desk.store.database.write { _ = try $0.execute("DELETE FROM order_naming") }
      // Until all are brought along their lines are looked at.
      #expect(try await found() == kettles)
      #expect(try await desk.orders.noteNames(limit: 20) == 20)
      #expect(try await found() == kettles)
      #expect(try await desk.orders.noteNames(limit: 20) == orders.count - 20)
      #expect(try await desk.orders.noteNames(limit: 20) == 0)
      #expect(try await rows() == before)
      #expect(try await found() == kettles)
    }
    #expect(try await desk.orders.audit().isEmpty)
  }

  @Test func `an audit names orders that their names don't find, and those that other names do`() async throws {
    let desk = try await OrderDesk()
    let (first, second) = (try await desk.place("1"), try await desk.place("2"))
    #expect(try await desk.orders.audit().isEmpty)
    try await desk.store.database.write { transaction in
      _ = try transaction.execute("DELETE FROM order_named WHERE order_id = \(first.id)")
      _ = try transaction.execute(
        "INSERT INTO order_named (name_id, named_at, order_id) VALUES (1, \(second.placedAt), \(second.id))")
    }
    #expect(try await desk.orders.audit().map(\.row) == [first.id.description, second.id.description])
  }

  @Test func `the days of a number's beginning hold the orders whose numbers begin so`() async throws {
    let desk = try await OrderDesk()
    for order in try await filled(desk, other: desk.store.ids.next()) {
      for length in 4...order.number.rawValue.count {
        let span = try #require(OrderNumbering.span(ofPrefix: String(order.number.rawValue.prefix(length))))
        #expect(span.contains(order.placedAt))
      }
    }
    for odd in ["", "9", "999", "x", "2026-"] { _ = OrderNumbering.span(ofPrefix: odd) }
    #expect(OrderNumbering.span(ofPrefix: "20260230") != nil && OrderNumbering.span(ofPrefix: "0000") != nil)
  }

  @Test func `no more orders of a state are counted than are told`() async throws {
    let desk = try await OrderDesk()
    let orders = try await filled(desk, other: desk.store.ids.next())
    let counts = try await desk.orders.counts(.merchant(desk.merchant))
    let own = orders.filter { $0.merchant == desk.merchant }
    #expect(counts[.awaitingReview] == own.count { $0.state == .awaitingReview })
    #expect(counts.keys.sorted { $0.rawValue < $1.rawValue } == [.awaitingPayment, .awaitingReview])
    #expect(OrderCounts.most == 1000)
  }
}
