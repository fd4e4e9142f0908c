import Accounts
import Flows
import Inventory
import Orders
import Payments
import Refunds
import Settlement
import TestKit
import Testing
import Values

/// Orders that are paid at the door, by transfer, or with a part from the balance.
@Suite struct OwnMethodFlowTests {
  private static let staff = StaffID(raw: 1)

  private func pay(
    _ order: Order, _ choice: PayingChoice, at shop: BuyingFixture
  ) async throws -> Payment {
    try await PayOrder(shop.contexts).run(order.id, by: shop.buyer, choice, language: .en).payment
  }

  private func credit(_ minor: Int64, at shop: BuyingFixture) async throws {
    _ = try await shop.contexts.payments.credit(
      BalanceCredit(key: "gift", account: shop.buyer, amount: Money(minor: minor, currency: .cny), reason: "a gift"),
      by: Self.staff)
  }

  /// Staff of a merchant and of the platform, with the same rights.
  private static func desks(of merchant: MerchantID) -> (own: Staff, platform: Staff) {
    let rights: Set<StaffRight> = [.paymentsView, .paymentsConfirm]
    return (
      Staff(id: staff, email: "bo@kiln.example", name: "Bo", merchant: merchant, rights: rights),
      Staff(id: staff, email: "mei@shop.example", name: "Mei", merchant: nil, rights: rights)
    )
  }

  private func receipt(_ payment: Payment, at shop: BuyingFixture) -> MoneyReceipt {
    MoneyReceipt(key: "came", payment: payment.id, amount: payment.atProvider, receivedAt: shop.store.clock.now)
  }

