import Flows
import Orders
import Payments
import Values

/// Money that nobody waits for any more.
extension World {
  /// The buyer keeps the goods and pays a part: what is missing is written off.
  func giveUp(_ order: Order, _ payment: Payment, in shop: SimulatedShop) async throws {
    if order.state == .awaitingReceipt { _ = try await ConfirmReceipt(shop.contexts).run(order.id, by: order.buyer) }
    if try await shop.contexts.payments.receipts(of: payment.id).isEmpty {
      try await confirm(payment, isPart: true, in: shop)
    }
    try await decide(.writeOff, of: payment, in: shop)
  }

  /// Of which orders what is missing was written off.
  func givenUp(in shop: SimulatedShop) async throws -> Set<OrderID> {
    guard stage.habits.givesUp else { return [] }
    return Set(try await allOrders(in: shop).filter(\.wasWrittenOff).map(\.id))
  }

  /// Some of what was written off comes after all, once its payment has ended and the balance has its part back.
  func bringLate(in shop: SimulatedShop) async throws {
    let orders = try await givenUp(in: shop)
    for payment in try await ownPayments(in: shop) where !payment.state.hasMoney && !payment.state.isOpen {
      guard payment.id.raw % 3 != 0, payment.shares.contains(where: { orders.contains($0.order) }) else { continue }
      await attempt("late money for \(payment.id)") { [self] in try await confirm(payment, isPart: false, in: shop) }()
    }
  }

  /// Whether a part of it that came isn't what anybody wants: all of it may come later, in time or not.
  func isToPayBack(_ payment: Payment) -> Bool {
    stage.habits.givesUp && payment.method == .transfer && payment.id.raw % 5 < 3
  }

  /// Nothing fails any more when this is done, so that the world knows what went back.
  func payBack(_ payment: Payment, in shop: SimulatedShop) async throws {
    let came = try await shop.contexts.payments.receipts(of: payment.id).reduce(Int64(0)) { $0 + $1.amount.minor }
    try await decide(.handled, of: payment, in: shop)
    notePaidBack(came, of: payment.id)
  }

  private func decide(
    _ decision: PaymentCase.Decision, of payment: Payment, in shop: SimulatedShop
  ) async throws {
    for one in try await shop.contexts.payments.cases(of: payment.id) where one.kind == .paidShort && one.isOpen {
      _ = try await WorkPayments(shop.contexts).decide(one.id, decision, reason: "seen to", by: town.staff)
    }
  }
}
