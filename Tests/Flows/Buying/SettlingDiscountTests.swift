import Accounts
import Carts
import Catalog
import Events
import Flows
import Orders
import Payments
import Pricing
import Refunds
import Settlement
import TestKit
import Testing
import Values

/// What coupons and points do to what merchants get.
@Suite struct SettlingDiscountTests {
  private let staff = Staff(
    id: StaffID(raw: 1), email: "mei@staff.example", name: "Mei", merchant: nil, rights: [.refundsApprove])

  private func ruled(_ percent: String, _ shop: BuyingFixture) async throws {
    _ = try await shop.contexts.settlement.make(
      CommissionDraft(
        merchant: nil, category: nil, rate: BasisPoints(percentText: percent), from: ShopDay(shop.store.clock.now)),
      by: .system)
  }

  private func coupon(
    _ shop: BuyingFixture, _ benefit: OfferBenefit = .amountOff(Money(minor: 1001, currency: .cny)),
    of merchant: MerchantID? = nil
  ) async throws {
    _ = try await shop.contexts.coupons.add(
      CouponDraft(
        code: "SPRING", name: LocalizedText(en: "Spring", zhHans: "春天"), benefit: benefit,
        minimum: Money(minor: 100, currency: .cny), startsAt: shop.store.clock.now,
        endsAt: shop.store.clock.now.adding(.days(30))),
      for: merchant, by: .system)
  }

  /// Two of the first goods, with the coupon, and with points where there are any.
  private func completed(_ shop: BuyingFixture, spending points: Int? = nil) async throws -> Order {
    let use = UseDiscounts(shop.contexts, terms: OrderTerms(points: shop.points))
    var input = try await shop.filledCart([shop.variants[0], shop.variants[0]])
    input.cartVersion = try await use.applyCoupon("SPRING", in: .account(shop.buyer), account: shop.buyer).version
    if let points { input.cartVersion = try await use.usePoints(points, of: shop.buyer).version }
    let order = try #require(try await shop.placeOrder().run(input).first)
    if order.amounts.due.isZero {
      _ = try await PayOrder(shop.contexts).run(
        order.id, by: shop.buyer, method: shop.provider.method, language: .en)
    } else {
      _ = try await shop.paid([order])
    }
    try await shop.settle()
    let orders = shop.contexts.orders
    _ = try await orders.pass(order.id, by: staff.id, note: "")
    _ = try await orders.ship(order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF123456"), by: staff.id)
    let done = try await orders.confirmReceipt(order.id, by: .buyer(shop.buyer))
    try await shop.settle()
    return done
  }

  private func refundOne(of order: Order, _ shop: BuyingFixture) async throws {
    let line = try #require(order.lines.first)
    let asked = try await shop.refundOrder.request(
      RefundOrder.Input(
        account: shop.buyer, order: order.id, kind: .moneyOnly, reason: .damaged, explanation: "Please",
        lines: [RefundDraft.Line(line: line.id, quantity: .one)]))
    if asked.state == .requested { _ = try await shop.workRefund.approve(asked.id, .init(), by: staff) }
    try await shop.settle()
  }

  private func sums(_ order: Order, _ shop: BuyingFixture) async throws -> StatementSums {
    try #require(try await shop.contexts.settlement.accounts(of: [order.id])[order.id]).sums
  }

  private func discounts(_ shop: BuyingFixture) async throws -> Int64 {
    try await shop.contexts.settlement.balances().first { $0.account == .discounts }?.amount.minor ?? 0
  }

  private func expectBooks(_ shop: BuyingFixture) async throws {
    try await shop.contexts.settlement.keep(SettlementWalk(isThrough: true))
    shop.store.clock.advance(by: .minutes(2))
    #expect(try await shop.contexts.settlement.audit() == [])
    #expect(try await AuditSettlement(shop.contexts, clock: shop.store.clock.clock).run() == [])
    #expect(try await shop.letters.count() == 0)
  }

  // req: 2.3.2.1-1
  @Test func `what the platform's coupon and points spare the buyer, the merchant gets from the platform`()
    async throws
  {
    let shop = try await BuyingFixture(points: PointTerms(earned: 1))
    try await ruled("10", shop)
    try await coupon(shop)
    _ = try await shop.contexts.points.adjust(1000, of: shop.buyer, note: "gift", key: "a", by: .system)
    let order = try await completed(shop, spending: 1000)
    let first = try await sums(order, shop)
    #expect(first.paid.minor == 15_599 && first.borne.minor == 2001)
    #expect(first.commission.minor == 1760 && first.net.minor == 15_840)
    #expect(try await discounts(shop) == 2001)
    // A unit that goes back takes its part along, to the last minor unit.
    try await refundOne(of: order, shop)
    let second = try await sums(order, shop)
    #expect(second.borne.minor == 1001)
    let sold = 15_599 - second.refunds.minor + 1001
    #expect(second.commission.minor == (sold + 5) / 10 && second.net.minor == sold - second.commission.minor)
    try await refundOne(of: order, shop)
    let last = try await sums(order, shop)
    #expect(last.borne.isZero && last.commission.isZero && last.net.isZero && last.refunds == last.paid)
    #expect(try await discounts(shop) == 0)
    try await expectBooks(shop)
  }

  @Test func `what a merchant's own coupon takes off is the merchant's`() async throws {
    let shop = try await BuyingFixture()
    try await ruled("10", shop)
    let own = try #require(try await shop.contexts.catalog.variants([shop.variants[0]])[shop.variants[0]]).merchant
    try await coupon(shop, of: own)
    let order = try await completed(shop)
    let sums = try await sums(order, shop)
    #expect(sums.paid.minor == 16_599 && sums.borne.isZero)
    #expect(sums.commission.minor == 1660 && sums.net.minor == 14_939)
    #expect(try await discounts(shop) == 0)
    try await expectBooks(shop)
  }

  @Test func `of an order of which nothing was left to pay the merchant gets all`() async throws {
    let shop = try await BuyingFixture()
    try await ruled("10", shop)
    try await coupon(shop, .percentOff(100))
    let order = try await completed(shop)
    #expect(order.amounts.due.isZero)
    let first = try await sums(order, shop)
    #expect(first.paid.isZero && first.borne.minor == 17_600 && first.net.minor == 15_840)
    // No money goes back with it.
    try await refundOne(of: order, shop)
    let second = try await sums(order, shop)
    #expect(second.refunds.isZero && second.borne.minor == 8800 && second.net.minor == 7920)
    try await expectBooks(shop)
  }
}
