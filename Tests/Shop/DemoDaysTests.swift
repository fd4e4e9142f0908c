import Accounts
import Flows
import Foundation
import Insight
import Inventory
import Logging
import Orders
import Payments
import Refunds
import Reviews
import Settlement
import Testing
import TestKit
import Values

@testable import App

/// The weeks that the demo plays, as somebody finds them who tries the shop out for the first time.
@Suite struct DemoDaysTests {
  /// Each list of the back office, and what of it has to have a row.
  private static let lists = [
    "/admin/orders", "/admin/review", "/admin/review?part=reviewed", "/admin/merchants", "/admin/products",
    "/admin/brands", "/admin/stock", "/admin/customers", "/admin/reviews", "/admin/transactions", "/admin/refunds",
    "/admin/shipping", "/admin/log", "/admin/content", "/admin/payments/notices", "/admin/settlements",
    "/admin/reconciliation/differences",
  ]

  // req: 2.2-1
  @Test func `after the demo no list of the back office is empty, the books agree, and nobody got letters`()
    async throws
  {
    try await ServedShop.run(hasDays: true) { served in
      let settings = try await Settings(arguments: served.settings, environment: [:])
      #expect(!FileManager.default.fileExists(atPath: settings.mailFolder.path))
      #expect(try await martlet(["audit"] + served.settings).status == 0)
      #expect(try await martlet(["audit", "--log"] + served.settings).status == 0)
      let browser = Browser(base: served.program.base, http: TestShop.client, language: .en)
      let entered = try await browser.post(
        "/admin/login", [("email", DemoShop.staffEmail), ("password", DemoShop.password)])
      #expect(entered.status == 303)
      for list in Self.lists {
        let answer = try await browser.get(list)
        #expect(answer.status == 200, "\(list)")
        #expect(answer.body.contains("data-list>"), "\(list) is empty")
      }
      let shop = try await Shop.build(settings, theme: try TestShop.theme.get(), logger: Logger(label: "looking"))
      let outcome = await Result { try await expectLife(of: shop) }
      try await shop.close()
      try outcome.get()
    }
  }

  private func expectLife(of shop: Shop) async throws {
    let orders = try await shop.contexts.orders.counts(.platform)
    for state in OrderState.allCases { #expect(orders[state] ?? 0 > 0, "no order is \(state)") }
    #expect((120...220).contains(orders.values.reduce(0, +)), "\(orders)")
    let waiting = try await shop.contexts.orders.orders(
      .platform, matching: OrderFilter(states: [.awaitingReview]), PageRequest(limit: 100)
    ).items
    let reasons = Set(waiting.flatMap(\.heldFor))
    #expect(reasons.isSuperset(of: [.newAccount, .oddQuantity, .newPlace, .failedPayments]), "\(reasons)")
    let refunds = try await shop.contexts.refunds.counts(.platform)
    for state in [RefundCase.State.requested, .awaitingGoods, .received, .rejected, .settled] {
      #expect(refunds[state] ?? 0 > 0, "no refund is \(state)")
    }
    #expect(try await shop.contexts.reviews.waitingCount(.platform) > 0)
    let counts = try await shop.contexts.stockroom.counts(of: nil, PageRequest(limit: 10)).items
    #expect(Set(counts.map(\.state)) == [.open, .applied])
    try await expectFigures(of: shop)
    try await expectBooks(of: shop)
  }

  /// Bills that agree, one difference that was settled and one that waits, a late payment on its way back, and statements in
  /// the states of their life.
  private func expectBooks(of shop: Shop) async throws {
    let standing = try await shop.contexts.reconciliation.standing()
    #expect(standing.openDifferences == 1 && standing.failedDays == 0, "\(standing)")
    let corrected = BillDifferenceFilter(state: .corrected)
    #expect(
      try await shop.contexts.reconciliation.differences(matching: corrected, PageRequest(limit: 9)).items.count == 1)
    let late = try await shop.contexts.payments.cases(.platform, open: false, PageRequest(limit: 9)).items
    #expect(late.contains { $0.kind == .paidForCancelled || $0.kind == .paidAfterClose }, "\(late)")
    for state in [StatementState.drafted, .approved, .paid] {
      let found = try await shop.contexts.settlement.statements(
        matching: StatementFilter(state: state), PageRequest(limit: 9))
      #expect(!found.items.isEmpty, "no statement is \(state)")
    }
    #expect(try await shop.contexts.settlement.rules(PageRequest(limit: 9)).items.count == 4)
  }

  private func expectFigures(of shop: Shop) async throws {
    let (insight, today) = (shop.contexts.insight, ShopDay(shop.clock.now))
    let figures = try await insight.figures(of: nil, from: today.adding(-29), through: today)
    for kind in FigureKind.allCases where kind != .goods {
      let days = Set(figures.filter { $0.kind == kind && $0.count > 0 }.map(\.day)).count
      // Somebody looks around every day, orders are few on some, and little is given back.
      let least = kind.isSeen ? 30 : kind == .refunded || kind == .accounts ? 3 : 24
      #expect(days >= least, "\(kind) on \(days) days")
    }
    // As staff saw it yesterday at noon: some of a day's visitors, of the whole shop and of each merchant.
    let noon = WallClock { today.adding(-1).start.adding(.hours(12)) }
    for email in [DemoShop.staffEmail, "riverlight@example.com", "northpine@example.com", "harvest-lane@example.com"] {
      let staff = try #require(try await shop.contexts.staff.member(email: email)).staff
      let page = try await ViewToday(shop.contexts, clock: noon).run(for: staff)
      let (days, hours) = (try #require(page.figures), try #require(page.hours))
      for day in [page.day.adding(-1), page.day.adding(-7)] {
        let soFar = hours.count(.visitors, on: day)
        #expect(soFar > 0 && soFar < days.count(.visitors, on: day), "\(email): \(soFar)")
      }
    }
  }
}
