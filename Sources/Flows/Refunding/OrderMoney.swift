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

  /// The order whose payments these are: itself, or for an exchange's other goods the order that was exchanged.
  let payer: OrderID
  /// The payment that paid the order first.
  let holdings: [Holding]
  let currency: Currency
  /// What came, less what changes of the order sent back or are about to; nothing of an order that is over, whose money
  /// goes back by itself. It is for cases to share out.
  let paid: Money

  init(of order: Order, contexts: Contexts) async throws {
    let replacement = try await Replacement(order, contexts: contexts)
    let payer = replacement?.payer ?? order
    self.payer = payer.id
    holdings = try await Self.holdings(of: payer, contexts)
    currency = order.amounts.due.currency
    let cases = try await contexts.refunds.cases(of: order.id)
    let instead = try await Self.grantedInstead(cases, contexts)
    let most: Int64
    if let replacement {
      most = replacement.isOutcome(order) ? min(replacement.worth.minor, Self.reachable(holdings, by: cases)) : 0
    } else {
      most = order.state == .cancelled ? 0 : order.amounts.paid.minor
    }
    paid = Money(minor: max(0, most - instead), currency: currency)
  }

  private static func holdings(of order: Order, _ contexts: Contexts) async throws -> [Holding] {
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
    return holdings.filter { $0.payment == order.payment } + holdings.filter { $0.payment != order.payment }
  }

  /// Minor units that the payments have left, with what they have given for these cases already.
  private static func reachable(_ holdings: [Holding], by cases: [RefundCase]) -> Int64 {
    let own = Set(cases.map(\.id))
    let given = holdings.flatMap(\.refunds).filter { refund in
      refund.state != .failed && RefundKey.refundCase(in: refund.key).map { own.contains($0) } == true
    }
    return holdings.reduce(0) { $0 + max(0, $1.left) } + given.reduce(0) { $0 + $1.amount.minor }
  }

  /// Minor units that were granted for what exchanges of these cases brought; they come out of the same payments.
  private static func grantedInstead(_ cases: [RefundCase], _ contexts: Contexts) async throws -> Int64 {
    var sum: Int64 = 0
    for other in cases.compactMap(\.replacement) {
      let later = try await contexts.refunds.cases(of: other)
      sum += later.filter(\.state.isLive).reduce(0) { $0 + ($1.granted?.minor ?? 0) }
      sum += try await grantedInstead(later, contexts)
    }
    return sum
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

extension Order {
  /// How many units it has of each line.
  var units: [OrderLineID: Int] {
    Dictionary(lines.map { ($0.id, $0.quantity.count) }, uniquingKeysWith: { first, _ in first })
  }
}

extension RefundableOrder {
  /// Throws `RefundRefusal.notRefundable` for an order that isn't paid in full or is over. Who doesn't want to pay what a
  /// change added cancels the order.
  init(_ order: Order, contexts: Contexts) async throws {
    let completed =
      order.state == .completed
      ? try await contexts.orders.timeline(of: order.id).last { $0.kind == .completed }?.at : nil
    let worth = try await Replacement(order, contexts: contexts)?.worth(of: order.lines) ?? [:]
    try self.init(order, completedAt: completed, worth: worth)
  }

  private init(_ order: Order, completedAt: Timestamp?, worth: [OrderLineID: Money]) throws {
    guard order.openDifference == nil else { throw RefundRefusal.notRefundable }
    let wasShipped: Bool
    switch order.state {
    case .awaitingReview, .awaitingShipment: wasShipped = false
    case .awaitingReceipt, .completed: wasShipped = true
    case .awaitingPayment, .cancelled, .refunded: throw RefundRefusal.notRefundable
    }
    self.init(order, wasShipped: wasShipped, completedAt: completedAt, worth: worth)
  }

  /// Of an order in any state, where nothing is asked back by its buyer.
  /// - Parameter worth: of lines that stand for money which was paid elsewhere.
  init(
    _ order: Order, wasShipped: Bool, completedAt: Timestamp? = nil, worth: [OrderLineID: Money] = [:]
  ) {
    self.init(
      id: order.id, merchant: order.merchant, buyer: order.buyer,
      lines: order.lines.map {
        Line(id: $0.id, variant: $0.variant, quantity: $0.quantity, due: worth[$0.id] ?? $0.due)
      },
      freight: order.amounts.freight, wasShipped: wasShipped, completedAt: completedAt,
      revision: order.revision)
  }
}
