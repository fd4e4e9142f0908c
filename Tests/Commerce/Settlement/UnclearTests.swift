import Settlement
import Storage
import TestKit
import Testing
import Values

/// Money of which nobody knows yet whose it is, in the merchants' books.
@Suite struct UnclearTests {
  private func moved(_ kind: OrderFact.Kind, _ minor: Int64, _ desk: SettlementDesk, method: String = "cash")
    -> OrderFact
  {
    let number: StatementID = desk.store.ids.next()
    return OrderFact(
      key: OrderFact.unclearKey("ucm_\(number.raw)"), kind: kind, method: method, payment: PaymentID(raw: 5),
      amount: desk.money(minor), at: desk.store.clock.now)
  }

  // req: 3.3.4-3
  @Test func `what is unclear lies apart, and is nobody's`() async throws {
    let desk = try await SettlementDesk()
    let order = try await desk.sold(10_000)
    try await desk.note([moved(.unclear, 200, desk)], of: order)
    #expect(try await desk.balance(.unclear) == -200)
    #expect(try await desk.balance(.providerClearing) == 10_200)
    #expect(try await desk.owed(order) == 10_000)
    try await desk.note([moved(.unclearLeft, 200, desk)], of: order)
    #expect(try await desk.balance(.unclear) == 0)
    #expect(try await desk.balance(.providerClearing) == 10_000)
    // It left by itself, and won't come back.
    try await desk.note([moved(.unclearLeft, 300, desk)], of: order)
    #expect(try await desk.balance(.unclear) == 300)
    try await desk.note([moved(.lost, 300, desk)], of: order)
    #expect(try await desk.balance(.unclear) == 0)
    #expect(try await desk.balance(.losses) == 300)
    #expect(try await desk.balance(.providerClearing) == 9700)
    #expect(try await desk.owed(order) == 10_000)
    #expect(try await desk.settlement.audit() == [])
  }

  // req: 2.3.2.1-1
  @Test func `an order that was paid in part is owed wholly once what is missing was given up`() async throws {
    let desk = try await SettlementDesk()
    try await desk.rule("10")
    let order: OrderID = desk.store.ids.next()
    try await desk.note([moved(.unclear, 8000, desk)], of: order)
    #expect(try await desk.owed(order) == 0)
    let facts = [moved(.lost, 2000, desk), moved(.taken, 10_000, desk), desk.end(order)]
    try await desk.note(facts, of: order)
    #expect(try await desk.account(order).sums.paid.minor == 10_000)
    #expect(try await desk.owed(order) == 9000)
    #expect(try await desk.balance(.losses) == 2000)
    #expect(try await desk.balance(.unclear) == 0)
    #expect(try await desk.balance(.providerClearing) == 8000)
    #expect(try await desk.settlement.audit() == [])
    // All of it comes after all.
    try await desk.note(
      [
        moved(.released, 10_000, desk), moved(.regained, 2000, desk), moved(.unclearLeft, 8000, desk),
        desk.capture(10_000, of: order, method: "cash"),
      ], of: order)
    #expect(try await desk.owed(order) == 9000)
    #expect(try await desk.balance(.losses) == 0)
    #expect(try await desk.balance(.unclear) == 0)
    #expect(try await desk.balance(.providerClearing) == 10_000)
    #expect(try await desk.settlement.audit() == [])
  }

  @Test func `whatever the order in which it is heard, the books are the same`() async throws {
    var dice = Dice(state: 11)
    for _ in 1...10 {
      let desk = try await SettlementDesk()
      let order: OrderID = desk.store.ids.next()
      let facts = [
        moved(.unclear, 8000, desk), moved(.lost, 2000, desk), moved(.taken, 10_000, desk), desk.end(order),
        moved(.unclear, 50, desk),
      ].shuffled(using: &dice)
      for fact in facts {
        try await desk.note([fact], of: order)
        #expect(try await desk.settlement.audit() == [])
      }
      #expect(try await desk.owed(order) == 10_000)
      #expect(try await desk.balance(.unclear) == -50)
      #expect(try await desk.balance(.losses) == 2000)
    }
  }
}
