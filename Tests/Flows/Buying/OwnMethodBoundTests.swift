import Flows
import Orders
import Payments
import TestKit
import Testing
import Values

/// The highest sums that are paid at the door and by transfer.
@Suite struct OwnMethodBoundTests {
  private func pay(
    _ order: Order, _ choice: PayingChoice, upTo most: Money, at shop: BuyingFixture
  ) async throws -> Payment {
    let terms = OwnMethodTerms(bounds: [choice.method: OwnMethod.terms(upTo: most)])
    return try await PayOrder(shop.contexts, terms: terms)
      .run(order.id, by: shop.buyer, choice, language: .en).payment
  }

  // req: 2.2-4
  @Test(arguments: [PaymentMethod.cash, .transfer])
  func `of a checkout above the highest sum no order is promised or given time`(_ method: PaymentMethod) async throws {
    let shop = try await BuyingFixture()
    let orders = try await shop.place(shop.variants)
    let sum = try Money.sum(orders.map(\.amounts.due), currency: .cny)
    // Each by itself is far below it.
    let most = Money(minor: sum.minor - 1, currency: .cny)
    await #expect(throws: PaymentRefusal.amountOutOfRange(least: nil, most: most)) {
      try await pay(orders[0], PayingChoice(method), upTo: most, at: shop)
    }
    for order in orders {
      let stored = try #require(try await shop.contexts.orders.order(order.id))
      #expect(stored.state == .awaitingPayment && !stored.paysAtDoor && stored.payBefore == order.payBefore)
      #expect(try await shop.contexts.payments.payments(of: order.id).isEmpty)
    }
    #expect(try await pay(orders[0], PayingChoice(method), upTo: sum, at: shop).state == .pending)
  }

  @Test func `what the balance gives doesn't count`() async throws {
    let shop = try await BuyingFixture()
    let order = try #require(try await shop.place().first)
    _ = try await shop.contexts.payments.credit(
      BalanceCredit(key: "gift", account: shop.buyer, amount: Money(minor: 1000, currency: .cny), reason: "a gift"),
      by: StaffID(raw: 1))
    let most = Money(minor: order.amounts.due.minor - 1000, currency: .cny)
    await #expect(throws: PaymentRefusal.amountOutOfRange(least: nil, most: most)) {
      try await pay(order, PayingChoice(.cash), upTo: most, at: shop)
    }
    let payment = try await pay(order, PayingChoice(.cash, usesBalance: true), upTo: most, at: shop)
    #expect(payment.method == .cash && payment.atProvider == most)
  }
}
