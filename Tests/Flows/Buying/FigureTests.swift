import Events
import Insight
import Orders
import Payments
import Storage
import TestKit
import Testing
import Values

@testable import Flows

/// What happens in the shop is in its figures, once, and they can be made again from the books.
@Suite struct FigureTests {
  private func figures(_ shop: BuyingFixture, of merchant: MerchantID? = nil) async throws -> [FigureKind: DayFigure] {
    let day = ShopDay(shop.store.clock.now)
    let figures = try await shop.contexts.insight.figures(of: merchant, from: day.adding(-3), through: day)
    return Dictionary(figures.map { ($0.kind, $0) }, uniquingKeysWith: { $1 })
  }

  // req: 3.2.3-1 4-1
  @Test func `orders, money and refunds are counted for each merchant and for the shop`() async throws {
    let shop = try await BuyingFixture()
    let orders = try await shop.place(shop.variants)
    let event = try await shop.paid(orders)
    try await shop.settle()
    let share = event.shares[0]
    _ = try await shop.contexts.payments.refund(
      RefundRequest(
        key: "r-1", payment: event.payment, order: share.order, amount: Money(minor: 800, currency: .cny),
        reason: "goodwill"))
    try await shop.settle()
    let all = try await figures(shop)
    #expect(all[.placed]?.count == 2)
    #expect(all[.paid]?.count == 2)
    #expect(all[.units]?.count == 2)
    #expect(all[.captured]?.amount.minor == 17_600)
    #expect(all[.refunded]?.amount.minor == 800)
    #expect(all[.accounts]?.count == 1)
    let own = try await figures(shop, of: try #require(orders.first { $0.id == share.order }).merchant)
    #expect(own[.captured]?.amount.minor == 8800)
    #expect(own[.refunded]?.amount.minor == 800)
    #expect(own[.accounts] == nil)
    #expect(try await shop.contexts.insight.audit().isEmpty)
  }

  @Test func `made again from the books the figures are the same, and an audit finds what isn't`() async throws {
    let shop = try await BuyingFixture()
    _ = try await shop.paid(try await shop.place())
    try await shop.settle()
    let before = try await figures(shop)
    let rebuild = RebuildFigures(shop.contexts)
    #expect(try await rebuild.run() == 3)
    #expect(try await figures(shop) == before)
    shop.store.clock.advance(by: .minutes(5))
    let audit = AuditFigures(shop.contexts, clock: shop.store.clock.clock)
    #expect(try await audit.run().isEmpty)
    try await shop.store.database.write { _ = try $0.execute("DELETE FROM figure_entry WHERE kind = 'captured'") }
    #expect(try await audit.run().map(\.book) == ["figures"])
    #expect(!(try await shop.contexts.insight.audit()).isEmpty)
    _ = try await rebuild.run(from: ShopDay(shop.store.clock.now))
    #expect(try await audit.run().isEmpty)
    #expect(try await figures(shop) == before)
  }

  // req: 3.2.3-1
  @Test func `a rebuild that broke off before midnight loses no day of what is made again after it`() async throws {
    let shop = try await BuyingFixture()
    _ = try await shop.paid(try await shop.place())
    try await shop.settle()
    let day = ShopDay(shop.store.clock.now)
    func before() async throws -> [DayFigure] {
      try await shop.contexts.insight.figures(of: nil, from: day, through: day)
    }
    let whole = try await before()
    #expect(whole.contains { $0.kind == .accounts && $0.count == 1 })
    _ = try await shop.contexts.insight.beginAnew(from: day)
    shop.store.clock.advance(by: .days(1))
    try await RebuildFigures(shop.contexts).run(from: day.adding(1))
    #expect(Set(try await before()) == Set(whole))
  }

  @Test func `what happens while the figures are made again is counted once`() async throws {
    let shop = try await BuyingFixture()
    for _ in 1...5 { _ = try await shop.paid(try await shop.place()) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await shop.settle() }
      for _ in 1...3 { group.addTask { try await RebuildFigures(shop.contexts).run() } }
      try await group.waitForAll()
    }
    try await RebuildFigures(shop.contexts).run()
    #expect(try await figures(shop)[.placed]?.count == 5)
    #expect(try await figures(shop)[.captured]?.amount.minor == 44_000)
    #expect(try await shop.contexts.insight.audit().isEmpty)
  }

  @Test func `an order that was read before it was paid doesn't undo what was noted since`() async throws {
    let shop = try await BuyingFixture()
    let orders = try await shop.place()
    let order = try #require(orders.first)
    let early = try #require(try await shop.contexts.figures(of: [order]).first)
    _ = try await shop.paid(orders)
    try await shop.settle()
    let before = try await figures(shop)
    #expect(before[.paid]?.count == 1)
    try await shop.contexts.insight.note([early.set])
    #expect(try await figures(shop) == before)
  }

  @Test func `orders of shares that don't say whose they are are asked after until they do`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let payment = try await shop.opened([order])
    try await shop.run("payments.placeShares")
    let listed = try await shop.contexts.payments.payments(
      .merchant(order.merchant), matching: PaymentFilter(), PageRequest())
    #expect(listed.items.map(\.id) == [payment.id])
  }
}
