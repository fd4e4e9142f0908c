import Accounts
import Events
import Flows
import Foundation
import Fulfilment
import Inventory
import Orders
import Payments
import Refunds
import Settlement
import TestKit
import Testing
import Values

/// Everything that can be done to paid orders, in any order: changes, reviews, payments, parcels, refunds, exchanges and
/// what the provider does by itself. The books balance after all of it.
@Suite struct AnyDeedTests {
  /// Steele and Vigna's SplitMix64.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    /// Once in so many times.
    mutating func isRare(_ times: Int) -> Bool { number(1...times) == 1 }
  }

  /// Each of these, at any time; what isn't allowed then is refused.
  private enum Deed: CaseIterable {
    case edit, payDifference, pass, reject, cancel, ask, askWhole, exchange, withdraw, decide, decideMore, receive
    case rejectCase, retry, goodwill, atProvider, send, sendAll, confirm, provider, time, hear
  }

  /// Seeds that are always tried, or the one that `MARTLET_TEST_SEED` names.
  private static let seeds: [UInt64] =
    ProcessInfo.processInfo.environment["MARTLET_TEST_SEED"].flatMap { UInt64($0) }.map { [$0] }
    ?? [1, 7, 42, 1009, 1815, 20_261, 99_991, 271_828]
  private static let steps = 70

  private static let staff = Staff(
    id: StaffID(raw: 7), email: "mei@example.com", name: "Mei", merchant: nil,
    rights: [.ordersReview, .ordersShip, .refundsApprove])

  // req: 2.3.2.1-1 3.3.4-3 4.2.2-6 4.2.2-7 4.2.3-6 4.2.3-7 4.2.4-3 4.2.4-4 4.2.4-5 4.2.4-6
  @Test(arguments: seeds) func `the books balance after any deeds in any order`(seed: UInt64) async throws {
    let shop = try await BuyingFixture()
    let goods = try await shop.moreGoods()
    var dice = Dice(state: seed)
    var done: Set<Deed> = []
    for _ in 1...3 {
      let wanted = (1...dice.number(2...5)).map { _ in goods[dice.number(0...1)][dice.number(0...1)] }
      let order = try await shop.inReview(of: wanted + [shop.variants[0]])
      #expect(order.amounts.freight.isPositive && order.lines.count > 1)
    }
    for _ in 1...Self.steps {
      let deed = Deed.allCases[dice.number(0...Deed.allCases.count - 1)]
      do {
        try await run(deed, shop, goods, &dice)
        done.insert(deed)
      } catch is any Refusal {
        // Each deed may come at a time that doesn't allow it.
      }
    }
    try await comeToRest(shop)
    try await expectBooks(shop, "seed \(seed)")
    #expect(done.count > 10, "seed \(seed) does little: \(done)")
  }

  private func run(_ deed: Deed, _ shop: BuyingFixture, _ goods: [[VariantID]], _ dice: inout Dice) async throws {
    let orders = try await shop.contexts.orders.orders(
      .buyer(shop.buyer), matching: OrderFilter(), PageRequest(limit: 50))
    let order = try #require(orders.items.sorted { $0.id < $1.id }.randomElement(using: &dice))
    switch deed {
    case .edit, .payDifference, .pass, .reject, .cancel: try await review(deed, order, shop, &dice)
    case .ask, .askWhole, .exchange, .withdraw: try await ask(deed, order, shop, goods, &dice)
    case .decide, .decideMore, .receive, .rejectCase, .retry, .goodwill: try await decide(deed, order, shop, &dice)
    case .send, .sendAll, .confirm: try await deliver(deed, order, shop, &dice)
    case .atProvider, .provider, .time, .hear: try await elsewhere(deed, order, shop, &dice)
    }
  }
}

// MARK: Deeds

extension AnyDeedTests {
  private func review(_ deed: Deed, _ order: Order, _ shop: BuyingFixture, _ dice: inout Dice) async throws {
    switch deed {
    case .edit:
      let lines = order.lines.map { line in
        OrderChange.Line(
          line: line.id, quantity: dice.number(0...4),
          unit: Money(minor: Int64(dice.number(0...13_000)), currency: .cny))
      }
      let sku = dice.isRare(3) ? "tray-blue" : ""
      let freight = Money(minor: Int64(dice.number(0...900)), currency: .cny)
      _ = try await shop.reviewOrder.edit(
        order.id, ReviewOrder.Input(revision: order.revision, lines: lines, addedSKU: sku, freight: freight),
        by: Self.staff)
    case .payDifference:
      let opened = try await shop.payDifference(order)
      guard !dice.isRare(4) else { return }
      shop.provider.set { $0.states[opened.id.description] = .captured }
      _ = try await shop.contexts.payments.refresh(opened.id)
    case .pass: _ = try await WorkOrder(shop.contexts).pass(order.id, by: Self.staff, note: "")
    case .reject where dice.isRare(4): _ = try await shop.reviewOrder.reject(order.id, reason: "no", by: Self.staff)
    case .cancel where dice.isRare(2): _ = try await shop.cancelOrder.run(order.id, by: shop.buyer)
    default: break
    }
  }

