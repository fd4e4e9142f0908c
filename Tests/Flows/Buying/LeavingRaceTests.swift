import Accounts
import Events
import Flows
import Fulfilment
import Inventory
import Orders
import Payments
import Refunds
import TestKit
import Testing
import Values

/// A buyer who has paid in full and leaves, while staff pass, change or reject the order in the same moment.
@Suite struct LeavingRaceTests {
  private enum Deed: String, CaseIterable {
    case pass, edit, dearer, reject, all
  }

  private func leave(_ shop: BuyingFixture, _ order: Order) async throws -> RefundCase {
    try await shop.refundOrder.request(
      RefundOrder.Input(
        account: shop.buyer, order: order.id, kind: .moneyOnly, reason: .changedMind, explanation: "",
        lines: order.lines.map { RefundDraft.Line(line: $0.id, quantity: $0.quantity) }))
  }

  private func act(_ deed: Deed, _ shop: BuyingFixture, _ order: Order) async {
    if deed == .pass || deed == .all { _ = try? await shop.pass(order) }
    if deed == .edit || deed == .all { _ = try? await shop.edit(order, units: 1) }
    if deed == .dearer { _ = try? await shop.edit(order, units: 3) }
    if deed == .reject || deed == .all {
      _ = try? await shop.reviewOrder.reject(order.id, reason: "no", by: shop.reviewer())
    }
  }

  /// What went back of all payments of the order.
  private func back(_ shop: BuyingFixture, _ order: Order) async throws -> Int64 {
    var sum: Int64 = 0
    for payment in try await shop.contexts.payments.payments(of: order.id) {
      sum += try await shop.contexts.payments.refunds(of: payment.id).filter { $0.state == .settled }
        .reduce(0) { $0 + $1.amount.minor }
    }
    return sum
  }

  private func expectOneResult(_ shop: BuyingFixture, _ order: Order, _ deed: Deed) async throws {
    let now = try #require(try await shop.contexts.orders.order(order.id))
    let cases = try await shop.contexts.refunds.cases(of: order.id)
    let went = try await back(shop, order)
    switch now.state {
    case .cancelled, .refunded: #expect(went == 17_600, "\(deed): \(now.state)")
    case .awaitingReview, .awaitingShipment:
      #expect(went == 17_600 - now.amounts.paid.minor, "\(deed): \(now.state)")
      #expect(cases.allSatisfy { $0.state == .requested }, "\(deed): \(cases.map(\.state))")
    default: Issue.record("\(deed): \(now.state)")
    }
    let ends = try await shop.contexts.orders.timeline(of: order.id).count {
      $0.kind == .cancelled || $0.kind == .refunded
    }
    #expect(ends <= 1)
  }

  private func expectBooks(_ shop: BuyingFixture) async throws {
    try await shop.settle()
    shop.store.clock.advance(by: .minutes(2))
    try await shop.run("refunds.settle")
    try await shop.settle()
    var found = try await shop.discrepancies()
    found += try await shop.contexts.refunds.audit()
    found += try await shop.contexts.fulfilment.audit()
    #expect(found.isEmpty, "\(found)")
    #expect(try await shop.letters.count() == 0)
  }

  // req: 4.2.2-7 4.2.4-6
  @Test(arguments: Deed.allCases.map(\.rawValue))
  func `staff and a buyer who leaves at once come to one result, and the books agree`(name: String) async throws {
    let shop = try await BuyingFixture()
    let deed = try #require(Deed(rawValue: name))
    for _ in 1...4 {
      let order = try await shop.inReview(units: 2)
      async let left = try? leave(shop, order)
      async let done: Void = act(deed, shop, order)
      _ = await (left, done)
      try await shop.settle()
      try await expectOneResult(shop, order, deed)
    }
    try await expectBooks(shop)
  }

  // req: 4.2.2-7 4.2.4-4
  @Test func `of many who ask for all back and as many who reject, one gives it back`() async throws {
    let shop = try await BuyingFixture()
    let order = try await shop.inReview(units: 2)
    await withTaskGroup(of: Void.self) { group in
      for _ in 1...5 {
        group.addTask { _ = try? await leave(shop, order) }
        group.addTask { _ = try? await shop.reviewOrder.reject(order.id, reason: "no", by: shop.reviewer()) }
      }
    }
    try await shop.settle()
    #expect(try await back(shop, order) == 17_600)
    #expect(try await shop.level(shop.variants[0]) == StockLevel(onHand: 50, held: 0, isUnlimited: false))
    try await expectBooks(shop)
  }
}
