import Flows
import Orders
import Payments
import Refunds
import TestKit
import Testing
import Values

@testable import App

/// Several at one order in the same moment, over HTTP: one result, and books that agree.
@Suite struct ReviewRaceTests {
  private func count(_ trade: Trade, _ order: Order, _ kind: TimelineEntry.Kind) async throws -> Int {
    try await trade.test.shop.contexts.orders.timeline(of: order.id).count { $0.kind == kind }
  }

  // req: 4.2.2-7
  @Test func `two reviewers who pass at once pass it once, and one of them is told`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let reviewers = [try await test.staff(of: trade.merchant), try await test.staff(of: nil)]
      for _ in 1...3 {
        let order = try await trade.paid()
        let path = "/admin/orders/\(order.number)"
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
          for reviewer in reviewers { group.addTask { try await reviewer.post("\(path)/pass").status } }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == [303, 303])
        var told: [Bool] = []
        for reviewer in reviewers { told.append(try await reviewer.get(path).body.contains("The order has moved on")) }
        #expect(told.count { $0 } == 1)
        #expect(try await trade.now(order).state == .awaitingShipment)
        #expect(try await count(trade, order, .passed) == 1)
      }
      try await trade.expectBooks()
    }
  }

  // req: 4.2.2-7
  @Test func `a reviewer who passes and one who rejects leave one result`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      let other = try await test.staff(of: nil)
      for _ in 1...3 {
        let order = try await trade.paid()
        let path = "/admin/orders/\(order.number)"
        async let passed = trade.mei.post("\(path)/pass")
        async let rejected = other.post("\(path)/reject", [("reason", "no")])
        #expect(try await [passed.status, rejected.status] == [303, 303])
        try await test.settle()
        let state = try await trade.now(order).state
        #expect(state == .awaitingShipment || state == .cancelled)
        #expect(try await count(trade, order, .passed) == (state == .cancelled ? 0 : 1))
        let payment = try await test.shop.contexts.payments.payment(try #require(order.payment))
        #expect(payment?.state == (state == .cancelled ? .refunded : .captured))
      }
      try await trade.expectBooks()
    }
  }

  // req: 4.2.2-7
  @Test func `a reviewer who rejects and a buyer who goes end the order once`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      for _ in 1...3 {
        let order = try await trade.paid()
        let (path, line) = ("/admin/orders/\(order.number)", order.lines[0].id)
        let change = [("revision", "0"), ("quantity.\(line)", "2"), ("unit.\(line)", "88.00")]
        try #require(try await trade.mei.post("\(path)/edit", change).status == 303)
        async let rejected = trade.mei.post("\(path)/reject", [("reason", "no")])
        async let gone = trade.buyer.post("/orders/\(order.number)/cancel")
        let statuses = try await [rejected.status, gone.status]
        #expect(statuses.allSatisfy { $0 < 500 }, "\(statuses)")
        try await test.settle()
        #expect(try await trade.now(order).state == .cancelled)
        #expect(try await count(trade, order, .cancelled) == 1)
        let refunds = try await test.shop.contexts.payments.refunds(of: try #require(order.payment))
        #expect(refunds.map(\.amount) == [order.amounts.paid] && refunds.map(\.state) == [.settled])
      }
      #expect(try await trade.onHand(trade.red) == 50)
      try await trade.expectBooks()
    }
  }

  // req: 4.2.2-7 4.2.4-6
  @Test func `a reviewer who passes or rejects and a buyer who asks for all back leave one result`() async throws {
    try await TestShop.run { test in
      let trade = try await test.trade()
      for deed in ["pass", "reject", "pass", "reject"] {
        let order = try await trade.paid()
        async let decided = trade.mei.post("/admin/orders/\(order.number)/\(deed)", [("reason", "no")])
        async let asked = trade.ask(order, .moneyOnly, .changedMind)
        let statuses = try await [decided.status, asked.status]
        #expect(statuses.allSatisfy { $0 < 500 }, "\(statuses)")
        try await test.settle()
        let now = try await trade.now(order)
        let id = try #require(order.payment)
        let payment = try #require(try await test.shop.contexts.payments.payment(id))
        #expect([.awaitingShipment, .cancelled, .refunded].contains(now.state), "\(now.state)")
        #expect(payment.refunded == (now.state == .awaitingShipment ? Money.zero(.cny) : order.amounts.paid))
      }
      try await trade.expectBooks()
    }
  }
}
