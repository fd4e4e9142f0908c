import Orders
import Payments
import Refunds
import Values

/// The money that the payments of one order hold for it, and what of it went or is on its way back.
struct OrderMoney: Sendable {
  struct Holding: Sendable {
    let payment: PaymentID
    let share: Money
    /// Of this order, the oldest first.
    let refunds: [Refund]

    /// Minor units that can still be given back.
    var left: Int64 {
      share.minor - refunds.filter { $0.state != .failed }.reduce(0) { $0 + $1.amount.minor }
    }
  }

  /// The payment that paid the order first.
  let holdings: [Holding]
  let currency: Currency
  /// What came, less what changes of the order sent back or are about to; nothing of an order that is over, whose money
  /// goes back by itself. It is for cases to share out.
  let paid: Money

  init(of order: Order, contexts: Contexts) async throws {
    // Money that the order didn't take is on its way back already.
    let taken = try await contexts.takenPayments(of: order)
    var holdings: [Holding] = []
    for payment in try await contexts.payments.payments(of: order.id) where payment.state.hasMoney {
      guard taken.contains(payment.id), let share = payment.shares.first(where: { $0.order == order.id }) else {
        continue
      }
      let refunds = try await contexts.payments.refunds(of: payment.id).filter { $0.order == order.id }
      holdings.append(Holding(payment: payment.id, share: share.amount, refunds: refunds))
    }
    self.holdings =
      holdings.filter { $0.payment == order.payment } + holdings.filter { $0.payment != order.payment }
    currency = order.amounts.due.currency
    paid = order.state == .cancelled ? .zero(currency) : order.amounts.paid
  }

  func refunds(of refund: RefundCaseID) -> [Refund] {
    holdings.flatMap(\.refunds).filter { RefundKey.names(refund, in: $0.key) }
  }
}

/// The payment centre's keys of a case's refunds: the case and a number, so that a repeat is the same refund and another try
/// is another.
enum RefundKey {
  static func of(_ refund: RefundCaseID, number: Int) -> String { "\(refund)_\(number)" }
  static func names(_ refund: RefundCaseID, in key: String) -> Bool { key.hasPrefix("\(refund)_") }

  static func refundCase(in key: String) -> RefundCaseID? {
    guard let end = key.lastIndex(of: "_") else { return nil }
    return RefundCaseID(key[..<end])
  }
}

extension RefundableOrder {
  /// Throws `RefundRefusal.notRefundable` for an order that isn't paid in full or is over. Who doesn't want to pay what a
  /// change added cancels the order.
  init(_ order: Order, contexts: Contexts) async throws {
    let completed =
      order.state == .completed
      ? try await contexts.orders.timeline(of: order.id).last { $0.kind == .completed }?.at : nil
    try self.init(order, completedAt: completed)
  }

  init(_ order: Order, completedAt: Timestamp?) throws {
    guard order.openDifference == nil else { throw RefundRefusal.notRefundable }
    let wasShipped: Bool
    switch order.state {
    case .awaitingReview, .awaitingShipment: wasShipped = false
    case .awaitingReceipt, .completed: wasShipped = true
    case .awaitingPayment, .cancelled, .refunded: throw RefundRefusal.notRefundable
    }
    self.init(order, wasShipped: wasShipped, completedAt: completedAt)
  }

  /// Of an order in any state, where nothing is asked back by its buyer.
  init(_ order: Order, wasShipped: Bool, completedAt: Timestamp? = nil) {
    self.init(
      id: order.id, merchant: order.merchant, buyer: order.buyer,
      lines: order.lines.map { Line(id: $0.id, variant: $0.variant, quantity: $0.quantity, due: $0.due) },
      freight: order.amounts.freight, wasShipped: wasShipped, completedAt: completedAt,
      revision: order.revision)
  }
}
