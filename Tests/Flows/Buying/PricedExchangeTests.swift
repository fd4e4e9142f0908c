import Accounts
import Catalog
import Events
import Flows
import Inventory
import Orders
import Payments
import Pricing
import Refunds
import TestKit
import Testing
import Values

/// Exchanges for other choices of the same goods that cost more or less.
@Suite struct PricedExchangeTests {
  static let staff = Staff(
    id: StaffID(raw: 1), email: "mei@staff.example", name: "Mei", merchant: nil,
    rights: [.refundsApprove, .ordersShip, .ordersReview])

  /// One product whose three choices cost 88, 66 and 120.
  struct Counter {
    let shop: BuyingFixture
    let variants: [VariantID]
    static let prices: [Int64] = [8800, 6600, 12_000]

    var usual: VariantID { variants[0] }
    var cheap: VariantID { variants[1] }
    var dear: VariantID { variants[2] }

    init() async throws {
      shop = try await BuyingFixture()
      let contexts = shop.contexts
      let known = try #require(try await contexts.catalog.variants([shop.variants[0]]).values.first)
      let kiln = try #require(try await contexts.catalog.product(known.product))
      let names = ["S", "M", "L"].map { LocalizedText(en: $0, zhHans: $0) }
      let product = try await contexts.catalog.save(
        ProductDraft(
          merchant: kiln.merchant, handle: try #require(Slug(rawValue: "pot")),
          content: ProductContent(
            title: LocalizedText(en: "Pot", zhHans: "壶"), introduction: LocalizedText(),
            category: kiln.content.category, brand: nil,
            options: [ProductOption(name: LocalizedText(en: "Size", zhHans: "尺寸"), values: names)], attributes: []),
          variants: (0..<3).map { VariantDraft(sku: "pot-\($0)", choice: [$0], weightGrams: 400) }, isPublished: true)
      ).product
      variants = product.variants.map(\.id)
      let location = try await contexts.inventory.location(named: "Main", of: kiln.merchant)
      try await contexts.pricing.setPrices(
        zip(variants, Self.prices).map {
          PriceChange(variant: $0, price: Price(sale: Money(minor: $1, currency: .cny)))
        })
      try await contexts.inventory.count(
        variants.map { StockCount(variant: $0, location: location.id, onHand: 50) }, key: "pot", by: .system)
    }

    func shipped(_ variant: VariantID, units: Int = 1) async throws -> Order {
      let order = try #require(try await shop.place(Array(repeating: variant, count: units)).first)
      _ = try await shop.paid([order])
      try await shop.settle()
      return try await ship(order)
    }

