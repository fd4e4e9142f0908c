import Accounts
import Carts
import Events
import Flows
import Inventory
import Orders
import Payments
import Pricing
import Refunds
import Testing
import TestKit
import Values

/// Coupons and points through all contexts that have a part in them.
@Suite struct DiscountTests {
  private let staff = Staff(
    id: StaffID(raw: 1), email: "mei@staff.example", name: "Mei", merchant: nil, rights: [.refundsApprove])

  private func coupon(
    _ shop: BuyingFixture, _ benefit: OfferBenefit = .amountOff(Money(minor: 1001, currency: .cny)), each: Int? = 1
  ) async throws -> Coupon {
    try await shop.contexts.coupons.add(
      CouponDraft(
        code: "SPRING", name: LocalizedText(en: "Spring", zhHans: "春天"), benefit: benefit,
        minimum: Money(minor: 5000, currency: .cny), startsAt: shop.store.clock.now,
        endsAt: shop.store.clock.now.adding(.days(30)), mostUses: 5, mostUsesEach: each),
      for: nil, by: .system)
  }

  private func use(_ shop: BuyingFixture) -> UseDiscounts {
    UseDiscounts(shop.contexts, terms: OrderTerms(points: shop.points))
  }

  /// The cart with a coupon, as it can be ordered.
  private func filled(_ shop: BuyingFixture, _ wanted: [VariantID], coupon: Bool = true) async throws
    -> PlaceOrder.Input
  {
    var input = try await shop.filledCart(wanted)
    if coupon {
      input.cartVersion = try await use(shop).applyCoupon(
        " spring", in: .account(shop.buyer), account: shop.buyer
      ).version
    }
    return input
  }

  private func used(_ shop: BuyingFixture, _ coupon: Coupon) async throws -> Int? {
    try await shop.contexts.coupons.coupon(coupon.id)?.used
  }

  private func now(_ shop: BuyingFixture, _ order: Order) async throws -> Order {
    try #require(try await shop.contexts.orders.order(order.id))
  }

