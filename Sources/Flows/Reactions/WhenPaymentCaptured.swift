import Inventory
import Logging
import Orders
import Payments
import Values

/// The whole aftermath of money that came: the goods are sold, the order moves on. Where that can't be any more, because
/// the order was cancelled or the goods are gone, the money goes back by itself.
public struct WhenPaymentCaptured: Sendable {
  private let contexts: Contexts
  private let clock: WallClock
  private let logger: Logger

  public init(_ contexts: Contexts, clock: WallClock, logger: Logger) {
    self.contexts = contexts
    self.clock = clock
    self.logger = logger
  }

  public func run(_ event: PaymentCaptured) async throws {
    for share in event.shares { try await settle(share, of: event) }
  }

  private func settle(_ share: OpenPayment.Share, of event: PaymentCaptured) async throws {
    guard let order = try await contexts.orders.order(share.order) else {
      return try await giveBack(share, of: event, reason: "no such order")
    }
    let hold = HoldKey(order)
    if order.payment == event.payment, order.state != .awaitingPayment, order.state != .cancelled {
      return try await contexts.inventory.confirm(hold, at: clock.now)
    }
    guard order.state == .awaitingPayment else {
      return try await giveBack(share, of: event, reason: "order is \(order.state.rawValue)")
    }
    do {
      try await contexts.inventory.confirm(hold, at: clock.now)
    } catch let refusal as InventoryRefusal {
      logger.warning("paid, but the stock is gone", metadata: ["order": "\(order.number)", "refusal": "\(refusal)"])
      _ = try await contexts.orders.cancel(order.id, by: .system, reason: .soldOut)
      return try await giveBack(share, of: event, reason: "sold out")
    }
    do {
      _ = try await contexts.orders.markPaid(order.id, by: event.payment, amount: share.amount, at: event.capturedAt)
    } catch let refusal as OrderRefusal {
      // Cancelled, or paid by another payment, between the two steps.
      if try await contexts.orders.order(order.id)?.state == .cancelled {
        try await contexts.inventory.putBack(hold, by: .system)
      }
      try await giveBack(share, of: event, reason: refusal.code)
    }
  }

  private func giveBack(_ share: OpenPayment.Share, of event: PaymentCaptured, reason: String) async throws {
    // Of an order with nothing due.
    guard share.amount.isPositive else { return }
    logger.warning(
      "giving money back", metadata: ["payment": "\(event.payment)", "order": "\(share.order)", "reason": "\(reason)"])
    _ = try await contexts.payments.refund(
      RefundRequest(
        key: "late_\(share.order)_\(event.payment)", payment: event.payment, order: share.order, amount: share.amount,
        reason: reason))
  }
}
