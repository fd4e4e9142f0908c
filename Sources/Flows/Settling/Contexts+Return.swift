import Orders
import Payments
import Values

extension Contexts {
  /// Whether all of an order was taken back and some of its money is still on its way: what is left of it for its merchant
  /// is known once that is there, or has failed.
  func awaitsReturn(of order: Order) async throws -> Bool {
    guard order.state == .refunded else { return false }
    for payment in try await payments.payments(of: order.id) where payment.state.hasMoney {
      let refunds = try await payments.refunds(of: payment.id)
      if refunds.contains(where: { $0.order == order.id && $0.state == .sent }) { return true }
    }
    return false
  }
}