  private func ask(
    _ deed: Deed, _ order: Order, _ shop: BuyingFixture, _ goods: [[VariantID]], _ dice: inout Dice
  ) async throws {
    if deed == .withdraw {
      if let any = try await shop.contexts.refunds.cases(of: order.id).randomElement(using: &dice) {
        _ = try await shop.refundOrder.withdraw(any.id, by: shop.buyer)
      }
      return
    }
    // An order that only waits for a look is left by asking for all of it; that ends it too often for more to happen.
    if deed == .askWhole, order.state == .awaitingReview, !dice.isRare(4) { return }
    let line = try #require(order.lines.randomElement(using: &dice))
    let units = try #require(Quantity(dice.number(1...2)))
    var (kind, wanted): (RefundCase.Kind, VariantID?) = (dice.isRare(2) ? .moneyOnly : .goodsBack, nil)
    if deed == .exchange {
      kind = .exchange
      wanted = (goods.first { $0.contains(line.variant) } ?? [line.variant]).randomElement(using: &dice)
    }
    let lines =
      deed == .askWhole
      ? order.lines.map { RefundDraft.Line(line: $0.id, quantity: $0.quantity) }
      : [RefundDraft.Line(line: line.id, quantity: units, wanted: wanted)]
    _ = try await shop.refundOrder.request(
      RefundOrder.Input(
        account: shop.buyer, order: order.id, kind: kind,
        reason: order.state == .awaitingReview ? .changedMind : .damaged, explanation: "", lines: lines))
  }

  private func decide(_ deed: Deed, _ order: Order, _ shop: BuyingFixture, _ dice: inout Dice) async throws {
    let (work, minor) = (shop.workRefund, Int64(dice.number(1...9000)))
    let amount = Money(minor: minor, currency: .cny)
    if deed == .goodwill {
      _ = try await work.giveGoodwill(amount, for: order.id, words: "Sorry", key: "\(minor)", by: Self.staff)
      return
    }
    guard let any = try await shop.contexts.refunds.cases(of: order.id).randomElement(using: &dice) else { return }
    switch deed {
    case .decide, .decideMore:
      let decision = WorkRefund.Decision(
        amount: dice.isRare(3) && any.kind != .exchange ? amount : nil,
        needsGoods: any.kind.bringsGoods && dice.isRare(3), asMoney: any.kind == .exchange && dice.isRare(3))
      _ = try await work.approve(any.id, decision, by: Self.staff)
    case .receive:
      let restocked = any.units.mapValues { dice.number(0...$0) }
      _ = try await work.receive(any.id, restocked: restocked, note: "", by: Self.staff)
    case .rejectCase: _ = try await work.reject(any.id, reason: "No", by: Self.staff)
    default: _ = try await work.retry(any.id, by: Self.staff)
    }
  }

  private func deliver(_ deed: Deed, _ order: Order, _ shop: BuyingFixture, _ dice: inout Dice) async throws {
    if deed == .confirm {
      _ = try await shop.contexts.orders.confirmReceipt(order.id, by: .buyer(shop.buyer))
      return
    }
    let key = String(dice.number(1...999_999))
    let line = try #require(order.lines.randomElement(using: &dice))
    let draft =
      deed == .sendAll
      ? ParcelDraft(key: key) : ParcelDraft(key: key, lines: [ParcelLine(line: line.id, quantity: .one)])
    _ = try await ShipOrder(shop.contexts).send(
      draft, ShippingLabel(carrier: "yuantong", trackingNumber: "YT\(key)00"), of: order, by: Self.staff.id)
  }

  private func elsewhere(_ deed: Deed, _ order: Order, _ shop: BuyingFixture, _ dice: inout Dice) async throws {
    switch deed {
    case .atProvider:
      guard let payment = try await shop.contexts.payments.payments(of: order.id).first(where: { $0.state.hasMoney })
      else { return }
      try await shop.tellRefund("P\(dice.number(1...999_999))", Int64(dice.number(1...2000)), of: payment)
    case .provider:
      let state: ProviderRefundReport.State = [.settled, .settled, .pending, .failed][dice.number(0...3)]
      shop.provider.set { $0.refundState = state }
    case .time:
      shop.store.clock.advance(by: .minutes(dice.number(1...90)))
      _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 100)
      try await shop.run("refunds.settle")
    default: try await shop.settle()
    }
  }
}

// MARK: The end

extension AnyDeedTests {
  /// In the end the provider does what it is asked, and what it left undone.
  private func comeToRest(_ shop: BuyingFixture) async throws {
    shop.provider.set { book in
      book.refundState = .settled
      book.refunds = book.refunds.mapValues { $0 == .pending ? .settled : $0 }
    }
    for _ in 1...8 {
      try await shop.settle()
      shop.store.clock.advance(by: .hours(1))
      _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 100)
      try await shop.run("refunds.settle")
      _ = try await shop.letters.replayDue()
    }
    try await shop.settle()
  }

  private func expectBooks(_ shop: BuyingFixture, _ seed: String) async throws {
    let letters = try await shop.letters.letters().items.map { "\($0)" }
    #expect(letters.isEmpty, "\(seed): \(letters)")
    var found = try await shop.discrepancies()
    found += try await shop.contexts.refunds.audit()
    found += try await shop.contexts.fulfilment.audit()
    // What merchants get follows from what was told alone.
    try await shop.contexts.settlement.keep(SettlementWalk(isThrough: true, isThroughBuyers: true))
    found += try await shop.contexts.settlement.audit()
    found += try await AuditSettlement(shop.contexts, clock: shop.store.clock.clock).run()
    #expect(found.isEmpty, "\(seed): \(found)")
    let orders = try await shop.contexts.orders.orders(
      .buyer(shop.buyer), matching: OrderFilter(), PageRequest(limit: 100))
    for order in orders.items {
      let packed = try await shop.contexts.fulfilment.consignment(of: order.id)?.sent ?? [:]
      for line in order.lines {
        #expect((0...line.quantity.count).contains(line.returned), "\(seed): \(line)")
        #expect((packed[line.id] ?? 0) <= line.quantity.count, "\(seed): \(line)")
      }
      for payment in try await shop.contexts.payments.payments(of: order.id) {
        #expect(payment.refunded.minor <= payment.amount.minor, "\(seed): \(payment)")
      }
    }
  }
}
