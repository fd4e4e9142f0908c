import Settlement
import Storage
import TestKit
import Testing
import Values

/// Runs, statements and what is paid out.
@Suite struct StatementTests {
  @Test func `a run draws a statement for each merchant, and run again it draws nothing more`() async throws {
    let desk = try await SettlementDesk()
    try await desk.rule("5")
    let orders = [try await desk.sold(10_000), try await desk.sold(2000)]
    let other = try await desk.sold(500, by: desk.reed)
    desk.store.clock.advance(by: .days(1))
    let run = try await desk.run()
    #expect(run.drawn.count == 2 && run.standing.isEmpty && run.carried.isEmpty)
    let statements = try await desk.settlement.statements(matching: StatementFilter(), PageRequest()).items
    #expect(Set(statements.map(\.merchant)) == [desk.kiln, desk.reed])
    let own = try #require(statements.first { $0.merchant == desk.kiln })
    #expect(own.state == .drafted && own.orders == 2 && own.sums.net == desk.money(11_400))
    #expect(own.sums.paid == desk.money(12_000) && own.sums.commission == desk.money(600))
    #expect(try await desk.lines(own.id).map(\.order) == orders.sorted())
    let again = try await desk.run()
    #expect(again.drawn.isEmpty && Set(again.standing) == Set(run.drawn))
    #expect(try await desk.account(other).open.isZero)
    #expect(try await desk.settlement.audit().isEmpty)
  }

  @Test func `two who run at once draw one statement between them`() async throws {
    let desk = try await SettlementDesk()
    for _ in 1...20 { _ = try await desk.sold(100) }
    desk.store.clock.advance(by: .days(1))
    let runs = try await withThrowingTaskGroup(of: SettlementRun.self) { group in
      for _ in 1...6 { group.addTask { try await desk.run() } }
      return try await group.reduce(into: [SettlementRun]()) { $0.append($1) }
    }
    #expect(runs.flatMap(\.drawn).count == 1)
    let statements = try await desk.settlement.statements(matching: StatementFilter(), PageRequest()).items
    #expect(statements.map(\.sums.net) == [desk.money(2000)])
    #expect(try await desk.settlement.audit().isEmpty)
  }