  @Test func `at the door each order has a payment of its own, and all go on at once`() async throws {
    let shop = try await BuyingFixture()
    let orders = try await shop.place(shop.variants)
    for _ in 1...2 {
      _ = try? await pay(orders[0], PayingChoice(.cash), at: shop)
    }
    try await shop.settle()
    for order in orders {
      let promised = try #require(try await shop.contexts.orders.order(order.id))
      #expect(promised.paysAtDoor)
      #expect(promised.state == .awaitingReview)
      #expect(promised.openDifference == nil)
      #expect(promised.payable == nil)
      let payments = try await shop.contexts.payments.payments(of: order.id)
      #expect(payments.map(\.state) == [.pending])
      #expect(payments.first?.amount == order.amounts.due)
    }
    for variant in shop.variants { #expect(try await shop.level(variant)?.onHand == BuyingFixture.stock - 1) }
    #expect(try await shop.contexts.orders.audit().isEmpty)
  }

  @Test func `a buyer who ends an order at the door owes nothing, and the goods are back`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let payment = try await pay(order, PayingChoice(.cash), at: shop)
    _ = try await shop.cancelOrder.run(order.id, by: shop.buyer)
    try await shop.settle()
    #expect(try await shop.state(order) == .cancelled)
    #expect(try await shop.contexts.payments.payment(payment.id)?.state == .closed)
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock)
    #expect(try await shop.contexts.orders.audit().isEmpty)
    // Whoever took money all the same is told to pay it out.
    _ = try await shop.contexts.payments.confirm(receipt(payment, at: shop), by: Self.staff)
    try await shop.settle()
    let kinds = try await shop.contexts.payments.cases(.platform, open: true, PageRequest()).items.map(\.kind)
    #expect(Set(kinds) == [.paidAfterClose, .refundByHand])
  }

  @Test func `goods that were sold for the door are back, though nobody lived to promise it`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    try await shop.breakUpdates(of: "order_head")
    await #expect(throws: (any Error).self) { try await pay(order, PayingChoice(.cash), at: shop) }
    try await shop.mend()
    #expect(try await shop.state(order) == .awaitingPayment)
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock - 1)
    shop.store.clock.advance(by: .days(1))
    #expect(try await shop.cancelOrder.runOverdue(now: shop.store.clock.now, limit: 10) == 1)
    try await shop.settle()
    #expect(try await shop.state(order) == .cancelled)
    #expect(try await shop.level(shop.variants[0])?.onHand == BuyingFixture.stock)
    #expect(try await shop.contexts.inventory.audit().isEmpty)
  }

  @Test func `that a transfer was paid back is said by the platform's staff alone`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let payment = try await pay(order, PayingChoice(.transfer), at: shop)
    _ = try await shop.contexts.payments.confirm(receipt(payment, at: shop), by: Self.staff)
    try await shop.settle()
    _ = try await shop.contexts.orders.reject(
      order.id, by: .system, reason: .rejected, words: "none left", notAfter: nil)
    try await shop.settle()
    let work = WorkPayments(shop.contexts)
    let (own, platform) = Self.desks(of: order.merchant)
    let seen = try #require(try await work.cases(for: own, open: true, PageRequest()).items.first)
    #expect(seen.item.kind == .refundByHand && seen.item.method == .transfer)
    #expect(WorkPayments.decisions(on: seen.item, by: own).isEmpty)
    await #expect(throws: StaffRefusal.notAllowed(.paymentsConfirm)) {
      try await work.decide(seen.item.id, .paidOut, reason: "paid", by: own)
    }
    #expect(try await shop.contexts.payments.payment(payment.id)?.state == .captured)
    let decided = try await work.decide(seen.item.id, .paidOut, reason: "paid", by: platform)
    #expect(!decided.item.isOpen)
    #expect(try await shop.contexts.payments.payment(payment.id)?.state == .refunded)
  }

  // req: 2.3.2.1-1
  @Test func `that money came to a door is said by the platform's staff alone`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let payment = try await pay(order, PayingChoice(.cash), at: shop)
    let (own, platform) = Self.desks(of: order.merchant)
    #expect(!WorkPayments.confirms(payment, own) && WorkPayments.confirms(payment, platform))
    #expect(WorkPayments.waitsForPlatform(payment))
    let work = WorkPayments(shop.contexts)
    await #expect(throws: StaffRefusal.notAllowed(.paymentsConfirm)) {
      try await work.confirm(receipt(payment, at: shop), by: own)
    }
    #expect(try await shop.contexts.payments.receipts(of: payment.id).isEmpty)
    let taken = try await work.confirm(receipt(payment, at: shop), by: platform)
    #expect(taken.state == .captured && !WorkPayments.waitsForPlatform(taken))
    try await shop.settle()
    #expect(try await shop.contexts.orders.order(order.id)?.amounts.paid == order.amounts.due)
    // What went wrong with it is the platform's to see to, as well.
    _ = try await shop.contexts.orders.reject(
      order.id, by: .system, reason: .rejected, words: "none left", notAfter: nil)
    try await shop.settle()
    let seen = try #require(try await work.cases(for: own, open: true, PageRequest()).items.first)
    #expect(seen.item.kind == .refundByHand && WorkPayments.decisions(on: seen, by: own).isEmpty)
  }

  /// The goods are with the buyer, and the time to pay is over.
  private func neverPaid(at shop: BuyingFixture) async throws -> (Order, Payment) {
    let order = try #require(try await shop.place().first)
    let payment = try await pay(order, PayingChoice(.cash), at: shop)
    try await shop.settle()
    _ = try await shop.contexts.orders.pass(order.id, by: Self.staff, note: "")
    _ = try await shop.contexts.orders.ship(
      order.id, ShipmentNote(carrier: "SF", trackingNumber: "SF123456"), by: Self.staff)
    _ = try await shop.contexts.orders.confirmReceipt(order.id, by: .buyer(shop.buyer))
    shop.store.clock.advance(by: .days(61))
    _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
    try await shop.settle()
    return (order, payment)
  }

  // req: 2.3.2.1-1
  @Test func `what never came at the door is written off by the platform, and nothing of it is owed`() async throws {
    let shop = try await BuyingFixture()
    let (order, payment) = try await neverPaid(at: shop)
    let work = WorkPayments(shop.contexts)
    let (own, platform) = Self.desks(of: order.merchant)
    let seen = try #require(try await work.cases(for: platform, open: true, PageRequest()).items.first)
    #expect(seen.item.kind == .neverPaid && seen.item.payment == payment.id)
    #expect(WorkPayments.decisions(on: seen, by: platform) == [.writeOff, .handled])
    #expect(WorkPayments.decisions(on: seen, by: own).isEmpty)
    await #expect(throws: StaffRefusal.notAllowed(.paymentsConfirm)) {
      try await work.decide(seen.item.id, .writeOff, reason: "gone", by: own)
    }
    await #expect(throws: FieldFaults.self) {
      try await work.decide(seen.item.id, .writeOff, reason: " ", by: platform)
    }
    #expect(try await shop.contexts.orders.order(order.id)?.wasWrittenOff == false)
    let decided = try await work.decide(seen.item.id, .writeOff, reason: "gone", by: platform)
    #expect(!decided.item.isOpen)
    let after = try #require(try await shop.contexts.orders.order(order.id))
    #expect(after.wasWrittenOff && after.state == .completed && after.amounts.paid.isZero)
    #expect(try await shop.contexts.orders.timeline(of: order.id).last?.kind == .writtenOff)
    await #expect(throws: PaymentRefusal.caseHandled) {
      try await work.decide(seen.item.id, .writeOff, reason: "gone", by: platform)
    }
    try await shop.settle()
    #expect(try await shop.contexts.settlement.facts(of: [order.id]).isEmpty)
    #expect(try await shop.discrepancies().isEmpty)
  }

  @Test func `what was written off and comes after all is taken, and owed from then on`() async throws {
    let shop = try await BuyingFixture()
    let (order, payment) = try await neverPaid(at: shop)
    let work = WorkPayments(shop.contexts)
    let platform = Self.desks(of: order.merchant).platform
    let seen = try #require(try await work.cases(for: platform, open: true, PageRequest()).items.first)
    _ = try await work.decide(seen.item.id, .writeOff, reason: "gone", by: platform)
    _ = try await work.confirm(receipt(payment, at: shop), by: platform)
    try await shop.settle()
    let after = try #require(try await shop.contexts.orders.order(order.id))
    #expect(!after.wasWrittenOff && !after.paysAtDoor && after.payment == payment.id)
    let account = try #require(try await shop.contexts.settlement.accounts(of: [order.id])[order.id])
    #expect(account.sums.net == order.amounts.due && account.endedAt != nil)
    #expect(try await shop.contexts.settlement.audit().isEmpty)
    #expect(try await shop.discrepancies().isEmpty)
  }

  @Test func `an order that is under way, or paid, isn't written off`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let payment = try await pay(order, PayingChoice(.cash), at: shop)
    await #expect(throws: OrderRefusal.wrongState(.awaitingReview)) {
      try await shop.contexts.orders.writeOff(order.id, reason: "gone", by: Self.staff)
    }
    _ = try await shop.contexts.payments.confirm(receipt(payment, at: shop), by: Self.staff)
    try await shop.settle()
    await #expect(throws: OrderRefusal.wrongState(.awaitingReview)) {
      try await shop.contexts.orders.writeOff(order.id, reason: "gone", by: Self.staff)
    }
  }

  @Test func `what is paid at the door can't be changed`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    _ = try await pay(order, PayingChoice(.cash), at: shop)
    await #expect(throws: OrderRefusal.paysAtDoor) {
      try await shop.contexts.orders.edit(
        order.id, as: shop.store.ids.next(), OrderChange(revision: 0, payBefore: order.payBefore), by: Self.staff)
    }
  }

  @Test func `a transfer gives the order days, and holds its goods meanwhile`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let payment = try await pay(order, PayingChoice(.transfer), at: shop)
    #expect(payment.expiresAt == order.placedAt.adding(.days(3)))
    shop.store.clock.advance(by: .days(2))
    #expect(try await shop.cancelOrder.runOverdue(now: shop.store.clock.now, limit: 10) == 0)
    #expect(try await shop.contexts.inventory.expireHolds(now: shop.store.clock.now, limit: 10) == 0)
    _ = try await shop.contexts.payments.confirm(receipt(payment, at: shop), by: Self.staff)
    try await shop.settle()
    #expect(try await shop.state(order) == .awaitingReview)
    #expect(try await shop.contexts.orders.order(order.id)?.amounts.paid == order.amounts.due)
  }

  @Test func `a transfer that doesn't come ends with its order, and the balance has its part back`() async throws {
    let shop = try await BuyingFixture()
    try await credit(1000, at: shop)
    let order = try #require(try await shop.place().first)
    let payment = try await pay(order, PayingChoice(.transfer, usesBalance: true), at: shop)
    #expect(payment.fromBalance.minor == 1000)
    shop.store.clock.advance(by: .days(4))
    #expect(try await shop.cancelOrder.runOverdue(now: shop.store.clock.now, limit: 10) == 1)
    try await shop.settle()
    #expect(try await shop.contexts.payments.balance(of: shop.buyer, in: .cny).minor == 1000)
    #expect(try await shop.contexts.payments.audit().isEmpty)
  }

  @Test func `another method takes the balance along, and no part is spent twice`() async throws {
    let shop = try await BuyingFixture()
    try await credit(1000, at: shop)
    let order = try #require(try await shop.place().first)
    let first = try await pay(order, PayingChoice(shop.provider.method, usesBalance: true), at: shop)
    let second = try await pay(order, PayingChoice(.transfer, usesBalance: true), at: shop)
    #expect(first.fromBalance == second.fromBalance)
    #expect(try await shop.contexts.payments.payment(first.id)?.state == .closed)
    #expect(try await shop.contexts.payments.balance(of: shop.buyer, in: .cny).isZero)
    // The first is paid after all: that isn't what is due, so it goes back, and the second stands.
    shop.provider.set { $0.states[first.id.description] = .captured }
    shop.store.clock.advance(by: .minutes(11))
    _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
    try await shop.settle()
    #expect(try await shop.contexts.payments.payment(first.id)?.state == .refunded)
    #expect(try await shop.state(order) == .awaitingPayment)
    _ = try await shop.contexts.payments.confirm(receipt(second, at: shop), by: Self.staff)
    try await shop.settle()
    #expect(try await shop.contexts.orders.order(order.id)?.payment == second.id)
    #expect(try await shop.contexts.payments.audit().isEmpty)
  }

  // req: 4.2.4-6
  @Test func `what is paid at a page that stayed good after another way was chosen goes back, once`() async throws {
    let shop = try await BuyingFixture()
    shop.provider.set { $0.closesUnseen = false }
    let order = try #require(try await shop.place().first)
    let first = try await pay(order, PayingChoice(shop.provider.method), at: shop)
    shop.provider.set { $0.states[first.id.description] = .unknown }
    let second = try await pay(order, PayingChoice(.transfer), at: shop)
    #expect(try await shop.contexts.payments.payment(first.id)?.state == .closed)
    _ = try await shop.contexts.payments.confirm(receipt(second, at: shop), by: Self.staff)
    try await shop.settle()
    shop.provider.set { $0.states[first.id.description] = .captured }
    let left = first.expiresAt.milliseconds - shop.store.clock.now.milliseconds
    shop.store.clock.advance(by: .milliseconds(left + 60_000))
    for _ in 1...2 {
      _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
      try await shop.settle()
    }
    #expect(try await shop.contexts.payments.payment(first.id)?.state == .refunded)
    #expect(try await shop.contexts.payments.refunds(of: first.id).map(\.state) == [.settled])
    #expect(try await shop.contexts.orders.order(order.id)?.payment == second.id)
    #expect(try await shop.contexts.payments.audit().isEmpty)
  }

  // req: 2.2-4
  @Test func `money that is on its way back doesn't keep its order from being paid`() async throws {
    let shop = try await BuyingFixture()
    try await credit(1000, at: shop)
    let order = try #require(try await shop.place().first)
    let first = try await pay(order, PayingChoice(shop.provider.method, usesBalance: true), at: shop)
    _ = try await pay(order, PayingChoice(.transfer), at: shop)
    shop.provider.set { book in
      book.states[first.id.description] = .captured
      book.refundState = .pending
    }
    shop.store.clock.advance(by: .minutes(11))
    _ = try await shop.contexts.payments.sweep(now: shop.store.clock.now, limit: 10)
    try await shop.settle()
    #expect(try await shop.contexts.payments.payment(first.id)?.state == .captured)
    #expect(try await shop.contexts.payments.refunds(of: first.id).map(\.state) == [.sent])
    let third = try await pay(order, PayingChoice(shop.provider.method), at: shop)
    #expect(third.id != first.id && third.amount == order.amounts.due)
    _ = try await shop.captured(third)
    try await shop.settle()
    #expect(try await shop.contexts.orders.order(order.id)?.payment == third.id)
    #expect(try await shop.contexts.payments.audit().isEmpty)
  }

  @Test func `goodwill can go to the balance, whatever the order was paid with`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    let captured = try await shop.paid([order])
    try await shop.settle()
    let paid = try #require(try await shop.contexts.orders.order(order.id))
    var draft = GoodwillDraft(
      key: "sorry",
      order: RefundableOrder(
        id: paid.id, merchant: paid.merchant, buyer: paid.buyer, lines: [], freight: .zero(.cny), wasShipped: true,
        completedAt: nil, revision: paid.revision),
      amount: Money(minor: 500, currency: .cny), paid: paid.amounts.paid, words: "sorry", staff: Self.staff)
    draft.toBalance = true
    let given = try await shop.contexts.refunds.grant(draft)
    #expect(try await shop.settleRefund.run(given).state == .settled)
    #expect(try await shop.contexts.payments.balance(of: shop.buyer, in: .cny).minor == 500)
    #expect(try await shop.contexts.payments.refunds(of: captured.payment).map(\.toBalance.minor) == [500])
    #expect(try await shop.contexts.payments.audit().isEmpty)
  }

  @Test func `a rejected order gives each part back to where it came from`() async throws {
    let shop = try await BuyingFixture()
    try await credit(1000, at: shop)
    let order = try #require(try await shop.place().first)
    let payment = try await pay(order, PayingChoice(shop.provider.method, usesBalance: true), at: shop)
    shop.provider.set { $0.states[payment.id.description] = .captured }
    _ = try await shop.contexts.payments.refresh(payment.id)
    try await shop.settle()
    _ = try await shop.contexts.orders.reject(
      order.id, by: .system, reason: .rejected, words: "none left", notAfter: nil)
    try await shop.settle()
    let refunds = try await shop.contexts.payments.refunds(of: payment.id)
    #expect(refunds.map(\.amount) == [order.amounts.due])
    #expect(refunds.first?.toBalance.minor == 1000)
    #expect(try await shop.contexts.payments.balance(of: shop.buyer, in: .cny).minor == 1000)
    #expect(try await shop.contexts.payments.payment(payment.id)?.state == .refunded)
    #expect(try await shop.contexts.payments.audit().isEmpty)
  }
}
