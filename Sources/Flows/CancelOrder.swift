import Orders
import Payments
import Values

/// Ends an unpaid order. Its payment is closed at the provider first; when the money turns out to have come first, the
/// order stays and goes on as paid.
public struct CancelOrder: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// By the buyer. Throws `OrderRefusal.unknownOrder` for another's order, `.wrongState` once it is paid.
  public func run(_ order: OrderID, by account: AccountID) async throws -> Order {
    return try await cancel(try await contexts.order(order, of: account), by: .buyer(account), reason: .byBuyer)
  }

  /// By the shop, for orders unpaid past their time; answers how many were cancelled.
  public func runOverdue(now: Timestamp, limit: Int) async throws -> Int {
    var cancelled = 0
    for order in try await contexts.orders.overdue(now: now, limit: limit) {
      do {
        _ = try await cancel(order, by: .system, reason: .unpaidInTime)
        cancelled += 1
      } catch is any Refusal {
        // Paid in the last moment, cancelled by its buyer, or the provider is away: the next round sees.
      }
    }
    return cancelled
  }

  private func cancel(_ order: Order, by actor: Actor, reason: CancelReason) async throws -> Order {
    guard order.state == .awaitingPayment else { throw OrderRefusal.wrongState(order.state) }
    for payment in try await contexts.payments.payments(of: order.id) where payment.state.isOpen {
      let closed = try await contexts.payments.close(payment.id)
      if closed.state.hasMoney { throw OrderRefusal.wrongState(.awaitingReview) }
    }
    return try await contexts.orders.cancel(order.id, by: actor, reason: reason)
  }
}
