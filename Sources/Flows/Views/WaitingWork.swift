import Accounts
import Inventory
import Merchants
import Orders
import Refunds
import Values

/// What of the work that waits is counted, by the desk at which it waits.
public enum WaitingWork: String, CaseIterable, Sendable {
  case orders, review, refunds, letters, applications, goods, stock, reviews, cases, reconciliation, messages
}

extension ShopFlows {
  /// How much waits for the staff, of what opens to them. Large numbers are counted up to a bound of their own.
  public func waiting(for staff: Staff, contexts: Contexts) async throws -> [WaitingWork: Int] {
    var counts: [WaitingWork: Int] = [:]
    if WorkOrder.opens(to: staff) {
      let orders = try await contexts.orders.counts(WorkOrder.scope(of: staff))
      let toReview = orders[.awaitingReview] ?? 0
      counts[.review] = toReview
      // Who can't review finds those orders at the desk of all.
      counts[.orders] = (orders[.awaitingShipment] ?? 0) + (staff.rights.contains(.ordersReview) ? 0 : toReview)
    }
    if WorkRefund.opens(to: staff) {
      let refunds = try await contexts.refunds.counts(WorkRefund.scope(of: staff))
      counts[.refunds] = RefundCase.State.waitingForMerchant.reduce(0) { $0 + (refunds[$1] ?? 0) }
    }
    if WorkCatalog.judges(staff) { counts[.goods] = try await workCatalog.waitingCount(for: staff) }
    if WorkEvents.opens(to: staff) { counts[.letters] = try await workEvents.stuckCount(for: staff) }
    if WorkMerchants.opens(to: staff) {
      counts[.applications] = try await workMerchants.counts(for: staff)[.waiting] ?? 0
    }
    if WorkStock.opens(to: staff) { counts[.stock] = try await workStock.shortage(for: staff).all }
    if WorkPayments.opens(to: staff) { counts[.cases] = try await workPayments.openCount(for: staff) }
    if WorkReconciliation.opens(to: staff) {
      counts[.reconciliation] = try await workReconciliation.waitingCount(for: staff)
    }
    if WorkReviews.moderates(staff) { counts[.reviews] = try await workReviews.waitingCount(for: staff) }
    if ReadMessages.hasBox(staff) { counts[.messages] = try await readMessages.unreadCount(for: staff) }
    return counts
  }
}
