import Flows
import Payments
import Settlement
import TestKit
import Values

/// What comes days after: statements for merchants, and bills of providers. A process may end here, too.
extension World {
  /// A bound on how often either is tried.
  private static let rounds = 12
  /// From this one on nothing fails.
  private static let brightRound = 2

  /// Draws, approves and pays a statement for each merchant, as often as it takes.
  func payMerchants(_ first: SimulatedShop) async throws -> SimulatedShop {
    var shop = first
    stage.clock.advance(by: .days(1))
    let through = ShopDay(stage.clock.now).adding(-1)
    stage.darken()
    for round in 1...Self.rounds {
      if round == Self.brightRound { stage.clearUp() }
      let desk = WorkSettlements(shop.contexts, clock: stage.clock.clock)
      await attempt("statements") { [self] in
        _ = try await desk.run(through: through, for: nil, by: town.staff)
        let drawn = try await desk.statements(for: town.staff, matching: StatementFilter(), PageRequest(limit: 100))
        for seen in drawn.items { try await pay(seen.statement, at: desk) }
      }()
      shop = alive(shop)
      if round >= Self.brightRound, try await areMerchantsPaid(by: shop) { return shop }
    }
    stage.clearUp()
    accuse("statements are never paid")
    return shop
  }

  private func pay(_ statement: Statement, at desk: WorkSettlements) async throws {
    if statement.state == .drafted { _ = try await desk.approve(statement.id, by: town.staff) }
    if statement.state == .drafted || statement.state == .approved {
      _ = try await desk.markPaid(statement.id, reference: "bank \(statement.id.raw % 1000)", by: town.staff)
    }
  }

  private func areMerchantsPaid(by shop: SimulatedShop) async throws -> Bool {
    let statements = try await shop.contexts.settlement.statements(
      matching: StatementFilter(), PageRequest(limit: 100)
    ).items
    return statements.allSatisfy { $0.state == .paid }
  }

  /// Days later all bills are there: what is in them is in the books, and what they say was kept reaches the merchants'.
  func holdBills(_ first: SimulatedShop) async throws -> SimulatedShop {
    var shop = first
    let last = StatementCalendar.china.day(of: stage.clock.now)
    stage.clock.advance(by: .hours(40))
    stage.darken()
    for round in 1...Self.rounds {
      if round == Self.brightRound { stage.clearUp() }
      let process = shop
      await attempt("bills") {
        try await process.run("payments.reconcile")
        try await process.run("settlement.noteFees")
      }()
      shop = alive(shop)
      if round >= Self.brightRound, try await openBills(through: last, in: shop).isEmpty { break }
      stage.clock.advance(by: .hours(1))
    }
    stage.clearUp()
    for bill in try await openBills(through: last, in: shop) { accuse(bill) }
    let fees = try await shop.contexts.settlement.balances().first { $0.account == .fees }?.amount.minor ?? 0
    let kept = houses.reduce(0) { $0 + $1.fees }
    if fees != kept { accuse("providers kept \(kept), the books have fees of \(fees)") }
    return shop
  }

  /// Days that weren't compared, and what differs in the others.
  private func openBills(through last: ProviderDay, in shop: SimulatedShop) async throws -> [String] {
    var open: [String] = []
    let from = last.adding(-10)
    let days = try await shop.contexts.reconciliation.bills(from: from, through: last)
    for house in houses where house.hasMoved && !days.contains(where: { $0.method == house.method }) {
      open.append("no bill of \(house.manner.rawValue) is asked for")
    }
    open += days.filter { $0.state != .matched }.map { "the bill of \($0.method) of \($0.day) is \($0.state.rawValue)" }
    for state in [BillDifference.State.open, .carried] {
      let found = try await shop.contexts.reconciliation.differences(
        matching: BillDifferenceFilter(state: state), PageRequest(limit: 100)
      ).items
      open += found.map { "a bill differs: \($0.kind.rawValue) of \($0.paymentNumber) \($0.refundNumber)" }
    }
    return open
  }
}
