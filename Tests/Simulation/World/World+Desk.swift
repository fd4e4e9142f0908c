import Flows
import Orders
import Payments
import Refunds
import TestKit
import Values

/// What staff do at their desks.
extension World {
  func work(_ deed: Deed, in shop: SimulatedShop) async throws {
    if deed == .takeMoney { return try await takeMoney(in: shop) }
    if deed == .payOut { return try await payOut(in: shop) }
    guard let order = anyOrder() else { return }
    switch deed {
    case .reject: _ = try await shop.reviewOrder.reject(order.id, reason: "no", by: town.staff)
    case .pass: _ = try await WorkOrder(shop.contexts).pass(order.id, by: town.staff, note: "")
    case .ship: try await passAndShip(order.id, in: shop)
    case .refuse: _ = try await WorkPayments(shop.contexts).refuseAtDoor(order.id, by: town.staff)
    case .goodwill: try await giveGoodwill(order.id, in: shop)
    default:
      let cases = try await shop.contexts.refunds.cases(of: order.id)
      guard let any = stage.draw({ $0.pick(cases) }) else { return }
      if any.state == .requested, stage.draw({ $0.happens(20) }) {
        _ = try await shop.workRefund.reject(any.id, reason: "No", by: town.staff)
      } else {
        try await decide(any, in: shop)
      }
    }
  }

  /// Agrees to what is asked, and tries anew what failed.
  func decide(_ refund: RefundCase, in shop: SimulatedShop) async throws {
    switch refund.state {
    case .requested: _ = try await shop.workRefund.approve(refund.id, WorkRefund.Decision(), by: town.staff)
    case .failed: _ = try await shop.workRefund.retry(refund.id, by: town.staff)
    default: break
    }
  }

  private func giveGoodwill(_ order: OrderID, in shop: SimulatedShop) async throws {
    let (minor, toBalance, key) = stage.draw { ($0.number(1...1500), $0.happens(50), $0.number(1...1_000_000)) }
    _ = try await shop.workRefund.giveGoodwill(
      Money(minor: Int64(minor), currency: .cny), for: order, words: "Sorry", key: "given-\(key)", toBalance: toBalance,
      by: town.staff)
  }

  /// One that waits for its review passes it first.
  func passAndShip(_ id: OrderID, in shop: SimulatedShop) async throws {
    let desk = WorkOrder(shop.contexts)
    if try await shop.contexts.orders.order(id)?.state == .awaitingReview {
      _ = try await desk.pass(id, by: town.staff, note: "")
    }
    let label = ShipmentNote(carrier: "shunfeng", trackingNumber: "SF\(id.raw)")
    _ = try await desk.ship(id, label, by: town.staff)
  }
}

// MARK: Money of the shop's own methods

extension World {
  /// Money that lies on the shop's account, or that a carrier brought: all that is missing, or a part of it first.
  private func takeMoney(in shop: SimulatedShop) async throws {
    let waiting = try await ownPayments(in: shop).filter(\.state.isOpen)
    guard let payment = stage.draw({ $0.pick(waiting) }) else { return }
    try await confirm(payment, isPart: stage.draw { $0.happens(25) }, in: shop)
  }

  /// Of those that are the newest.
  func ownPayments(in shop: SimulatedShop) async throws -> [Payment] {
    try await shop.contexts.payments.payments(.platform, matching: PaymentFilter(), PageRequest(limit: 100)).items
      .filter { $0.method == .cash || $0.method == .transfer }
  }

  func confirm(_ payment: Payment, isPart: Bool, in shop: SimulatedShop) async throws {
    let receipts = try await shop.contexts.payments.receipts(of: payment.id)
    let found = receipts.reduce(0) { $0 + $1.amount.minor } - paidBack(of: payment.id)
    let missing = payment.atProvider.minor - found
    guard missing > 0 else { return }
    let amount = isPart ? max(1, missing / 2) : missing
    _ = try await WorkPayments(shop.contexts).confirm(
      MoneyReceipt(
        key: "\(payment.id)-\(receipts.count)", payment: payment.id,
        amount: Money(minor: amount, currency: payment.amount.currency), receivedAt: stage.clock.now),
      by: town.staff)
  }

  /// Refunds that no provider makes.
  func payOut(in shop: SimulatedShop) async throws {
    let desk = WorkPayments(shop.contexts)
    let open = try await shop.contexts.payments.cases(.platform, open: true, PageRequest(limit: 100)).items
    for one in open where one.decisions.contains(.paidOut) {
      _ = try await desk.decide(one.id, .paidOut, reason: "in cash", by: town.staff)
    }
  }
}
