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

  /// Settles every order of the payment, whatever becomes of those before it, and throws the first fault at the end.
  public func run(_ event: PaymentCaptured) async throws {
    logger.info("money has come", metadata: ["payment": "\(event.payment)"])
    var fault: (any Error)?
    for share in event.shares {
      do { try await settle(share, of: event) } catch { fault = fault ?? error }
    }
    if let fault { throw fault }
  }

  /// Money that was on its way back from here and didn't get there is sent anew.
  public func giveBackAgain(_ event: RefundFailed) async throws {
    guard let payment = try await contexts.payments.payment(event.payment),
      let share = payment.shares.first(where: { $0.order == event.order })
    else { return }
    let key = Self.key(of: share, payment.id)
    let refunds = try await contexts.payments.refunds(of: payment.id)
    guard refunds.contains(where: { $0.id == event.refund && $0.key.hasPrefix(key) }) else { return }
    try await giveBack(share, of: payment.id, reason: "refund failed")
  }

  private func settle(_ share: OpenPayment.Share, of event: PaymentCaptured) async throws {
    guard let order = try await contexts.orders.order(share.order) else {
      return try await giveBack(share, of: event.payment, reason: "no such order")
    }
    let hold = HoldKey(order)
    if order.payment != nil, try await contexts.takenPayments(of: order).contains(event.payment) {
      // Of one that was rejected since, goods and money go their own way back.
      if order.state != .cancelled { try await contexts.inventory.confirm(hold, at: clock.now) }
      return
    }
    if order.openDifference != nil { return try await takeDifference(share, of: event) }
    let isAtDoor = order.paysAtDoor && order.state != .cancelled
    guard order.state == .awaitingPayment || isAtDoor else {
      // An earlier try may have sold the goods before the order was cancelled.
      if order.state == .cancelled { try await contexts.inventory.putBack(hold, by: .system) }
      return try await giveBack(share, of: event.payment, reason: "order is \(order.state.rawValue)")
    }
    // Less than was asked for: the balance had its part back when the provider's came. Nothing is sold for it.
    guard share.amount == order.amounts.due, try await !isPaidInPart(order, besides: event.payment) else {
      return try await giveBack(share, of: event.payment, reason: "not what is due")
    }
    do {
      try await contexts.inventory.confirm(hold, at: clock.now)
    } catch let refusal as InventoryRefusal {
      logger.warning("paid, but the stock is gone", metadata: ["order": "\(order.number)", "refusal": "\(refusal)"])
      _ = try await contexts.orders.cancel(order.id, by: .system, reason: .soldOut)
      return try await giveBack(share, of: event.payment, reason: "sold out")
    }
    do {
      _ = try await contexts.orders.markPaid(order.id, by: event.payment, amount: share.amount, at: event.capturedAt)
    } catch let refusal as OrderRefusal {
      // Cancelled, or paid by another payment, between the two steps.
      if try await contexts.orders.order(order.id)?.state == .cancelled {
        try await contexts.inventory.putBack(hold, by: .system)
      }
      return try await giveBack(share, of: event.payment, reason: refusal.code)
    }
    if isAtDoor { try await closeOthers(of: order) }
  }

  /// Whether the order counts as paid with what came of another payment, since the rest of it was written off.
  private func isPaidInPart(_ order: Order, besides payment: PaymentID) async throws -> Bool {
    guard order.paysAtDoor else { return false }
    var taken: Int64 = 0
    for moved in try await contexts.payments.unclearMoney(of: order.id) where moved.payment != payment {
      if moved.kind == .taken { taken += moved.amount.minor }
      if moved.kind == .released { taken -= moved.amount.minor }
    }
    return taken > 0
  }

  /// Nothing is to be paid at the door any more.
  private func closeOthers(of order: Order) async throws {
    for payment in try await contexts.payments.payments(of: order.id) where payment.state.isOpen {
      _ = try await contexts.payments.close(payment.id)
    }
  }

  /// Money for what a change added. Where the change is no longer, it goes back.
  private func takeDifference(_ share: OpenPayment.Share, of event: PaymentCaptured) async throws {
    do {
      _ = try await contexts.orders.takeDifference(
        share.order, by: event.payment, amount: share.amount, at: event.capturedAt)
    } catch let refusal as OrderRefusal {
      try await giveBack(share, of: event.payment, reason: refusal.code)
    }
  }

  /// Gives back what is left of an order's share: some of it may have gone back already, begun at the provider. Throws when
  /// the provider won't, so that it is tried again: each try after another has a key of its own.
  private func giveBack(_ share: OpenPayment.Share, of payment: PaymentID, reason: String) async throws {
    // An order with nothing due has nothing to give back.
    guard share.amount.isPositive else { return }
    logger.warning(
      "giving money back", metadata: ["payment": "\(payment)", "order": "\(share.order)", "reason": "\(reason)"])
    try await contexts.payments.noteStray(payment, of: share.order)
    let key = Self.key(of: share, payment)
    let refunds = try await contexts.payments.refunds(of: payment).filter { $0.order == share.order }
    let gone = refunds.filter { $0.state != .failed }.reduce(0) { $0 + $1.amount.minor }
    let left = Money(minor: share.amount.minor - gone, currency: share.amount.currency)
    guard left.isPositive else { return }
    let tries = refunds.count { $0.key.hasPrefix(key) }
    let refund = try await contexts.payments.refund(
      RefundRequest(
        key: tries == 0 ? key : "\(key)_\(tries)", payment: payment, order: share.order, amount: left, reason: reason))
    guard refund.state != .failed else { throw GiveBackFailed(refund: refund.id) }
  }

  /// How the keys of refunds of money begin that no order took.
  static let lateKeys = "late_"

  /// How the keys of all tries begin.
  private static func key(of share: OpenPayment.Share, _ payment: PaymentID) -> String {
    "\(lateKeys)\(share.order)_\(payment)"
  }
}

/// The provider won't give money back that the shop must not keep.
struct GiveBackFailed: Error {
  let refund: RefundID
}
