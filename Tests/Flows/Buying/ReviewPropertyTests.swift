import Accounts
import Events
import Flows
import Inventory
import Orders
import Payments
import TestKit
import Testing
import Values

/// Changes, payments, refunds and cancellations in any order: the books balance after all of them.
@Suite struct ReviewPropertyTests {
  private struct Dice {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return range.lowerBound + Int((state >> 33) % UInt64(range.count))
    }
  }

  @Test(arguments: [1, 7, 42, 1815, 20_261, 99_991] as [UInt64])
  func `money and stock balance under any order of deeds`(seed: UInt64) async throws {
    var dice = Dice(seed: seed)
    let shop = try await BuyingFixture()
    var orders: [Order] = []
    for _ in 1...3 { orders.append(try await shop.inReview(units: dice.number(1...4))) }
    for _ in 1...40 {
      let id = orders[dice.number(0...2)].id
      do {
        try await deed(dice.number(0...11), id, shop, &dice)
      } catch is any Refusal {
        // Each deed may come at a time that doesn't allow it.
      }
    }
    // In the end the provider does what it is asked, and what it left undone.
    shop.provider.set { book in
      book.refundState = .settled
      book.refunds = book.refunds.mapValues { $0 == .pending ? .settled : $0 }
    }
    for _ in 1...8 {
      try await shop.settle()
      shop.store.clock.advance(by: .hours(1))
      _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 100)
      _ = try await shop.letters.replayDue()
    }
    try await shop.settle()
    #expect(try await shop.letters.count() == 0)
    let found = try await shop.discrepancies()
    #expect(found.isEmpty, "\(found)")
    for order in orders { try await expectBalanced(order.id, shop) }
  }

  private func deed(_ kind: Int, _ id: OrderID, _ shop: BuyingFixture, _ dice: inout Dice) async throws {
    let order = try #require(try await shop.contexts.orders.order(id))
    switch kind {
    case 0...4:
      let lines = order.lines.map { line in
        OrderChange.Line(
          line: line.id, quantity: dice.number(0...5),
          unit: Money(minor: Int64(dice.number(0...12_000)), currency: .cny))
      }
      let isAdding = dice.number(0...2) == 0
      _ = try await shop.reviewOrder.edit(
        id,
        ReviewOrder.Input(
          revision: order.revision, lines: lines, addedSKU: isAdding ? "kiln" : "",
          freight: Money(minor: Int64(dice.number(0...900)), currency: .cny)), by: shop.reviewer())
    case 5, 6:
      let opened = try await shop.payDifference(order)
      guard dice.number(0...3) > 0 else { return }
      shop.provider.set { $0.states[opened.id.description] = .captured }
      _ = try await shop.contexts.payments.refresh(opened.id)
    case 7: try await shop.settle()
    case 8: if dice.number(0...5) == 0 { _ = try await shop.pass(order) }
    case 9: if dice.number(0...5) == 0 { _ = try await shop.cancelOrder.run(id, by: shop.buyer) }
    case 10:
      if dice.number(0...7) == 0 {
        _ = try await shop.reviewOrder.reject(id, reason: "no", by: shop.reviewer())
      }
    default:
      let state: ProviderRefundReport.State = [.settled, .pending, .failed][dice.number(0...2)]
      shop.provider.set { $0.refundState = state }
    }
  }

  /// What came, less what went back, is what the order says is paid; nothing, once it is cancelled.
  private func expectBalanced(_ id: OrderID, _ shop: BuyingFixture) async throws {
    let order = try #require(try await shop.contexts.orders.order(id))
    var kept: Int64 = 0
    for payment in try await shop.contexts.payments.payments(of: id) where payment.state.hasMoney {
      kept += payment.shares.first { $0.order == id }?.amount.minor ?? 0
      let refunds = try await shop.contexts.payments.refunds(of: payment.id)
      kept -= refunds.filter { $0.order == id && $0.state == .settled }.reduce(0) { $0 + $1.amount.minor }
    }
    #expect(kept == (order.state == .cancelled ? 0 : order.amounts.paid.minor), "\(order.state)")
  }
}
