import Orders
import Payments
import Refunds
import Values

extension Contexts {
  /// The payments whose money the order has taken: its first, and what came on top.
  func takenPayments(of order: Order) async throws -> Set<PaymentID> {
    // Nothing comes on top of what was never changed.
    let supplements = order.revision == 0 ? [] : try await orders.supplements(of: [order.id])[order.id] ?? []
    return Set([order.payment].compactMap(\.self) + supplements.map(\.payment))
  }

  /// Closes what its buyer could still pay for the order, so that no money comes for what it no longer is. Throws
  /// `PaymentRefusal.providerUnavailable` when one can't be closed, and `OrderRefusal.changedMeanwhile` when money turns
  /// out to have come that the order hasn't heard of yet.
  func closePayments(for order: Order) async throws {
    let taken = try await takenPayments(of: order)
    for payment in try await payments.payments(of: order.id) where !taken.contains(payment.id) {
      let closed = payment.state.isOpen ? try await payments.close(payment.id) : payment
      if closed.state.isOpen { throw PaymentRefusal.providerUnavailable }
      if try await holdsMoney(closed, for: order.id) { throw OrderRefusal.changedMeanwhile }
    }
  }

  /// Before a paid order is changed or ended: no more money comes for it as it is, and none of it is asked back. Throws as
  /// `closePayments`, and `RefundRefusal.caseOpen`.
  /// - Returns: until when the change is to be made. Others keep away for half a minute more, which is for its transaction.
  func makeWay(for order: Order) async throws -> Timestamp {
    try await closePayments(for: order)
    return try await refunds.makeWay(for: order.id, revision: order.revision + 1).adding(.seconds(-30))
  }

  /// Whether money for the order came and hasn't been sent back, though the order may not have heard of it.
  func holdsMoney(_ payment: Payment, for order: OrderID) async throws -> Bool {
    guard payment.state == .captured || payment.state == .partlyRefunded else { return false }
    return try await !payments.refunds(of: payment.id).contains { $0.order == order && $0.state != .failed }
  }
}