  private func completed(_ shop: BuyingFixture, _ order: Order) async throws -> Order {
    let orders = shop.contexts.orders
    _ = try await orders.pass(order.id, by: staff.id, note: "")
    _ = try await orders.ship(order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF123456"), by: staff.id)
    let done = try await orders.confirmReceipt(order.id, by: .buyer(shop.buyer))
    try await shop.settle()
    return done
  }

  private func refund(_ shop: BuyingFixture, _ order: Order, _ units: Int) async throws {
    let line = try #require(order.lines.first)
    let asked = try await shop.refundOrder.request(
      RefundOrder.Input(
        account: shop.buyer, order: order.id, kind: .moneyOnly,
        reason: order.state == .awaitingReview ? .other : .damaged,
        explanation: "Please", lines: [RefundDraft.Line(line: line.id, quantity: try #require(Quantity(units)))]))
    if asked.state == .requested { _ = try await shop.workRefund.approve(asked.id, .init(), by: staff) }
    try await shop.settle()
  }

  private func expectBooks(_ shop: BuyingFixture) async throws {
    try await shop.settle()
    shop.store.clock.advance(by: .minutes(2))
    let clock = shop.store.clock.clock
    #expect(try await AuditDiscounts(shop.contexts, clock: clock).run() == [])
    #expect(try await AuditBooks(shop.contexts, clock: clock).run() == [])
    #expect(try await shop.contexts.coupons.audit() == [])
    #expect(try await shop.contexts.points.audit() == [])
    #expect(try await shop.contexts.orders.audit() == [])
    #expect(try await shop.letters.count() == 0)
  }

  // req: 4.1.3-5
  @Test func `a coupon is spread over the orders of a checkout to the cent, used once, and goes with the cart`()
    async throws
  {
    let shop = try await BuyingFixture(price: 3333, secondPrice: 6667)
    let coupon = try await coupon(shop)
    let input = try await filled(shop, shop.variants)
    let orders = try await shop.placeOrder().run(input)
    #expect(orders.map(\.amounts.discount.minor).reduce(0, +) == 1001)
    #expect(orders.flatMap(\.shares).allSatisfy { $0.offer == "coupon/SPRING" && $0.bearer == .platform })
    #expect(try await used(shop, coupon) == 1)
    #expect(try await shop.contexts.coupons.uses(checkout: orders[0].checkout).map(\.state) == [.settled])
    #expect(try await shop.cart().coupon == nil)
    // The same submit again answers the same orders and uses nothing.
    #expect(try await shop.placeOrder().run(input).map(\.id) == orders.map(\.id))
    #expect(try await used(shop, coupon) == 1)
    await #expect(throws: CouponRefusal.couponUsedByYou) {
      _ = try await filled(shop, [shop.variants[0], shop.variants[1]])
    }
    _ = try await shop.paid(orders)
    #expect(try await shop.contexts.orders.orders(orders.map(\.id)).allSatisfy { $0.amounts.due.minor > 0 })
    try await expectBooks(shop)
  }

  @Test func `what can't be ordered takes no coupon, and what broke off gives it back`() async throws {
    let shop = try await BuyingFixture()
    let coupon = try await coupon(shop)
    var input = try await filled(shop, [shop.variants[0]])
    input.dueSeen = Money(minor: 8800, currency: .cny)
    await #expect(throws: CheckoutRefusal.self) { try await shop.placeOrder().run(input) }
    #expect(try await used(shop, coupon) == 0)
    input.dueSeen = Money(minor: 7799, currency: .cny)
    // The process dies between the coupon and the orders.
    let checkout = "\(try #require(try await shop.cart().id))/\(input.cartVersion)"
    try await shop.contexts.coupons.take(
      CouponTaking(
        coupon: coupon.id, buyer: shop.buyer, checkout: checkout, amount: Money(minor: 1001, currency: .cny),
        until: shop.store.clock.now.adding(.minutes(40))))
    #expect(try await used(shop, coupon) == 1)
    // The same cart can be ordered, with the use that it has already.
    let order = try #require(try await shop.placeOrder().run(input).first)
    #expect(order.amounts.due.minor == 7799)
    try await shop.contexts.coupons.take(
      CouponTaking(
        coupon: coupon.id, buyer: AccountID(raw: 77), checkout: "crt/9", amount: Money(minor: 1001, currency: .cny),
        until: shop.store.clock.now.adding(.minutes(40))))
    #expect(try await used(shop, coupon) == 2)
    shop.store.clock.advance(by: .minutes(41))
    try await shop.run("pricing.endHolds")
    #expect(try await used(shop, coupon) == 1)
  }

  // part of req: 4.2.4-7
  @Test func `a coupon comes back with an order that is cancelled or refunded whole, not with a part of it`()
    async throws
  {
    let shop = try await BuyingFixture()
    let coupon = try await coupon(shop)
    let unpaid = try #require(try await shop.placeOrder().run(try await filled(shop, [shop.variants[0]])).first)
    _ = try await shop.cancelOrder.run(unpaid.id, by: shop.buyer)
    try await shop.settle()
    #expect(try await used(shop, coupon) == 0)

    let input = try await filled(shop, [shop.variants[0], shop.variants[0]])
    let order = try #require(try await shop.placeOrder().run(input).first)
    _ = try await shop.paid([order])
    try await shop.settle()
    let done = try await completed(shop, order)
    try await refund(shop, done, 1)
    #expect(try await used(shop, coupon) == 1)
    try await refund(shop, try await now(shop, done), 1)
    #expect(try await shop.state(done) == .refunded)
    #expect(try await used(shop, coupon) == 0)
    try await expectBooks(shop)
  }

  // part of req: 4.2.4-7
  @Test func `a coupon that has ended doesn't come back with a refund`() async throws {
    let shop = try await BuyingFixture()
    let coupon = try await coupon(shop)
    let order = try #require(try await shop.placeOrder().run(try await filled(shop, [shop.variants[0]])).first)
    _ = try await shop.paid([order])
    try await shop.settle()
    shop.store.clock.advance(by: .days(31))
    try await refund(shop, try await now(shop, order), 1)
    #expect(try await shop.state(order) == .refunded)
    #expect(try await used(shop, coupon) == 1)
  }

  // req: 4.1.3-5 4.2.4-7
  @Test func `points are spent, returned and taken back in the proportion of what goes back`() async throws {
    let shop = try await BuyingFixture(points: PointTerms(earned: 1))
    let points = shop.contexts.points
    _ = try await points.adjust(3000, of: shop.buyer, note: "gift", key: "a", by: .system)
    let coupon = try await coupon(shop)
    var input = try await filled(shop, [shop.variants[0], shop.variants[0]])
    await #expect(throws: PointRefusal.notEnoughPoints(balance: 3000)) {
      try await use(shop).usePoints(3001, of: shop.buyer)
    }
    input.cartVersion = try await use(shop).usePoints(1000, of: shop.buyer).version
    // 2 × 88.00 − 10.01 − 10.00
    input.dueSeen = Money(minor: 15_599, currency: .cny)
    let order = try #require(try await shop.placeOrder().run(input).first)
    #expect(order.shares.map(\.offer) == ["coupon/SPRING", "points"])
    #expect(try await points.balance(of: shop.buyer) == 2000)
    _ = try await shop.paid([order])
    try await shop.settle()
    let done = try await completed(shop, order)
    #expect(try await points.balance(of: shop.buyer) == 2155)
    try await refund(shop, done, 1)
    // Half of the spent come back; of the 155 earned half go.
    #expect(try await points.balance(of: shop.buyer) == 2000 + 500 + 78)
    try await refund(shop, try await now(shop, done), 1)
    #expect(try await points.balance(of: shop.buyer) == 3000)
    // Each has its row in the table of records, the goods are accounted for, and the coupon is there again.
    let cases = try await shop.contexts.refunds.cases(of: order.id)
    var recorded: Int64 = 0
    for settled in cases {
      recorded += try await shop.contexts.refunds.records(of: settled.id).reduce(0) { $0 + $1.amount.minor }
    }
    #expect(cases.count == 2 && recorded == 15_599)
    #expect(try await used(shop, coupon) == 0)
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock - 2, "they stay with their buyer")
    try await expectBooks(shop)
  }

  @Test func `a change of an order returns the points of goods that go`() async throws {
    let shop = try await BuyingFixture(points: PointTerms(earned: 1))
    let points = shop.contexts.points
    _ = try await points.adjust(1000, of: shop.buyer, note: "gift", key: "a", by: .system)
    var input = try await filled(shop, [shop.variants[0], shop.variants[0]], coupon: false)
    input.cartVersion = try await use(shop).usePoints(1000, of: shop.buyer).version
    let order = try #require(try await shop.placeOrder().run(input).first)
    _ = try await shop.paid([order])
    try await shop.settle()
    let line = try #require(order.lines.first)
    let reviewer = Staff(
      id: StaffID(raw: 1), email: "mei@staff.example", name: "Mei", merchant: nil, rights: [.ordersReview])
    _ = try await shop.reviewOrder.edit(
      order.id, ReviewOrder.Input(revision: 0, lines: [.init(line: line.id, quantity: 1, unit: line.unit)]),
      by: reviewer)
    try await shop.settle()
    #expect(try await now(shop, order).shares.map(\.amount.minor) == [500])
    #expect(try await points.balance(of: shop.buyer) == 500)
    _ = try await shop.reviewOrder.reject(order.id, reason: "gone", by: reviewer)
    try await shop.settle()
    #expect(try await points.balance(of: shop.buyer) == 1000)
    try await expectBooks(shop)
  }

  @Test func `an order that a coupon leaves nothing to pay of is paid without a provider`() async throws {
    let shop = try await BuyingFixture()
    let coupon = try await coupon(shop, .percentOff(100))
    let order = try #require(try await shop.placeOrder().run(try await filled(shop, [shop.variants[0]])).first)
    #expect(order.amounts.due.isZero)
    let opened = try await PayOrder(shop.contexts).run(
      order.id, by: shop.buyer, method: shop.provider.method, language: .en)
    #expect(opened.payment.state == .captured && opened.payment.method == .free)
    try await shop.settle()
    #expect(try await shop.state(order) == .awaitingReview)
    try await refund(shop, try await now(shop, order), 1)
    #expect(try await used(shop, coupon) == 0)
    try await expectBooks(shop)
  }

  @Test func `thirty tabs of one cart make one order with one use, and spend its points once`() async throws {
    let shop = try await BuyingFixture(points: PointTerms(earned: 1))
    let coupon = try await coupon(shop)
    _ = try await shop.contexts.points.adjust(500, of: shop.buyer, note: "gift", key: "a", by: .system)
    var input = try await filled(shop, [shop.variants[0]])
    input.cartVersion = try await use(shop).usePoints(500, of: shop.buyer).version
    let placed = try await withThrowingTaskGroup(of: [OrderID].self) { group in
      for _ in 1...30 { group.addTask { [input] in try await shop.placeOrder().run(input).map(\.id) } }
      return try await group.reduce(into: Set<OrderID>()) { $0.formUnion($1) }
    }
    #expect(placed.count == 1)
    #expect(try await used(shop, coupon) == 1)
    #expect(try await shop.contexts.points.balance(of: shop.buyer) == 0)
    let order = try #require(try await shop.contexts.orders.orders(Array(placed)).first)
    #expect(order.shares.map(\.amount.minor) == [1001, 500])
    try await expectBooks(shop)
  }
}