    func ship(_ order: Order) async throws -> Order {
      _ = try await shop.contexts.orders.pass(order.id, by: PricedExchangeTests.staff.id, note: "")
      return try await shop.contexts.orders.ship(
        order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF123456"), by: PricedExchangeTests.staff.id)
    }

    func ask(
      _ order: Order, _ units: Int = 1, for wanted: VariantID? = nil, kind: RefundCase.Kind = .exchange
    ) async throws -> RefundCase {
      try await shop.refundOrder.request(
        RefundOrder.Input(
          account: shop.buyer, order: order.id, kind: kind, reason: .damaged, explanation: "",
          lines: [
            RefundDraft.Line(
              line: try #require(order.lines.first).id, quantity: try #require(Quantity(units)), wanted: wanted)
          ]))
    }

    func approve(_ refund: RefundCase) async throws -> RefundCase {
      try await shop.workRefund.approve(refund.id, .init(), by: PricedExchangeTests.staff)
    }

    func now(_ refund: RefundCase) async throws -> RefundCase {
      try #require(try await shop.contexts.refunds.refundCase(refund.id))
    }

    func now(_ order: Order) async throws -> Order { try #require(try await shop.contexts.orders.order(order.id)) }

    func replacement(_ refund: RefundCase) async throws -> Order {
      let id = try #require(try await now(refund).replacement)
      return try #require(try await shop.contexts.orders.order(id))
    }

    func unpaid(_ refund: RefundCase) async throws -> Order {
      try #require(try await shop.contexts.unpaidExchange(try await now(refund)))
    }

    /// What went back of the money that was paid for the order itself.
    func back(_ order: Order) async throws -> Int64 {
      let payment = try #require(try await now(order).payment)
      return try await shop.contexts.payments.refunds(of: payment).filter { $0.state == .settled }
        .reduce(0) { $0 + $1.amount.minor }
    }

    func expectBooks() async throws {
      try await shop.settle()
      shop.store.clock.advance(by: .minutes(2))
      var found = try await shop.discrepancies()
      found += try await shop.contexts.refunds.audit()
      #expect(found.isEmpty, "\(found)")
      #expect(try await shop.letters.count() == 0)
    }
  }

  // req: 4.2.4-3 4.2.4-6
  @Test func `what a cheaper choice costs less goes back with the exchange`() async throws {
    let it = try await Counter()
    let order = try await it.shipped(it.usual, units: 2)
    let asked = try await it.ask(order, 2, for: it.cheap)
    #expect(asked.difference.minor == -4400 && asked.asked.minor == 17_600)
    let settled = try await it.approve(asked)
    #expect(settled.state == .settled && settled.granted?.minor == 4400)
    #expect(try await it.back(order) == 4400)
    let other = try await it.replacement(asked)
    #expect(other.amounts.due.isZero && other.lines.first?.unit.minor == 6600)
    try await it.shop.settle()
    let faulty = try await it.ask(try await it.ship(other), 1, kind: .moneyOnly)
    #expect(faulty.asked.minor == 6600)
    #expect(try await it.approve(faulty).state == .settled)
    #expect(try await it.back(order) == 11_000)
    #expect(try await it.shop.workRefund.left(of: other).minor == 6600)
    try await it.expectBooks()
  }

  // req: 4.2.4-3 4.2.4-6
  @Test func `a dearer choice is sent once its buyer has paid the difference, and goes back for all that was paid`()
    async throws
  {
    let it = try await Counter()
    let order = try await it.shipped(it.usual)
    let asked = try await it.ask(order, for: it.dear)
    let agreed = try await it.approve(asked)
    #expect(agreed.state == .approved && agreed.granted?.isZero == true && agreed.replacement == nil)
    let other = try await it.unpaid(asked)
    #expect(other.state == .awaitingPayment && other.amounts.due.minor == 3200)
    await #expect(throws: OrderRefusal.self) { _ = try await it.shop.pass(other) }
    // Looking after it again changes nothing while it isn't paid.
    it.shop.store.clock.advance(by: .minutes(2))
    try await it.shop.run("refunds.settle")
    #expect(try await it.unpaid(asked).id == other.id)
    #expect(try await it.shop.level(it.usual)?.onHand == 49)
    _ = try await it.shop.paid([other])
    try await it.shop.settle()
    #expect(try await it.now(asked).state == .settled)
    #expect(try await it.replacement(asked).id == other.id)
    #expect(try await it.now(other).state == .awaitingReview)
    let returned = try await it.ask(try await it.ship(other), kind: .goodsBack)
    #expect(returned.asked.minor == 12_000)
    #expect(try await it.approve(returned).state == .settled)
    #expect(try await it.back(other) == 3200)
    #expect(try await it.back(order) == 8800)
    #expect(try await it.shop.workRefund.left(of: order).minor == 0)
    try await it.expectBooks()
  }

  @Test func `a difference that isn't paid in its day puts the exchange before staff again, with nothing lost`()
    async throws
  {
    let it = try await Counter()
    let order = try await it.shipped(it.usual)
    let asked = try await it.ask(order, for: it.dear)
    _ = try await it.approve(asked)
    let first = try await it.unpaid(asked)
    it.shop.store.clock.advance(by: .hours(25))
    try await it.shop.run("orders.cancelOverdue")
    try await it.shop.settle()
    #expect(try await it.now(first).state == .cancelled)
    #expect(try await it.now(asked).state == .requested)
    let why = try await it.shop.contexts.refunds.steps(of: asked.id).last
    #expect(why?.kind == .reopened && why?.note == RefundRefusal.differenceUnpaid.code)
    #expect(try await it.shop.level(it.dear)?.free == 50)
    #expect(try await it.back(order) == 0)
    _ = try await it.approve(asked)
    let second = try await it.unpaid(asked)
    #expect(second.id != first.id && second.amounts.due.minor == 3200)
    _ = try await it.shop.cancelOrder.run(second.id, by: it.shop.buyer)
    try await it.shop.settle()
    #expect(try await it.now(asked).state == .requested)
    it.shop.store.clock.advance(by: .minutes(1))
    let money = try await it.shop.workRefund.approve(asked.id, .init(asMoney: true), by: Self.staff)
    #expect(money.state == .settled && money.granted?.minor == 8800)
    try await it.expectBooks()
  }

  @Test func `where the merchant rejects a dearer choice that was paid for, both sums go back`() async throws {
    let it = try await Counter()
    let order = try await it.shipped(it.usual)
    let asked = try await it.ask(order, for: it.dear)
    _ = try await it.approve(asked)
    let other = try await it.unpaid(asked)
    _ = try await it.shop.paid([other])
    try await it.shop.settle()
    _ = try await it.shop.reviewOrder.reject(other.id, reason: "the kiln broke", by: Self.staff)
    try await it.shop.settle()
    #expect(try await it.back(other) == 3200)
    #expect(try await it.back(order) == 8800)
    try await it.expectBooks()
  }

  // MARK: Any order

  private struct Dice: RandomNumberGenerator {
    var state: UInt64

    /// Steele and Vigna's SplitMix64.
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  private func orders(_ it: Counter) async throws -> [Order] {
    try await it.shop.contexts.orders.orders(.platform, matching: OrderFilter(), PageRequest(limit: 100)).items
  }

  /// One step of somebody's; a refusal is an answer like another.
  private func step(_ it: Counter, _ dice: inout Dice) async throws {
    let shop = it.shop
    let all = try await orders(it)
    let order = try #require(all.randomElement(using: &dice))
    let unpaid = all.first { $0.state == .awaitingPayment }
    let any = try await shop.contexts.refunds.cases(of: order.id).randomElement(using: &dice)
    let (wanted, units) = (it.variants.randomElement(using: &dice), Int.random(in: 1...2, using: &dice))
    let (asMoney, isPaid) = (Int.random(in: 0...4, using: &dice) == 0, Bool.random(using: &dice))
    do {
      switch Int.random(in: 0...11, using: &dice) {
      case 0, 1, 2: _ = try await it.ask(order, units, for: wanted)
      case 3 where !asMoney: _ = try await it.ask(order, units, kind: isPaid ? .goodsBack : .moneyOnly)
      case 4, 5, 6:
        if let any { _ = try await shop.workRefund.approve(any.id, .init(asMoney: asMoney), by: Self.staff) }
      case 7: if let any { _ = try await shop.workRefund.reject(any.id, reason: "No", by: Self.staff) }
      case 8: if let unpaid { _ = try await shop.paid([unpaid]) }
      case 9 where Int.random(in: 0...3, using: &dice) == 0:
        shop.store.clock.advance(by: .hours(isPaid ? 1 : 25))
        try await shop.run("orders.cancelOverdue")
      case 10: _ = try await it.ship(order)
      case 11:
        if isPaid {
          _ = try await shop.reviewOrder.reject(order.id, reason: "Broken", by: Self.staff)
        } else {
          _ = try await shop.cancelOrder.run(order.id, by: shop.buyer)
        }
      default: break
      }
    } catch is any Refusal {}
    try await shop.settle()
  }

  /// Whatever is done in whatever order, the money that stays is what the goods cost that the buyer has or awaits.
  // req: 4.2.4-6 4.2.4-7
  @Test(arguments: [3, 11, 77, 2024] as [UInt64]) func `the books balance after exchanges in any order`(
    seed: UInt64
  ) async throws {
    let it = try await Counter()
    _ = try await it.shipped(it.usual, units: 12)
    _ = try await it.shipped(it.dear, units: 9)
    var dice = Dice(state: seed)
    for _ in 1...160 { try await step(it, &dice) }
    it.shop.store.clock.advance(by: .hours(26))
    try await it.shop.run("orders.cancelOverdue")
    try await it.shop.settle()
    it.shop.store.clock.advance(by: .minutes(2))
    try await it.shop.run("refunds.settle")
    try await it.expectBooks()

    var (kept, worth): (Int64, Int64) = (0, 0)
    var exchanges = 0
    for order in try await orders(it) {
      for payment in try await it.shop.contexts.payments.payments(of: order.id) where payment.state.hasMoney {
        let refunds = try await it.shop.contexts.payments.refunds(of: payment.id)
        kept += payment.amount.minor - refunds.filter { $0.state == .settled }.reduce(0) { $0 + $1.amount.minor }
      }
      guard order.payment != nil, order.state != .cancelled else { continue }
      let cases = try await it.shop.contexts.refunds.cases(of: order.id).filter { $0.state == .settled }
      exchanges += cases.count { $0.kind == .exchange }
      for line in order.lines {
        let gone = cases.reduce(0) { $0 + ($1.units[line.id] ?? 0) }
        worth += line.unit.minor * Int64(line.quantity.count - gone)
      }
    }
    #expect(kept == worth)
    #expect(exchanges > 1)
  }
}
