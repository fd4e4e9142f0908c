import Settlement
import Storage
import TestKit
import Testing
import Values

/// The checker names the first row that disagrees.
@Suite struct SettlementAuditTests {
  // req: 3.3.4-3
  @Test func `a changed row of any table is named`() async throws {
    let desk = try await SettlementDesk()
    try await desk.rule("5")
    let order = try await desk.sold(10_000)
    let unclear = OrderFact(
      key: OrderFact.unclearKey("ucm_1"), kind: .unclear, method: "cash", amount: desk.money(5),
      at: desk.store.clock.now)
    try await desk.note([unclear], of: order)
    desk.store.clock.advance(by: .days(1))
    let statement = try #require(try await desk.run().drawn.first)
    _ = try await desk.settlement.approve(statement, by: desk.mei)
    _ = try await desk.settlement.markPaid(statement, reference: "B", by: desk.mei)
    #expect(try await desk.settlement.audit().isEmpty)
    let lies: [(SQL, SQL, String)] = [
      (
        "UPDATE settlement_order SET owed = owed + 1, stated_net = stated_net + 1",
        "UPDATE settlement_order SET owed = owed - 1, stated_net = stated_net - 1", "\(order)"
      ),
      ("UPDATE settlement_order SET is_open = 1", "UPDATE settlement_order SET is_open = 0", "\(order)"),
      (
        "UPDATE settlement_fact SET amount = amount + 1 WHERE kind = 'captured'",
        "UPDATE settlement_fact SET amount = amount - 1 WHERE kind = 'captured'", "\(order)"
      ),
      (
        "UPDATE settlement_fact SET amount = amount + 1 WHERE kind = 'unclear'",
        "UPDATE settlement_fact SET amount = amount - 1 WHERE kind = 'unclear'", "\(order)"
      ),
      ("UPDATE settlement_line SET net = net - 1", "UPDATE settlement_line SET net = net + 1", "\(order)"),
      (
        "UPDATE settlement_statement SET net = net - 1", "UPDATE settlement_statement SET net = net + 1",
        "\(statement)"
      ),
      (
        "UPDATE book_entry SET amount = amount - 1 WHERE account = 'payout'",
        "UPDATE book_entry SET amount = amount + 1 WHERE account = 'payout'", "payout:\(statement)"
      ),
      (
        "UPDATE book_balance SET amount = amount - 1 WHERE account = 'payout'",
        "UPDATE book_balance SET amount = amount + 1 WHERE account = 'payout'", "\(desk.kiln)"
      ),
      ("UPDATE settlement_order SET borne = 7", "UPDATE settlement_order SET borne = 0", "\(order)"),
      ("UPDATE settlement_term SET rate = rate + 100", "UPDATE settlement_term SET rate = rate - 100", "\(order)"),
    ]
    for (lie, mending, row) in lies {
      try await desk.store.database.write { _ = try $0.execute(lie) }
      #expect(try await desk.settlement.audit().contains { $0.row == row }, "\(lie.text)")
      try await desk.store.database.write { _ = try $0.execute(mending) }
      #expect(try await desk.settlement.audit().isEmpty, "\(mending.text)")
    }
  }
}
