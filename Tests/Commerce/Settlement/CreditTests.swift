import Settlement
import Storage
import TestKit
import Testing
import Values

/// Store credit that is given is owed from then on, and the platform bears it.
@Suite struct CreditTests {
  private func credit(_ key: String, _ minor: Int64, to account: Int64 = 1, _ desk: SettlementDesk) -> CreditFact {
    CreditFact(
      key: CreditFact.key(key), account: AccountID(raw: account), amount: desk.money(minor), at: desk.store.clock.now)
  }

  // req: 3.3.4-3
  @Test func `what was given is owed to buyers and borne by the platform, once`() async throws {
    let desk = try await SettlementDesk()
    for _ in 1...3 { try await desk.settlement.note(credit("bmv_1", 500, desk)) }
    try await desk.settlement.note(credit("bmv_2", 300, to: 2, desk))
    #expect(try await desk.balance(.storeCredit) == -800)
    #expect(try await desk.balance(.goodwill) == 800)
    let page = try await desk.settlement.credits(of: AccountID(raw: 1), PageRequest())
    #expect(page.items.map(\.key) == ["credit:bmv_1"] && page.items.map(\.amount.minor) == [500])
    let accounts = try await desk.settlement.creditedAccounts(PageRequest(limit: 1))
    #expect(accounts.items == [AccountID(raw: 1)])
    #expect(
      try await desk.settlement.creditedAccounts(PageRequest(after: accounts.next)).items == [AccountID(raw: 2)])
    #expect(try await desk.settlement.audit() == [])
  }

  @Test func `told by many at once it is booked once`() async throws {
    let desk = try await SettlementDesk()
    let fact = credit("bmv_1", 500, desk)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 1...10 { group.addTask { try await desk.settlement.note(fact) } }
      try await group.waitForAll()
    }
    #expect(try await desk.balance(.storeCredit) == -500)
    #expect(try await desk.settlement.audit() == [])
  }

  // req: 3.3.4-3
  @Test func `a credit that was changed, or booked otherwise, is named`() async throws {
    let desk = try await SettlementDesk()
    try await desk.settlement.note(credit("bmv_1", 500, desk))
    let lies: [(SQL, SQL)] = [
      ("UPDATE settlement_credit SET amount = amount + 1", "UPDATE settlement_credit SET amount = amount - 1"),
      (
        "UPDATE book_entry SET account = 'buyer' WHERE account = 'storeCredit'",
        "UPDATE book_entry SET account = 'storeCredit' WHERE account = 'buyer'"
      ),
    ]
    for (lie, mending) in lies {
      try await desk.store.database.write { _ = try $0.execute(lie) }
      #expect(try await desk.settlement.audit().contains { $0.row == "credit:bmv_1" }, "\(lie.text)")
      try await desk.store.database.write { _ = try $0.execute(mending) }
      #expect(try await desk.settlement.audit().isEmpty, "\(mending.text)")
    }
  }

  @Test func `both walks are kept, each for itself`() async throws {
    let desk = try await SettlementDesk()
    #expect(try await desk.settlement.walk() == SettlementWalk())
    let walk = SettlementWalk(after: Cursor(["1"]), isThrough: false, buyersAfter: Cursor(["7"]), isThroughBuyers: true)
    try await desk.settlement.keep(walk)
    #expect(try await desk.settlement.walk() == walk)
  }
}
