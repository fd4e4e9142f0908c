import Flows
import Merchants
import Settlement
import Testing
import Values

@testable import API
@testable import App

/// What the owner's merchant gets: a statement in each state that routes ask for, and something that none has yet, of orders
/// that ended long ago.
extension Owner {
  private var settlement: any SettlementService { test.shop.contexts.settlement }
  private var cashier: Actor { .staff(StaffID(raw: 1)) }

  /// What a request used up is there again.
  mutating func keepStatements() async throws {
    try await keep("statement", as: .drafted)
    try await keep("draftedStatement", as: .drafted)
    try await keep("approvedStatement", as: .approved)
    try await keepUnstated()
    if let id = CommissionRuleID(self["commissionRule"]),
      try await settlement.rules(PageRequest(limit: 100)).items.contains(where: { $0.id == id })
    {
      return
    }
    let rule = try await settlement.make(
      CommissionDraft(
        merchant: nil, category: nil, rate: BasisPoints(percentText: "5"),
        from: ShopDay(test.shop.clock.now).adding(100)),
      by: cashier)
    names["commissionRule"] = .text("\(rule.id)")
  }

  private mutating func keep(_ name: String, as state: StatementState) async throws {
    if let id = StatementID(self[name]), try await settlement.statement(id)?.state == state { return }
    let day = try await freeDay()
    _ = try await sold(before: day)
    let run = try await settlement.run(SettlementPeriod(rhythm: .manual, through: day), for: merchant.id, by: cashier)
    let drawn = try #require(run.drawn.first)
    if state == .approved { _ = try await settlement.approve(drawn, by: cashier) }
    names[name] = .text("\(drawn)")
  }

  /// A day up to which a run draws something.
  private mutating func keepUnstated() async throws {
    let day = try await freeDay()
    if self["settlementDay"] == day.description, let order = OrderID(self["unstatedOrder"]),
      try await settlement.accounts(of: [order])[order]?.open.isPositive == true
    {
      return
    }
    names["unstatedOrder"] = .text("\(try await sold(before: day))")
    names["settlementDay"] = .text(day.description)
  }

  /// The day before the oldest period that has a statement.
  private func freeDay() async throws -> ShopDay {
    let known = try await settlement.statements(
      matching: StatementFilter(merchant: merchant.id), PageRequest(limit: 100))
    return (known.items.map(\.period.through).min() ?? ShopDay(test.shop.clock.now).adding(-100)).adding(-1)
  }

  private func sold(before day: ShopDay) async throws -> OrderID {
    let (order, payment): (OrderID, PaymentID) = (test.shop.ids.next(), test.shop.ids.next())
    let (paid, endedAt) = (Money(minor: 8800, currency: .cny), day.adding(-60).start)
    try await settlement.note(
      OrderNote(
        order: order, number: "19990101-1", merchant: merchant.id, currency: .cny, placedAt: endedAt,
        facts: [
          OrderFact(
            key: OrderFact.captureKey(payment, order), kind: .captured, method: "sandbox", payment: payment,
            amount: paid, at: endedAt),
          OrderFact(key: OrderFact.endKey(order), kind: .ended, amount: .zero(.cny), at: endedAt),
        ], parts: [OrderNote.Part(amount: paid, categories: [])], freight: .zero(.cny)))
    return order
  }
}