  @Test func `an order waits until its days of holding back are over`() async throws {
    let desk = try await SettlementDesk(SettlementPolicy(holdBackDays: 7))
    _ = try await desk.sold(10_000)
    desk.store.clock.advance(by: .days(7))
    #expect(try await desk.run().drawn.isEmpty)
    desk.store.clock.advance(by: .days(1))
    #expect(try await desk.run().drawn.count == 1)
    await #expect(throws: FieldFaults.self) {
      _ = try await desk.settlement.run(
        SettlementPeriod(rhythm: .manual, through: desk.today), for: nil, by: desk.mei)
    }
  }

  @Test func `what goes back after the payout is a line below zero of the next statement`() async throws {
    let desk = try await SettlementDesk()
    try await desk.rule("10")
    let first = try await desk.sold(10_000)
    desk.store.clock.advance(by: .days(1))
    let paid = try #require(try await desk.run().drawn.first)
    _ = try await desk.settlement.approve(paid, by: desk.mei)
    _ = try await desk.settlement.markPaid(paid, reference: "BANK-1", by: desk.mei)
    #expect(try await desk.balance(.merchantPayable) == 0)
    #expect(try await desk.balance(.payout) == -9000)
    try await desk.note([desk.refund(3000)], of: first)
    desk.store.clock.advance(by: .days(1))
    // Nothing is paid out of what isn't there.
    #expect(try await desk.run() == SettlementRun(drawn: [], standing: [], carried: [desk.kiln]))
    let second = try await desk.sold(10_000)
    desk.store.clock.advance(by: .days(1))
    let next = try #require(try await desk.run().drawn.first)
    let lines = try await desk.lines(next)
    #expect(lines.map(\.order) == [first, second])
    #expect(lines.map(\.sums.net.minor) == [-2700, 9000])
    #expect(lines.first?.sums.refunds == desk.money(3000))
    #expect(lines.first?.sums.commission == desk.money(-300))
    #expect(try await desk.settlement.statement(next)?.sums.net == desk.money(6300))
    #expect(try await desk.settlement.audit().isEmpty)
  }

  @Test func `a statement is drafted, approved and paid with the bank's reference, and cancelled before that`()
    async throws
  {
    let desk = try await SettlementDesk()
    let order = try await desk.sold(10_000)
    desk.store.clock.advance(by: .days(1))
    let first = try #require(try await desk.run().drawn.first)
    await #expect(throws: SettlementRefusal.statementMoved(.drafted)) {
      _ = try await desk.settlement.markPaid(first, reference: "X", by: desk.mei)
    }
    _ = try await desk.settlement.cancel(first, by: desk.mei)
    #expect(try await desk.account(order).open == desk.money(10_000))
    // The same period has room for another.
    let second = try #require(try await desk.run().drawn.first)
    _ = try await desk.settlement.approve(second, by: desk.mei)
    await #expect(throws: FieldFaults.self) {
      _ = try await desk.settlement.markPaid(second, reference: " ", by: desk.mei)
    }
    let paid = try await desk.settlement.markPaid(second, reference: "BANK-2", by: desk.mei)
    #expect(paid.state == .paid && paid.reference == "BANK-2" && paid.paidAt != nil)
    for state in [StatementState.paid] {
      await #expect(throws: SettlementRefusal.statementMoved(state)) {
        _ = try await desk.settlement.cancel(second, by: desk.mei)
      }
    }
    await #expect(throws: SettlementRefusal.unknownStatement) {
      _ = try await desk.settlement.approve(StatementID(raw: 1), by: desk.mei)
    }
    #expect(try await desk.balance(.payout) == -10_000)
    #expect(try await desk.settlement.audit().isEmpty)
  }

  @Test func `where four eyes are asked for, who drew a statement doesn't approve it`() async throws {
    let desk = try await SettlementDesk(SettlementPolicy(holdBackDays: 0, needsFourEyes: true))
    _ = try await desk.sold(10_000)
    desk.store.clock.advance(by: .days(1))
    let statement = try #require(try await desk.run(by: desk.mei).drawn.first)
    await #expect(throws: SettlementRefusal.sameHands) {
      _ = try await desk.settlement.approve(statement, by: desk.mei)
    }
    #expect(try await desk.settlement.approve(statement, by: desk.bo).approvedBy == desk.bo)
  }

  @Test func `what is owed to a merchant is what no statement has, and what statements have that aren't paid`()
    async throws
  {
    let desk = try await SettlementDesk()
    _ = try await desk.sold(10_000)
    desk.store.clock.advance(by: .days(1))
    _ = try await desk.run()
    _ = try await desk.sold(700)
    #expect(
      try await desk.settlement.balance(of: desk.kiln)
        == [MerchantBalance(open: desk.money(700), stated: desk.money(10_000))])
    #expect(try await desk.settlement.balance(of: desk.reed).isEmpty)
  }

  @Test func `weeks end on Sunday and months on their last day`() throws {
    // A Thursday.
    let day = try #require(ShopDay(text: "2026-01-15"))
    #expect(SettlementPeriod(last: .weekly, on: day)?.description == "weekly:2026-01-11")
    #expect(SettlementPeriod(last: .weekly, on: day.adding(3))?.through.description == "2026-01-11")
    #expect(SettlementPeriod(last: .weekly, on: day.adding(4))?.through.description == "2026-01-18")
    #expect(SettlementPeriod(last: .monthly, on: day)?.description == "monthly:2025-12-31")
    #expect(SettlementPeriod(last: .manual, on: day) == nil)
  }

  @Test func `the period that is over is drawn by itself, once`() async throws {
    let desk = try await SettlementDesk(SettlementPolicy(rhythm: .weekly, holdBackDays: 0))
    _ = try await desk.sold(10_000)
    #expect(try await desk.settlement.runDue()?.drawn.isEmpty == true)
    desk.store.clock.advance(by: .days(7))
    #expect(try await desk.settlement.runDue()?.drawn.count == 1)
    #expect(try await desk.settlement.runDue()?.drawn.isEmpty == true)
    let manual = try await SettlementDesk(SettlementPolicy(rhythm: .manual))
    #expect(try await manual.settlement.runDue() == nil)
  }

  @Test func `what somebody cancelled isn't drawn again by itself before the next period`() async throws {
    let desk = try await SettlementDesk(SettlementPolicy(rhythm: .weekly, holdBackDays: 0))
    let order = try await desk.sold(10_000)
    _ = try await desk.sold(700, by: desk.reed)
    desk.store.clock.advance(by: .days(7))
    #expect(try await desk.settlement.runDue()?.drawn.count == 2)
    let own = try await desk.settlement.statements(matching: StatementFilter(merchant: desk.kiln), PageRequest()).items
    let cancelled = try #require(own.first).id
    _ = try await desk.settlement.cancel(cancelled, by: desk.mei)
    let again = try #require(try await desk.settlement.runDue())
    #expect(again.drawn.isEmpty && again.standing.count == 1 && again.carried.isEmpty)
    #expect(try await desk.account(order).open == desk.money(10_000))
    desk.store.clock.advance(by: .days(7))
    let next = try #require(try await desk.settlement.runDue()?.drawn.first)
    #expect(try await desk.lines(next).map(\.order) == [order])
    #expect(try await desk.settlement.audit().isEmpty)
    // Somebody who can't wait draws it by hand.
    _ = try await desk.settlement.cancel(next, by: desk.mei)
    #expect(try await desk.settlement.runDue()?.drawn.isEmpty == true)
    #expect(try await desk.run().drawn.count == 1)
  }
}
