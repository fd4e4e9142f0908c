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
import Search
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
    "/admin/reconciliation/differences", "/admin/search", "/admin/search?part=none",
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
      try await expectHotWords(at: served.program.base)
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
    try await expectQuestions(of: shop)
  }

  /// What is asked for by other names than the goods have, or isn't sold here at all.
  private static let missed: [Language: Set<String>] = [
    .en: ["coffee grinder", "duvet", "sunscreen"], .zhHans: ["移动电源", "蓝牙耳机", "防晒霜"],
  ]

  private func queries(of shop: Shop, _ days: ClosedRange<ShopDay>, withoutFinds: Bool = false) async throws
    -> [QueryCount]
  {
    try await shop.contexts.searchLedger.queries(
      QueryCountAsk(
        from: days.lowerBound, to: days.upperBound, withoutFinds: withoutFinds, page: PageRequest(limit: 100))
    ).items
  }

  /// Asked in both languages all the weeks long, opened, bought, and missed.
  private func expectQuestions(of shop: Shop) async throws {
    let today = ShopDay(shop.clock.now)
    let weeks = today.adding(-35)...today
    let all = try await queries(of: shop, weeks)
    let none = try await queries(of: shop, weeks, withoutFinds: true)
    let questions = all.map(\.asked).reduce(0, +)
    #expect((250...400).contains(questions), "\(questions)")
    for language in Language.allCases {
      let own = all.filter { $0.language == language }
      for week in 0..<4 {
        let last = today.adding(-7 * week - 1)
        let asked = try await queries(of: shop, last.adding(-6)...last)
        #expect(asked.contains { $0.language == language && $0.asked > 0 }, "\(language), \(week) weeks ago")
      }
      #expect(own.contains { $0.clicks > 0 }, "\(own)")
      #expect(own.contains { $0.purchases > 0 }, "\(own)")
      let missed = none.filter { $0.language == language }
      #expect(Set(missed.map(\.text)).isSuperset(of: Self.missed[language] ?? []), "\(missed)")
      #expect(missed.allSatisfy { $0.zero == $0.asked && $0.purchases == 0 }, "\(missed)")
    }
    let (teapot, yogaMat) = (all.first { $0.text == "茶壶" }, all.first { $0.text == "yoga mat" })
    for found in [teapot, yogaMat] { #expect(found?.zero == 0 && found?.found ?? 0 > 0, "\(all)") }
    let days = try await shop.contexts.searchLedger.days(from: weeks.lowerBound, to: weeks.upperBound)
    let (busy, purchases) = (days.filter { $0.asked > 0 }.count, days.map(\.purchases).reduce(0, +))
    #expect(busy >= 28 && purchases >= 5, "\(days)")
  }

  /// What most search for is offered to whoever comes, and all of it is in the shop.
  private func expectHotWords(at base: String) async throws {
    let mayBe: [Language: Set<String>] = [
      .en: ["headphones", "backpack", "teapot", "yoga mat", "keyboard"],
      .zhHans: ["保温杯", "耳机", "双肩包", "茶壶", "充电宝", "瑜伽垫"],
    ]
    for language in Language.allCases {
      let body = try await Browser(base: base, http: TestShop.client, language: language).get("/search").body
      for word in mayBe[language] ?? [] { #expect(body.contains(">\(word)<"), "\(word) isn't offered") }
      for word in Self.missed[language] ?? [] { #expect(!body.contains(">\(word)<"), "\(word) is offered") }
    }
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
