import Fulfilment
import Logging
import Orders
import Values

/// Completes orders whose buyers said nothing for days after the goods came.
public struct ConfirmDelivered: Sendable {
  private let contexts: Contexts
  /// 0 means that the shop never speaks for a buyer.
  private let days: Int
  private let logger: Logger

  public init(_ contexts: Contexts, afterDays days: Int, logger: Logger) {
    self.contexts = contexts
    self.days = days
    self.logger = logger
  }

  /// Looks at `limit` orders at most, and answers how many were completed.
  public func run(now: Timestamp, limit: Int) async throws -> Int {
    guard days > 0 else { return 0 }
    var (seen, completed) = (0, 0)
    var next: Cursor?
    repeat {
      let page = try await contexts.fulfilment.unconfirmed(
        since: now.adding(.days(-days)), PageRequest(limit: 100, after: next))
      for order in page.items.prefix(limit - seen) {
        if try await complete(order) { completed += 1 }
      }
      seen += page.items.count
      next = page.next
    } while next != nil && seen < limit
    return completed
  }

  /// One that can't be completed has ended otherwise, and isn't waited for any more.
  private func complete(_ order: OrderID) async throws -> Bool {
    var isCompleted = false
    do {
      isCompleted = try await contexts.orders.confirmReceipt(order, by: .system).state == .completed
    } catch OrderRefusal.wrongState(.awaitingShipment) {
      // The reaction that moves it on is late.
      return false
    } catch let refusal as OrderRefusal {
      logger.notice("nothing is waited for", metadata: ["order": "\(order)", "refusal": "\(refusal)"])
    }
    try await contexts.fulfilment.close(order)
    return isCompleted
  }
}
