import Orders
import TestKit
import Testing
import Values

/// What a page of a list costs: as many statements for many orders as for few, whatever is filtered.
@Suite struct ListCostTests {
  @Test func `timelines and edits of many orders take a statement each, and say what they say of one`() async throws {
    let desk = try await OrderDesk()
    let counted = StatementCounter()
    let orders = StoredOrders(
      database: counted.over(desk.store.database), outbox: desk.store.outbox, ids: desk.store.ids,
      clock: desk.store.clock.clock)
    var ids: [OrderID] = []
    for index in 0..<5 {
      let order = try await desk.pay(try await desk.place("\(index)"))
      ids.append(order.id)
      guard index < 2 else { continue }
      let change = OrderChange(
        revision: order.revision,
        lines: [OrderChange.Line(line: order.lines[0].id, quantity: 2, unit: order.lines[0].unit)],
        payBefore: order.payBefore)
      _ = try await desk.orders.edit(order.id, as: desk.store.ids.next(), change, by: desk.staff)
    }
    let before = counted.statements
    let (timelines, edits) = (try await orders.timelines(of: ids), try await orders.edits(of: ids))
    #expect(counted.statements - before == 2)
    for id in ids {
      let (timeline, changes) = (try await desk.orders.timeline(of: id), try await desk.orders.edits(of: id))
      #expect(timelines[id] == timeline && edits[id] ?? [] == changes)
    }
    #expect(edits.count == 2 && timelines.count == 5)
  }

  // Four more at most say which filter the fewest orders meet.
  @Test func `a page of a list takes as many statements for many orders as for few, whichever filters are on`()
    async throws
  {
    let desk = try await OrderDesk()
    let counted = StatementCounter()
    let orders = StoredOrders(
      database: counted.over(desk.store.database), outbox: desk.store.outbox, ids: desk.store.ids,
      clock: desk.store.clock.clock)
    let cheap = desk.yuan(1)
    let filters = [
      OrderFilter(), OrderFilter(number: "2026"), OrderFilter(productName: "teapot"),
      OrderFilter(placedFrom: Timestamp(milliseconds: 0)), OrderFilter(dueFrom: cheap), OrderFilter(paidFrom: cheap),
      OrderFilter(
        number: "2026", productName: "teapot", placedFrom: Timestamp(milliseconds: 0), dueFrom: cheap,
        paidFrom: cheap, states: [.awaitingReview]),
    ]
    var budgets: [String: Set<Int>] = [:]
    for count in [3, 45] {
      for index in 0..<count { _ = try await desk.pay(try await desk.place("\(count)-\(index)")) }
      for scope in [OrderScope.merchant(desk.merchant), .platform] {
        for (index, filter) in filters.enumerated() {
          let before = counted.statements
          let page = try await orders.orders(scope, matching: filter, PageRequest(limit: 30))
          #expect(!page.items.isEmpty)
          budgets["\(scope) \(index)", default: []].insert(counted.statements - before)
        }
      }
    }
    #expect(budgets.values.allSatisfy { $0.count == 1 && (3...7).contains($0.first ?? 0) }, "\(budgets)")
    #expect(budgets["\(OrderScope.platform) 0"] == [3])
  }
}
