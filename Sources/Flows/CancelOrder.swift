import Orders
import Payments
import Synchronization
import Values

/// Ends an unpaid order, or one for which a change asks more than was paid; what was paid goes back then. Its open payment
/// is closed at the provider first; when the money turns out to have come first, the order stays and goes on as paid.
public struct CancelOrder: Sendable {
  private static let width = 16
  private static let rest: Duration = .minutes(5)

  private let contexts: Contexts
  private let resting = RestingOrders()

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// By the buyer. Throws `OrderRefusal.unknownOrder` for another's order, `.wrongState` once it is paid.
  public func run(_ order: OrderID, by account: AccountID) async throws -> Order {
    return try await cancel(try await contexts.order(order, of: account), by: .buyer(account), reason: .byBuyer)
  }

  /// By the shop, for orders unpaid past their time; tries at most `limit` and answers how many were cancelled. One that
  /// couldn't be is left alone for a while, so that it doesn't stand before the others for ever.
  public func runOverdue(now: Timestamp, limit: Int) async throws -> Int {
    var (tried, cancelled) = (0, 0)
    var next: Cursor?
    repeat {
      let page = try await contexts.orders.overdue(now: now, PageRequest(limit: 100, after: next))
      let due = resting.without(page.items, now: now).prefix(limit - tried)
      tried += due.count
      cancelled += try await cancelAll(due, now: now)
      next = page.next
    } while next != nil && tried < limit
    return cancelled
  }

  /// Several at once: a provider that hangs holds up the orders that wait for it, and no others.
  private func cancelAll(_ orders: ArraySlice<Order>, now: Timestamp) async throws -> Int {
    try await withThrowingTaskGroup(of: Int.self) { group in
      var cancelled = 0
      for (index, order) in orders.enumerated() {
        if index >= Self.width { cancelled += try await group.next() ?? 0 }
        group.addTask {
          // Before the try: whatever goes wrong with it, others come first next time.
          resting.begin(order.id, until: now.adding(Self.rest))
          do {
            _ = try await cancel(order, by: .system, reason: .unpaidInTime)
            return 1
          } catch is any Refusal {
            // Paid in the last moment, cancelled by its buyer, or the provider is away.
            return 0
          }
        }
      }
      return try await group.reduce(cancelled, +)
    }
  }

  private func cancel(_ order: Order, by actor: Actor, reason: CancelReason) async throws -> Order {
    guard order.payable != nil || (order.paysAtDoor && order.state == .awaitingReview) else {
      throw OrderRefusal.wrongState(order.state)
    }
    var notAfter: Timestamp?
    do {
      if order.state == .awaitingPayment {
        try await contexts.closePayments(for: order)
      } else {
        notAfter = try await contexts.makeWay(for: order)
      }
    } catch OrderRefusal.changedMeanwhile {
      throw OrderRefusal.wrongState(.awaitingReview)
    }
    guard order.state == .awaitingPayment else {
      return try await contexts.orders.reject(order.id, by: actor, reason: reason, words: "", notAfter: notAfter)
    }
    return try await contexts.orders.cancel(order.id, by: actor, reason: reason)
  }
}

/// Orders that were tried lately, and until when they are left alone.
private final class RestingOrders: Sendable {
  private let ends = Mutex<[OrderID: Timestamp]>([:])

  func begin(_ order: OrderID, until end: Timestamp) { ends.withLock { $0[order] = end } }

  func without(_ orders: [Order], now: Timestamp) -> [Order] {
    ends.withLock { ends in
      ends = ends.filter { $0.value > now }
      return orders.filter { ends[$0.id] == nil }
    }
  }
}
